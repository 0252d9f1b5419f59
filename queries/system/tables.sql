select
    table_name,
    domain,
    documented,
    found,
    live_name,
    rows,
    rows_exact,
    documented_rows,
    columns as live_columns,
    documented_columns,
    documented_columns_at_least,
    bytes,
    refreshed_at,
    mode,
    seconds,
    newest_event,
    hidden,
    primary_key as key_columns,
    comment
from meta.tables
order by documented desc, domain nulls last, table_name
