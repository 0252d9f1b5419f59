-- Who changed rows within the range; the system is one row.
select
    coalesce(changed_by::varchar, 'the system') as changed_by,
    count(*) as changes,
    count(distinct table_name) as tables,
    count(*) filter (where action = 'DELETE') as deleted,
    min(changed_at) as first_change,
    max(changed_at) as last_change
from audit_log
where changed_at >= $since and changed_at < $until
group by all
order by changes desc, changed_by
limit 500
