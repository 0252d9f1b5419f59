-- Jobs, videos in the queue and e-mails that failed, by what they said.
with failed as (
    select
        'scrape_jobs' as source,
        job_type as kind,
        error_message as message,
        coalesce(completed_at, created_at) as happened_at
    from scrape_jobs
    where status = 'failed'
    union all
    select
        'youtube_ingestion_queue' as source,
        discovered_via as kind,
        error_message as message,
        coalesce(processed_at, created_at) as happened_at
    from youtube_ingestion_queue
    where status = 'failed'
    union all
    select
        'email_logs' as source,
        template_slug as kind,
        coalesce(error_message, status) as message,
        coalesce(sent_at, created_at) as happened_at
    from email_logs
    where status in ('failed', 'bounced', 'complained')
)

select
    source,
    kind,
    left(message, 1000) as message,
    count(*) as failures,
    max(happened_at) as last_at
from failed
where happened_at >= $since and happened_at < $until
group by source, kind, message
order by failures desc
