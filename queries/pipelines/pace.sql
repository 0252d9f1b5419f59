-- How much came in, ended well and failed, by pipeline and period.
with moments as (
    select
        pipeline,
        came_at as moment,
        'came' as what
    from facts
    union all
    select
        pipeline,
        ended_at as moment,
        state as what
    from facts
    where state in ('done', 'failed')
)

select
    pipeline,
    date_trunc($grain, timezone($timezone, moment))::date as period,
    count(*) filter (where what = 'came') as came,
    count(*) filter (where what = 'done') as done,
    count(*) filter (where what = 'failed') as failed
from moments
where moment >= $since and moment < $until
group by all
order by pipeline, period
