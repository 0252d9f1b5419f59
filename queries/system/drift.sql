select first_seen, kind, table_name, column_name, words
from meta.drift
order by first_seen desc, table_name, column_name
