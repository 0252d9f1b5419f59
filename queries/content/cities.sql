-- One row per city with events that are approved and not over, each under one city: the one it
-- names, else the nearest of our cities within reach, else the place as it is written.
with coming as (
    select
        id,
        event_type_id,
        city,
        state,
        trim(regexp_replace(regexp_replace(
            strip_accents(lower(city)), '[^a-z0-9]+', ' ', 'g'
        ), '\bsaint\b', 'st', 'g')) as city_key,
        upper(trim(coalesce(state, ''))) as state_key,
        latitude::double as latitude,
        longitude::double as longitude,
        start_date,
        coalesce(end_date, start_date) as last_date,
        -- An event ends where it is held; a zone that does not exist is read as UTC.
        case
            when list_contains($zones, timezone) then timezone(timezone, $as_of::timestamptz)
            else timezone('UTC', $as_of::timestamptz)
        end::date as today
    from events
    where status = 'approved'
),

upcoming as (
    select *
    from coming
    where last_date >= today
),

ours as (
    select
        id,
        city,
        state,
        population,
        population_rank,
        region,
        latitude::double as latitude,
        longitude::double as longitude,
        total_event_count,
        trim(regexp_replace(regexp_replace(
            strip_accents(lower(city)), '[^a-z0-9]+', ' ', 'g'
        ), '\bsaint\b', 'st', 'g')) as city_key,
        upper(trim(coalesce(state, ''))) as state_key
    from target_cities
),

measured as (
    select
        upcoming.id as event_id,
        ours.id as city_id,
        pow(sin(radians(upcoming.latitude - ours.latitude) / 2), 2)
        + cos(radians(ours.latitude)) * cos(radians(upcoming.latitude))
        * pow(sin(radians(upcoming.longitude - ours.longitude) / 2), 2) as haversine
    from upcoming
    inner join ours
        -- A degree of latitude is 69 miles: what lies farther off is not measured.
        on abs(upcoming.latitude - ours.latitude) <= $miles / 69.0
),

near as (
    select
        event_id,
        city_id,
        3958.8 * 2 * asin(sqrt(least(1, haversine))) as miles
    from measured
    where 3958.8 * 2 * asin(sqrt(least(1, haversine))) <= $miles
),

named as (
    select
        upcoming.id as event_id,
        ours.id as city_id,
        -1.0 as miles
    from upcoming
    inner join ours on upcoming.city_key = ours.city_key and upcoming.state_key = ours.state_key
),

either_way as (
    select
        event_id,
        city_id,
        miles
    from near
    union all
    select
        event_id,
        city_id,
        miles
    from named
),

belongs as (
    select
        event_id,
        arg_min(city_id, (miles, city_id)) as city_id
    from either_way
    group by event_id
),

of_ours as (
    select
        belongs.city_id,
        count(*) as upcoming,
        min(upcoming.start_date) as next_date,
        count(distinct upcoming.event_type_id) as event_types
    from belongs
    inner join upcoming on belongs.event_id = upcoming.id
    group by belongs.city_id
),

within_reach as (
    select
        city_id,
        count(*) as nearby,
        min(miles) as nearest_miles
    from near
    group by city_id
)

select
    coalesce(ours.city, '') as city,
    ours.state,
    ours.region,
    ours.population,
    ours.population_rank,
    ours.latitude,
    ours.longitude,
    coalesce(of_ours.upcoming, 0) as upcoming,
    of_ours.next_date,
    coalesce(of_ours.event_types, 0) as event_types,
    coalesce(of_ours.upcoming, 0) * 100000.0 / nullif(ours.population, 0) as per_100k,
    coalesce(within_reach.nearby, 0) as nearby,
    within_reach.nearest_miles,
    ours.total_event_count as recorded_events
from ours
left join of_ours on ours.id = of_ours.city_id
left join within_reach on ours.id = within_reach.city_id
union all
select
    min(upcoming.city) as city,
    nullif(upcoming.state_key, '') as state,
    null as region,
    null as population,
    null as population_rank,
    avg(upcoming.latitude) as latitude,
    avg(upcoming.longitude) as longitude,
    count(*) as upcoming,
    min(upcoming.start_date) as next_date,
    count(distinct upcoming.event_type_id) as event_types,
    null as per_100k,
    count(*) as nearby,
    null as nearest_miles,
    null as recorded_events
from upcoming
left join belongs on upcoming.id = belongs.event_id
where belongs.event_id is null and upcoming.city_key <> ''
group by upcoming.city_key, upcoming.state_key
order by population_rank nulls last, city, state
