-- What a metric's facts add up to in each period and in the whole range.
select
    period,
    sum(amount)::decimal(18, 4) as value
from (
    select
        amount,
        date_trunc($grain, timezone($timezone, moment))::date as period
    from facts
    where moment >= $since and moment < $until
) as dated
group by grouping sets ((period), ())
