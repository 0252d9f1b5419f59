-- The last events of some people up to a moment.
with people as (
    select
        unnest($users) as user_id,
        unnest($moments) as moment
)

select
    people.user_id,
    people.moment,
    stream.happened_at,
    stream.name::varchar as name,
    stream.page::varchar as page,
    stream.element::varchar as element,
    stream.device::varchar as device
from people
inner join actors on people.user_id = actors.user_id
inner join stream
    on actors.actor = stream.actor and people.moment >= stream.happened_at
qualify
    row_number() over (partition by people.user_id order by stream.happened_at desc) <= $most
order by people.moment desc, people.user_id, stream.happened_at
