"""Paths: sessions, loops folded, rare branches together, and as many people as sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import paths
from queries.funnels.log import of_frame
from queries.paths import BadPaths, Paths, edges_of, people_of

START = datetime(2026, 1, 5, tzinfo=UTC)


def log_of(**sessions):
    """Return events a minute apart, a letter each; `u1_2` is the second session of u1, an hour later."""
    rows = [
        (name.split("_")[0], START + timedelta(hours=int(name[-1]) if "_" in name else 0, minutes=place), station)
        for name, stations in sessions.items()
        for place, station in enumerate(stations)
    ]
    return of_frame(pl.DataFrame(rows, schema=["actor", "timestamp", "event"], orient="row"))


def rows(log, asked):
    return set(edges_of(log, asked).rows())


def test_sessions_take_steps_and_repeats_are_one_station():
    log = log_of(u1="aabb", u2="ac", u1_2="ab")
    assert rows(log, Paths()) == {(1, "a", "b", 2), (1, "a", "c", 1), (2, "b", None, 2), (2, "c", None, 1)}


def test_paths_from_a_station_begin_with_its_first_time():
    log = log_of(u1="xabab", u2="xy")
    assert rows(log, Paths(start="a", steps=2)) == {(1, "a", "b", 1), (2, "b", "a", 1)}


def test_paths_to_a_station_end_with_it_and_are_counted_back_from_it():
    log = log_of(u1="abxc", u2="bx", u3="ab")
    assert rows(log, Paths(end="x", steps=2)) == {(1, "a", "b", 1), (2, "b", "x", 2)}


def test_between_two_stations_only_sessions_with_both_in_order_count():
    log = log_of(u1="zabx", u2="xa", u3="ax")
    assert rows(log, Paths(start="a", end="x")) == {(1, "a", "b", 1), (2, "b", "x", 1), (1, "a", "x", 1)}


def test_rare_branches_are_put_together():
    log = log_of(u1="ab", u2="ab", u3="ac", u4="ad")
    found = rows(log, Paths(start="a", steps=1, most=1))
    assert found == {(1, "a", "b", 2), (1, "a", "all others", 2)}
    listed = people_of(log, Paths(start="a", steps=1, most=1), (1, "a", "all others"))
    assert listed["actor_key"].to_list() == ["u3", "u4"]


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"steps": 21}, {"most": 0}])
def test_paths_that_cannot_be_asked_are_refused_in_words(wrong):
    with pytest.raises(BadPaths):
        Paths(**wrong)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text("abc", min_size=1, max_size=6), min_size=1, max_size=6), st.sampled_from([None, "a"]))
def test_what_comes_into_a_station_goes_on_or_ends_there(found, start):
    log = log_of(**{f"u{place}": stations for place, stations in enumerate(found)})
    steps = edges_of(log, Paths(start=start, steps=3, most=2))
    for step in (1, 2):
        into = steps.filter(pl.col("step") == step).drop_nulls("target").group_by(station="target")
        out = steps.filter(pl.col("step") == step + 1).group_by(station="source")
        assert dict(into.agg(pl.col("sessions").sum()).rows()) == dict(out.agg(pl.col("sessions").sum()).rows())


def test_the_mirror_answers_by_route(mirror_with, uuid_of):
    mirror = mirror_with(
        page_views="""
            id | user_id | session_id | created_at          | page_url
            p1 | u1      | s1         | 2026-01-05 10:00:00 | /cars/miata
            p2 | u1      | s1         | 2026-01-05 10:01:00 | /cars/supra
            p3 | u1      | s1         | 2026-01-05 10:02:00 | /garage
        """
    )
    asked = Paths(by="route", steps=1)
    assert paths.stations(mirror, by="route") == ("/cars/{slug}", "/garage")
    assert paths.edges(mirror, asked=asked).rows() == [(1, "/cars/{slug}", "/garage", 1)]
    listed = paths.people(mirror, asked=asked, step=1, source="/cars/{slug}", target="/garage")
    assert listed["actor_key"].to_list() == [uuid_of("u1")]
