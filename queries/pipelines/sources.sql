-- Work by where it comes from: a channel, a kind of job, a forum, a kind of document.
select
    pipeline,
    source,
    count(*) as work,
    count(*) filter (where state in ('waiting', 'under way')) as open,
    case when pipeline <> 'Documents' then count(*) filter (where is_stuck) end as stuck,
    count(*) filter (where state = 'done') as done,
    case
        when pipeline <> 'Documents' then count(*) filter (where state = 'failed')
    end as failed,
    case
        when pipeline <> 'Documents'
            then
                count(*) filter (where state = 'failed')
                / nullif(count(*) filter (where state in ('done', 'failed')), 0)
    end as failed_share,
    min(came_at) filter (where state in ('waiting', 'under way')) as oldest_open,
    max(ended_at) filter (where state = 'done') as last_done
from facts
group by pipeline, source
order by open desc, failed desc nulls last, pipeline, source
