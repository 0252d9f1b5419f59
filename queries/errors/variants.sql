-- Every distinct error once: the hash by which its rows are found again, and what it says where
-- that is not known yet.
with variants as (
    select
        facts.variant,
        any_value(known.variant) is not null as is_known,
        any_value(facts.error_type) as error_type,
        any_value(facts.error_message) filter (where known.variant is null) as error_message,
        any_value(facts.stack_trace) filter (where known.variant is null) as stack_trace,
        any_value(facts.page) as page_url,
        any_value(facts.fingerprint) as fingerprint,
        any_value(facts.digest) as digest
    from facts
    left join known on facts.variant = known.variant
    group by facts.variant
)

select
    variant,
    is_known,
    error_type,
    -- Bytes are known, characters would have to be counted: most texts are short by both.
    if(strlen(error_message) > 1000, left(error_message, 1000), error_message) as error_message,
    if(strlen(stack_trace) > 8000, left(stack_trace, 8000), stack_trace) as stack_trace,
    page_url,
    try_cast(fingerprint as varchar[]) as fingerprint,
    digest
from variants
