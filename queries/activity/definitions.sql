with wrote as (
    select
        conversations.user_id,
        messages.created_at
    from al_messages as messages
    inner join al_conversations as conversations on messages.conversation_id = conversations.id
    where messages.role = 'user' and messages.created_at < $until
),

touched as (
    select
        user_id,
        created_at
    from wrote
    union all
    select
        user_id,
        created_at
    from user_feedback
    union all
    select
        user_id,
        created_at
    from user_favorites
    union all
    select
        user_id,
        created_at
    from user_projects
),

everybody as (
    select count(*) as people
    from user_profiles
    where created_at < $until
)

-- The first two count in user_activity, which the dictionary does not know.
select
    3 as place,
    count(distinct user_id) filter (where created_at >= $until - interval 1 day) as daily,
    count(distinct user_id) as weekly,
    any_value(everybody.people) as monthly
from everybody
left join wrote on true
union all by name
select
    4 as place,
    count(*) filter (where created_at >= $until - interval 1 day) as daily,
    count(*) filter (where created_at >= $until - interval 7 day) as weekly,
    count(*) as monthly
from page_views
where user_id is not null and created_at >= $until - interval 30 day and created_at < $until
union all by name
select
    5 as place,
    null::bigint as daily,
    count(distinct user_id) as weekly,
    null::bigint as monthly
from wrote
where created_at >= $until - interval 7 day
union all by name
select
    6 as place,
    count(distinct user_id) as daily,
    null::bigint as weekly,
    null::bigint as monthly
from touched
where created_at >= $until - interval 1 day and created_at < $until
union all by name
select
    7 as place,
    count(distinct user_id) as daily,
    null::bigint as weekly,
    null::bigint as monthly
from user_events
where created_at >= $until - interval 1 day and created_at < $until
