-- Paid subscriptions begin and end; trials and what never got paid are none. One that was cancelled
-- without a date ends with its period.
with paid as (
    select
        user_id,
        status,
        plan_id,
        created_at as began_at,
        if(
            status = 'canceled', coalesce(canceled_at, current_period_end, created_at), null
        ) as ended_at
    from subscriptions
    where status in ('active', 'past_due', 'canceled')
),

changes as (
    select user_id, plan_id, status, began_at as changed_at, 1 as change
    from paid
    union all
    select user_id, plan_id, status, ended_at as changed_at, -1 as change
    from paid
    where ended_at is not null
)

select
    changes.user_id as actor,
    changes.changed_at as moment,
    changes.change as amount,
    changes.user_id::varchar as who,
    if(changes.change = 1, 'Subscription began', 'Subscription ended') as what,
    case $by
        when 'plan' then plans.name
        when 'state' then changes.status
    end as segment
from changes
left join plans on changes.plan_id = plans.id
left join user_profiles as profiles on changes.user_id = profiles.id
where profiles.is_staff is distinct from true
