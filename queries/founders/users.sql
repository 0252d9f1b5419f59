-- Changes of the number of registered people: sign-ups by period, those before the range without one.
select
    case
        when created_at >= $start
            then date_trunc($grain, timezone($timezone, created_at))::date
    end as period,
    count(*) as value
from user_profiles
where created_at < $end and is_staff is distinct from true
group by all
