-- Work by the car it is about, each piece once a car; work that names none is left out.
with named as (
    select
        pipeline,
        work_id,
        state,
        is_stuck,
        came_at,
        unnest(car_ids) as car_id,
        unnest(car_slugs) as car_slug
    from facts
),

placed as (
    select distinct
        named.pipeline,
        named.work_id,
        coalesce(by_id.car, by_name.car) as car,
        named.state,
        named.came_at,
        named.is_stuck
    from named
    left join units as by_id on named.car_id = by_id.id
    left join names as by_name
        on lower(trim(named.car_slug)) = by_name.name and by_name.rank < 2
    where coalesce(by_id.car, by_name.car) is not null
)

select
    car as slug,
    count(*) filter (where state in ('waiting', 'under way')) as open,
    count(*) filter (where state in ('waiting', 'under way') and pipeline = 'Videos') as videos,
    count(*) filter (where state in ('waiting', 'under way') and pipeline = 'Jobs') as jobs,
    count(*) filter (where state in ('waiting', 'under way') and pipeline = 'Forum threads')
        as threads,
    count(*) filter (where state in ('waiting', 'under way') and pipeline = 'Documents')
        as documents,
    count(*) filter (where is_stuck) as stuck,
    count(*) filter (where state = 'failed') as failed,
    min(came_at) filter (where state in ('waiting', 'under way')) as oldest_open
from placed
group by car
having open > 0 or failed > 0
order by open desc, failed desc, slug
