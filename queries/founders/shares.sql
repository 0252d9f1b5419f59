-- Which share of a metric's facts holds, in each period and in the whole range.
select
    period,
    (sum(amount) / nullif(count(amount), 0))::decimal(18, 6) as value
from (
    select
        amount,
        date_trunc($grain, timezone($timezone, moment))::date as period
    from facts
    where moment >= $since and moment < $until
) as dated
group by grouping sets ((period), ())
