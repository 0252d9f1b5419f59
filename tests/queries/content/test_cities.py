"""Events by city: not over, counted once, near, named as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from queries.content import cities as by_city

TODAY = date.today()  # noqa: DTZ011  the mirror of a test shows this moment
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LONG_AGO = TODAY - timedelta(days=9)
CITY = "city | state | population | population_rank | latitude | longitude"


def upcoming(mirror):
    return {(row["city"], row["state"]): row["upcoming"] for row in by_city.cities(mirror).iter_rows(named=True)}


def test_an_event_that_began_yesterday_and_ends_tomorrow_is_not_over(mirror_with):
    mirror = mirror_with(
        target_cities=f"id | {CITY}\n c1 | Reno | NV | 200000 | 1 | 39.5 | -119.8",
        event_types="id | slug\n t1 | a\n t2 | b",
        events=f"""
            id | city | state | status   | event_type_id | start_date           | end_date
            e1 | Reno | NV    | approved | t1            | {YESTERDAY}          | {TOMORROW}
            e2 | Reno | NV    | approved | t2            | {LONG_AGO} | {LONG_AGO}
            e3 | Reno | NV    | pending  | t2            | {TOMORROW}           |
            e4 | Reno | NV    | approved | t1            | {TOMORROW + TOMORROW.resolution} |
        """,
    )
    row = by_city.cities(mirror).row(0, named=True)
    assert (row["upcoming"], row["next_date"], row["event_types"], row["per_100k"]) == (2, YESTERDAY, 1, 1.0)


def test_case_punctuation_and_accents_do_not_split_a_city(mirror_with):
    mirror = mirror_with(
        target_cities=f"id | {CITY}\n c1 | St. Louis | MO | 300000 | 1 | 38.6 | -90.2",
        events=f"""
            id | city        | state | status   | start_date
            e1 | St Louis    | MO    | approved | {TOMORROW}
            e2 | ST. LOUIS   | mo    | approved | {TOMORROW}
            e3 | Saint Louis | MO    | approved | {TOMORROW}
            e4 | Québec      | QC    | approved | {TOMORROW}
            e5 | quebec      | QC    | approved | {TOMORROW}
        """,
    )
    found = upcoming(mirror)
    assert found.pop(("St. Louis", "MO")) == 3
    assert list(found.values()) == [2]


def test_an_event_belongs_to_the_nearest_city_and_is_seen_from_both(mirror_with):
    mirror = mirror_with(
        target_cities=f"""
            id | {CITY}
            c1 | Dallas     | TX | 1000000 | 1 | 32.78 | -96.80
            c2 | Arlington  | TX | 400000  | 2 | 32.74 | -97.11
            c3 | El Paso    | TX | 700000  | 3 | 31.76 | -106.49
        """,
        events=f"""
            id | city  | state | status   | start_date | latitude | longitude
            e1 | Euless | TX   | approved | {TOMORROW} | 32.84    | -97.08
        """,
    )
    found = {row["city"]: row for row in by_city.cities(mirror).iter_rows(named=True)}
    assert {name: row["upcoming"] for name, row in found.items()} == {"Dallas": 0, "Arlington": 1, "El Paso": 0}
    assert {name: row["nearby"] for name, row in found.items()} == {"Dallas": 1, "Arlington": 1, "El Paso": 0}
    assert found["Arlington"]["nearest_miles"] == pytest.approx(7.1, abs=0.2)


def test_an_event_without_a_state_and_in_a_zone_that_does_not_exist_is_kept(mirror_with):
    mirror = mirror_with(
        events=f"id | city | status | start_date | timezone\n e1 | Toronto | approved | {TOMORROW} | Nowhere/Land"
    )
    assert upcoming(mirror) == {("Toronto", None): 1}


@pytest.mark.parametrize(
    ("rule", "start", "found"),
    [
        ("FREQ=MONTHLY;BYDAY=1SA", date(2025, 1, 1), date(2026, 2, 7)),
        ("FREQ=MONTHLY;BYDAY=-1SU", date(2025, 1, 1), date(2026, 2, 22)),
        ("FREQ=WEEKLY;BYDAY=SA", date(2025, 1, 1), date(2026, 1, 31)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", date(2026, 1, 20), date(2026, 2, 3)),
        ("FREQ=YEARLY;BYMONTH=8;BYDAY=1SA", date(2024, 8, 3), date(2026, 8, 1)),
        ("FREQ=MONTHLY;BYDAY=4SA;BYMONTH=4,5", date(2024, 4, 27), date(2026, 4, 25)),
        ("FREQ=DAILY", date(2026, 1, 27), date(2026, 1, 27)),
    ],
)
def test_the_next_day_follows_the_rule(rule, start, found):
    assert by_city.next_day(rule, start, date(2026, 1, 27)) == (found, None)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (None, "no rule is recorded"),
        ("every saturday", "the rule cannot be read"),
        ("FREQ=FORTNIGHTLY", "the rule cannot be read"),
        ("FREQ=DAILY;UNTIL=20250101T000000", "the series is over"),
    ],
)
def test_a_rule_that_names_no_day_says_why(rule, why):
    assert by_city.next_day(rule, date(2024, 1, 1), date(2026, 1, 27)) == (None, why)


def test_a_city_with_fewer_events_ahead_than_a_year_before_is_losing(mirror_with):
    before = TODAY - timedelta(days=350)
    mirror = mirror_with(
        events=f"""
            city  | state | status   | start_date
            Reno  | NV    | expired  | {before}
            RENO  | NV    | approved | {before}
            Reno  | NV    | approved | {TOMORROW}
            Boise | ID    | approved | {TOMORROW}
        """
    )
    assert by_city.losing(mirror).select("coming", "before", "change").rows() == [(1, 2, -1)]
