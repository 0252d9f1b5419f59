"""The live views of cars and events, answered by their formulas and beside ours."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import psycopg
import pytest

from queries import content
from queries.content import cities, live_views
from queries.content import demand as wanted

TODAY = date.today()  # noqa: DTZ011  the mirror of a test shows this moment
CARS = "id | slug | name | hp | price_avg\n c1 | audi-r8 | Audi R8 | 400 | 90000\n c2 | audi-r8-v10 | Audi R8 V10 | | 1"
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
COUNTS = (
    "favorites_count", "projects_count", "owned_count", "issues_count", "recalls_count", "videos_count",
    "insights_count", "fitments_count",
)  # fmt: skip
FLAGS = ("has_hp", "has_torque", "has_pricing", "has_fuel_economy", "has_safety_data", "has_maintenance",
         "has_tuning_profile")  # fmt: skip


@pytest.mark.integration
def test_the_formulas_give_what_the_views_of_the_demo_hold(demo_mirror, demo_settings):
    ours = live_views.live_cars(demo_mirror)
    with psycopg.connect(demo_settings.database_url.get_secret_value()) as standby:
        select = (
            f"select car_slug, {', '.join(COUNTS)}, {', '.join(f'{name}::int' for name in FLAGS)}, coverage_score "  # noqa: S608
            "from mv_content_coverage join mv_car_popularity using (car_slug)"
        )
        theirs = standby.execute(select.encode()).fetchall()
    assert len(theirs) == 309
    assert sorted(ours.select("slug", *COUNTS, *FLAGS, "coverage_score").rows()) == sorted(theirs)


@pytest.fixture
def told(mirror_with):
    """Return what both sides say of two cars, the slug of one beginning that of the other."""
    mirror = mirror_with(
        cars=CARS,
        page_views=f"""
            visitor_id | page_url          | created_at
            a          | /cars/audi-r8-v10 | {YESTERDAY}
            a          | /cars/audi-r8-v10 | {YESTERDAY}
            b          | /cars/audi-r8?x=1 | {YESTERDAY}
        """,
        user_favorites=f"user_id | car_id | created_at\n u1 | c1 | 2020-01-01\n u2 | c1 | {YESTERDAY}",
        car_recalls="car_slug | campaign_number\n audi-r8 | 1\n audi-r8 | 1",
    )
    since, until = wanted.window(mirror, days=30)
    scored = content.scores(mirror)
    return (
        live_views.live_cars(mirror),
        scored,
        content.coverage(content.cars(mirror), scored),
        wanted.demand(mirror, since=since, until=until),
    )


def numbers(told, slug):
    found = live_views.of_car(*told, slug)
    assert all(found["why"])
    return {measure: (live, ours) for measure, live, ours in found.select("measure", "live", "ours").iter_rows()}


def test_views_of_a_slug_that_begins_with_this_one_are_the_views_fault(told):
    assert numbers(told, "audi-r8")["page_views_30d"] == (3.0, 1.0)
    assert numbers(told, "audi-r8-v10")["page_views_30d"] == (2.0, 1.0)


def test_favourites_of_all_time_double_recalls_and_the_price_that_is_always_there_differ(told):
    found = numbers(told, "audi-r8")
    assert (found["favorites_count"], found["recalls_count"], found["has_pricing"]) == ((2, 1), (2, 1), (1, 0))
    assert (found["has_hp"], numbers(told, "audi-r8-v10")["has_hp"]) == ((1, 1), (0, 0))
    live, ours = found["coverage_score, as a share of 100"]
    mine = told[1].filter(pl.col("slug") == "audi-r8", pl.col("applies"))
    assert (live, ours) == (0.2, pytest.approx((mine["weight"] * mine["score"]).sum() / mine["weight"].sum()))


def test_a_car_of_which_nothing_is_known_has_no_number(told):
    assert set(numbers(told, "wartburg").values()) == {(None, None)}


def test_the_six_views_stand_beside_ours_each_with_its_reason(mirror_with, told):
    mirror = mirror_with(
        cars=CARS,
        target_cities="""
            id | city | state | population | population_rank | total_event_count
            t1 | Reno | NV    | 200000     | 1               | 12
            t2 | Elko | NV    | 20000      | 2               | 0
        """,
        events=f"""
            id | city  | state | status   | start_date  | end_date
            e1 | Reno  | NV    | approved | {YESTERDAY} | {TOMORROW}
            e2 | RENO  | NV    | approved | {TOMORROW}  |
            e3 | Reno  | NV    | pending  | {TOMORROW}  |
            e4 | Paris |       | approved | {TOMORROW}  |
        """,
        event_series="id | name | recurrence_rule\n s1 | A | FREQ=DAILY\n s2 | B | now and then",
    )
    listed, scored = content.cars(mirror), content.scores(mirror)
    since, until = wanted.window(mirror, days=30)
    found = live_views.summed(
        live_views.live_cars(mirror),
        live_views.live_events(mirror),
        content.coverage(listed, scored),
        wanted.demand(mirror, since=since, until=until),
        cities.cities(mirror),
        cities.series(mirror),
    )
    assert all(found["why"])
    assert found["view_name"].n_unique() == 6
    both = {(view, measure): (live, ours) for view, measure, live, ours, _ in found.iter_rows()}
    assert both["car_detail_enriched", "rows"] == (2, 2)
    # One event is under way and one has no state: the view sees neither, and reads two cities where there is one.
    assert both["mv_event_coverage_by_city", "upcoming_events"] == (1, 3)
    assert both["mv_event_coverage_by_city", "rows"] == (2, 2)
    assert both["city_coverage_report", "total_event_count"] == (12, 2)
    assert both["city_coverage_report", "cities with events"] == (1, 1)
    assert both["event_series_next_occurrence", "series with a next date"] == (2, 1)
