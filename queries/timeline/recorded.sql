-- What other tables say one account did, or what was done to it.
with acts as (
    select
        user_id,
        created_at as happened_at,
        'feedback_sent' as what,
        'user_feedback' as source,
        id::varchar as source_id,
        page_url as about,
        concat_ws(', ', feedback_type, category, severity) as details
    from user_feedback
    union all by name
    select
        user_id,
        answered_at as happened_at,
        'question_answered' as what,
        'user_questionnaire_responses' as source,
        id::varchar as source_id,
        question_category as about
    from user_questionnaire_responses
    union all by name
    select
        user_id,
        last_seen_at as happened_at,
        'error_met' as what,
        'application_errors' as source,
        id::varchar as source_id,
        page_url as about,
        concat_ws(', ', error_type, severity) as details
    from application_errors
    union all by name
    select
        user_id,
        first_touch_at as happened_at,
        'first_visit_recorded' as what,
        'user_attribution' as source,
        id::varchar as source_id,
        landing_page as about,
        concat_ws(' ', utm_source, utm_medium, utm_campaign) as details
    from user_attribution
    union all by name
    select
        user_id,
        created_at as happened_at,
        'assistant_answered' as what,
        'al_usage_logs' as source,
        id::varchar as source_id,
        purpose as about,
        model as details
    from al_usage_logs
    union all by name
    select
        user_id,
        canceled_at as happened_at,
        'subscription_cancelled' as what,
        'subscriptions' as source,
        id::varchar as source_id,
        status as details
    from subscriptions
    where canceled_at is not null
    union all by name
    select
        user_id,
        created_at as happened_at,
        'post_written' as what,
        'community_posts' as source,
        id::varchar as source_id,
        post_type as about,
        status as details
    from community_posts
    union all by name
    select
        user_id,
        created_at as happened_at,
        'comment_written' as what,
        'community_post_comments' as source,
        id::varchar as source_id,
        moderation_status as details
    from community_post_comments
    union all by name
    select
        user_id,
        created_at as happened_at,
        'post_liked' as what,
        'community_post_likes' as source,
        id::varchar as source_id
    from community_post_likes
    union all by name
    select
        user_id,
        created_at as happened_at,
        'image_uploaded' as what,
        'user_uploaded_images' as source,
        id::varchar as source_id,
        entity_type as about,
        image_type as details
    from user_uploaded_images
    union all by name
    select
        user_id,
        coalesce(sent_at, created_at) as happened_at,
        'email_sent' as what,
        'email_logs' as source,
        id::varchar as source_id,
        template_slug as about,
        status as details
    from email_logs
    union all by name
    select
        user_id,
        opened_at as happened_at,
        'email_opened' as what,
        'email_logs' as source,
        id::varchar as source_id,
        template_slug as about
    from email_logs
    where opened_at is not null
    union all by name
    select
        user_id,
        created_at as happened_at,
        'event_answered' as what,
        'event_rsvps' as source,
        id::varchar as source_id,
        status as details
    from event_rsvps
    union all by name
    select
        user_id,
        created_at as happened_at,
        'event_saved' as what,
        'event_saves' as source,
        id::varchar as source_id
    from event_saves
    union all by name
    select
        user_id,
        achieved_at as happened_at,
        'achievement_earned' as what,
        'user_achievements' as source,
        id::varchar as source_id,
        achievement_type as about
    from user_achievements
    union all by name
    select
        user_id,
        created_at as happened_at,
        'lap_recorded' as what,
        'user_track_times' as source,
        id::varchar as source_id,
        conditions as details
    from user_track_times
)

select
    happened_at,
    what,
    source,
    source_id,
    about,
    nullif(details, '') as details
from acts
where
    user_id = try_cast($user_id as uuid)
    and happened_at >= $start
    and happened_at < $until
order by happened_at desc, what, source_id
limit $most
