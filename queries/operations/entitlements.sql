-- What each plan grants, feature by feature.
select
    entitlements.feature_key as feature,
    coalesce(plans.name, 'unknown plan') as plan,
    entitlements.enabled as granted,
    entitlements."limit" as most
from plan_entitlements as entitlements
left join plans on entitlements.plan_id = plans.id
order by feature, plans.price_monthly, plan
