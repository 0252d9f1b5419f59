-- `stream` holds whole the sessions that lie within the range or reach into it. Their first and
-- last page views are so by the order of the stream: actor, time, row of the table.
with sessions as (
    select
        session,
        min(position) filter (where source = 'page_views') as entered,
        max(position) filter (where source = 'page_views') as left_by,
        count(*) filter (where source = 'page_views') = 1
        and count(*) filter (where source = 'click_events') = 0
        and count(*) filter (
            where source = 'user_events' and name not in ('session_start', 'page_view_reported')
        ) = 0
        and coalesce(sum(seconds) filter (where source = 'page_engagement'), 0) < $engaged_seconds
            as bounce
    from stream
    group by session
),

rows as (
    select
        coalesce(
            case $by
                when 'route' then stream.route::varchar when 'page' then stream.page::varchar else
                    stream.page_url
            end,
            'unknown'
        ) as station,
        stream.source::varchar as kind,
        stream.actor,
        stream.load_ms,
        stream.depth,
        stream.seconds,
        stream.source = 'page_views' as view,
        stream.position = sessions.entered as entrance,
        stream.position = sessions.left_by as exit,
        sessions.bounce
    from stream
    inner join sessions on stream.session = sessions.session
    where
        stream.source in ('page_views', 'page_engagement', 'click_events')
        and stream.happened_at >= $start
        and stream.happened_at < $until
)

select
    station,
    count(*) filter (where view) as views,
    count(distinct actor) filter (where view) as visitors,
    count(*) filter (where entrance) as entrances,
    count(*) filter (where exit) as exits,
    count(*) filter (where entrance and bounce) as bounces,
    count(*) filter (where kind = 'click_events') as clicks,
    count(seconds) filter (where kind = 'page_engagement') as readings,
    sum(seconds) filter (where kind = 'page_engagement') as active_seconds,
    median(seconds) filter (where kind = 'page_engagement') as median_seconds,
    quantile_cont(depth, 0.25) filter (where kind = 'page_engagement') as depth_25,
    quantile_cont(depth, 0.5) filter (where kind = 'page_engagement') as depth_50,
    quantile_cont(depth, 0.75) filter (where kind = 'page_engagement') as depth_75,
    quantile_cont(depth, 0.9) filter (where kind = 'page_engagement') as depth_90,
    count(load_ms) filter (where view) as loads,
    quantile_cont(load_ms, 0.75) filter (where view) as load_75,
    quantile_cont(load_ms, 0.95) filter (where view) as load_95,
    count(*) filter (where view and load_ms > $slow_ms) as slow
from rows
group by grouping sets ((station), ())
order by station is not null, views desc, station
