select
    count(*) as answers,
    count(latency_ms) as timed,
    quantile_cont(latency_ms, 0.5) / 1000 as p50,
    quantile_cont(latency_ms, 0.95) / 1000 as p95
from al_messages
where role = 'assistant' and created_at >= $since and created_at < $until
