with clocked as (
    select
        *,
        try_cast(event_data ->> 'client_timestamp' as timestamptz) as clock
    from user_events
),

recorded as (
    select
        'page_views' as source,
        id::varchar as source_id,
        user_id,
        visitor_id,
        session_id,
        created_at as happened_at,
        'page_view' as raw_name,
        page_url,
        referrer,
        device_info ->> 'device_type' as device,
        utm_source,
        utm_medium,
        utm_campaign,
        country,
        is_bot,
        duration_ms / 1000.0 as seconds,
        page_load_time as load_ms
    from page_views
    union all by name
    select
        'click_events' as source,
        id::varchar as source_id,
        user_id,
        visitor_id,
        session_id,
        created_at as happened_at,
        'click' as raw_name,
        page_url,
        element_id as element,
        element_type,
        metadata ->> 'device_type' as device,
        metadata as properties
    from click_events
    union all by name
    select
        'page_engagement' as source,
        engaged.id::varchar as source_id,
        viewed.user_id,
        viewed.visitor_id,
        coalesce(engaged.session_id, viewed.session_id) as session_id,
        engaged.created_at as happened_at,
        'page_engagement' as raw_name,
        coalesce(engaged.page_url, viewed.page_url) as page_url,
        engaged.scroll_depth as depth,
        coalesce(engaged.engaged_time_seconds, engaged.time_on_page)::double as seconds,
        engaged.interactions as properties
    from page_engagement as engaged
    left join page_views as viewed on engaged.page_view_id = viewed.id
    union all by name
    select
        'user_events' as source,
        id::varchar as source_id,
        user_id,
        visitor_id,
        session_id,
        -- The reader's own clock counts while it is within a day of the server's.
        case
            when abs(epoch(clock) - epoch(created_at)) < 86400 then clock
            else created_at
        end as happened_at,
        coalesce(event_type, '') as raw_name,
        page_url,
        event_data as properties
    from clocked
    union all by name
    select
        'user_profiles' as source,
        id::varchar as source_id,
        id as user_id,
        created_at as happened_at,
        'account_recorded' as raw_name
    from user_profiles
    union all by name
    select
        'user_profiles' as source,
        id::varchar as source_id,
        id as user_id,
        onboarding_completed_at as happened_at,
        'onboarding_recorded' as raw_name
    from user_profiles
    where onboarding_completed_at is not null
    union all by name
    select
        'user_profiles' as source,
        id::varchar as source_id,
        id as user_id,
        subscription_started_at as happened_at,
        'subscription_recorded' as raw_name
    from user_profiles
    where subscription_started_at is not null
    union all by name
    select
        'subscriptions' as source,
        id::varchar as source_id,
        user_id,
        created_at as happened_at,
        'billing_recorded' as raw_name
    from subscriptions
    union all by name
    select
        'user_favorites' as source,
        id::varchar as source_id,
        user_id,
        created_at as happened_at,
        'favorite_recorded' as raw_name,
        json_object('car_slug', car_slug) as properties
    from user_favorites
    union all by name
    select
        'user_vehicles' as source,
        id::varchar as source_id,
        user_id,
        created_at as happened_at,
        'vehicle_recorded' as raw_name,
        json_object('car_slug', matched_car_slug) as properties
    from user_vehicles
    union all by name
    select
        'user_projects' as source,
        id::varchar as source_id,
        user_id,
        created_at as happened_at,
        'build_recorded' as raw_name,
        json_object('car_slug', car_slug) as properties
    from user_projects
    union all by name
    select
        'al_conversations' as source,
        id::varchar as source_id,
        user_id,
        created_at as happened_at,
        'conversation_recorded' as raw_name,
        json_object('car_slug', initial_car_slug) as properties
    from al_conversations
    union all by name
    select
        'al_messages' as source,
        messages.id::varchar as source_id,
        conversations.user_id,
        messages.created_at as happened_at,
        'message_recorded' as raw_name
    from al_messages as messages
    inner join al_conversations as conversations on messages.conversation_id = conversations.id
    where messages.role = 'user'
),

