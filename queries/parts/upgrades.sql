-- Kinds of upgrade with the parts that carry them out; one that only links name is not defined.
with linked as (
    select
        links.upgrade_key as key,
        count(distinct links.part_id) as linked,
        count(distinct parts.id) as parts,
        count(distinct parts.id) filter (where parts.is_active) as active,
        count(distinct part_fitments.car_id) as cars
    from upgrade_key_parts as links
    left join parts on links.part_id = parts.id
    left join part_fitments on parts.id = part_fitments.part_id
    group by links.upgrade_key
)

select
    coalesce(upgrade_keys.key, linked.key, 'unknown') as upgrade,
    upgrade_keys.name,
    upgrade_keys.category,
    upgrade_keys.key is not null as defined,
    coalesce(linked.parts, 0) as parts,
    coalesce(linked.active, 0) as active_parts,
    coalesce(linked.linked - linked.parts, 0) as parts_unknown,
    coalesce(linked.cars, 0) as cars,
    upgrade_keys.typical_cost_low as cost_low,
    upgrade_keys.typical_cost_high as cost_high
from upgrade_keys
full join linked on upgrade_keys.key = linked.key
order by parts, upgrade
