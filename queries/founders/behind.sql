-- The newest facts behind a metric.
select
    moment,
    what,
    who,
    actor::varchar as record,
    amount::decimal(18, 4) as amount
from facts
where moment < $until and (moment >= $since or $measured = 'stock')
order by moment desc, record
limit $most
