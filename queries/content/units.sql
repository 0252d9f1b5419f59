-- One row per row of cars, with what it is counted under: itself, or its model, years left out.
with known as (
    select
        id::varchar as id,
        coalesce(slug, id::varchar) as own,
        coalesce(name, slug, id::varchar) as name,
        brand,
        tier,
        vehicle_type,
        category,
        trim(regexp_replace(
            regexp_replace(coalesce(name, ''), '\b(19|20)[0-9]{2}\b', ' ', 'g'), '\s+', ' ', 'g'
        )) as model
    from cars
)

select
    id,
    own,
    case
        when $by_model and model <> ''
            then trim(regexp_replace(lower(model), '[^a-z0-9]+', '-', 'g'), '-')
        else own
    end as car,
    case when $by_model and model <> '' then model else name end as name,
    brand,
    tier,
    vehicle_type,
    category
from known
order by car, own, id
