-- What the live views of cars count, by their formulas: links of one kind each, views by the
-- beginning of the address, all else but views and talks over all time. One row per car.
with listed as (
    select
        cars.id,
        cars.slug,
        units.car,
        cars.hp is not null as has_hp,
        cars.torque is not null as has_torque,
        cars.price_avg is not null as has_pricing
    from cars
    inner join units on cars.id = units.id::uuid
),

viewed as (
    select
        substr(page_url, 7) as rest,
        count(*) as views
    from page_views
    where
        created_at >= $as_of::timestamptz - interval 30 days
        and starts_with(page_url, '/cars/')
    group by rest
),

-- A slug that the rest of an address begins with is one of its beginnings.
beginnings as (
    select
        rest,
        views,
        unnest(range(1, least(len(rest), $longest) + 1)) as letters
    from viewed
),

seen as (
    select
        left(rest, letters) as slug,
        sum(views) as views
    from beginnings
    group by slug
),

favorites as (
    select car_id, count(*) as counted from user_favorites
    group by car_id
),

projects as (
    select car_id, count(*) as counted from user_projects
    group by car_id
),

owned as (
    select matched_car_id as car_id, count(*) as counted from user_vehicles
    group by matched_car_id
),

talks as (
    select initial_car_slug as slug, count(*) as counted from al_conversations
    where created_at >= $as_of::timestamptz - interval 30 days
    group by initial_car_slug
),

issues as (
    select car_slug as slug, count(*) as counted from car_issues
    group by car_slug
),

recalls as (
    select car_slug as slug, count(*) as counted from car_recalls
    group by car_slug
),

videos as (
    select car_slug as slug, count(*) as counted from youtube_video_car_links
    group by car_slug
),

insights as (
    select car_id, count(*) as counted from community_insights
    group by car_id
),

fitments as (
    select car_id, count(*) as counted from part_fitments
    group by car_id
),

fuel as (
    select distinct car_slug as slug from car_fuel_economy
),

safety as (
    select distinct car_slug as slug from car_safety_data
),

maintenance as (
    select distinct car_slug as slug from vehicle_maintenance_specs
),

tuning as (
    select distinct car_id from car_tuning_profiles
),

counted as (
    select
        listed.car,
        coalesce(seen.views, 0) as page_views_30d,
        coalesce(favorites.counted, 0) as favorites_count,
        coalesce(projects.counted, 0) as projects_count,
        coalesce(owned.counted, 0) as owned_count,
        coalesce(talks.counted, 0) as al_conversations_count,
        listed.has_hp,
        listed.has_torque,
        listed.has_pricing,
        coalesce(issues.counted, 0) as issues_count,
        coalesce(recalls.counted, 0) as recalls_count,
        coalesce(videos.counted, 0) as videos_count,
        coalesce(insights.counted, 0) as insights_count,
        coalesce(fitments.counted, 0) as fitments_count,
        fuel.slug is not null as has_fuel_economy,
        safety.slug is not null as has_safety_data,
        maintenance.slug is not null as has_maintenance,
        tuning.car_id is not null as has_tuning_profile
    from listed
    left join seen on listed.slug = seen.slug
    left join favorites on listed.id = favorites.car_id
    left join projects on listed.id = projects.car_id
    left join owned on listed.id = owned.car_id
    left join talks on listed.slug = talks.slug
    left join issues on listed.slug = issues.slug
    left join recalls on listed.slug = recalls.slug
    left join videos on listed.slug = videos.slug
    left join insights on listed.id = insights.car_id
    left join fitments on listed.id = fitments.car_id
    left join fuel on listed.slug = fuel.slug
    left join safety on listed.slug = safety.slug
    left join maintenance on listed.slug = maintenance.slug
    left join tuning on listed.id = tuning.car_id
)

select
    car as slug,
    sum(page_views_30d) as page_views_30d,
    sum(favorites_count) as favorites_count,
    sum(projects_count) as projects_count,
    sum(owned_count) as owned_count,
    sum(al_conversations_count) as al_conversations_count,
    count(*) filter (where has_hp) as has_hp,
    count(*) filter (where has_torque) as has_torque,
    count(*) filter (where has_pricing) as has_pricing,
    sum(issues_count) as issues_count,
    sum(recalls_count) as recalls_count,
    sum(videos_count) as videos_count,
    sum(insights_count) as insights_count,
    sum(fitments_count) as fitments_count,
    count(*) filter (where has_fuel_economy) as has_fuel_economy,
    count(*) filter (where has_safety_data) as has_safety_data,
    count(*) filter (where has_maintenance) as has_maintenance,
    count(*) filter (where has_tuning_profile) as has_tuning_profile,
    avg(
        10 * (
            has_hp::int + has_torque::int + has_pricing::int + has_fuel_economy::int
            + has_safety_data::int
        )
        + 15 * (has_maintenance::int + has_tuning_profile::int)
        + least(videos_count * 3, 15) + least(insights_count * 5, 25)
    ) as coverage_score,
    count(*) as rows_of_cars
from counted
group by car
order by slug
