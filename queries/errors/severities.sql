-- Recorded rows of a range by severity, and all of them.
with recorded as (
    select
        coalesce(severity, 'unknown') as severity,
        greatest(coalesce(occurrence_count, 1), 1) as events,
        user_id,
        coalesce(last_seen_at, created_at, first_seen_at) as last_seen,
        fixed_at is null
        and resolved_at is null
        and issue_addressed is not true
        and is_resolved is not true
        and coalesce(lower(status), '') not in (
            'resolved', 'closed', 'fixed', 'wont_fix', 'duplicate'
        ) as open
    from application_errors
    union all
    select
        coalesce(severity, 'unknown') as severity,
        greatest(coalesce(try_cast(error_metadata ->> '$.occurrenceCount' as integer), 1), 1)
            as events,
        user_id,
        created_at as last_seen,
        fixed_at is null
        and resolved_at is null
        and issue_addressed is not true
        and coalesce(lower(status), '') not in (
            'resolved', 'closed', 'fixed', 'wont_fix', 'duplicate'
        ) as open
    from user_feedback
    where category = 'auto-error'
)

select
    severity,
    count(*) as row_count,
    count(*) filter (where open) as open_rows,
    sum(events)::bigint as events,
    count(distinct user_id) as users,
    max(last_seen) as last_seen
from recorded
where last_seen >= $since and last_seen < $until
group by grouping sets ((severity), ())
order by row_count desc, severity
