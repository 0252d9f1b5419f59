select
    'Video ingestion' as queue,
    coalesce(status, 'unknown') as status,
    count(*) as waiting,
    avg(attempts) as attempts,
    min(created_at) as oldest
from youtube_ingestion_queue
group by all
union all
select
    'Forum threads' as queue,
    coalesce(processing_status, 'unknown') as status,
    count(*) as waiting,
    null as attempts,
    min(created_at) as oldest
from forum_scraped_threads
group by all
union all
select
    'Events to approve' as queue,
    coalesce(status, 'unknown') as status,
    count(*) as waiting,
    null as attempts,
    min(created_at) as oldest
from events
group by all
order by queue, waiting desc, status
