-- Services that people logged against the schedule of their car: when each is due again. A logged
-- service is a scheduled one whose name holds all its words that name a thing.
with logged as (
    select
        user_vehicle_id,
        list_filter(
            regexp_split_to_array(lower(service_type), '[^a-z0-9]+'),
            lambda word: length(word) > 2 and not list_contains(
                ['and', 'new', 'the', 'change', 'service', 'replacement', 'replaced'], word
            )
        ) as words,
        max(service_date) as last_date,
        max(odometer_reading) as last_miles
    from user_service_logs
    group by all
),

scheduled as (
    select
        vehicles.id as vehicle_id,
        vehicles.matched_car_slug as car_slug,
        intervals.service_name as service,
        intervals.is_critical,
        logged.last_date as last_done,
        logged.last_date + to_months(intervals.interval_months::integer) as due_on,
        logged.last_miles + intervals.interval_miles - vehicles.current_mileage as miles_left
    from logged
    inner join user_vehicles as vehicles on logged.user_vehicle_id = vehicles.id
    inner join vehicle_service_intervals as intervals
        on
            vehicles.matched_car_slug = intervals.car_slug
            and list_bool_and(
                list_transform(
                    logged.words, lambda word: contains(lower(intervals.service_name), word)
                )
            )
)

select
    vehicle_id::varchar as vehicle_id,
    car_slug,
    service,
    is_critical,
    last_done,
    due_on::date as due_on,
    miles_left,
    coalesce(due_on <= $today, false) or coalesce(miles_left <= 0, false) as due
from scheduled
order by due desc, due_on nulls last, vehicle_id, service
limit 500
