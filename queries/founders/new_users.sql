select
    date_trunc($grain, timezone($timezone, created_at))::date as period,
    count(*) as value
from user_profiles
where created_at >= $start and created_at < $end and is_staff is distinct from true
group by grouping sets ((period), ())
