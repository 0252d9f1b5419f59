-- To which number does each of some rows belong?
select
    facts.id::varchar as id,
    any_value(variants.number) as number
from facts
inner join variants on facts.variant = variants.variant
where facts.id in (select wanted.id::uuid from wanted)
group by facts.id
