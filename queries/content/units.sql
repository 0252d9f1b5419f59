-- One row per row of cars, with what it is counted under: itself, or its make and model, years and
-- trims left out. Where no model is recorded, the name without its years stands for both.
with known as (
    select
        id::varchar as id,
        coalesce(slug, id::varchar) as own,
        coalesce(name, slug, id::varchar) as name,
        brand,
        tier,
        vehicle_type,
        category,
        created_at,
        case
            when trim(model) <> '' and starts_with(lower(model), lower(coalesce(brand, '')))
                then trim(model)
            when trim(model) <> '' then trim(concat_ws(' ', brand, trim(model)))
            else trim(regexp_replace(
                regexp_replace(coalesce(name, ''), '\b(19|20)[0-9]{2}\b', ' ', 'g'),
                '\s+', ' ', 'g'
            ))
        end as model
    from cars
),

keyed as (
    select
        *,
        nullif(trim(
            regexp_replace(strip_accents(lower(model)), '[^a-z0-9]+', '-', 'g'), '-'
        ), '') as model_key
    from known
)

select
    id,
    own,
    case when $by_model and model_key is not null then model_key else own end as car,
    case when $by_model and model_key is not null then model else name end as name,
    brand,
    tier,
    vehicle_type,
    category,
    created_at
from keyed
order by car, own, id
