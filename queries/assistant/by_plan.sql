-- Cost of language models by the effective plan of who caused it, beside what that plan brings in.
with paid as (
    select
        subscriptions.user_id,
        any_value(plans.tier) as tier,
        sum(if(subscriptions.status = 'trialing', 0, plans.price_monthly)) as cents
    from subscriptions
    inner join plans on subscriptions.plan_id = plans.id
    where subscriptions.status in ('active', 'trialing', 'past_due')
    group by subscriptions.user_id
),

people as (
    select
        profiles.id as user_id,
        if(
            coalesce(profiles.is_staff, false), 'staff',
            coalesce(paid.tier, profiles.subscription_tier, 'unknown')
        ) as tier,
        if(coalesce(profiles.is_staff, false), 0, coalesce(paid.cents, 0)) as cents
    from user_profiles as profiles
    left join paid on profiles.id = paid.user_id
),

costs as (
    select
        user_id,
        sum(cost_cents) as cents
    from al_usage_logs
    where created_at >= $since and created_at < $until
    group by user_id
),

joined as (
    select
        coalesce(people.tier, 'nobody') as tier,
        people.user_id,
        people.cents as revenue_cents,
        costs.cents as cost_cents
    from people
    full join costs on people.user_id = costs.user_id
)

select
    tier,
    count(distinct user_id) as people,
    count(cost_cents) filter (where user_id is not null) as people_with_cost,
    (sum(cost_cents) / 100)::decimal(18, 2) as cost,
    (sum(cost_cents) * 30 / $days / 100)::decimal(18, 2) as cost_in_30_days,
    (sum(revenue_cents) / 100)::decimal(18, 2) as list_price_a_month,
    cost_in_30_days / nullif(list_price_a_month, 0) as cost_share
from joined
group by tier
order by cost desc nulls last, tier
