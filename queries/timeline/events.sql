select
    stream.happened_at,
    stream.name::varchar as what,
    stream.session::bigint as session,
    stream.source::varchar as source,
    stream.source_id,
    stream.device::varchar as device,
    coalesce(
        stream.page,
        stream.properties ->> 'car_slug'
    )::varchar as about,
    case
        when stream.source = 'click_events'
            then concat_ws(' ', stream.element_type, stream.element)
        when stream.source = 'page_engagement'
            then concat_ws(', ', stream.depth || ' % read', round(stream.seconds) || ' s')
        when stream.source = 'page_views'
            then concat_ws(' ', stream.utm_source, stream.utm_medium, stream.referrer)
        when stream.source = 'user_events' then stream.properties
    end as details
from stream
inner join actors on stream.actor = actors.actor
where
    actors.actor_key = $actor_key
    and stream.happened_at >= $start
    and stream.happened_at < $until
order by stream.happened_at desc, what, stream.source_id
limit $most
