-- One row per mention of a car that is not in the catalogue.
with said as (
    select
        initial_car_slug as word,
        'conversations' as seen_in,
        user_id,
        created_at as at
    from al_conversations
    union all
    select
        car_slug as word,
        'favorites' as seen_in,
        user_id,
        created_at as at
    from user_favorites
    union all
    select
        car_slug as word,
        'projects' as seen_in,
        user_id,
        created_at as at
    from user_projects
    union all
    select
        concat_ws(' ', make, model) as word,
        'garages' as seen_in,
        user_id,
        created_at as at
    from user_vehicles
    where matched_car_slug is null and matched_car_id is null and model <> ''
    union all
    select
        'requests without a name' as word,
        'feedback' as seen_in,
        user_id,
        created_at as at
    from user_feedback
    where feedback_type = 'car_request'
    union all
    select
        target_car_slug as word,
        'video queue' as seen_in,
        null as user_id,
        created_at as at
    from youtube_ingestion_queue
    union all
    select
        car_slug as word,
        'scraping jobs' as seen_in,
        null as user_id,
        created_at as at
    from scrape_jobs
    where car_id is null
    union all
    select
        unnest(car_slugs_detected) as word,
        'forum threads' as seen_in,
        null as user_id,
        created_at as at
    from forum_scraped_threads
)

select
    lower(trim(said.word)) as word,
    said.seen_in,
    said.user_id::varchar as person,
    said.at
from said
left join user_profiles as profiles on said.user_id = profiles.id
left join names on lower(trim(said.word)) = names.name
where
    names.name is null
    and trim(said.word) <> ''
    and said.at >= $since
    and said.at < $until
    and ($count_staff or not coalesce(profiles.is_staff, false))
