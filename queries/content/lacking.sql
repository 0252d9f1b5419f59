-- What the live schema or our role withholds: single columns, and whole tables (no column named).
select
    table_name,
    column_name
from meta.columns
where state = 'unbound'
union all
select
    table_name,
    null as column_name
from meta.tables
where documented and (not found or mode in ('hidden', 'unreadable'))
