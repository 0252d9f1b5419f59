with active as (
    select
        actor,
        count(*) as events,
        count(distinct session) as sessions,
        max(happened_at) as last_at
    from stream
    where happened_at >= $start and happened_at < $until
    group by actor
)

select
    actors.actor_key,
    actors.user_id,
    actors.tier,
    active.events,
    active.sessions,
    actors.first_at,
    active.last_at
from active
inner join actors on active.actor = actors.actor
where contains(lower(actors.actor_key), lower($words))
order by active.last_at desc, actors.actor_key
