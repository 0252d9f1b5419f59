-- Jobs that failed and were not run again, the newest first.
select
    id::varchar as job_id,
    job_type,
    car_slug,
    attempts,
    error_message,
    created_at,
    completed_at
from scrape_jobs
where status = 'failed'
order by completed_at desc nulls last, job_id
limit 500
