-- One row per visit of an actor, one without a visit for who has none.
with sites as (
    select distinct regexp_extract(page_url, '^[a-z]+://(?:www\.)?([^/:?#]+)', 1) as host
    from stream
    where page_url like '%://%'
),

views as (
    select
        actor,
        happened_at,
        page::varchar as page,
        route::varchar as route,
        nullif(lower(trim(utm_source::varchar)), '') as utm_source,
        nullif(lower(trim(utm_medium::varchar)), '') as utm_medium,
        nullif(lower(trim(utm_campaign::varchar)), '') as utm_campaign,
        nullif(
            regexp_extract(lower(referrer), '^[a-z]+://(?:www\.)?([^/:?#]+)', 1), ''
        ) as referring,
        row_number() over (partition by session order by happened_at, source_id) as place
    from stream
    where source = 'page_views'
),

landings as (
    select
        views.*,
        case
            when
                not list_contains($own, views.referring)
                and views.referring not in (select own.host from sites as own)
                then views.referring
        end as host
    from views
    where views.place = 1
),

visits as (
    select
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

done as (
    select
        actor,
        min(happened_at) as converted_at
    from stream
    where list_contains($events, name::varchar)
    group by actor
),

converted as (
    select *
    from done
    where converted_at >= $start and converted_at < $until
),

began as (
    select
        actors.actor,
        coalesce(min(visits.touched_at), any_value(actors.first_at)) as began_at
    from actors
    left join visits on actors.actor = visits.actor
    group by actors.actor
),

came_back as (
    select distinct began.actor
    from began
    inner join stream
        on
            began.actor = stream.actor
            and stream.happened_at >= began.began_at + interval 7 day
            and stream.happened_at < began.began_at + interval 28 day
),

placed as (
    select
        began.actor,
        began.began_at,
        coalesce(visits.channel, 'unknown') as channel,
        visits.touched_at,
        converted.converted_at,
        came_back.actor is not null as came_back,
        began.began_at + interval 28 day <= $as_of as due,
        coalesce(
            visits.touched_at <= converted.converted_at
            and visits.touched_at >= converted.converted_at - to_days($lookback),
            false
        ) as leads,
        row_number() over (
            partition by began.actor
            order by visits.touched_at nulls first
        ) as place
    from began
    left join visits on began.actor = visits.actor
    left join converted on began.actor = converted.actor
    left join came_back on began.actor = came_back.actor
),

counted as (
    select
        *,
        count(*) filter (where leads) over (partition by actor) as led,
        row_number() over (partition by actor, leads order by touched_at) as step,
        coalesce(
            arg_max(channel, touched_at) filter (
                where touched_at <= coalesce(converted_at, touched_at)
            ) over (partition by actor),
            'unknown'
        ) as last_channel
    from placed
)

select
    actor,
    channel,
    last_channel,
    began_at,
    converted_at,
    due,
    came_back,
    place = 1 and began_at >= $start and began_at < $until as acquires,
    coalesce(touched_at >= $start and touched_at < $until, false) as visits,
    case when leads then (step = 1)::double else 0 end as first_touch,
    case when leads then (step = led)::double else 0 end as last_touch,
    case when leads then 1.0 / led else 0 end as linear,
    case
        when not leads then 0.0
        when led = 1 then 1.0
        when led = 2 then 0.5
        when step in (1, led) then 0.4
        else 0.2 / (led - 2)
    end as position_based
from counted
-- Who converted without a visit that leads there came an unknown way.
union all by name
select
    actor,
    'unknown' as channel,
    'unknown' as last_channel,
    began_at,
    converted_at,
    due,
    came_back,
    false as acquires,
    false as visits,
    1 as first_touch,
    1 as last_touch,
    1 as linear,
    1 as position_based
from counted
where converted_at is not null and led = 0 and place = 1
