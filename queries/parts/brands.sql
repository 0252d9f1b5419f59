-- Brands that the parts name, beside those that somebody described.
with made as (
    select
        coalesce(nullif(lower(trim(brand_name)), ''), 'none') as key,
        coalesce(nullif(min(trim(brand_name)), ''), 'none') as brand,
        count(distinct trim(brand_name)) as spellings,
        count(*) as parts,
        count(*) filter (where coalesce(trim(part_number), '') = '') as without_number
    from parts
    group by key
),

described as (
    select
        lower(trim(name)) as key,
        min(name) as brand,
        min(website) as website,
        min(country) as country
    from part_brands
    where trim(name) <> ''
    group by key
)

select
    coalesce(made.brand, described.brand) as brand,
    coalesce(made.parts, 0) as parts,
    coalesce(made.spellings, 0) as spellings,
    coalesce(made.without_number, 0) as without_number,
    described.key is not null as described,
    described.country,
    described.website
from made
full join described on made.key = described.key
order by described, parts desc, brand
