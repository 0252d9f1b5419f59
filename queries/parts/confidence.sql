-- Fitments by how sure the match is and by whether a person confirmed it.
select
    case
        when confidence is null then 'not stated'
        when confidence < $unsure then 'low'
        when confidence < 0.8 then 'medium'
        else 'high'
    end as confidence,
    coalesce(verified, false) as verified,
    count(*) as fitments,
    count(distinct part_id) as parts,
    count(distinct car_id) as cars,
    min(confidence)::double as lowest,
    max(confidence)::double as highest,
    count(*) filter (where coalesce(trim(source_url), '') = '') as without_source
from part_fitments
group by all
order by lowest nulls first, verified
