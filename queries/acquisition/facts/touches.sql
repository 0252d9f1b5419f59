-- One row per visit of an actor, one without a visit for who has none. `first_views` holds the
-- first page view of each session, `position` their order; `done` when each actor converted first;
-- `later` all that happened from 7 days after the beginning of the range to 28 days after its end.
with views as (
    select
        position,
        actor,
        happened_at,
        page::varchar as page,
        route::varchar as route,
        nullif(lower(trim(utm_source::varchar)), '') as utm_source,
        nullif(lower(trim(utm_medium::varchar)), '') as utm_medium,
        nullif(lower(trim(utm_campaign::varchar)), '') as utm_campaign,
        nullif(
            regexp_extract(lower(referrer), '^[a-z]+://(?:www\.)?([^/:?#]+)', 1), ''
        ) as referring
    from first_views
),

landings as (
    select
        views.*,
        case
            when not list_contains($own, views.referring) then views.referring
        end as host
    from views
),

visits as (
    select
        position,
        actor,
        happened_at as touched_at,
        coalesce(
            case $by
                when 'source' then coalesce(utm_source, host)
                when
                    'medium'
                    then coalesce(utm_medium, case when host is not null then 'referral' end)
                when 'campaign' then utm_campaign
                when 'landing_page' then page
                when 'landing_route' then route
                when 'referrer' then host
            end,
            'unknown'
        ) as channel
    from landings
),

converted as (
    select *
    from done
    where converted_at >= $start and converted_at < $until
),

beginnings as (
    select
        actors.actor,
        min(visits.position) as first_visit,
        coalesce(min(visits.touched_at), any_value(actors.first_at)) as began_at
    from actors
    left join visits on actors.actor = visits.actor
    group by actors.actor
),

began as (
    select
        *,
        began_at >= $start and began_at < $until as in_range,
        began_at + interval 28 day <= $as_of as due
    from beginnings
),

came_back as (
    select distinct began.actor
    from began
    inner join later
        on
            began.actor = later.actor
            and later.happened_at >= began.began_at + interval 7 day
            and later.happened_at < began.began_at + interval 28 day
    where began.in_range and began.due
),

placed as (
    select
        began.actor,
        began.began_at,
        began.due,
        visits.position,
        visits.touched_at,
        converted.converted_at,
        coalesce(visits.channel, 'unknown') as channel,
        began.in_range,
        coalesce(visits.position = began.first_visit, true) as earliest,
        coalesce(
            visits.touched_at <= converted.converted_at
            and visits.touched_at >= converted.converted_at - to_days($lookback),
            false
        ) as leads
    from began
    left join visits on began.actor = visits.actor
    left join converted on began.actor = converted.actor
),

shared as (
    select
        actor,
        position,
        count(*) over (partition by actor) as led,
        row_number() over (partition by actor order by position) as step
    from placed
    where leads
),

latest as (
    select
        placed.actor,
        arg_max(placed.channel, placed.position) as channel
    from placed
    where placed.in_range and placed.touched_at <= coalesce(placed.converted_at, placed.touched_at)
    group by placed.actor
)

select
    placed.actor,
    placed.channel,
    coalesce(latest.channel, 'unknown') as last_channel,
    placed.began_at,
    placed.converted_at,
    placed.due,
    came_back.actor is not null as came_back,
    placed.in_range and placed.earliest as acquires,
    coalesce(placed.touched_at >= $start and placed.touched_at < $until, false) as visits,
    coalesce(shared.step = 1, false)::double as first_touch,
    coalesce(shared.step = shared.led, false)::double as last_touch,
    coalesce(1.0 / shared.led, 0) as linear,
    case
        when shared.led is null then 0.0
        when shared.led = 1 then 1.0
        when shared.led = 2 then 0.5
        when shared.step in (1, shared.led) then 0.4
        else 0.2 / (shared.led - 2)
    end as position_based
from placed
left join shared on placed.position = shared.position
left join latest on placed.actor = latest.actor
left join came_back on placed.actor = came_back.actor
-- Who converted without a visit that leads there came an unknown way.
union all by name
select
    placed.actor,
    'unknown' as channel,
    'unknown' as last_channel,
    placed.began_at,
    placed.converted_at,
    placed.due,
    false as came_back,
    false as acquires,
    false as visits,
    1 as first_touch,
    1 as last_touch,
    1 as linear,
    1 as position_based
from placed
anti join shared on placed.actor = shared.actor
where placed.converted_at is not null and placed.earliest
