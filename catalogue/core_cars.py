"""The cars the whole application turns on, and the facts kept about each of them.

`cars` has one row per model generation; the other tables hang from it by `car_id`, `car_slug` or both: year and
trim variants, fuel economy, crash ratings and recalls, known faults, market values, dyno runs, lap times and tuning
advice. The running database replaced `cars` on 31 January 2026 by one row per year, make, model and trim; the
counterparts below say which of its columns answer for the documented ones.
"""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    JSONB,
    TEXT,
    TEXT_ARRAY,
    TIMESTAMP,
    UUID,
    Alias,
    Derived,
    Lookup,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "Core Car Data"

cars = table(
    "cars",
    Note(
        title="Primary Vehicle Database",
        domain=DOMAIN,
        grain="One row per model generation of a car.",
        rows=309,
        columns=140,
        event_time="created_at",
    ),
    column("id", UUID, "Identifies the car.", primary_key=True),
    column("slug", TEXT, "Name of the car as it appears in web addresses, such as bmw-m3-g80.", unique=True),
    column("name", TEXT, "Name of the car as people read it."),
    column("brand", TEXT, "Make of the car.", live=Alias("make")),
    column(
        "years",
        TEXT,
        "First and last model year, as text.",
        live=Derived(("year",), "{year}::text", "the one model year of the row, as text"),
    ),
    column(
        "tier",
        TEXT,
        "Lowest membership that may read this car's content.",
        one_of=("free", "enthusiast", "tuner", "collector"),
        homonym_beside=("make",),
    ),
    column(
        "category",
        TEXT,
        "Where the engine sits, or that the car is electric.",
        one_of=("Front", "Mid", "Rear", "Electric"),
        homonym_beside=("make",),
    ),
    column("vehicle_type", TEXT, "Body style, such as Sedan or Hot Hatch.", live=Alias("body_type")),
    column("engine", TEXT, "Displacement, induction and layout of the engine, in words.", live=Alias("engine_type")),
    column("hp", INTEGER, "Power at the crank.", unit="horsepower"),
    column("torque", INTEGER, "Torque at the crank.", unit="pound-feet"),
    column("trans", TEXT, "Gearboxes the car came with.", live=Alias("transmission")),
    column("drivetrain", TEXT, "Which wheels are driven.", one_of=("RWD", "AWD", "FWD"), live=Alias("drive_type")),
    column("curb_weight", INTEGER, "Weight ready to drive, without people or load.", unit="pounds"),
    column("zero_to_sixty", DECIMAL, "Time from standstill to 60 mph.", unit="seconds"),
    column(
        "price_avg",
        INTEGER,
        "What the car fetches on average on the market.",
        unit="dollars",
        live=Derived(("msrp",), "{msrp}", "list price when new, for want of a market price"),
    ),
    column(
        "price_range",
        TEXT,
        "Span of market prices, in words.",
        live=Derived(
            ("msrp",), "'$' || to_char({msrp}, 'FM999,999,999')", "list price when new as text, for want of a range"
        ),
    ),
    column("score_sound", INTEGER, "How good engine and exhaust sound.", unit="points 1-10"),
    column("score_interior", INTEGER, "How good the cabin is.", unit="points 1-10"),
    column("score_track", INTEGER, "How able the car is on a track.", unit="points 1-10"),
    column("score_reliability", INTEGER, "How seldom the car breaks.", unit="points 1-10"),
    column("score_value", INTEGER, "How much the car gives for its price.", unit="points 1-10"),
    column("score_driver_fun", INTEGER, "How much fun the car is to drive.", unit="points 1-10"),
    column("score_aftermarket", INTEGER, "How many parts the aftermarket offers for it.", unit="points 1-10"),
    assumed("model", TEXT, "Model of the car, without make, years and trim."),
    assumed("manual_available", BOOLEAN, "Whether a manual gearbox was offered."),
    assumed("image_hero_url", TEXT, "Address of the main picture.", live=Alias("image_url")),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


car_variants = table(
    "car_variants",
    Note(
        title="Year/Trim Variants",
        domain=DOMAIN,
        grain="One row per trim and span of model years of a car.",
        rows=1166,
        columns=14,
        event_time="created_at",
    ),
    column("id", UUID, "Identifies the variant.", primary_key=True),
    column("car_id", UUID, "The car it is a variant of.", references="cars.id"),
    column("variant_key", TEXT, "Name of the variant in keys: the car's slug, year and trim."),
    column("display_name", TEXT, "Name of the variant as people read it."),
    column("model_year_start", INTEGER, "First model year sold.", unit="calendar year"),
    column("model_year_end", INTEGER, "Last model year sold.", unit="calendar year"),
    column("trim", TEXT, "Trim level, such as Base or Competition."),
    column("drivetrain", TEXT, "Which wheels this variant drives."),
    column("transmission", TEXT, "Gearbox of this variant."),
    column("engine", TEXT, "Engine of this variant."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


car_fuel_economy = table(
    "car_fuel_economy",
    Note(
        title="EPA Fuel Data",
        domain=DOMAIN,
        grain="One row per car with published fuel economy.",
        rows=240,
        columns=22,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column(
        "city_mpg",
        INTEGER,
        "Economy in town.",
        unit="miles per gallon",
        live=Derived(
            ("city_mpg",),
            "round({city_mpg})::bigint",
            "decimals rounded to whole miles per gallon",
            when_type="numeric",
        ),
    ),
    column(
        "highway_mpg",
        INTEGER,
        "Economy on the open road.",
        unit="miles per gallon",
        live=Derived(
            ("highway_mpg",),
            "round({highway_mpg})::bigint",
            "decimals rounded to whole miles per gallon",
            when_type="numeric",
        ),
    ),
    column(
        "combined_mpg",
        INTEGER,
        "Economy over the official mix of town and road.",
        unit="miles per gallon",
        live=Derived(
            ("combined_mpg",),
            "round({combined_mpg})::bigint",
            "decimals rounded to whole miles per gallon",
            when_type="numeric",
        ),
    ),
    column("fuel_type", TEXT, "What the car must be fed.", one_of=("Premium", "Regular", "Electric")),
    column("annual_fuel_cost", INTEGER, "Cost of a year's fuel, as the agency reckons it.", unit="dollars"),
    column("co2_emissions", INTEGER, "Carbon dioxide from the tailpipe.", unit="grams per mile"),
    column("ghg_score", INTEGER, "The agency's greenhouse gas mark; ten is cleanest.", unit="points 1-10"),
    column("is_electric", BOOLEAN, "Whether the car runs on its battery alone."),
    column("is_hybrid", BOOLEAN, "Whether the car joins an engine to a battery."),
    column("ev_range", INTEGER, "How far a full battery carries the car.", unit="miles"),
    assumed(
        "car_id",
        UUID,
        "The car the row is about, by id.",
        references="cars.id",
        live=Lookup("car_slug", "cars", "slug", "id"),
    ),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


car_safety_data = table(
    "car_safety_data",
    Note(
        title="NHTSA/IIHS Ratings",
        domain=DOMAIN,
        grain="One row per car with crash test results.",
        rows=190,
        columns=29,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column("nhtsa_overall_rating", INTEGER, "Government rating over all tests.", unit="stars 1-5"),
    column("nhtsa_front_crash_rating", INTEGER, "Government rating of the frontal test.", unit="stars 1-5"),
    column("nhtsa_side_crash_rating", INTEGER, "Government rating of the side test.", unit="stars 1-5"),
    column(
        "nhtsa_rollover_rating", INTEGER, "Government rating of how well it resists rolling over.", unit="stars 1-5"
    ),
    column("recall_count", INTEGER, "How many recalls name the car.", unit="recalls"),
    column("complaint_count", INTEGER, "How many complaints owners filed with the government.", unit="complaints"),
    column("iihs_overall", TEXT, "Verdict of the insurers' institute over all its tests."),
    column("iihs_top_safety_pick", BOOLEAN, "Whether the insurers' institute gave its yearly award."),
    column(
        "safety_score",
        DECIMAL,
        "One mark worked out from all ratings.",
        unit="points 0-100",
        live=Derived(
            ("safety_score",), "{safety_score}::numeric", "whole number widened to a decimal", when_type="integer"
        ),
    ),
    column(
        "safety_grade",
        TEXT,
        "The safety score as a school grade.",
        one_of=("A", "B", "C", "D", "F"),
        live=Derived(("safety_grade",), "rtrim({safety_grade})", "padding blanks removed", when_type="character"),
    ),
    assumed(
        "car_id",
        UUID,
        "The car the row is about, by id.",
        references="cars.id",
        live=Lookup("car_slug", "cars", "slug", "id"),
    ),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


car_issues = table(
    "car_issues",
    Note(
        title="Known Problems",
        domain=DOMAIN,
        grain="One row per known fault of a car.",
        rows=9092,
        columns=23,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column("title", TEXT, "The fault in a few words."),
    column("kind", TEXT, "Part of the car that is at fault, such as mechanical, electrical or body."),
    column("severity", TEXT, "How grave the fault is.", one_of=("low", "medium", "high", "critical")),
    column("affected_years_text", TEXT, "Model years that have the fault, in words."),
    column("description", TEXT, "The fault at length."),
    column("symptoms", TEXT, "How an owner notices it."),
    column("prevention", TEXT, "How to keep it from happening."),
    column("fix_description", TEXT, "How it is repaired."),
    column("estimated_cost_text", TEXT, "What the repair costs, in words."),
    column("source_url", TEXT, "Web address the facts were taken from."),
    assumed(
        "car_id",
        UUID,
        "The car the row is about, by id.",
        references="cars.id",
        live=Lookup("car_slug", "cars", "slug", "id"),
    ),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


car_recalls = table(
    "car_recalls",
    Note(
        title="Recall Information",
        domain=DOMAIN,
        grain="One row per recall campaign and car.",
        rows=1360,
        columns=16,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column(
        "car_id", UUID, "The car recalled, by id.", references="cars.id", live=Lookup("car_slug", "cars", "slug", "id")
    ),
    column(
        "campaign_number", TEXT, "Number the safety agency gave the campaign.", live=Alias("recall_campaign_number")
    ),
    column(
        "recall_date",
        DATE,
        "Day the recall was announced.",
        live=Derived(("report_received_date",), "{report_received_date}::date", "day the agency received the report"),
    ),
    column("component", TEXT, "Part of the car recalled."),
    column("summary", TEXT, "What is wrong."),
    column("consequence", TEXT, "What may happen to people on board."),
    column("remedy", TEXT, "What the maker does about it."),
    column("manufacturer", TEXT, "Maker that issued the recall."),
    column("is_incomplete", BOOLEAN, "Whether the recall is still open."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


car_market_pricing = table(
    "car_market_pricing",
    Note(
        title="Market Values",
        domain=DOMAIN,
        grain="One row per car with market values gathered.",
        rows=10,
        columns=30,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column("bat_avg_price", INTEGER, "Mean of the sales on Bring a Trailer.", unit="dollars"),
    column("bat_median_price", INTEGER, "Median of the sales on Bring a Trailer.", unit="dollars"),
    column("carscom_avg_price", INTEGER, "Mean asking price on Cars.com.", unit="dollars"),
    column("hagerty_concours", INTEGER, "Hagerty's value in show condition.", unit="dollars"),
    column("hagerty_excellent", INTEGER, "Hagerty's value in excellent condition.", unit="dollars"),
    column("hagerty_good", INTEGER, "Hagerty's value in good condition.", unit="dollars"),
    column("hagerty_fair", INTEGER, "Hagerty's value in fair condition.", unit="dollars"),
    column("consensus_price", INTEGER, "One price worked out from all sources.", unit="dollars"),
    column(
        "market_trend",
        TEXT,
        "Which way prices go.",
        one_of=("up", "down", "stable"),
        live=Derived(
            ("market_trend",),
            "case {market_trend}::text "
            "when 'appreciating' then 'up' "
            "when 'depreciating' then 'down' "
            "else {market_trend}::text end",
            "appreciating to up, depreciating to down",
            always=True,
        ),
    ),
    assumed(
        "car_id",
        UUID,
        "The car the row is about, by id.",
        references="cars.id",
        live=Lookup("car_slug", "cars", "slug", "id"),
    ),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


car_dyno_runs = table(
    "car_dyno_runs",
    Note(
        title="Real Dyno Data",
        domain=DOMAIN,
        grain="One row per measured run of a car on a dynamometer.",
        rows=641,
        columns=30,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column("run_kind", TEXT, "Whether the car was as built or modified.", one_of=("baseline", "modded")),
    column("dyno_type", TEXT, "Make of the dynamometer, such as Dynojet."),
    column("peak_whp", DECIMAL, "Most power measured at the wheels.", unit="horsepower"),
    column("peak_wtq", DECIMAL, "Most torque measured at the wheels.", unit="pound-feet"),
    column("peak_hp", INTEGER, "Most power at the crank, reckoned from the wheels.", unit="horsepower"),
    column("peak_tq", INTEGER, "Most torque at the crank, reckoned from the wheels.", unit="pound-feet"),
    column("boost_psi_max", DECIMAL, "Highest boost during the run.", unit="psi"),
    column("fuel", TEXT, "Fuel in the tank during the run."),
    column("modifications", TEXT, "What had been changed on the car."),
    column("source_url", TEXT, "Web address the facts were taken from."),
    column("verified", BOOLEAN, "Whether a person has confirmed the facts."),
    assumed(
        "car_id",
        UUID,
        "The car the row is about, by id.",
        references="cars.id",
        live=Lookup("car_slug", "cars", "slug", "id"),
    ),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


car_track_lap_times = table(
    "car_track_lap_times",
    Note(
        title="Track Benchmarks",
        domain=DOMAIN,
        grain="One row per timed lap of a car at a track.",
        rows=1235,
        columns=24,
        event_time="session_date",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column("track_id", UUID, "Where the lap was driven.", references="tracks.id"),
    column("lap_time_ms", INTEGER, "Time of the lap.", unit="milliseconds"),
    column("lap_time_text", TEXT, "Time of the lap as people write it, minutes first."),
    column("session_date", DATE, "Day the lap was driven."),
    column("is_stock", BOOLEAN, "Whether the car was as built."),
    column("tires", TEXT, "Tyres on the car."),
    column(
        "conditions",
        TEXT,
        "Weather and surface during the lap.",
        live=Derived(("conditions",), "{conditions} #>> array[]::text[]", "JSON as text", when_type="jsonb"),
    ),
    column(
        "modifications",
        TEXT,
        "What had been changed on the car.",
        live=Derived(("modifications",), "{modifications} #>> array[]::text[]", "JSON as text", when_type="jsonb"),
    ),
    column("source_url", TEXT, "Web address the facts were taken from."),
    column("verified", BOOLEAN, "Whether a person has confirmed the facts."),
    assumed(
        "car_id",
        UUID,
        "The car the row is about, by id.",
        references="cars.id",
        live=Lookup("car_slug", "cars", "slug", "id"),
    ),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


car_tuning_profiles = table(
    "car_tuning_profiles",
    Note(
        title="Tuning Configurations",
        domain=DOMAIN,
        grain="One row per tuning profile of a car.",
        rows=309,
        columns=25,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_id",
        UUID,
        "The car the row is about, by id.",
        references="cars.id",
        live=Lookup("car_slug", "cars", "slug", "id"),
    ),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column("upgrades_by_objective", JSONB, "Upgrades advised, grouped by what the owner is after."),
    column("performance_potential", JSONB, "The most the platform can be brought to."),
    column("platform_strengths", TEXT_ARRAY, "What the platform does well."),
    column("platform_weaknesses", TEXT_ARRAY, "What the platform does badly."),
    column("tuning_community_notes", TEXT, "What tuners say of the platform."),
    assumed(
        "quality_tier",
        TEXT,
        "How thoroughly the profile was worked out.",
        one_of=("skeleton", "templated", "researched", "enriched", "verified", "unknown"),
    ),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


car_slug_aliases = table(
    "car_slug_aliases",
    Note(
        title="Slug Redirects",
        domain=DOMAIN,
        grain="One row per former or alternative slug of a car.",
        rows=38,
        columns=5,
        event_time="created_at",
    ),
    column("alias", TEXT, "Slug that still arrives from outside.", primary_key=True),
    column(
        "canonical_slug",
        TEXT,
        "Slug it stands for.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column(
        "car_id",
        UUID,
        "The car it stands for; the database fills it in.",
        references="cars.id",
        live=Lookup("canonical_slug", "cars", "slug", "id"),
    ),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
