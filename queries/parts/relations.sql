-- Relations that cannot stand: between a part and itself, to no known part, stated twice, or
-- against another relation of the same two parts.
with pairs as (
    select
        id,
        part_id,
        related_part_id,
        relation_type,
        reason,
        least(part_id::varchar, related_part_id::varchar) as low,
        greatest(part_id::varchar, related_part_id::varchar) as high
    from part_relationships
),

judged as (
    select
        pairs.*,
        first.name as part,
        second.name as related_part,
        concat_ws(
            ', ',
            if(pairs.part_id = pairs.related_part_id, 'with itself', null),
            if(first.id is null or second.id is null, 'part is not in the catalogue', null),
            if(
                pairs.part_id <> pairs.related_part_id
                and bool_or(pairs.relation_type = 'conflicts') over pair
                and bool_or(pairs.relation_type in ('requires', 'suggests')) over pair,
                'conflicts and belongs together',
                null
            ),
            if(
                count(*) over (
                    partition by pairs.part_id, pairs.related_part_id, pairs.relation_type
                ) > 1,
                'stated twice',
                null
            )
        ) as problem
    from pairs
    left join parts as first on pairs.part_id = first.id
    left join parts as second on pairs.related_part_id = second.id
    window pair as (partition by pairs.low, pairs.high)
)

select
    id::varchar as relation_id,
    part,
    relation_type as relation,
    related_part,
    reason,
    problem
from judged
where problem <> ''
order by problem, low, high, relation_id
limit 500
