-- What is known of a car beyond its content: what one could write from, and who looked when.
with said as (
    select
        'recalls_known' as sign,
        car_id,
        car_slug,
        recall_count as number,
        coalesce(updated_at, created_at) as seen_at
    from car_safety_data
    where recall_count > 0
    union all
    select
        'videos_queued' as sign,
        null as car_id,
        target_car_slug as car_slug,
        1 as number,
        created_at as seen_at
    from youtube_ingestion_queue
    where status in ('pending', 'processing')
    union all
    select
        'threads_waiting' as sign,
        null as car_id,
        unnest(car_slugs_detected) as car_slug,
        1 as number,
        created_at as seen_at
    from forum_scraped_threads
    where processing_status in ('pending', 'processing')
    union all
    select
        case
            when status = 'completed' then 'looked_' || job_type
            else 'jobs_waiting'
        end as sign,
        car_id,
        car_slug,
        1 as number,
        coalesce(completed_at, created_at) as seen_at
    from scrape_jobs
    where status in ('completed', 'pending', 'running')
),

placed as (
    select
        coalesce(by_id.car, by_name.car) as car,
        said.sign,
        said.number,
        said.seen_at
    from said
    left join units as by_id on said.car_id = by_id.id::uuid
    left join names as by_name on lower(trim(said.car_slug)) = by_name.name and by_name.rank < 2
)

select
    car,
    sign,
    case when sign = 'recalls_known' then max(number) else sum(number) end as number,
    max(seen_at) as seen_at
from placed
where car is not null and sign is not null
group by car, sign
