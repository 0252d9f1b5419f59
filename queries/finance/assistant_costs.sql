-- What language models cost in a range by the log of their use, in currency units.
select
    coalesce(model, 'unknown') as model,
    count(*) as requests,
    (sum(coalesce(cost_cents, 0))::decimal(36, 0) * 0.01)::decimal(38, 2) as amount
from al_usage_logs
where
    (created_at at time zone 'UTC')::date between $first and $last
group by all
order by amount desc, model
