-- The balance of every account against what its plan gives in a month.
-- The running subscription decides the plan,
-- else the profile; an unlimited account and staff have no tank to fill.
with paid as (
    select subscriptions.user_id, any_value(plans.tier) as tier
    from subscriptions
    inner join plans on subscriptions.plan_id = plans.id
    where subscriptions.status in ('active', 'trialing', 'past_due')
    group by subscriptions.user_id
),

balances as (
    select
        credits.user_id::varchar as user_id,
        coalesce(paid.tier, profiles.subscription_tier, credits.subscription_tier) as tier,
        credits.subscription_tier as copied_tier,
        coalesce(credits.is_unlimited, false) or coalesce(profiles.is_staff, false) as unlimited,
        credits.balance_cents,
        credits.purchased_cents,
        credits.spent_cents_this_month,
        credits.messages_this_month,
        credits.last_refill_date
    from al_user_credits as credits
    left join user_profiles as profiles on credits.user_id = profiles.id
    left join paid on credits.user_id = paid.user_id
),

allowed as (
    select
        *,
        case
            when unlimited then null
            when tier = 'free' then 25
            when tier in ('enthusiast', 'collector') then 100
            when tier = 'tuner' then 250
        end as allowance_cents
    from balances
)

select
    user_id,
    tier,
    (copied_tier is distinct from tier) as tier_differs,
    unlimited,
    (balance_cents / 100)::decimal(18, 2) as balance,
    (allowance_cents / 100)::decimal(18, 2) as allowance,
    (purchased_cents / 100)::decimal(18, 2) as purchased,
    (spent_cents_this_month / 100)::decimal(18, 2) as spent_this_month,
    messages_this_month,
    if(
        unlimited, null, greatest(0, least(1, balance_cents / nullif(allowance_cents, 0)))
    ) as tank,
    last_refill_date
from allowed
order by balance_cents, user_id
