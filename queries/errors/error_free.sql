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

met as (
    select distinct
        sessions.session_id,
        sessions.user_id
    from sessions
    inner join application_errors as errors
        on
            sessions.user_id = errors.user_id
            and sessions.ended >= coalesce(errors.first_seen_at, errors.created_at)
            and sessions.began <= coalesce(errors.last_seen_at, errors.created_at)
            and (
                coalesce(errors.first_seen_at, errors.created_at) >= sessions.began
                or coalesce(errors.last_seen_at, errors.created_at) <= sessions.ended
            )
)

select
    (select count(*) from sessions) as sessions,
    (select count(*) from met) as with_error
