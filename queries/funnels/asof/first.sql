select
    entity,
    moment,
    moment as start,
    [min(place)] as used,
    [min(place)] as chain
from fitting
where mask & 1 <> 0
group by entity, moment, mask
