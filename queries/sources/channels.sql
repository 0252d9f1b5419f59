-- What each channel gave: videos read, cars they speak of, videos that wait. Channels that only
-- videos or the queue name are not registered.
with linked as (
    select
        video_id,
        count(distinct coalesce(car_id::varchar, car_slug)) as cars
    from youtube_video_car_links
    group by video_id
),

videos as (
    select
        read.channel_id,
        any_value(read.channel_name) as channel_name,
        count(*) as videos,
        count(*) filter (where linked.video_id is not null) as linked_videos,
        sum(linked.cars)::bigint as links,
        count(*) filter (
            where read.processing_status in ('failed', 'rejected', 'no_transcript')
        ) as unusable,
        avg(read.quality_score)::double as quality,
        max(read.published_at) as newest
    from youtube_videos as read
    left join linked on read.video_id = linked.video_id
    group by read.channel_id
),

reached as (
    select
        read.channel_id,
        count(distinct coalesce(links.car_id::varchar, links.car_slug)) as cars
    from youtube_videos as read
    inner join youtube_video_car_links as links on read.video_id = links.video_id
    group by read.channel_id
),

queued as (
    select
        channel_id,
        count(*) filter (where status in ('pending', 'processing')) as waiting,
        count(*) filter (where status = 'failed') as failed
    from youtube_ingestion_queue
    group by channel_id
),

named as (
    select channel_id from youtube_channels
    union
    select channel_id from videos
    union
    select channel_id from queued
)

select
    coalesce(channels.channel_name, videos.channel_name, named.channel_id, 'unknown') as channel,
    channels.channel_id is not null as registered,
    channels.credibility_tier as credibility,
    channels.auto_ingest as taken_in_unasked,
    coalesce(videos.videos, 0) as videos,
    videos.linked_videos / nullif(videos.videos, 0) as linked_share,
    coalesce(reached.cars, 0) as cars,
    coalesce(videos.links, 0) / nullif(videos.videos, 0) as cars_per_video,
    videos.quality,
    coalesce(videos.unusable, 0) as unusable,
    videos.newest,
    coalesce(queued.waiting, 0) as waiting,
    coalesce(queued.failed, 0) as failed
from named
left join youtube_channels as channels on named.channel_id = channels.channel_id
left join videos on named.channel_id is not distinct from videos.channel_id
left join reached on named.channel_id is not distinct from reached.channel_id
left join queued on named.channel_id is not distinct from queued.channel_id
order by videos desc, cars desc, channel, named.channel_id
