with sessions as (
    select
        session,
        count(*) filter (where source = 'page_views') as views,
        count(*) filter (where source = 'click_events') as clicks,
        count(*) filter (
            where source = 'user_events' and name not in ('session_start', 'page_view_reported')
        ) as acts,
        coalesce(sum(seconds) filter (where source = 'page_engagement'), 0) as active
    from stream
    group by session
),

placed as (
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
        stream.session,
        stream.happened_at,
        stream.load_ms,
        stream.depth,
        stream.seconds,
        row_number()
            over (
                partition by stream.session, stream.source
                order by stream.happened_at, stream.source_id
            )
            as place,
        row_number() over (
            partition by stream.session, stream.source
            order by stream.happened_at desc, stream.source_id desc
        ) as place_from_end
    from stream
    where stream.source in ('page_views', 'page_engagement', 'click_events')
),

rows as (
    select
        placed.*,
        placed.kind = 'page_views' as view,
        placed.kind = 'page_views' and placed.place = 1 as entrance,
        placed.kind = 'page_views' and placed.place_from_end = 1 as exit,
        sessions.views = 1
        and sessions.clicks = 0
        and sessions.acts = 0
        and sessions.active < $engaged_seconds as bounce
    from placed
    inner join sessions on placed.session = sessions.session
    where placed.happened_at >= $start and placed.happened_at < $until
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
