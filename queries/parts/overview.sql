-- The catalogue of parts in one row; shares are null where there is nothing to share out.
with fitted as (
    select distinct part_id from part_fitments
),

priced as (
    select distinct part_id from part_pricing_snapshots
),

of_parts as (
    select
        count(*) as parts,
        count(*) filter (
            where coalesce(lower(trim(parts.category)), '') in ('', 'other', 'unknown')
        ) as uncategorised,
        count(*) filter (where fitted.part_id is null) as without_fitment,
        count(*) filter (where priced.part_id is null) as without_price
    from parts
    left join fitted on parts.id = fitted.part_id
    left join priced on parts.id = priced.part_id
),

of_fitments as (
    select
        count(*) as fitments,
        count(*) filter (where verified is distinct from true) as unverified,
        count(*) filter (where confidence < $unsure) as unsure
    from part_fitments
),

served as (
    select distinct car_id from part_fitments
),

of_cars as (
    select count(*) filter (where served.car_id is null) / nullif(count(*), 0) as without_share
    from cars
    left join served on cars.id = served.car_id
)

select
    of_parts.parts,
    of_parts.uncategorised / nullif(of_parts.parts, 0) as uncategorised_share,
    of_parts.without_fitment / nullif(of_parts.parts, 0) as without_fitment_share,
    of_parts.without_price / nullif(of_parts.parts, 0) as without_price_share,
    of_fitments.fitments,
    of_fitments.unverified / nullif(of_fitments.fitments, 0) as unverified_share,
    of_fitments.unsure / nullif(of_fitments.fitments, 0) as unsure_share,
    of_cars.without_share as cars_without_share
from of_parts
cross join of_fitments
cross join of_cars
