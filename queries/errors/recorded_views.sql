-- What the views of the running database answer by their documented meaning, over all rows.
with recorded as (
    select
        error_hash,
        is_regression,
        greatest(coalesce(occurrence_count, 1), 1) as events,
        last_seen_at,
        greatest(fixed_at, resolved_at) as settled_at,
        fixed_at is null
        and resolved_at is null
        and issue_addressed is not true
        and coalesce(lower(status), '') not in (
            'resolved', 'closed', 'fixed', 'wont_fix', 'duplicate'
        ) as open
    from application_errors
)

select
    count(*) as row_count,
    sum(events)::bigint as events,
    count(*) filter (where open) as unresolved,
    count(*) filter (where is_regression) as marked_regressions,
    count(*) filter (where last_seen_at > settled_at) as seen_after_settled,
    count(distinct error_hash) as hash_count,
    count(distinct error_hash) filter (where open) as unresolved_hashes,
    max(events) as most_events
from recorded
