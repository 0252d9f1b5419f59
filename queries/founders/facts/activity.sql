-- One row per thing a signed-in person did: page view of no bot, click, product event,
-- message to the assistant.
with activity as (
    select user_id, created_at, 'Page view' as kind
    from page_views
    where is_bot is distinct from true
    union all
    select user_id, created_at, 'Click' as kind
    from click_events
    union all
    select user_id, created_at, 'Product event' as kind
    from user_events
    union all
    select conversations.user_id, messages.created_at, 'Message to the assistant' as kind
    from al_messages as messages
    inner join al_conversations as conversations on messages.conversation_id = conversations.id
    where messages.role = 'user'
)

select
    activity.user_id as actor,
    activity.created_at as moment,
    1 as amount,
    activity.user_id::varchar as who,
    activity.kind as what,
    case $by
        when 'kind' then activity.kind
        when 'tier' then profiles.subscription_tier
        when 'age'
            then case
                when profiles.created_at is null then null
                when profiles.created_at >= activity.created_at - interval 30 day
                    then 'Joined within 30 days'
                else 'Joined before'
            end
    end as segment
from activity
left join user_profiles as profiles on activity.user_id = profiles.id
where activity.user_id is not null and profiles.is_staff is distinct from true
