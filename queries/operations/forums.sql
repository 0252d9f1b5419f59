select
    sources.slug,
    sources.is_active,
    sources.last_scraped_at,
    count(distinct threads.id) as threads
from forum_sources as sources
left join forum_scraped_threads as threads on contains(threads.thread_url, sources.base_url)
group by all
order by sources.is_active desc, sources.last_scraped_at nulls first, sources.slug
