-- Product events of each day, and those of nobody signed in.
select
    timezone($timezone, created_at)::date as day,
    count(*) as events,
    count(*) filter (where user_id is null) as anonymous_events
from user_events
where created_at >= $since and created_at < $until
group by all
