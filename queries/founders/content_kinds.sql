with pieces as (
    select 'Cars' as kind, created_at from cars
    union all
    select 'Known issues' as kind, created_at from car_issues
    union all
    select 'Parts' as kind, created_at from parts
    union all
    select 'Videos' as kind, created_at from youtube_videos
    union all
    select 'Articles' as kind, created_at from al_articles
    union all
    select 'Community insights' as kind, created_at from community_insights
    union all
    select 'Approved events' as kind, created_at from events
    where status = 'approved'
)

select
    kind,
    count(*) as pieces,
    count(*) filter (where created_at >= $since) as added
from pieces
where created_at < $until
group by kind
order by pieces desc, kind
