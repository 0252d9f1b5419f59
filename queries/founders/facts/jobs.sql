-- One row per job that ended: 1 when it succeeded.
select
    id as actor,
    coalesce(completed_at, started_at, created_at) as moment,
    if(status = 'completed', 1, 0) as amount,
    null::varchar as who,
    concat_ws(': ', job_type, status) as what,
    if($by = 'type', job_type, null) as segment
from scrape_jobs
where status in ('completed', 'failed')