-- A session or a browser speaks for a person only when it never spoke for another one.
sessions as (
    select
        session_id,
        case when count(distinct user_id) = 1 then min(user_id) end as user_id,
        case when count(distinct visitor_id) = 1 then min(visitor_id) end as visitor_id,
        coalesce(bool_or(is_bot), false) as is_bot
    from recorded
    where session_id is not null
    group by session_id
),

visitors as (
    select
        visitor_id,
        case when count(distinct user_id) = 1 then min(user_id) end as user_id,
        coalesce(bool_or(is_bot), false) as is_bot
    from recorded
    where visitor_id is not null
    group by visitor_id
),

aliases as (
    select
        unnest($alias_names) as raw_name,
        unnest($canonical_names) as name
),

spelled as (
    select
        recorded.*,
        coalesce(recorded.visitor_id, sessions.visitor_id) as browser,
        sessions.user_id as session_person,
        coalesce(sessions.is_bot, false) as session_is_bot,
        trim(
            regexp_replace(lower(recorded.raw_name), '[^a-z0-9]+', '_', 'g'), '_'
        ) as snake_name,
        regexp_replace(
            regexp_replace(recorded.page_url, '^[a-z]+://[^/]+', ''), '^/?([^?#]*).*$', '/\1'
        ) as path
    from recorded
    left join sessions on recorded.session_id = sessions.session_id
),

stitched as (
    select
        spelled.*,
        coalesce(spelled.user_id, spelled.session_person, visitors.user_id) as person,
        spelled.session_is_bot or coalesce(visitors.is_bot, false) as bot,
        regexp_extract(spelled.snake_name, '^onboarding_step_([0-9]+)$', 1) as onboarding_step
    from spelled
    left join visitors on spelled.browser = visitors.visitor_id
)

select
    case
        when stitched.person is not null then stitched.person::varchar
        when stitched.browser is not null then 'visitor ' || stitched.browser
        when stitched.session_id is not null then 'session ' || stitched.session_id
    end as actor_key,
    stitched.person::varchar as user_id,
    stitched.user_id is not null as signed_in,
    stitched.happened_at,
    case
        when stitched.onboarding_step <> '' then 'onboarding_step_completed'
        when stitched.snake_name = '' then 'unnamed'
        else coalesce(aliases.name, stitched.snake_name)
    end as name,
    stitched.raw_name,
    stitched.source,
    stitched.source_id,
    stitched.session_id as recorded_session,
    stitched.page_url,
    stitched.path as page,
    regexp_replace(
        regexp_replace(
            regexp_replace(stitched.path, '(.)/+$', '\1'),
            '/([0-9]+|[0-9a-f]{8}-[0-9a-f-]{27})(/|$)', '/{id}\2', 'g'
        ),
        '^/(cars|tuning-shop|encyclopedia|community|events|tracks|parts)/([^/{]+)', '/\1/{slug}'
    ) as route,
    stitched.element,
    stitched.element_type,
    lower(stitched.device) as device,
    stitched.referrer,
    stitched.utm_source,
    stitched.utm_medium,
    stitched.utm_campaign,
    stitched.country,
    people.subscription_tier as tier,
    stitched.depth,
    stitched.seconds,
    stitched.load_ms,
    case
        when stitched.onboarding_step <> ''
            then coalesce(stitched.properties, json_object('step', stitched.onboarding_step))
        else stitched.properties
    end::varchar as properties,
    stitched.bot as is_bot,
    coalesce(people.is_staff, false) as is_staff
from stitched
left join aliases
    on stitched.snake_name = aliases.raw_name and stitched.source = 'user_events'
left join user_profiles as people on stitched.person = people.id
order by actor_key, stitched.happened_at, name, stitched.source_id
