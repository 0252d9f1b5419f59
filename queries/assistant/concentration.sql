-- How unevenly the cost of the range falls on people.
with people as (
    select user_id, sum(cost_cents) as cents from al_usage_logs
    where user_id is not null and created_at >= $since and created_at < $until
    group by user_id
),

ranked as (
    select
        cents,
        row_number() over (order by cents desc) as place,
        count(*) over () as counted
    from people
)

select
    count(*) as people,
    (quantile_cont(cents, 0.5) / 100)::decimal(18, 2) as p50,
    (quantile_cont(cents, 0.95) / 100)::decimal(18, 2) as p95,
    (quantile_cont(cents, 0.99) / 100)::decimal(18, 2) as p99,
    sum(cents) filter (where place <= ceil(counted / 100)) / nullif(sum(cents), 0) as top_share
from ranked
