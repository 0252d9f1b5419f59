-- Sessions of people who were signed in, and those in which they met an error: an error names its
-- user, never its session, so that the session of that user at that time counts.
with sessions as (
    select
        session_id,
        user_id,
        min(created_at) as began,
        max(created_at) + interval 30 minutes as ended
    from page_views
    where
        is_bot is distinct from true
        and user_id is not null
        and session_id is not null
        and created_at >= $since
        and created_at < $until
    group by session_id, user_id
),

errors as (
    select
        user_id,
        coalesce(first_seen_at, created_at) as first_seen,
        coalesce(last_seen_at, created_at) as last_seen
    from application_errors
    union all
    select
        user_id,
        created_at as first_seen,
        created_at as last_seen
    from user_feedback
    where category = 'auto-error'
),

met as (
    select distinct
        sessions.session_id,
        sessions.user_id
    from sessions
    inner join errors
        on
            sessions.user_id = errors.user_id
            and sessions.ended >= errors.first_seen
            and sessions.began <= errors.last_seen
            and (sessions.began <= errors.first_seen or sessions.ended >= errors.last_seen)
)

select
    (select count(*) from sessions) as sessions,
    (select count(*) from met) as with_error
