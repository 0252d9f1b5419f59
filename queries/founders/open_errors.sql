-- An open record counts from its first sighting to its fix.
-- A resolved one without a date closes at its last sighting.
with records as (
    select
        coalesce(first_seen_at, created_at) as opened_at,
        case
            when is_resolved
                then coalesce(fixed_at, resolved_at, last_seen_at, created_at)
        end as closed_at
    from application_errors
),

changes as (
    select opened_at as changed_at, 1 as change from records
    union all
    select closed_at as changed_at, -1 as change from records
    where closed_at is not null
)

select
    case
        when changed_at >= $since
            then date_trunc($grain, timezone($timezone, changed_at))::date
    end as period,
    sum(change)::bigint as value
from changes
where changed_at < $until
group by all
