-- Parts by category; a catch-all category is as good as none.
with fitted as (
    select
        part_id,
        count(*) as fitments,
        count(*) filter (where verified is distinct from true) as unverified,
        count(*) filter (where confidence < $unsure) as unsure
    from part_fitments
    group by part_id
),

priced as (
    select distinct part_id from part_pricing_snapshots
),

named as (
    select
        id,
        is_active,
        coalesce(nullif(lower(trim(category)), ''), 'none') as category
    from parts
)

select
    named.category,
    named.category in ('none', 'other', 'unknown') as uncategorised,
    count(*) as parts,
    count(*) / sum(count(*)) over () as share,
    count(*) filter (where named.is_active) as active,
    count(*) filter (where fitted.part_id is null) as without_fitment,
    coalesce(sum(fitted.fitments), 0)::bigint as fitments,
    coalesce(sum(fitted.unverified), 0)::bigint as unverified,
    coalesce(sum(fitted.unsure), 0)::bigint as low_confidence,
    count(*) filter (where priced.part_id is null) as without_price
from named
left join fitted on named.id = fitted.part_id
left join priced on named.id = priced.part_id
group by named.category
order by uncategorised desc, parts desc, named.category
