-- One row per pipeline; counts are unknown where its table is not there, or not for us to read.
with pipelines as (
    select
        named.place,
        named.pipeline,
        -- Of a document nothing says that its cutting began, or failed.
        named.pipeline <> 'Documents' as tells,
        coalesce(
            tables.found and coalesce(tables.mode, '') not in ('hidden', 'unreadable'), false
        ) as known
    from (
        values
        (1, 'Videos', 'youtube_ingestion_queue'),
        (2, 'Jobs', 'scrape_jobs'),
        (3, 'Forum threads', 'forum_scraped_threads'),
        (4, 'Documents', 'source_documents')
    ) as named (place, pipeline, table_name)
    left join meta.tables as tables on named.table_name = tables.table_name
),

counted as (
    select
        pipeline,
        count(*) as work,
        count(*) filter (where state = 'waiting') as waiting,
        count(*) filter (where state = 'under way') as under_way,
        count(*) filter (where is_stuck) as stuck,
        count(*) filter (where state = 'done') as done,
        count(*) filter (where state = 'failed') as failed,
        count(*) filter (where state = 'left out') as left_out,
        min(came_at) filter (where state in ('waiting', 'under way')) as oldest_open,
        median(date_diff('second', came_at, $as_of::timestamptz) / 86400)
        filter (where state in ('waiting', 'under way')) as days_waited,
        median(date_diff('second', came_at, ended_at) / 3600)
        filter (where state = 'done' and ended_at >= came_at) as hours_to_end,
        count(*) filter (
            where
            state in ('done', 'failed', 'left out')
            and ended_at >= $as_of::timestamptz - interval 28 days
        ) as ended_28_days,
        max(ended_at) filter (where state = 'done') as last_done
    from facts
    group by pipeline
)

select
    pipelines.pipeline,
    pipelines.known,
    case when pipelines.known then coalesce(counted.work, 0) end as work,
    case when pipelines.known then coalesce(counted.waiting, 0) end as waiting,
    case when pipelines.known then coalesce(counted.under_way, 0) end as under_way,
    case when pipelines.known and pipelines.tells then coalesce(counted.stuck, 0) end as stuck,
    case when pipelines.known then coalesce(counted.done, 0) end as done,
    case when pipelines.known and pipelines.tells then coalesce(counted.failed, 0) end as failed,
    case when pipelines.known and pipelines.tells then coalesce(counted.left_out, 0) end
        as left_out,
    case
        when pipelines.tells
            then counted.failed / nullif(counted.done + counted.failed, 0)
    end as failed_share,
    counted.oldest_open,
    counted.days_waited,
    counted.hours_to_end,
    case when pipelines.known then coalesce(counted.ended_28_days, 0) end as ended_28_days,
    -- At the pace of the last four weeks; without any pace it never empties.
    (counted.waiting + counted.under_way) / nullif(counted.ended_28_days / 4, 0) as weeks_to_empty,
    counted.last_done
from pipelines
left join counted on pipelines.pipeline = counted.pipeline
order by pipelines.place
