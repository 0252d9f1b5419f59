"""Who wants which car, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from queries import content
from queries.content import demand as wanted
from queries.content.rules import current

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
CARS = "id | slug | name | brand\n c1 | audi-r8 | Audi R8 | Audi\n c2 | audi-r8-v10 | Audi R8 V10 | Audi"


def views(*rows):
    lines = "\n".join(f"{who} | {url} | {day}" for who, url, day in rows)
    return f"visitor_id | page_url | created_at\n{lines}"


def counted(mirror, column="visitors", **more):
    found = wanted.demand(mirror, since=SINCE, until=UNTIL, **more)
    return dict(found.select("slug", column).iter_rows())


def test_a_slug_that_begins_with_another_counts_for_itself_alone(mirror_with):
    mirror = mirror_with(
        cars=CARS, page_views=views(("a", "/cars/audi-r8-v10", "2026-01-02"), ("b", "/cars/audi-r8", "2026-01-02"))
    )
    assert counted(mirror) == {"audi-r8": 1, "audi-r8-v10": 1}


def test_query_strings_sub_pages_hosts_case_and_aliases_are_understood(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        car_slug_aliases="alias | canonical_slug\n r8 | audi-r8",
        page_views=views(
            ("a", "/cars/audi-r8?ref=x", "2026-01-02"),
            ("b", "/cars/audi-r8/issues", "2026-01-02"),
            ("c", "https://autorev.app/cars/AUDI-R8#top", "2026-01-02"),
            ("d", "/tuning-shop/r8/", "2026-01-02"),
            ("e", "/cars/audi-r80", "2026-01-02"),
            ("f", "/events/audi-r8", "2026-01-02"),
            ("g", "/cars", "2026-01-02"),
        ),
    )
    assert counted(mirror) == {"audi-r8": 4, "audi-r8-v10": 0}


def test_a_person_counts_once_and_only_inside_the_window(mirror_with):
    rows = [("a", "/cars/audi-r8", f"2026-01-0{day}") for day in range(2, 9)]
    rows += [("b", "/cars/audi-r8", "2025-12-31"), ("c", "/cars/audi-r8", "2026-02-01")]
    assert counted(mirror_with(cars=CARS, page_views=views(*rows)))["audi-r8"] == 1


def test_who_comes_again_after_the_window_was_in_it_all_the_same(mirror_with):
    rows = [("a", "/cars/audi-r8", "2026-01-02"), ("a", "/cars/audi-r8", "2026-02-03")]
    assert counted(mirror_with(cars=CARS, page_views=views(*rows)))["audi-r8"] == 1


def test_every_window_up_to_now_counts_whom_it_holds(mirror_with):
    now = datetime.now(UTC)
    came = {"a": (1, 40), "b": (8,), "c": (20, 40), "d": (40,)}
    rows = [(who, "/cars/audi-r8", f"{now - timedelta(days=ago)}") for who, days in came.items() for ago in days]
    mirror = mirror_with(cars=CARS, page_views=views(*rows))
    people = {}
    for days in (45, 7, 30, 10):
        since, until = wanted.window(mirror, days=days)
        people[days] = dict(wanted.demand(mirror, since=since, until=until).select("slug", "people").iter_rows())
    assert {days: found["audi-r8"] for days, found in people.items()} == {45: 4, 7: 1, 30: 3, 10: 2}
    assert all(found["audi-r8-v10"] == 0 for found in people.values())


def test_bots_and_staff_are_left_out(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        user_profiles="id | is_staff\n u1 | true\n u2 | false",
        page_views="""
            visitor_id | user_id | is_bot | page_url      | created_at
            a          |         | true   | /cars/audi-r8 | 2026-01-02
            b          | u1      |        | /cars/audi-r8 | 2026-01-02
            c          | u2      |        | /cars/audi-r8 | 2026-01-02
        """,
        user_favorites="user_id | car_id | created_at\n u1 | c1 | 2026-01-02\n u2 | c1 | 2026-01-03",
    )
    assert counted(mirror)["audi-r8"] == 1
    assert counted(mirror, "favorites")["audi-r8"] == 1
    assert counted(mirror, "people")["audi-r8"] == 1


def test_favourites_garages_projects_and_conversations_count_by_slug_and_id(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        user_favorites="user_id | car_slug | car_id | created_at\n u1 | audi-r8 | c1 | 2026-01-02",
        user_vehicles="user_id | matched_car_slug | created_at\n u2 | audi-r8 | 2026-01-02",
        user_projects="user_id | car_id | created_at\n u1 | c1 | 2026-01-02",
        al_conversations="user_id | initial_car_slug | created_at\n u3 | audi-r8 | 2026-01-02",
    )
    found = wanted.demand(mirror, since=SINCE, until=UNTIL).row(0, named=True)
    assert [found[name] for name in ("favorites", "garages", "projects", "conversations", "people")] == [1, 1, 1, 1, 3]
    weights = dict(current().signals)
    assert found["points"] == sum(weights[name] for name in ("favorites", "garages", "projects", "conversations"))


def test_a_search_by_name_counts_and_a_search_for_a_brand_does_not(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        page_views=views(
            ("a", "/browse-cars?q=Audi+R8", "2026-01-02"),
            ("b", "/browse-cars?q=audi", "2026-01-02"),
            ("c", "/browse-cars?q=fiat%20panda", "2026-01-02"),
        ),
    )
    assert counted(mirror, "searches") == {"audi-r8": 1, "audi-r8-v10": 0}
    assert wanted.unmatched(mirror, since=SINCE, until=UNTIL).select("word", "seen_in", "people").rows() == [
        ("fiat-panda", "searches", 1)
    ]


def test_without_anybody_every_demand_is_zero(mirror_with):
    assert counted(mirror_with(cars=CARS), "demand") == {"audi-r8": 0.0, "audi-r8-v10": 0.0}


def test_all_demand_on_one_car_is_one_there_and_zero_elsewhere(mirror_with):
    mirror = mirror_with(cars=CARS, page_views=views(*((f"v{n}", "/cars/audi-r8", "2026-01-02") for n in range(5))))
    assert counted(mirror, "demand") == {"audi-r8": 1.0, "audi-r8-v10": 0.0}
    assert counted(mirror, "reliable") == {"audi-r8": True, "audi-r8-v10": False}


def test_demand_without_a_car_names_what_was_meant_and_where(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        youtube_ingestion_queue="target_car_slug | created_at\n fiat-panda | 2026-01-02\n audi-r8 | 2026-01-02",
        forum_scraped_threads="car_slugs_detected | created_at\n [fiat-panda, audi-r8] | 2026-01-03",
        user_feedback="user_id | feedback_type | created_at\n u1 | car_request | 2026-01-04",
        user_vehicles="user_id | make | model | created_at\n u1 | Fiat | Panda | 2026-01-04",
        al_conversations="user_id | initial_car_slug | created_at\n u2 | fiat-panda | 2026-01-04",
    )
    found = wanted.unmatched(mirror, since=SINCE, until=UNTIL)
    assert sorted(found.select("word", "seen_in", "people", "times").rows()) == [
        ("fiat panda", "garages", 1, 1),
        ("fiat-panda", "conversations", 1, 1),
        ("fiat-panda", "forum threads", None, 1),
        ("fiat-panda", "video queue", None, 1),
        ("requests without a name", "feedback", 1, 1),
    ]


def test_the_history_of_a_car_counts_people_by_week(mirror_with):
    mirror = mirror_with(cars=CARS)
    until = mirror.freshness().snapshot_at
    found = wanted.history(mirror, slug="audi-r8", weeks=4)
    assert found.height in {4, 5}
    assert found["value"].sum() == 0
    assert found["period"].dt.weekday().unique().to_list() == [1]
    assert not found.filter(found["period"] > until.date()).height


def test_a_window_of_no_days_is_refused(mirror_with):
    with pytest.raises(ValueError, match="0 days"):
        wanted.window(mirror_with(), days=0)


def test_the_demo_wants_the_popular_cars(demo_mirror):
    since, until = datetime(2025, 10, 29, tzinfo=UTC), datetime(2026, 1, 27, tzinfo=UTC)
    found = wanted.demand(demo_mirror, since=since, until=until)
    assert found["slug"].to_list() == content.cars(demo_mirror)["slug"].to_list()
    assert wanted.Demand.is_valid(found), "what is not checked each time is checked here"
    assert found["demand"].max() == 1.0
    assert found["people"].sum() > 100
