"""The benchmark of coverage measures what it says: so many cars, so many views, the view's own statement."""

from __future__ import annotations

import duckdb
import psycopg
import pytest

from benchmarks import coverage
from queries import content
from replica import Mirror, generations
from replica.settings import mirror_folder

pytestmark = pytest.mark.integration

CARS, VIEWS = 2_000, 3_000


@pytest.fixture(scope="module")
def busy(demo_settings, tmp_path_factory):
    """Return the demo's mirror with other page views."""
    folder = tmp_path_factory.mktemp("busy")
    newest = generations.current(mirror_folder(demo_settings))
    generations.clone(newest, folder / newest.name)
    (folder / generations.LINK).symlink_to(newest.name)
    coverage.many_views(folder, VIEWS)
    return Mirror(folder, demo_settings)


def test_cars_become_as_many_as_asked_for_and_those_that_were_there_stay(embedded_pair, built):
    with psycopg.connect(embedded_pair.primary_url(built("demo"))) as primary:
        before = set(primary.execute("select id, slug, name from cars").fetchall())
        coverage.more_cars(primary, CARS)
        after = primary.execute("select id, slug, name from cars").fetchall()
        models = primary.execute("select count(distinct (brand, model)) from cars").fetchone()
        primary.rollback()
    assert len(after) == len({slug for _, slug, _ in after}) == CARS
    assert before < set(after)
    assert models[0] < len(before)


def test_views_are_as_many_as_asked_for_and_all_in_the_days_asked_for(busy):
    since, until = coverage.wanted.window(busy, days=coverage.DAYS)
    with duckdb.connect(str(generations.current(busy.folder)), read_only=True) as connection:
        found = connection.execute(
            "select count(*), count(distinct id), bool_and(created_at >= $since and created_at < $until), "
            "count(distinct regexp_extract(page_url, '^/cars/([^/]+)', 1)) from page_views",
            {"since": since, "until": until},
        ).fetchone()
    assert found[:3] == (VIEWS, VIEWS, True)
    assert found[3] > 50


def test_the_standby_gets_every_address_in_the_last_days_of_its_own(busy, embedded_pair, built):
    with duckdb.connect(str(generations.current(busy.folder)), read_only=True) as connection:
        ours = connection.execute("select distinct page_url from page_views").fetchall()
    with psycopg.connect(embedded_pair.primary_url(built("demo"))) as primary:
        before = primary.execute("select count(*), max(created_at) from page_views").fetchone()
        coverage.same_addresses(primary, busy.folder)
        after = primary.execute("select count(*), max(created_at) from page_views").fetchone()
        theirs = primary.execute("select distinct page_url from page_views where created_at = %s", after[1:]).fetchall()
        primary.rollback()
    assert after == (before[0] + len(ours), before[1])
    assert set(ours) <= set(theirs)


def test_both_sides_speak_of_every_car(busy, embedded_pair, built):
    slugs = set(content.cars(busy)["slug"])
    order = coverage.prioritised(busy)
    assert set(order["slug"]) == set(coverage.covered(busy)["slug"]) == set(coverage.demanded(busy)["slug"]) == slugs
    assert order.filter(order["people"] > 0).height > 50
    with psycopg.connect(embedded_pair.reader_url(built("demo")), autocommit=True) as standby:
        _, ended = coverage.live(standby, coverage.COVERAGE)
        listed = {slug for (slug,) in standby.execute("select car_slug from mv_content_coverage").fetchall()}
    assert ended
    assert listed == slugs


def test_demand_is_that_of_the_views_counted_by_hand(busy):
    with duckdb.connect(str(generations.current(busy.folder)), read_only=True) as connection:
        # A browser that was a bot once is one, and people of ours are left out: none but the signed-in can be.
        found = connection.execute(
            "select regexp_extract(page_url, '^/cars/([^/]+)', 1) as slug, count(distinct visitor_id) from page_views "
            "where visitor_id not in (select visitor_id from page_views where is_bot) "
            "group by slug having slug <> '' and count(user_id) = 0"
        ).fetchall()
    counted = dict(coverage.demanded(busy).select("slug", "visitors").iter_rows())
    assert len(found) > 20
    assert {slug: counted[slug] for slug, _ in found} == dict(found)


def test_a_live_view_beyond_our_patience_is_ended_and_said_to_be(monkeypatch, embedded_pair, built):
    monkeypatch.setattr(coverage, "PATIENCE_SECONDS", 0.001)
    with psycopg.connect(embedded_pair.reader_url(built("demo")), autocommit=True) as standby:
        _, ended = coverage.live(standby, coverage.COVERAGE)
    assert not ended
