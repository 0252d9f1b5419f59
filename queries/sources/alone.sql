-- Insights that stand on a single thread, one by one: first those said to be agreed upon, then the
-- surest.
with supported as (
    select
        insight_id,
        count(distinct coalesce(thread_id::varchar, thread_url)) as sources,
        min(thread_id::varchar) as thread_id,
        min(thread_url) as thread_url,
        max(relevance_score)::double as relevance
    from community_insight_sources
    group by insight_id
)

select
    insights.id::varchar as insight_id,
    insights.title,
    coalesce(insights.insight_type, 'unknown') as insight_type,
    coalesce(insights.car_slug, cars.slug) as car_slug,
    coalesce(insights.source_forum, 'unknown') as forum,
    coalesce(supported.thread_url, threads.thread_url) as thread_url,
    supported.relevance,
    insights.confidence::double as confidence,
    insights.consensus_strength::double as consensus,
    coalesce(insights.consensus_strength > $alone, false) as agreed_by_one,
    insights.created_at
from community_insights as insights
inner join supported on insights.id = supported.insight_id and supported.sources = 1
left join forum_scraped_threads as threads on supported.thread_id = threads.id::varchar
left join cars on insights.car_id = cars.id
order by agreed_by_one desc, insights.confidence desc nulls last, insight_id
limit $most
