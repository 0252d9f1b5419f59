-- All jobs by kind: the share that succeeded is of all that ended, not of the newest few.
select
    coalesce(job_type, 'unknown') as job_type,
    count(*) as jobs,
    count(*) filter (where status = 'pending') as pending,
    count(*) filter (where status = 'running') as running,
    count(*) filter (where status = 'completed') as completed,
    count(*) filter (where status = 'failed') as failed,
    count(*) filter (where status = 'pending' and scheduled_for < $as_of) as missed,
    count(*) filter (where attempts > 1) as retried,
    completed / nullif(completed + failed, 0) as success_rate,
    min(created_at) filter (where status in ('pending', 'running')) as oldest_open,
    max(completed_at) filter (where status = 'completed') as last_success
from scrape_jobs
group by all
order by failed desc, jobs desc, job_type
