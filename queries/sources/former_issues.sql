-- Known problems in the table that car_issues replaced, by whether they were carried over.
with present as (
    select distinct
        car_slug,
        lower(title) as title
    from car_issues
)

select
    count(*) as former_issues,
    count(distinct issues.car_slug) as cars,
    count(*) filter (where present.title is null) as not_carried,
    count(present.title) / nullif(count(*), 0) as carried_share
from vehicle_known_issues as issues
left join present on issues.car_slug = present.car_slug and lower(issues.title) = present.title
