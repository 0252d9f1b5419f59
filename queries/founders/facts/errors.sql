-- An open record counts from its first sighting to its fix.
-- A resolved one without a date closes at its last sighting.
with records as (
    select
        id,
        error_type,
        severity,
        error_source,
        coalesce(first_seen_at, created_at) as opened_at,
        case
            when is_resolved
                then coalesce(fixed_at, resolved_at, last_seen_at, created_at)
        end as closed_at
    from application_errors
),

changes as (
    select id, error_type, severity, error_source, opened_at as changed_at, 1 as change
    from records
    union all
    select id, error_type, severity, error_source, closed_at as changed_at, -1 as change
    from records
    where closed_at is not null
)

select
    id as actor,
    changed_at as moment,
    change as amount,
    null::varchar as who,
    concat_ws(': ', if(change = 1, 'Opened', 'Closed'), error_type) as what,
    case $by
        when 'severity' then severity
        when 'type' then error_type
        when 'source' then error_source
    end as segment
from changes
