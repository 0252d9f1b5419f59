select table_name, column_name, reason, rows
from meta.uncarried
where rows > 0
order by table_name, column_name, reason
