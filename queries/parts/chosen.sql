-- Parts that people put into their builds, what they cost then and what is asked now.
with newest as (
    select
        part_id,
        arg_max(price_cents, (recorded_at, id)) as price_cents,
        max(recorded_at) as recorded_at
    from part_pricing_snapshots
    group by part_id
),

fits as (
    select distinct part_id, car_id from part_fitments
),

picks as (
    select
        picked.part_id,
        picked.part_name,
        picked.brand_name,
        picked.project_id,
        picked.quantity,
        picked.price_cents,
        projects.user_id,
        coalesce(projects.car_id, cars.id) as car_id
    from user_project_parts as picked
    left join user_projects as projects on picked.project_id = projects.id
    left join cars on projects.car_slug = cars.slug
)

select
    coalesce(any_value(parts.name), min(picks.part_name), 'unknown') as part,
    coalesce(any_value(parts.brand_name), min(picks.brand_name)) as brand,
    any_value(parts.category) as category,
    any_value(parts.id) is not null as in_catalogue,
    count(distinct picks.project_id) as builds,
    count(distinct picks.user_id) as people,
    sum(picks.quantity)::bigint as pieces,
    count(*) filter (where picks.car_id is not null and fits.part_id is null) as not_known_to_fit,
    (median(picks.price_cents) / 100)::double as price_chosen,
    any_value(newest.price_cents) / 100 as price_now,
    any_value(newest.recorded_at) as price_read
from picks
left join parts on picks.part_id = parts.id
left join fits on picks.part_id = fits.part_id and picks.car_id = fits.car_id
left join newest on picks.part_id = newest.part_id
group by picks.part_id, if(picks.part_id is null, picks.part_name, null)
order by builds desc, part
limit 500
