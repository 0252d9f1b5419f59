with activity as (
    select user_id, created_at
    from page_views
    where is_bot is distinct from true
    union all
    select user_id, created_at
    from click_events
    union all
    select user_id, created_at
    from user_events
    union all
    select conversations.user_id, messages.created_at
    from al_messages as messages
    inner join al_conversations as conversations on messages.conversation_id = conversations.id
    where messages.role = 'user'
),

people as (
    select
        activity.user_id,
        date_trunc($grain, timezone($timezone, activity.created_at))::date as period
    from activity
    left join user_profiles as profiles on activity.user_id = profiles.id
    where
        activity.created_at >= $since
        and activity.created_at < $until
        and activity.user_id is not null
        and profiles.is_staff is distinct from true
)

select
    period,
    count(distinct user_id) as value
from people
group by grouping sets ((period), ())
