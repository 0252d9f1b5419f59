with kinds as (
    select
        entity,
        moment,
        mask,
        min(place) as place,
        any_value(crowded) as crowded
    from fitting
    where mask & $bit <> 0
    group by entity, moment, mask
),

latest as (
    select
        entity,
        moment,
        max(start) as start
    from reached
    group by entity, moment
),

-- From the latest entry that reached the step before at an earlier moment.
later as (
    select
        kinds.entity,
        kinds.moment,
        latest.start,
        kinds.place,
        case when kinds.crowded then [kinds.place] end as used
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
        min(fitting.place) as place,
        list_sort(list_append(reached.used, min(fitting.place))) as used
    from reached
    inner join fitting on reached.entity = fitting.entity and reached.moment = fitting.moment
    where
        reached.used is not null
        and fitting.mask & $bit <> 0
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
),

kept as (
    select arrived.*
    from arrived
    inner join soonest
        on
            arrived.entity = soonest.entity
            and arrived.start = soonest.start
            and arrived.moment = soonest.moment
)

select * from kept
where used is null
union all
select
    entity,
    moment,
    start,
    min(place) as place,
    used
from kept
where used is not null
group by entity, moment, start, used
