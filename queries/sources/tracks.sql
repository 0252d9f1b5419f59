-- Tracks with what was timed there; whatever names a track that is not there stands in one row.
with laps as (
    select
        tracks.id,
        count(*) as lap_times,
        count(*) filter (where timed.verified) as verified,
        count(distinct timed.car_slug) as cars,
        min(timed.lap_time_ms) filter (where timed.lap_time_ms > 0) / 1000 as fastest_seconds,
        max(timed.session_date) as last_session
    from car_track_lap_times as timed
    left join tracks on timed.track_id = tracks.id
    group by tracks.id
),

own as (
    select
        tracks.id,
        count(*) as own_times,
        count(distinct timed.user_id) as drivers
    from user_track_times as timed
    left join tracks on timed.track_id = tracks.id
    group by tracks.id
),

layouts as (
    select tracks.id, count(*) as layouts
    from track_layouts as laid_out
    left join tracks on laid_out.track_id = tracks.id
    group by tracks.id
),

named as (
    select id from tracks
    union
    select id from laps
    union
    select id from own
    union
    select id from layouts
)

select
    if(tracks.id is null, 'unknown tracks', coalesce(tracks.name, 'no name')) as track,
    tracks.id is not null as known,
    tracks.country,
    tracks.region,
    tracks.length_km::double as kilometres,
    coalesce(laps.lap_times, 0) as lap_times,
    coalesce(laps.verified, 0) as verified,
    coalesce(laps.cars, 0) as cars,
    if(tracks.id is null, null, laps.fastest_seconds) as fastest_seconds,
    laps.last_session,
    coalesce(own.own_times, 0) as own_times,
    coalesce(own.drivers, 0) as drivers,
    coalesce(layouts.layouts, 0) as layouts
from named
left join tracks on named.id = tracks.id
left join laps on named.id is not distinct from laps.id
left join own on named.id is not distinct from own.id
left join layouts on named.id is not distinct from layouts.id
order by known, lap_times desc, own_times desc, track, named.id
