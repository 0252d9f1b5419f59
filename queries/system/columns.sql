select
    table_name,
    column_name,
    position,
    state,
    live_name,
    live_type,
    documented_type,
    conversion,
    setting,
    comment,
    mirrored,
    primary_key as is_key,
    references_column
from meta.columns
where $table_name is null or table_name = $table_name
order by table_name, position, column_name
