-- Cars of each make for which no part is known to fit, and those whose fitments nobody confirmed.
with fitted as (
    select
        car_id,
        count(distinct part_id) as parts,
        bool_or(verified is true) as confirmed
    from part_fitments
    group by car_id
)

select
    coalesce(cars.brand, 'unknown') as make,
    count(*) as cars,
    count(*) filter (where fitted.car_id is null) as without_fitments,
    count(*) filter (where fitted.car_id is null) / count(*) as without_share,
    count(*) filter (where not fitted.confirmed) as none_verified,
    median(coalesce(fitted.parts, 0)) as median_parts
from cars
left join fitted on cars.id = fitted.car_id
group by coalesce(cars.brand, 'unknown')
order by without_fitments desc, make
