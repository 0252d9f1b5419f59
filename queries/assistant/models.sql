select
    coalesce(model, 'unknown') as model,
    count(*) as requests,
    sum(input_tokens) as input_tokens,
    sum(output_tokens) as output_tokens,
    (sum(cost_cents) / 100)::decimal(18, 2) as cost,
    (quantile_cont(cost_cents, 0.5) / 100)::decimal(18, 4) as p50,
    (quantile_cont(cost_cents, 0.95) / 100)::decimal(18, 4) as p95,
    (quantile_cont(cost_cents, 0.99) / 100)::decimal(18, 4) as p99
from al_usage_logs
where created_at >= $since and created_at < $until
group by all
order by cost desc nulls last, model
