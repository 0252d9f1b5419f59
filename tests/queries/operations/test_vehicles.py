"""Garages: services logged and due again, how well vehicles are described, what builds aim at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from queries.operations import points, vehicles

TODAY = datetime.now(UTC).date()


def test_services_are_counted_by_what_was_done_and_a_missing_cost_is_not_0(mirror_with):
    found = vehicles.services(
        mirror_with(
            user_vehicles="id | user_id\n v1 | u1\n v2 | u1",
            user_service_logs="""
                id | user_vehicle_id | service_type | service_date | total_cost
                a  | v1 | oil_change  | 2026-01-02 | 100
                b  | v2 | oil_change  | 2026-01-05 |
                c  | v2 | brake_fluid |            |
            """,
        )
    )
    assert found.rows() == [
        ("oil_change", 2, 2, 1, Decimal("100.00"), 1, date(2026, 1, 5)),
        ("brake_fluid", 1, 1, 1, None, 0, None),
    ]


def test_a_logged_service_is_due_by_time_or_by_distance_whichever_comes_first(mirror_with):
    year_ago, lately = TODAY - timedelta(days=400), TODAY - timedelta(days=10)
    found = vehicles.service_due(
        mirror_with(
            user_vehicles="""
                id | matched_car_slug | current_mileage
                old   | miata | 50100
                far   | miata | 60000
                fresh | miata | 50100
                other | supra | 60000
            """,
            user_service_logs=f"""
                id | user_vehicle_id | service_type | service_date | odometer_reading
                a  | old   | oil_change | {year_ago} | 50000
                b  | far   | oil_change | {lately}   | 50000
                c  | fresh | Oil change | {lately}   | 50000
                d  | other | oil_change | {lately}   | 50000
            """,
            vehicle_service_intervals="""
                id | car_slug | service_name          | interval_miles | interval_months
                i1 | miata    | Engine Oil and Filter | 7500           | 12
                i2 | miata    | Spark Plugs           | 50000          |
            """,
        )
    )
    assert found.select("service", "miles_left", "due").rows() == [
        ("Engine Oil and Filter", 7400, True),
        ("Engine Oil and Filter", -2500, True),
        ("Engine Oil and Filter", 7400, False),
    ]


def test_a_service_without_a_word_of_its_own_is_on_no_schedule(mirror_with):
    mirror = mirror_with(
        user_vehicles="id | matched_car_slug\n v1 | miata",
        user_service_logs="id | user_vehicle_id | service_type\n a | v1 | service\n b | v1 |",
        vehicle_service_intervals="id | car_slug | service_name\n i1 | miata | Engine Oil",
    )
    assert vehicles.service_due(mirror).is_empty()


def test_fields_are_shares_of_all_vehicles(mirror_with):
    mirror = mirror_with(
        user_vehicles="id | current_mileage | storage_mode\n v1 | 10 | true\n v2 | | false",
        user_service_logs="id | user_vehicle_id\n a | v1\n b | v1",
    )
    found = {row["field"]: (row["filled"], row["filled_share"]) for row in vehicles.concierge(mirror).to_dicts()}
    assert found["Mileage"] == found["In storage"] == found["A service logged"] == (1, 0.5)
    assert found["Storage known"] == (2, 1.0)
    assert found["Tread"] == (0, 0.0)
    assert vehicles.concierge(mirror_with()).is_empty()


def test_builds_aim_at_what_the_profile_of_their_car_advises_the_upgrades_for(mirror_with):
    mirror = mirror_with(
        user_projects="""
            id | user_id | car_slug | selected_upgrades
            p1 | u1 | miata | ["coilovers", "intake"]
            p2 | u2 | miata | [{"key": "coilovers"}]
            p3 | u2 | supra | ["coilovers"]
            p4 | u3 | miata | {"not": "a list"}
        """,
        car_tuning_profiles="""
            id | car_slug | upgrades_by_objective
            t1 | miata | {"track": ["coilovers"], "street": ["intake", "coilovers_lite"]}
        """,
        upgrade_keys="key | category\n coilovers | suspension",
    )
    assert vehicles.aims(mirror).rows() == [
        ("Objective", "track", 2, 2, 2),
        ("Objective", "none of the car's objectives", 1, 1, 1),
        ("Objective", "street", 1, 1, 1),
        ("System", "suspension", 3, 2, 3),
        ("System", "unknown upgrade", 1, 1, 1),
    ]


def test_points_count_within_the_limit_of_a_day_and_what_nothing_proves_is_unknown(mirror_with):
    found = points.earning(
        mirror_with(
            xp_actions="""
                action_key    | xp_value | daily_limit
                car_favorited | 5        | 2
                event_saved   | 10       |
                insight_rated | 5        | 10
            """,
            user_favorites="""
                id | user_id | created_at
                1 | u1 | 2026-01-01 10:00:00+00
                2 | u1 | 2026-01-01 11:00:00+00
                3 | u1 | 2026-01-01 12:00:00+00
                4 | u1 | 2026-01-02 10:00:00+00
                5 | u2 | 2026-01-01 10:00:00+00
            """,
        )
    )
    assert found.select("action", "times", "people", "points", "points_share").rows() == [
        ("car_favorited", 5, 2, 20, 1.0),
        ("event_saved", 0, 0, 0, 0.0),
        ("insight_rated", None, None, None, None),
    ]
