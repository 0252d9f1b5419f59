-- One row per deed of a person that shows interest in a car, at any time, staff left out.
with acted as (
    select
        'favorites' as signal,
        user_id,
        car_id,
        car_slug,
        created_at
    from user_favorites
    union all
    select
        'garages' as signal,
        user_id,
        matched_car_id as car_id,
        matched_car_slug as car_slug,
        created_at
    from user_vehicles
    union all
    select
        'projects' as signal,
        user_id,
        car_id,
        car_slug,
        created_at
    from user_projects
    union all
    select
        'conversations' as signal,
        user_id,
        initial_car_id as car_id,
        initial_car_slug as car_slug,
        created_at
    from al_conversations
),

people as (
    select
        coalesce(by_id.car, by_name.car) as car,
        acted.signal,
        acted.user_id::varchar as person,
        acted.created_at as done_at
    from acted
    left join user_profiles as profiles on acted.user_id = profiles.id
    left join units as by_id on acted.car_id = by_id.id::uuid
    left join names as by_name on lower(trim(acted.car_slug)) = by_name.name and by_name.rank < 2
    where
        acted.created_at is not null
        and acted.user_id is not null
        and ($count_staff or not coalesce(profiles.is_staff, false))
)

select distinct
    car,
    signal,
    person,
    done_at
from people
where car is not null
order by car, signal, person, done_at
