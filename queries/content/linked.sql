-- The latest of what is linked to one car: videos, insights, its places in the queue and its jobs.
with said as (
    select
        'video' as kind,
        linked.car_id,
        linked.car_slug,
        videos.title,
        videos.channel_name as origin,
        coalesce(videos.processing_status, 'processed') as state,
        coalesce(videos.published_at, videos.created_at) as made_at
    from youtube_video_car_links as linked
    inner join youtube_videos as videos on linked.video_id = videos.video_id
    union all
    select
        'insight' as kind,
        car_id,
        car_slug,
        title,
        source_forum as origin,
        insight_type as state,
        created_at as made_at
    from community_insights
    union all
    select
        'queued video' as kind,
        null as car_id,
        target_car_slug as car_slug,
        video_id as title,
        discovered_via as origin,
        status as state,
        created_at as made_at
    from youtube_ingestion_queue
    union all
    select
        'job' as kind,
        car_id,
        car_slug,
        job_type as title,
        array_to_string(sources_attempted, ', ') as origin,
        status as state,
        coalesce(completed_at, created_at) as made_at
    from scrape_jobs
)

select distinct
    said.kind,
    said.title,
    said.origin,
    said.state,
    said.made_at
from said
left join units as by_id on said.car_id = by_id.id::uuid
left join names as by_name on lower(trim(said.car_slug)) = by_name.name and by_name.rank < 2
where coalesce(by_id.car, by_name.car) = $slug
order by said.made_at desc nulls last, said.kind, said.title
limit 200
