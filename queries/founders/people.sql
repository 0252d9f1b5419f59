-- How many different ones in each period and in the whole range, of the facts of a metric.
select
    period,
    count(distinct actor) as value
from (
    select
        actor,
        date_trunc($grain, timezone($timezone, moment))::date as period
    from facts
    where moment >= $since and moment < $until
) as dated
group by grouping sets ((period), ())
