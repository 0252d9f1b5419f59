-- One row per piece of content.
with pieces as (
    select slug as piece, created_at, 'Cars' as kind from cars
    union all
    select id::varchar as piece, created_at, 'Known issues' as kind from car_issues
    union all
    select id::varchar as piece, created_at, 'Parts' as kind from parts
    union all
    select video_id as piece, created_at, 'Videos' as kind from youtube_videos
    union all
    select id::varchar as piece, created_at, 'Articles' as kind from al_articles
    union all
    select id::varchar as piece, created_at, 'Community insights' as kind from community_insights
    union all
    select id::varchar as piece, created_at, 'Approved events' as kind from events
    where status = 'approved'
)

select
    piece as actor,
    created_at as moment,
    1 as amount,
    null::varchar as who,
    kind as what,
    if($by = 'kind', kind, null) as segment
from pieces
