-- Videos whose ingestion failed, the most often tried first.
select
    id::varchar as queue_id,
    video_id,
    target_car_slug,
    attempts,
    error_message,
    created_at,
    processed_at
from youtube_ingestion_queue
where status = 'failed'
order by attempts desc nulls last, created_at, queue_id
limit 500
