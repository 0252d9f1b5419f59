-- Vendors by the prices read from them, and how few cars their parts are mapped to.
with shops as (
    select
        lower(regexp_replace(vendor_name, '[^\pL\pN]', '', 'g')) as key,
        min(vendor_name) as vendor,
        count(*) as snapshots,
        count(distinct part_id) as parts,
        min(recorded_at) as oldest,
        max(recorded_at) as newest,
        count(*) filter (where in_stock) / nullif(count(in_stock), 0) as in_stock_share
    from part_pricing_snapshots
    where trim(vendor_name) <> ''
    group by key
),

fits as (
    select
        lower(regexp_replace(prices.vendor_name, '[^\pL\pN]', '', 'g')) as key,
        count(distinct part_fitments.part_id) as fitted_parts,
        count(distinct part_fitments.car_id) as cars
    from part_pricing_snapshots as prices
    inner join part_fitments on prices.part_id = part_fitments.part_id
    group by key
),

tagged as (
    select
        lower(regexp_replace(vendor_key, '[^\pL\pN]', '', 'g')) as key,
        min(vendor_key) as vendor,
        count(*) as tags,
        count(*) filter (where car_id is null) as tags_without_car,
        count(*) filter (where confidence < $unsure) as unsure_tags,
        count(distinct car_id) as tagged_cars
    from fitment_tag_mappings
    where trim(vendor_key) <> ''
    group by key
),

whole as (
    select count(distinct part_id) / nullif(count(distinct car_id), 0) as parts_per_car
    from part_fitments
)

select
    coalesce(shops.vendor, tagged.vendor) as vendor,
    shops.parts,
    fits.cars,
    fits.fitted_parts / nullif(fits.cars, 0) as parts_per_car,
    coalesce(
        fits.fitted_parts >= $enough
        and fits.fitted_parts / nullif(fits.cars, 0) > $crowded * whole.parts_per_car,
        false
    ) as too_few_cars,
    tagged.tags,
    tagged.tagged_cars,
    tagged.tags_without_car,
    tagged.unsure_tags as low_confidence_tags,
    shops.snapshots as prices,
    shops.oldest,
    shops.newest,
    date_diff('day', shops.newest, $as_of) as age_days,
    shops.in_stock_share
from shops
full join tagged on shops.key = tagged.key
left join fits on shops.key = fits.key
cross join whole
order by too_few_cars desc, parts_per_car desc nulls last, vendor
