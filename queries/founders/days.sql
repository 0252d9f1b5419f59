-- The facts of a metric by day, of all time: what they add up to, how many there are, and where
-- people are counted, each of them once a day by a hash that stands for the id.
select
    timezone($timezone, moment)::date as day,
    segment,
    case when $people and actor is not null then hash(actor) end as actor,
    sum(amount)::decimal(38, 6) as amount,
    count(amount) as facts
from facts
where moment is not null
group by all
order by day
