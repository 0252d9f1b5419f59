-- Changes of a stock by period; those before the range come without one.
select
    case
        when moment >= $since
            then date_trunc($grain, timezone($timezone, moment))::date
    end as period,
    sum(amount)::decimal(18, 2) as value
from facts
where moment < $until
group by all
