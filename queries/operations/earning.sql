-- Which actions earn points: how often each was done, as its own table proves, and what that is
-- worth within the limit of a day. An action that no documented table proves has no number.
with proven as (
    select
        'onboarding_completed' as action_key,
        id as user_id,
        onboarding_completed_at as moment
    from user_profiles
    where onboarding_completed_at is not null
    union all
    select
        'vehicle_added' as action_key,
        user_id,
        created_at
    from user_vehicles
    union all
    select
        'vehicle_photo_added' as action_key,
        user_id,
        created_at
    from user_uploaded_images
    where image_type = 'vehicle'
    union all
    select
        'service_logged' as action_key,
        vehicles.user_id,
        logs.created_at
    from user_service_logs as logs
    left join user_vehicles as vehicles on logs.user_vehicle_id = vehicles.id
    union all
    select
        'build_created' as action_key,
        user_id,
        created_at
    from user_projects
    union all
    select
        'build_part_added' as action_key,
        projects.user_id,
        parts.created_at
    from user_project_parts as parts
    left join user_projects as projects on parts.project_id = projects.id
    union all
    select
        'car_favorited' as action_key,
        user_id,
        created_at
    from user_favorites
    union all
    select
        'question_asked' as action_key,
        conversations.user_id,
        messages.created_at
    from al_messages as messages
    left join al_conversations as conversations on messages.conversation_id = conversations.id
    where messages.role = 'user'
    union all
    select
        'post_published' as action_key,
        user_id,
        created_at
    from community_posts
    union all
    select
        'comment_written' as action_key,
        user_id,
        created_at
    from community_post_comments
    union all
    select
        'event_saved' as action_key,
        user_id,
        created_at
    from event_saves
    union all
    select
        'lap_time_logged' as action_key,
        user_id,
        created_at
    from user_track_times
    union all
    select
        'friend_joined' as action_key,
        referrer_id,
        signed_up_at
    from referrals
    where status in ('signed_up', 'rewarded')
),

provable as (
    select unnest([
        'onboarding_completed', 'vehicle_added', 'vehicle_photo_added', 'service_logged',
        'build_created', 'build_part_added', 'car_favorited', 'question_asked', 'post_published',
        'comment_written', 'event_saved', 'lap_time_logged', 'friend_joined'
    ]) as action_key
),

daily as (
    select
        action_key,
        user_id,
        timezone('UTC', moment)::date as day,
        count(*) as times
    from proven
    group by all
),

actions as (
    select
        *,
        row_number() over () as place
    from xp_actions
),

done as (
    select
        actions.place,
        sum(daily.times)::bigint as times,
        count(distinct daily.user_id) as people,
        sum(least(daily.times, actions.daily_limit))::bigint as counted
    from daily
    inner join actions on daily.action_key = actions.action_key
    group by all
),

earned as (
    select
        actions.action_key as action,
        actions.description,
        actions.xp_value as worth,
        actions.daily_limit as times_a_day,
        if(provable.action_key is not null, coalesce(done.times, 0), null) as times,
        if(provable.action_key is not null, coalesce(done.people, 0), null) as people,
        if(provable.action_key is not null, coalesce(done.counted, 0), null)
        * actions.xp_value as points
    from actions
    left join provable on actions.action_key = provable.action_key
    left join done on actions.place = done.place
)

select
    *,
    points / nullif(sum(points) over (), 0) as points_share
from earned
order by points desc nulls last, action
