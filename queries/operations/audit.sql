-- The newest changes of the range; what changed is told where the rows may be seen.
with changes as (
    select
        changed_at,
        table_name,
        action,
        changed_by::varchar as changed_by,
        record_id::varchar as record_id,
        old_values::varchar as before,
        new_values::varchar as after,
        case
            when json_type(old_values) = 'OBJECT'
                then from_json(old_values, '"MAP(VARCHAR, JSON)"')
        end as old_fields,
        case
            when json_type(new_values) = 'OBJECT'
                then from_json(new_values, '"MAP(VARCHAR, JSON)"')
        end as new_fields
    from audit_log
    where changed_at >= $since and changed_at < $until
    order by changed_at desc nulls last, record_id
    limit 500
)

select
    changed_at,
    table_name,
    action,
    changed_by,
    case
        when old_fields is not null and new_fields is not null
            then array_to_string(
                list_sort(list_filter(
                    list_distinct(list_concat(map_keys(old_fields), map_keys(new_fields))),
                    lambda name: old_fields[name] is distinct from new_fields[name]
                )), ', '
            )
    end as changed,
    record_id,
    before,
    after
from changes
order by changed_at desc nulls last, record_id
