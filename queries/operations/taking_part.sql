-- What people add and join: how much of it, by how many.
with parts as (
    select 'Images uploaded' as what, user_id from user_uploaded_images
    union all
    select 'Events saved' as what, user_id from event_saves
    union all
    select concat('RSVP: ', coalesce(status, 'unknown')) as what, user_id from event_rsvps
    union all
    select 'Running streaks' as what, user_id from user_streaks
    where current_streak > 0
    union all
    select concat('Record: ', coalesce(achievement_type, 'unknown')) as what, user_id
    from user_achievements
)

select
    what,
    count(*) as counted,
    count(distinct user_id) as people
from parts
group by what
order by counted desc, what
