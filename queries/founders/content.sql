with pieces as (
    select created_at from cars
    union all
    select created_at from car_issues
    union all
    select created_at from parts
    union all
    select created_at from youtube_videos
    union all
    select created_at from al_articles
    union all
    select created_at from community_insights
    union all
    select created_at from events
    where status = 'approved'
)

select
    case
        when created_at >= $since
            then date_trunc($grain, timezone($timezone, created_at))::date
    end as period,
    count(*) as value
from pieces
where created_at < $until
group by all
