select
    changed_at,
    table_name,
    action,
    changed_by::varchar as changed_by,
    record_id::varchar as record_id,
    old_values::varchar as before,
    new_values::varchar as after
from audit_log
where changed_at >= $since and changed_at < $until
order by changed_at desc nulls last, record_id
limit 500
