-- What the live views of events count, by their formulas.
with approved as (
    select
        city,
        state,
        start_date >= timezone('UTC', $as_of::timestamptz)::date as is_upcoming
    from events
    where status = 'approved' and city is not null and state is not null
),

by_city as (
    select
        count(distinct row(city, state)) as spellings,
        count(*) filter (where is_upcoming) as upcoming
    from approved
),

stored as (
    select
        count(*) filter (where total_event_count >= 1) as cities,
        sum(total_event_count) as events
    from target_cities
),

recurring as (
    select count(*) as series from event_series
)

select
    by_city.spellings,
    by_city.upcoming,
    stored.cities,
    stored.events,
    recurring.series
from by_city
cross join stored
cross join recurring
