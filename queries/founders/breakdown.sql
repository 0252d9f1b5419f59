-- The value of a metric for each segment:
-- a stock at the end of the range, everything else within it.
select
    coalesce(segment, 'unknown') as segment,
    case $measured
        when 'people' then count(distinct actor)::decimal(18, 4)
        when 'share' then (sum(amount) / nullif(count(amount), 0))::decimal(18, 4)
        else sum(amount)::decimal(18, 4)
    end as value,
    count(amount) as facts
from facts
where moment < $until and (moment >= $since or $measured = 'stock')
group by all
order by value desc nulls last, segment
limit $most
