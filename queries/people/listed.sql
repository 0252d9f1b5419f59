-- One row per account of no staff. Activity: page views of no bot, clicks, product events and
-- messages to the assistant.
with activity as (
    select user_id, created_at from page_views
    where is_bot is distinct from true
    union all
    select user_id, created_at from click_events
    union all
    select user_id, created_at from user_events
    union all
    select conversations.user_id, messages.created_at
    from al_messages as messages
    inner join al_conversations as conversations on messages.conversation_id = conversations.id
    where messages.role = 'user'
),

active as (
    select
        user_id,
        max(created_at) as last_active_at,
        count(distinct if(
            created_at >= $as_of - interval 28 day, timezone($timezone, created_at)::date, null
        )) as active_days
    from activity
    where user_id is not null
    group by user_id
),

touches as (
    select user_id, arg_min(utm_source, (created_at, id)) as source from user_attribution
    group by user_id
),

vehicles as (
    select user_id, count(*) as counted from user_vehicles
    group by user_id
),

favorites as (
    select user_id, count(*) as counted from user_favorites
    group by user_id
),

projects as (
    select user_id, count(*) as counted from user_projects
    group by user_id
),

chats as (
    select user_id, count(*) as counted from al_conversations
    group by user_id
),

answered as (
    select user_id, count(distinct question_id) as counted from user_questionnaire_responses
    group by user_id
),

paid as (
    select subscriptions.user_id, any_value(plans.tier) as tier
    from subscriptions
    inner join plans on subscriptions.plan_id = plans.id
    where subscriptions.status in ('active', 'trialing', 'past_due')
    group by subscriptions.user_id
),

people as (
    select
        profiles.id::varchar as user_id,
        profiles.display_name,
        profiles.email,
        profiles.subscription_tier as stored_tier,
        coalesce(paid.tier, profiles.subscription_tier) as effective_tier,
        touches.source,
        profiles.created_at,
        active.last_active_at,
        coalesce(active.active_days, 0) as active_days,
        coalesce(vehicles.counted, 0) as vehicles,
        coalesce(favorites.counted, 0) as favorites,
        coalesce(projects.counted, 0) as projects,
        coalesce(chats.counted, 0) as conversations,
        coalesce(answered.counted, 0) as answers,
        summary.driving_persona as persona,
        summary.knowledge_level,
        (credits.balance_cents / 100)::decimal(18, 2) as balance,
        credits.is_unlimited as unlimited,
        case
            when active.last_active_at is null then 'Never active'
            when active.last_active_at < $as_of - interval 60 day then 'Gone'
            when active.last_active_at < $as_of - interval 28 day then 'At risk'
            when profiles.created_at >= $as_of - interval 14 day then 'New'
            when active.active_days >= 8 then 'Core'
            else 'Active'
        end as lifecycle
    from user_profiles as profiles
    left join active on profiles.id = active.user_id
    left join touches on profiles.id = touches.user_id
    left join vehicles on profiles.id = vehicles.user_id
    left join favorites on profiles.id = favorites.user_id
    left join projects on profiles.id = projects.user_id
    left join chats on profiles.id = chats.user_id
    left join answered on profiles.id = answered.user_id
    left join paid on profiles.id = paid.user_id
    left join user_profile_summary as summary on profiles.id = summary.user_id
    left join al_user_credits as credits on profiles.id = credits.user_id
    where profiles.is_staff is distinct from true
)

select
    people.*,
    least(people.active_days, 8) * 5
    + if(people.vehicles > 0, 20, 0)
    + if(people.favorites > 0, 10, 0)
    + if(people.projects > 0, 15, 0)
    + if(people.conversations > 0, 15, 0) as health,
    concat_ws(
        ', ',
        concat(people.active_days, ' active days of 28'),
        if(people.vehicles > 0, 'has a garage', 'no garage'),
        if(people.favorites > 0, 'saved cars', 'no saved car'),
        if(people.projects > 0, 'has a build', 'no build'),
        if(people.conversations > 0, 'asked the assistant', 'never asked the assistant')
    ) as reasons
from people
where
    ($lifecycle is null or people.lifecycle = $lifecycle)
    and ($tier is null or people.effective_tier = $tier)
    and (
        $words = ''
        or contains(
            lower(concat_ws(' ', people.user_id, people.display_name, people.email, people.source)),
            lower($words)
        )
    )
order by people.last_active_at desc nulls last, people.user_id
