-- What each forum gave: threads read, insights drawn, and how many of them stand on one thread.
with threads as (
    select
        forum_source_id,
        count(*) as threads,
        count(*) filter (where processing_status in ('pending', 'processing')) as waiting,
        count(*) filter (where processing_status = 'failed') as failed,
        count(*) filter (where processing_status in ('completed', 'no_insights')) as searched,
        count(*) filter (where insights_extracted > 0) as fruitful
    from forum_scraped_threads
    group by forum_source_id
),

supported as (
    select
        insight_id,
        count(distinct coalesce(thread_id::varchar, thread_url)) as sources
    from community_insight_sources
    group by insight_id
),

drawn as (
    select
        coalesce(insights.source_forum, 'unknown') as slug,
        count(*) as insights,
        count(*) filter (where supported.sources = 1) as single_source,
        count(*) filter (where coalesce(supported.sources, 0) = 0) as without_source,
        count(distinct coalesce(insights.car_id::varchar, insights.car_slug)) as cars
    from community_insights as insights
    left join supported on insights.id = supported.insight_id
    group by slug
)

select
    coalesce(forums.slug, drawn.slug) as forum,
    forums.id is not null as registered,
    forums.is_active as active,
    if(forums.id is null, null, coalesce(threads.threads, 0)) as threads,
    if(forums.id is null, null, coalesce(threads.waiting, 0)) as waiting,
    if(forums.id is null, null, coalesce(threads.failed, 0)) as failed,
    threads.fruitful / nullif(threads.searched, 0) as fruitful_share,
    coalesce(drawn.insights, 0) as insights,
    coalesce(drawn.insights, 0) / sum(drawn.insights) over () as insights_share,
    drawn.insights / nullif(threads.searched, 0) as insights_per_thread,
    coalesce(drawn.cars, 0) as cars,
    coalesce(drawn.single_source, 0) as single_source,
    coalesce(drawn.without_source, 0) as without_source,
    forums.last_scraped_at as last_read
from forum_sources as forums
full join drawn on forums.slug = drawn.slug
left join threads on forums.id = threads.forum_source_id
order by insights desc, threads desc nulls last, forum
