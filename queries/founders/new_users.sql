select
    date_trunc($grain, timezone($timezone, created_at))::date as period,
    count(*) as value
from user_profiles
where created_at >= $since and created_at < $until and is_staff is distinct from true
group by grouping sets ((period), ())
