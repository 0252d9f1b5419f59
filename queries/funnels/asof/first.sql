select
    entity,
    moment,
    moment as start,
    min(place) as place,
    case when any_value(crowded) then [min(place)] end as used
from fitting
where mask & 1 <> 0
group by entity, moment, mask
