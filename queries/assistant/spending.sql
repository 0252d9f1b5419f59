-- Tokens and cost of each person within the range; requests of nobody are one row.
select
    logs.user_id::varchar as user_id,
    any_value(profiles.subscription_tier) as tier,
    count(*) as requests,
    sum(logs.input_tokens) as input_tokens,
    sum(logs.output_tokens) as output_tokens,
    (sum(logs.cost_cents) / 100)::decimal(18, 2) as cost
from al_usage_logs as logs
left join user_profiles as profiles on logs.user_id = profiles.id
where logs.created_at >= $since and logs.created_at < $until
group by logs.user_id
order by cost desc nulls last, user_id
