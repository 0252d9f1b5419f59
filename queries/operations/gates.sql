-- Steps on the way to a paid plan within the range, and how many of those people subscribed later.
with steps as (
    select
        event_type,
        user_id,
        created_at,
        coalesce(user_id::varchar, visitor_id, session_id) as actor
    from user_events
    where
        created_at >= $since and created_at < $until
        and regexp_matches(lower(event_type), 'gate|upgrade|paywall|pricing|checkout|limit_reached')
),

paid as (
    select
        user_id,
        min(created_at) as since
    from subscriptions
    group by user_id
)

select
    steps.event_type as step,
    count(*) as times,
    count(distinct steps.actor) as people,
    count(distinct steps.user_id) as signed_in,
    count(distinct if(paid.since >= steps.created_at, steps.user_id, null)) as subscribed_later
from steps
left join paid on steps.user_id = paid.user_id
group by all
order by people desc, step
