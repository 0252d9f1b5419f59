-- One row per piece of work that a pipeline took in, how it stands, and which cars it is about.
with cut as (
    select
        document_id,
        min(created_at) as first_at
    from document_chunks
    group by document_id
),

work as (
    select
        'Videos' as pipeline,
        queue.id::varchar as work_id,
        coalesce(channels.channel_name, queue.channel_id, 'unknown') as source,
        case
            when queue.status = 'pending' then 'waiting'
            when queue.status = 'processing' then 'under way'
            when queue.status in ('completed', 'processed') then 'done'
            when queue.status = 'failed' then 'failed'
            when queue.status in ('skipped', 'rejected') then 'left out'
            else 'unknown'
        end as state,
        queue.video_id as piece,
        null::varchar as job,
        coalesce(queue.attempts, 0) as attempts,
        queue.created_at as came_at,
        null::timestamptz as begun_at,
        null::timestamptz as due_at,
        queue.processed_at as ended_at,
        [null::varchar] as car_ids,
        [queue.target_car_slug] as car_slugs
    from youtube_ingestion_queue as queue
    left join youtube_channels as channels on queue.channel_id = channels.channel_id
    union all
    select
        'Jobs' as pipeline,
        id::varchar as work_id,
        coalesce(job_type, 'unknown') as source,
        case
            when status = 'pending' then 'waiting'
            when status = 'running' then 'under way'
            when status = 'completed' then 'done'
            when status = 'failed' then 'failed'
            else 'unknown'
        end as state,
        null as piece,
        job_type as job,
        coalesce(attempts, 0) as attempts,
        created_at as came_at,
        started_at as begun_at,
        scheduled_for as due_at,
        completed_at as ended_at,
        [car_id::varchar] as car_ids,
        [car_slug] as car_slugs
    from scrape_jobs
    union all
    select
        'Forum threads' as pipeline,
        threads.id::varchar as work_id,
        coalesce(forums.slug, 'unknown') as source,
        case
            when threads.processing_status = 'pending' then 'waiting'
            when threads.processing_status = 'processing' then 'under way'
            when threads.processing_status in ('completed', 'no_insights') then 'done'
            when threads.processing_status = 'failed' then 'failed'
            else 'unknown'
        end as state,
        threads.id::varchar as piece,
        null as job,
        0 as attempts,
        threads.created_at as came_at,
        null as begun_at,
        null as due_at,
        threads.processed_at as ended_at,
        -- An id and a slug in the same place need not mean the same car.
        list_concat(
            list_transform(coalesce(threads.car_slugs_detected, []), lambda slug: null::varchar),
            threads.car_ids_detected::varchar[]
        ) as car_ids,
        list_concat(
            threads.car_slugs_detected,
            list_transform(coalesce(threads.car_ids_detected, []), lambda id: null::varchar)
        ) as car_slugs
    from forum_scraped_threads as threads
    left join forum_sources as forums on threads.forum_source_id = forums.id
    union all
    select
        'Documents' as pipeline,
        documents.id::varchar as work_id,
        coalesce(documents.source_type, 'unknown') as source,
        if(cut.document_id is null, 'waiting', 'done') as state,
        documents.id::varchar as piece,
        null as job,
        0 as attempts,
        documents.created_at as came_at,
        null as begun_at,
        null as due_at,
        cut.first_at as ended_at,
        [null::varchar] as car_ids,
        [documents.metadata ->> 'car_slug'] as car_slugs
    from source_documents as documents
    left join cut on documents.id = cut.document_id
)

select
    *,
    coalesce(
        (
            state = 'under way'
            and coalesce(begun_at, came_at) < $as_of::timestamptz - interval 1 day
        )
        or (state = 'waiting' and due_at < $as_of::timestamptz - interval 1 day)
        or (state = 'waiting' and attempts >= $tries),
        false
    ) as is_stuck
from work
