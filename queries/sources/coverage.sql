-- How far the known tracks are timed, in one row; the shares are null where there is nothing.
with timed as (
    select
        track_id,
        count(*) as laps,
        count(*) filter (where verified) as verified
    from car_track_lap_times
    group by track_id
),

laid_out as (
    select distinct track_id from track_layouts
),

known as (
    select
        count(*) as tracks,
        count(timed.track_id) / nullif(count(*), 0) as timed_share,
        count(laid_out.track_id) / nullif(count(*), 0) as layouts_share
    from tracks
    left join timed on tracks.id = timed.track_id
    left join laid_out on tracks.id = laid_out.track_id
),

lost as (
    select
        coalesce(sum(timed.laps), 0)::bigint as lap_times,
        sum(timed.verified) / nullif(sum(timed.laps), 0) as verified_share,
        coalesce(sum(timed.laps) filter (where tracks.id is null), 0)::bigint as lost_lap_times,
        count(*) filter (where tracks.id is null and timed.track_id is not null) as lost_tracks
    from timed
    left join tracks on timed.track_id = tracks.id
),

members as (
    select count(*) as own_times from user_track_times
)

select
    known.tracks,
    known.timed_share,
    known.layouts_share,
    lost.lap_times,
    lost.verified_share,
    lost.lost_lap_times,
    lost.lost_tracks,
    members.own_times
from known
cross join lost
cross join members
