-- One row per car and kind that has anything: pieces counted once however they are linked. Where a
-- table names one car per row, its rows (is_row) are the pieces; of records, the filled fields.
with videos as (
    select
        video_id,
        coalesce(published_at, created_at) as made_at
    from youtube_videos
    where
        coalesce(processing_status, 'processed') not in ('failed', 'rejected')
        and coalesce(quality_score, 1) >= 0.5
),

pieces as (
    select
        'specs' as kind,
        id as car_id,
        slug as car_slug,
        coalesce(updated_at, created_at) as made_at,
        [
            case when years is not null then 'years' end,
            case when category is not null then 'category' end,
            case when vehicle_type is not null then 'vehicle_type' end,
            case when engine is not null then 'engine' end,
            case when hp is not null then 'hp' end,
            case when torque is not null then 'torque' end,
            case when trans is not null then 'trans' end,
            case when drivetrain is not null then 'drivetrain' end,
            case when curb_weight is not null then 'curb_weight' end,
            case when zero_to_sixty is not null then 'zero_to_sixty' end,
            case when price_avg is not null then 'price_avg' end,
            case when price_range is not null then 'price_range' end
        ] as fields
    from cars
    union all by name
    select
        'ratings' as kind,
        id as car_id,
        slug as car_slug,
        coalesce(updated_at, created_at) as made_at,
        [
            case when score_sound is not null then 'score_sound' end,
            case when score_interior is not null then 'score_interior' end,
            case when score_track is not null then 'score_track' end,
            case when score_reliability is not null then 'score_reliability' end,
            case when score_value is not null then 'score_value' end,
            case when score_driver_fun is not null then 'score_driver_fun' end,
            case when score_aftermarket is not null then 'score_aftermarket' end
        ] as fields
    from cars
    union all by name
    select
        'images' as kind,
        id as car_id,
        slug as car_slug,
        coalesce(updated_at, created_at) as made_at,
        image_hero_url as piece
    from cars
    where image_hero_url <> ''
    union all by name
    select
        'images' as kind,
        entity_id as car_id,
        created_at as made_at,
        id::varchar as piece
    from user_uploaded_images
    where entity_type in ('car', 'cars')
    union all by name
    select
        'variants' as kind,
        car_id,
        created_at as made_at,
        true as is_row
    from car_variants
    union all by name
    select
        'fuel_economy' as kind,
        car_id,
        car_slug,
        coalesce(updated_at, created_at) as made_at,
        [
            case when city_mpg is not null then 'city_mpg' end,
            case when highway_mpg is not null then 'highway_mpg' end,
            case when combined_mpg is not null then 'combined_mpg' end,
            case when fuel_type is not null then 'fuel_type' end,
            case when annual_fuel_cost is not null then 'annual_fuel_cost' end,
            case when co2_emissions is not null then 'co2_emissions' end,
            case when ghg_score is not null then 'ghg_score' end,
            case when ev_range is not null then 'ev_range' end
        ] as fields
    from car_fuel_economy
    union all by name
    select
        'safety' as kind,
        car_id,
        car_slug,
        coalesce(updated_at, created_at) as made_at,
        [
            case when nhtsa_overall_rating is not null then 'nhtsa_overall_rating' end,
            case when nhtsa_front_crash_rating is not null then 'nhtsa_front_crash_rating' end,
            case when nhtsa_side_crash_rating is not null then 'nhtsa_side_crash_rating' end,
            case when nhtsa_rollover_rating is not null then 'nhtsa_rollover_rating' end,
            case when iihs_overall is not null then 'iihs_overall' end,
            case when safety_score is not null then 'safety_score' end,
            case when safety_grade is not null then 'safety_grade' end
        ] as fields
    from car_safety_data
    union all by name
    select
        'pricing' as kind,
        car_id,
        car_slug,
        coalesce(updated_at, created_at) as made_at,
        [
            case when bat_avg_price is not null then 'bat_avg_price' end,
            case when bat_median_price is not null then 'bat_median_price' end,
            case when carscom_avg_price is not null then 'carscom_avg_price' end,
            case when hagerty_concours is not null then 'hagerty_concours' end,
            case when hagerty_excellent is not null then 'hagerty_excellent' end,
            case when hagerty_good is not null then 'hagerty_good' end,
            case when hagerty_fair is not null then 'hagerty_fair' end,
            case when consensus_price is not null then 'consensus_price' end,
            case when market_trend is not null then 'market_trend' end
        ] as fields
    from car_market_pricing
    union all by name
    select
        'tuning' as kind,
        car_id,
        car_slug,
        coalesce(updated_at, created_at) as made_at,
        [
            case
                when upgrades_by_objective::varchar not in ('{}', '[]', 'null')
                    then 'upgrades_by_objective'
            end,
            case
                when performance_potential::varchar not in ('{}', '[]', 'null')
                    then 'performance_potential'
            end,
            case when len(platform_strengths) > 0 then 'platform_strengths' end,
            case when len(platform_weaknesses) > 0 then 'platform_weaknesses' end,
            case when tuning_community_notes <> '' then 'tuning_community_notes' end
        ] as fields
    from car_tuning_profiles
    union all by name
    select
        'maintenance' as kind,
        car_id,
        car_slug,
        coalesce(updated_at, created_at) as made_at,
        [
            case when oil_type is not null then 'oil_type' end,
            case when oil_viscosity is not null then 'oil_viscosity' end,
            case when oil_capacity_liters is not null then 'oil_capacity_liters' end,
            case when oil_change_interval_miles is not null then 'oil_change_interval_miles' end,
            case when coolant_type is not null then 'coolant_type' end,
            case when brake_fluid_type is not null then 'brake_fluid_type' end,
            case when tire_size_front is not null then 'tire_size_front' end,
            case when tire_size_rear is not null then 'tire_size_rear' end,
            case when tire_pressure_front_psi is not null then 'tire_pressure_front_psi' end,
            case when tire_pressure_rear_psi is not null then 'tire_pressure_rear_psi' end,
            case when wheel_bolt_pattern is not null then 'wheel_bolt_pattern' end,
            case when wheel_center_bore_mm is not null then 'wheel_center_bore_mm' end
        ] as fields
    from vehicle_maintenance_specs
    union all by name
    select
        'issues' as kind,
        car_id,
        car_slug,
        coalesce(updated_at, created_at) as made_at,
        true as is_row
    from car_issues
    union all by name
    select
        'recalls' as kind,
        car_id,
        car_slug,
        created_at as made_at,
        coalesce(campaign_number, id::varchar) as piece
    from car_recalls
    union all by name
    -- The agency counted none: it was looked up, and there is nothing to write.
    select
        'recalls' as kind,
        car_id,
        car_slug,
        coalesce(updated_at, created_at) as made_at,
        true as none_exists
    from car_safety_data
    where recall_count = 0
    union all by name
    select
        'dyno' as kind,
        car_id,
        car_slug,
        created_at as made_at,
        true as is_row
    from car_dyno_runs
    union all by name
    select
        'lap_times' as kind,
        car_id,
        car_slug,
        created_at as made_at,
        true as is_row
    from car_track_lap_times
    union all by name
    select
        'fitments' as kind,
        car_id,
        created_at as made_at,
        part_id::varchar as piece
    from part_fitments
    union all by name
    select
        'verified_fitments' as kind,
        car_id,
        created_at as made_at,
        part_id::varchar as piece
    from part_fitments
    where verified
    union all by name
    select
        'service_intervals' as kind,
        car_slug,
        created_at as made_at,
        coalesce(service_name, id::varchar) as piece
    from vehicle_service_intervals
    union all by name
    select
        'wheels' as kind,
        car_slug,
        created_at as made_at,
        true as is_row
    from wheel_tire_fitment_options
    union all by name
    select
        'videos' as kind,
        linked.car_id,
        linked.car_slug,
        videos.made_at,
        linked.video_id as piece
    from youtube_video_car_links as linked
    inner join videos on linked.video_id = videos.video_id
    where coalesce(linked.role, 'review') <> 'mention'
    union all by name
    select
        'featured' as kind,
        unnest(related_car_slugs) as car_slug,
        created_at as made_at,
        id::varchar as piece
    from featured_content
    union all by name
    select
        'featured' as kind,
        unnest(related_car_ids) as car_id,
        created_at as made_at,
        id::varchar as piece
    from featured_content
    union all by name
    select
        'articles' as kind,
        unnest(car_slugs) as car_slug,
        coalesce(published_at, created_at) as made_at,
        id::varchar as piece
    from al_articles
    where coalesce(status, 'published') = 'published'
    union all by name
    select
        'articles' as kind,
        unnest(car_ids) as car_id,
        coalesce(published_at, created_at) as made_at,
        id::varchar as piece
    from al_articles
    where coalesce(status, 'published') = 'published'
    union all by name
    select
        'insights' as kind,
        car_id,
        car_slug,
        created_at as made_at,
        true as is_row
    from community_insights
    union all by name
    select
        'knowledge' as kind,
        car_id,
        car_slug,
        created_at as made_at,
        true as is_row
    from document_chunks
    union all by name
    select
        'events' as kind,
        car_id,
        created_at as made_at,
        event_id::varchar as piece
    from event_car_affinities
),

