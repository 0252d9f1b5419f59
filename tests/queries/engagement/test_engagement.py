"""Pages: views, entrances, exits, bounces by their definition, readings, loads and clicks, each checked by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from queries import engagement
from queries.engagement import BadEngagement
from queries.span import Span

SPAN = Span(date(2026, 1, 5), date(2026, 1, 5))
VIEWS = """
    id | visitor_id | session_id | created_at          | page_url      | page_load_time
    p1 | a          | s1         | 2026-01-05 10:00:00 | /             | 1000
    p2 | a          | s1         | 2026-01-05 10:01:00 | /cars/miata?x | 3000
    p3 | a          | s1         | 2026-01-05 10:02:00 | /cars/supra   |
    p4 | b          | s2         | 2026-01-05 11:00:00 | /             | 2500
    p5 | c          | s3         | 2026-01-05 12:00:00 | /             | 2000
    p6 | d          | s4         | 2026-01-05 13:00:00 | /             |
"""
READ = """
    id | page_view_id | session_id | created_at          | scroll_depth | engaged_time_seconds | page_url
    r1 | p2           | s1         | 2026-01-05 10:01:50 | 80           | 40                   | /cars/miata?x
    r2 | p3           | s1         | 2026-01-05 10:02:50 | 40           | 20                   | /cars/supra
    r4 | p4           | s2         | 2026-01-05 11:00:20 | 10           | 9                    | /
    r5 | p5           | s3         | 2026-01-05 12:00:20 | 10           | 10                   | /
"""
CLICKS = """
    id | visitor_id | session_id | created_at          | page_url    | element_id | element_type
    c1 | d          | s4         | 2026-01-05 13:00:05 | /           | hero       | button
    c2 | d          | s4         | 2026-01-05 13:00:06 | /           | hero       | button
    c3 | a          | s1         | 2026-01-05 10:02:10 | /cars/supra |            |
"""


@pytest.fixture
def mirror(mirror_with):
    return mirror_with(page_views=VIEWS, page_engagement=READ, click_events=CLICKS)


def one(frame, station, *names):
    found = frame.filter(pl.col("station").eq_missing(pl.lit(station, pl.String)))
    return found.select(names).row(0)


def test_views_visitors_entrances_and_exits_by_route(mirror):
    found = engagement.pages(mirror, span=SPAN)
    names = ("views", "visitors", "entrances", "exits")
    assert one(found, "/", *names) == (4, 4, 4, 3)
    assert one(found, "/cars/{slug}", *names) == (2, 1, 0, 1)
    assert one(found, None, *names) == (6, 4, 4, 4)


def test_pages_are_told_apart_by_path_and_by_address_too(mirror):
    by_page = engagement.pages(mirror, span=SPAN, by="page")
    by_address = engagement.pages(mirror, span=SPAN, by="page_url")
    assert set(by_page["station"]) == {None, "/", "/cars/miata", "/cars/supra"}
    assert set(by_address["station"]) == {None, "/", "/cars/miata?x", "/cars/supra"}


def test_a_bounce_is_one_view_without_a_click_and_under_ten_seconds(mirror):
    # b read 9 seconds; c read 10; d clicked; a saw three pages.
    found = engagement.pages(mirror, span=SPAN)
    assert one(found, "/", "bounces") == (1,)
    assert one(found, None, "bounces") == (1,)


def test_something_the_product_reports_is_no_bounce_and_its_own_start_of_a_session_is(mirror_with):
    views = VIEWS.splitlines()[:2] + [line for line in VIEWS.splitlines() if "| s4" in line or "| s2" in line]
    events = """
        id | visitor_id | session_id | event_type    | created_at
        e1 | b          | s2         | session_start | 2026-01-05 11:00:00
        e2 | d          | s4         | car_favorited | 2026-01-05 13:00:01
    """
    found = engagement.pages(mirror_with(page_views="\n".join(views), user_events=events), span=SPAN)
    assert one(found, "/", "entrances", "bounces") == (2, 1)


def test_readings_say_how_far_and_how_long(mirror):
    found = engagement.pages(mirror, span=SPAN)
    names = ("readings", "active_seconds", "median_seconds", "depth_25", "depth_50", "depth_75")
    assert one(found, "/cars/{slug}", *names) == (2, 60, 30, 50, 60, 70)
    assert one(found, "/", "readings", "median_seconds") == (2, 9.5)


def test_slow_is_more_than_two_and_a_half_seconds_of_those_known(mirror):
    found = engagement.pages(mirror, span=SPAN)
    assert one(found, "/", "loads", "slow", "load_75") == (3, 0, 2250)
    assert one(found, "/cars/{slug}", "loads", "slow") == (1, 1)


def test_a_session_that_began_before_the_range_enters_before_it(mirror_with):
    views = """
        id | visitor_id | session_id | created_at          | page_url
        p1 | a          | s1         | 2026-01-04 23:59:00 | /
        p2 | a          | s1         | 2026-01-05 00:01:00 | /garage
    """
    found = engagement.pages(mirror_with(page_views=views), span=SPAN)
    assert found.select("station", "views", "entrances", "exits").rows() == [(None, 1, 0, 1), ("/garage", 1, 0, 1)]


def test_clicks_by_element_of_all_pages_and_of_one(mirror):
    assert engagement.clicks(mirror, span=SPAN).rows() == [
        ("hero", "button", 2, 1, 0.25), ("unknown", "unknown", 1, 1, 0.25),
    ]  # fmt: skip
    assert engagement.clicks(mirror, span=SPAN, station="/cars/{slug}").rows() == [("unknown", "unknown", 1, 1, 1.0)]


def test_the_people_of_a_page_are_who_saw_or_clicked_it(mirror):
    found = engagement.people(mirror, span=SPAN, station="/")
    assert found.select("actor_key", "views", "clicks").rows() == [
        ("visitor d", 1, 2), ("visitor c", 1, 0), ("visitor b", 1, 0), ("visitor a", 1, 0),
    ]  # fmt: skip
    assert engagement.people(mirror, span=SPAN)["views"].sum() == 6


def test_over_the_demo_pages_sum_to_all_and_every_session_enters_and_leaves_once(demo_mirror):
    span = Span(date(2020, 1, 1), date(2026, 1, 27))
    found = engagement.pages(demo_mirror, span=span)
    whole, parts = found.filter(pl.col("station").is_null()), found.drop_nulls("station")
    for name in ("views", "entrances", "exits", "bounces", "clicks", "readings", "loads", "slow"):
        assert parts[name].sum() == whole[name].item()
    assert whole["entrances"].item() == whole["exits"].item() > 1000
    assert 0 < whole["bounces"].item() < whole["entrances"].item()


def test_another_way_of_telling_pages_apart_is_refused_in_words(mirror):
    with pytest.raises(BadEngagement):
        engagement.pages(mirror, span=SPAN, by="colour")
