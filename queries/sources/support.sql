-- Insights by kind and by how many threads support them, each thread once.
with supported as (
    select
        insight_id,
        count(distinct coalesce(thread_id::varchar, thread_url)) as sources
    from community_insight_sources
    group by insight_id
)

select
    coalesce(insights.insight_type, 'unknown') as insight_type,
    count(*) as insights,
    count(*) filter (where coalesce(supported.sources, 0) = 0) as without_source,
    count(*) filter (where supported.sources = 1) as single_source,
    count(*) filter (where supported.sources > 1) as several_sources,
    count(*) filter (where supported.sources = 1) / count(*) as single_share,
    count(*) filter (
        where coalesce(supported.sources, 0) <= 1 and insights.consensus_strength > $alone
    ) as agreed_by_one,
    avg(insights.confidence)::double as confidence
from community_insights as insights
left join supported on insights.id = supported.insight_id
group by coalesce(insights.insight_type, 'unknown')
order by single_source desc, insight_type
