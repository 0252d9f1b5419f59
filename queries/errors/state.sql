-- What changes when the recorded errors do; rates and states move on with the hour of the snapshot.
select
    tables.table_name,
    tables.rows as row_count,
    tables.newest_event,
    tables.fingerprint,
    date_trunc('hour', refresh.snapshot_at) as day
from meta.tables as tables
cross join meta.refresh as refresh
where tables.table_name in ('application_errors', 'user_feedback')
order by tables.table_name
