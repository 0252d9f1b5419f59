with pairs as (
    select distinct
        recorded_session,
        session
    from stream
    where recorded_session is not null
),

together as (
    select
        mine.recorded_session,
        count(distinct other.recorded_session) as recorded_together
    from pairs as mine
    inner join pairs as other on mine.session = other.session
    group by mine.recorded_session
),

counted as (
    select
        recorded_session,
        count(*) as events,
        count(distinct actor) as actors,
        count(distinct session) as sessions,
        min(happened_at) as first_at,
        max(happened_at) as last_at
    from stream
    where recorded_session is not null
    group by recorded_session
)

select
    counted.recorded_session,
    counted.events,
    counted.actors,
    counted.sessions,
    together.recorded_together,
    counted.first_at,
    counted.last_at
from counted
inner join together on counted.recorded_session = together.recorded_session
where counted.actors > 1 or counted.sessions > 1 or together.recorded_together > 1
order by counted.events desc, counted.recorded_session
