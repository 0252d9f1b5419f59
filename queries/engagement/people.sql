with chosen as (
    select
        stream.actor,
        stream.source::varchar as kind,
        stream.happened_at,
        coalesce(
            case $by
                when 'route' then stream.route::varchar when 'page' then stream.page::varchar else
                    stream.page_url
            end,
            'unknown'
        ) as station
    from stream
    where
        stream.source in ('page_views', 'click_events')
        and stream.happened_at >= $start
        and stream.happened_at < $until
)

select
    actors.actor_key,
    actors.user_id,
    actors.tier,
    count(*) filter (where chosen.kind = 'page_views') as views,
    count(*) filter (where chosen.kind = 'click_events') as clicks,
    max(chosen.happened_at) as last_at
from chosen
inner join actors on chosen.actor = actors.actor
where $station is null or chosen.station = $station
group by actors.actor_key, actors.user_id, actors.tier
order by views desc, clicks desc, last_at desc, actors.actor_key
