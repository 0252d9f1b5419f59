-- Messages of people (not of software) open from their sending until they are settled.
-- A settled one without a date closes when its row was last changed.
with messages as (
    select
        id,
        user_id,
        feedback_type,
        severity,
        created_at,
        case
            when
                issue_addressed
                or status in ('fixed', 'resolved', 'closed', 'wont_fix', 'duplicate')
                then coalesce(resolved_at, fixed_at, responded_at, updated_at, created_at)
        end as closed_at
    from user_feedback
    where category is distinct from 'auto-error'
),

changes as (
    select id, user_id, feedback_type, severity, created_at as changed_at, 1 as change
    from messages
    union all
    select id, user_id, feedback_type, severity, closed_at as changed_at, -1 as change
    from messages
    where closed_at is not null
)

select
    id as actor,
    changed_at as moment,
    change as amount,
    user_id::varchar as who,
    concat_ws(': ', if(change = 1, 'Sent', 'Settled'), feedback_type) as what,
    case $by
        when 'type' then feedback_type
        when 'severity' then severity
    end as segment
from changes
