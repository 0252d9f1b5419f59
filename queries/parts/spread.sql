-- The newest price of every vendor for one part and currency, where vendors differ the most.
with newest as (
    select part_id, vendor_name, currency, price_cents, recorded_at
    from part_pricing_snapshots
    where price_cents > 0
    qualify row_number() over (
        partition by part_id, vendor_name, currency
        order by recorded_at desc nulls last, price_cents
    ) = 1
)

select
    parts.name as part,
    parts.brand_name as brand,
    coalesce(newest.currency, 'unknown') as currency,
    count(distinct newest.vendor_name) as vendors,
    (min(newest.price_cents) / 100)::decimal(18, 2) as lowest,
    (max(newest.price_cents) / 100)::decimal(18, 2) as highest,
    arg_min(newest.vendor_name, (newest.price_cents, newest.vendor_name)) as cheapest_vendor,
    max(newest.price_cents) / min(newest.price_cents) - 1 as spread_share,
    min(newest.recorded_at) as oldest,
    date_diff('day', min(newest.recorded_at), $as_of) as age_days
from newest
inner join parts on newest.part_id = parts.id
group by newest.part_id, parts.name, parts.brand_name, newest.currency
having count(distinct newest.vendor_name) > 1
order by spread_share desc, part, newest.currency
limit 500