of_make as (
    select distinct
        car,
        brand
    from units
),

placed as (
    select
        coalesce(by_id.car, by_name.car) as car,
        pieces.kind,
        pieces.piece,
        pieces.made_at,
        coalesce(pieces.is_row, false) as is_row,
        pieces.fields,
        coalesce(pieces.none_exists, false) as none_exists
    from pieces
    left join units as by_id on pieces.car_id = by_id.id::uuid
    left join names as by_name on lower(trim(pieces.car_slug)) = by_name.name and by_name.rank < 2
    where
        pieces.piece is not null
        or pieces.is_row
        or list_any_value(pieces.fields) is not null
        or pieces.none_exists
    union all by name
    -- An event for a make is for all of its cars, as many rows as each may have.
    select
        of_make.car,
        'events' as kind,
        affinities.event_id::varchar as piece,
        affinities.created_at as made_at,
        false as is_row,
        null as fields,
        false as none_exists
    from event_car_affinities as affinities
    inner join of_make on lower(affinities.brand) = lower(of_make.brand)
    where affinities.event_id is not null
),

-- Once for all, then counted: a set for each car and kind would cost several times as much.
counted as (
    select
        car,
        kind,
        1 as have,
        bool_and(made_at is not null) as is_dated,
        max(made_at) as made_at,
        null as fields,
        false as none_exists
    from placed
    where car is not null and piece is not null
    group by car, kind, piece
    union all by name
    select
        car,
        kind,
        case when is_row then 1 else 0 end as have,
        made_at is not null as is_dated,
        made_at,
        fields,
        none_exists
    from placed
    where car is not null and piece is null
)

select
    car,
    kind,
    sum(have) as have,
    -- What has no date is taken for new: adding it must not make the rest look old.
    case when bool_and(is_dated) then max(made_at) end as newest,
    list_distinct(flatten(list(fields) filter (where fields is not null))) as fields,
    bool_or(none_exists) as none_exists
from counted
group by car, kind
