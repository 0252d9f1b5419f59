-- Every distinct error once: the hash by which its rows are found again, and what it says where
-- that is not known yet.
select
    facts.variant,
    any_value(known.variant) is not null as is_known,
    any_value(facts.error_type) as error_type,
    left(any_value(facts.error_message) filter (where known.variant is null), 1000)
        as error_message,
    left(any_value(facts.stack_trace) filter (where known.variant is null), 8000) as stack_trace,
    any_value(facts.page) as page_url,
    try_cast(any_value(facts.fingerprint) as varchar[]) as fingerprint,
    any_value(facts.digest) as digest
from facts
left join known on facts.variant = known.variant
group by facts.variant
