-- Cars by what people do with them: each counted over all time, people once.
with acts as (
    select matched_car_slug as car_slug, user_id, 'owned' as kind from user_vehicles
    union all
    select car_slug, user_id, 'saved' as kind from user_favorites
    union all
    select car_slug, user_id, 'built' as kind from user_projects
)

select
    coalesce(acts.car_slug, 'not matched') as car_slug,
    any_value(cars.brand) as brand,
    count(*) filter (where acts.kind = 'owned') as vehicles,
    count(distinct if(acts.kind = 'owned', acts.user_id, null)) as owners,
    count(distinct if(acts.kind = 'saved', acts.user_id, null)) as saved_by,
    count(*) filter (where acts.kind = 'built') as builds,
    count(distinct acts.user_id) as people
from acts
left join cars on acts.car_slug = cars.slug
group by acts.car_slug
order by people desc, car_slug
