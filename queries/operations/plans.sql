-- Plans with what they grant and who is on them; the price is the list price.
with granted as (
    select plan_id, count(*) filter (where enabled) as features, count(*) as entitlements
    from plan_entitlements
    group by plan_id
),

taken as (
    select
        plan_id,
        count(*) filter (where status in ('active', 'past_due')) as paying,
        count(*) filter (where status = 'trialing') as trialing,
        count(*) filter (
            where status in ('active', 'trialing', 'past_due') and cancel_at_period_end
        ) as ending,
        count(*) filter (where status = 'canceled') as canceled
    from subscriptions
    group by plan_id
),

accounts as (
    select subscription_tier as tier, count(*) as counted from user_profiles
    where is_staff is distinct from true
    group by subscription_tier
)

select
    plans.name,
    plans.tier,
    (plans.price_monthly / 100)::decimal(18, 2) as price_monthly,
    (plans.price_annual / 100)::decimal(18, 2) as price_annual,
    coalesce(granted.features, 0) as features,
    coalesce(accounts.counted, 0) as accounts,
    coalesce(taken.paying, 0) as paying,
    coalesce(taken.trialing, 0) as trialing,
    coalesce(taken.ending, 0) as ending,
    coalesce(taken.canceled, 0) as canceled
from plans
left join granted on plans.id = granted.plan_id
left join taken on plans.id = taken.plan_id
left join accounts on plans.tier = accounts.tier
order by plans.price_monthly, plans.name
