-- Between which hours an issue strikes how often: the occurrences of a row are spread evenly over
-- the hours from its first to its last. Hours are counted from 1970: integers cost a third of
-- what truncated moments do.
with spread as (
    select
        variants.number,
        epoch_us(greatest(facts.first_seen, $since)) // 3600000000 as begins,
        epoch_us(facts.last_seen) // 3600000000 + 1 as ends,
        facts.events::double / (
            epoch_us(facts.last_seen) // 3600000000 - epoch_us(facts.first_seen) // 3600000000 + 1
        ) as rate
    from facts
    inner join variants on facts.variant = variants.variant
    where facts.last_seen >= $since
)

select
    number,
    begins,
    ends,
    sum(rate) as rate
from spread
group by number, begins, ends
order by number
