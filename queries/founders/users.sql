-- Sign-ups by period; those before the range come without one.
select
    case
        when created_at >= $since
            then date_trunc($grain, timezone($timezone, created_at))::date
    end as period,
    count(*) as value
from user_profiles
where created_at < $until and is_staff is distinct from true
group by all
