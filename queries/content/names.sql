-- Every word that may stand for a car; a slug is stronger than an alias, an alias than a name.
with spelled as (
    select
        lower(trim(own)) as name,
        car,
        0 as rank
    from units
    union all
    select
        lower(trim(aliases.alias)) as name,
        units.car,
        1 as rank
    from car_slug_aliases as aliases
    inner join units on lower(trim(aliases.canonical_slug)) = lower(trim(units.own))
    union all
    select
        lower(trim(aliases.alias)) as name,
        units.car,
        1 as rank
    from car_slug_aliases as aliases
    inner join units on aliases.car_id::varchar = units.id
    union all
    select
        trim(regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g'), '-') as name,
        car,
        2 as rank
    from units
)

select
    name,
    arg_min(car, (rank, car)) as car,
    min(rank) as rank
from spelled
where name <> ''
group by name
order by name
