with rows as (
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
        coalesce(nullif(trim(stream.element::varchar), ''), 'unknown') as element,
        coalesce(stream.element_type::varchar, 'unknown') as element_type
    from stream
    where
        stream.source in ('page_views', 'click_events')
        and stream.happened_at >= $start
        and stream.happened_at < $until
),

chosen as (
    select *
    from rows
    where $station is null or station = $station
),

viewers as (
    select distinct actor
    from chosen
    where kind = 'page_views'
),

seen as (
    select count(*) as visitors
    from viewers
)

select
    chosen.element,
    chosen.element_type,
    count(*) as clicks,
    count(distinct chosen.actor) as people,
    count(distinct viewers.actor) / nullif(any_value(seen.visitors), 0) as share
from chosen
cross join seen
left join viewers on chosen.actor = viewers.actor
where chosen.kind = 'click_events'
group by chosen.element, chosen.element_type
order by clicks desc, chosen.element, chosen.element_type
