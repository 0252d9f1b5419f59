-- The newest rows of some distinct errors.
select
    facts.source,
    facts.id::varchar as id,
    facts.user_id::varchar as user_id,
    variants.number,
    facts.first_seen,
    facts.last_seen,
    facts.events,
    not facts.settled or coalesce(facts.last_seen > facts.settled_at, false) as open
from facts
inner join variants on facts.variant = variants.variant
order by facts.last_seen desc, facts.id
limit $most
