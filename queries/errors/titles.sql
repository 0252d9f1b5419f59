-- What the newest row of some issues says.
select
    id::varchar as id,
    left(error_message, 1000) as message
from application_errors
where id in (select wanted.id::uuid from wanted)
