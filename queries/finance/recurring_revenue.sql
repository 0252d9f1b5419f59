-- Monthly recurring revenue at the end of each period and what moved it since the one before, from
-- subscriptions: a plan's monthly price, or a twelfth of its yearly one, to the cent, where a
-- payment lasts longer than forty days. One on trial, incomplete or paused earns nothing.
with ends as (
    select unnest($ends::date[]) as last_day
),

running as (
    select
        subscriptions.user_id,
        subscriptions.created_at,
        subscriptions.canceled_at,
        case
            when
                subscriptions.current_period_end
                > subscriptions.current_period_start + interval 40 day
                then (plans.price_annual + 6) // 12
            else plans.price_monthly
        end::decimal(16, 0) * 0.01 as amount
    from subscriptions
    inner join plans on subscriptions.plan_id = plans.id
    where subscriptions.status in ('active', 'past_due', 'canceled')
),

standing as (
    select
        ends.last_day,
        running.user_id,
        sum(running.amount) as amount
    from ends
    inner join running
        on
            running.created_at < (ends.last_day + 1)::timestamp at time zone 'UTC'
            and (
                running.canceled_at is null
                or running.canceled_at >= (ends.last_day + 1)::timestamp at time zone 'UTC'
            )
    group by all
),

payers as (
    select distinct user_id
    from standing
),

every_user as (
    select
        ends.last_day,
        payers.user_id,
        coalesce(standing.amount, 0) as amount,
        lag(coalesce(standing.amount, 0), 1, 0) over (
            partition by payers.user_id order by ends.last_day
        ) as before,
        max(coalesce(standing.amount, 0)) over (
            partition by payers.user_id order by ends.last_day
            rows between unbounded preceding and 1 preceding
        ) as highest
    from ends
    cross join payers
    left join standing on ends.last_day = standing.last_day and payers.user_id = standing.user_id
)

select
    last_day,
    sum(before)::decimal(38, 2) as opening,
    sum(case when coalesce(highest, 0) = 0 then amount else 0 end)::decimal(38, 2) as new,
    sum(case when before = 0 and highest > 0 then amount else 0 end)::decimal(38, 2)
        as reactivation,
    sum(case when before > 0 then greatest(amount - before, 0) else 0 end)::decimal(38, 2)
        as expansion,
    sum(case when amount > 0 then least(amount - before, 0) else 0 end)::decimal(38, 2)
        as contraction,
    sum(case when before > 0 and amount = 0 then -before else 0 end)::decimal(38, 2) as churn,
    sum(amount)::decimal(38, 2) as closing
from every_user
group by last_day
order by last_day
