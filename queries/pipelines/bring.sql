-- What the open work would add to each car and kind if all of it ended well: pieces that the car
-- has not got yet, and kinds of job.
with named as (
    select
        pipeline,
        piece,
        job,
        unnest(car_ids) as car_id,
        unnest(car_slugs) as car_slug
    from facts
    where state in ('waiting', 'under way')
),

placed as (
    select distinct
        coalesce(by_id.car, by_name.car) as car,
        named.pipeline,
        named.piece,
        named.job
    from named
    left join units as by_id on named.car_id = by_id.id
    left join names as by_name
        on lower(trim(named.car_slug)) = by_name.name and by_name.rank < 2
    where coalesce(by_id.car, by_name.car) is not null
),

linked as (
    select distinct
        coalesce(by_id.car, by_name.car) as car,
        links.video_id
    from youtube_video_car_links as links
    left join units as by_id on links.car_id = by_id.id::uuid
    left join names as by_name
        on lower(trim(links.car_slug)) = by_name.name and by_name.rank < 2
),

-- Half of the threads that gave anything, and of the documents that were cut, gave as much.
thread as (
    select greatest(coalesce(median(insights_extracted), 1), 1) as gives
    from forum_scraped_threads
    where insights_extracted > 0
),

document as (
    select greatest(coalesce(median(passages), 1), 1) as gives
    from (
        select count(*) as passages from document_chunks
        where document_id is not null
        group by document_id
    ) as cut
)

select
    placed.car as slug,
    case placed.pipeline
        when 'Videos' then 'videos'
        when 'Forum threads' then 'insights'
        when 'Documents' then 'knowledge'
    end as kind,
    null as job,
    floor(sum(case placed.pipeline
        when 'Forum threads' then thread.gives
        when 'Documents' then document.gives
        else 1
    end))::bigint as pieces
from placed
cross join thread
cross join document
left join linked on placed.car = linked.car and placed.piece = linked.video_id
where placed.pipeline <> 'Jobs' and linked.video_id is null and placed.piece is not null
group by placed.car, placed.pipeline
union all
select distinct
    placed.car as slug,
    null as kind,
    placed.job,
    null as pieces
from placed
where placed.pipeline = 'Jobs' and placed.job is not null
order by slug, kind nulls last, job
