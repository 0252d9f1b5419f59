-- Events that nobody approved or rejected yet, the soonest first.
select
    id::varchar as event_id,
    name,
    start_date,
    city,
    state,
    status,
    source_url,
    created_at
from events
where coalesce(status, 'pending') not in ('approved', 'rejected', 'cancelled', 'expired')
order by start_date nulls last, event_id
limit 500
