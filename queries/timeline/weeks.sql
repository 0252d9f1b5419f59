with mine as (
    select
        stream.happened_at,
        stream.session
    from stream
    inner join actors on stream.actor = actors.actor
    where actors.actor_key = $actor_key
)

select
    date_trunc('week', happened_at at time zone $timezone)::date as week,
    count(*) as events,
    count(distinct session) as sessions,
    count(distinct(happened_at at time zone $timezone)::date) as days
from mine
group by week
order by week
