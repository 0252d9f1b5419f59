select
    series.id::varchar as id,
    series.name,
    series.recurrence_rule,
    types.name as event_type,
    series.venue_name,
    series.city,
    series.state,
    series.start_date,
    series.timezone
from event_series as series
left join event_types as types on series.event_type_id = types.id
order by series.name, series.id
