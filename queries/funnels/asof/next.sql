with kinds as (
    select
        entity,
        moment,
        mask,
        min(place) as place
    from fitting
    where mask & $bit <> 0
    group by entity, moment, mask
),

latest as (
    select
        entity,
        moment,
        max(start) as start,
        arg_max(chain, start) as chain
    from reached
    group by entity, moment
),

-- From the latest entry that reached the step before at an earlier moment.
later as (
    select
        kinds.entity,
        kinds.moment,
        latest.start,
        [kinds.place] as used,
        list_append(latest.chain, kinds.place) as chain
    from kinds
    asof join latest on kinds.entity = latest.entity and kinds.moment > latest.moment
    where kinds.moment - latest.start <= $span
),

-- From an attempt that reached it at this same moment, by an event that it has not used.
together as (
    select
        reached.entity,
        reached.moment,
        reached.start,
        list_sort(list_append(reached.used, min(fitting.place))) as used,
        list_append(any_value(reached.chain), min(fitting.place)) as chain
    from reached
    inner join fitting on reached.entity = fitting.entity and reached.moment = fitting.moment
    where
        fitting.mask & $bit <> 0
        and not list_contains(reached.used, fitting.place)
        and reached.moment - reached.start <= $span
    group by reached.entity, reached.moment, reached.start, reached.used, fitting.mask
),

arrived as (
    select * from later
    union all
    select * from together
),

soonest as (
    select
        entity,
        start,
        min(moment) as moment
    from arrived
    group by entity, start
)

select
    arrived.entity,
    arrived.moment,
    arrived.start,
    arrived.used,
    any_value(arrived.chain) as chain
from arrived
inner join soonest
    on
        arrived.entity = soonest.entity
        and arrived.start = soonest.start
        and arrived.moment = soonest.moment
group by arrived.entity, arrived.moment, arrived.start, arrived.used
