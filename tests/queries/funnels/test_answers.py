"""What is told of those who were followed: it adds up, says what is not known, and names who it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import funnels
from queries.funnels.definition import Breakdown
from queries.span import Span

DAY = 86400
EVENTS = st.lists(
    st.tuples(st.integers(0, 9 * DAY), st.sampled_from("abcx"), st.fixed_dictionaries({"d": st.sampled_from("pq")})),
    max_size=10,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(EVENTS, min_size=1, max_size=6),
    st.sampled_from(["ordered", "strict", "unordered"]),
    st.sampled_from(["user", "session", "attempt", "props.d"]),
    st.integers(0, 5 * DAY),
    st.sampled_from(["first", "last", "step"]),
)
def test_steps_trend_segments_and_people_always_add_up(events_frame, actors, order, count_by, window, touch):
    if order == "unordered" and count_by == "attempt":
        return
    rows = {f"u{number}": listed for number, listed in enumerate(actors)}
    found = funnels.follow(
        funnels.of_frame(events_frame({"z": [(0, "y", {"d": "p"})], **rows})),
        funnels.parse({
            "steps": ["a", "b", "c"], "order": order, "count_by": count_by, "window_s": window, "trend_unit": "day",
            "breakdown": {"property": "d", "touch": touch}, "to_step": 2,
        }),
    )  # fmt: skip
    steps = funnels.steps_of(found)
    counts = steps["count"].to_list()
    assert counts == sorted(counts, reverse=True)
    trend = funnels.trend_of(found)
    assert (trend["entered"].sum(), trend["converted"].sum()) == (counts[0], counts[1])
    segments = funnels.breakdown_of(found).group_by("step").agg(pl.col("count").sum()).sort("step")
    assert segments["count"].to_list() == (counts if counts[0] else [])
    for place, count in enumerate(counts, start=1):
        assert funnels.people_of(found, "reached", place).height == count
    dropped = [funnels.people_of(found, "dropped", place).height for place in (1, 2)]
    assert dropped == steps["dropped"].to_list()[:2] == [counts[0] - counts[1], counts[1] - counts[2]]
    assert funnels.people_of(found, "converted").height == counts[1]
    slowest = funnels.people_of(found, "slowest")["seconds"].to_list()
    assert slowest == sorted(slowest, reverse=True)
    assert funnels.people_of(found).height == counts[0]


def test_a_period_is_complete_when_nobody_of_it_can_still_convert(followed):
    found = followed(
        {"u1": [(0, "a"), (10, "b")], "u2": [(3 * DAY, "a")], "u3": [(4 * DAY + 1, "x")]},
        steps=["a", "b"], window_s=DAY, trend_unit="day",
    )  # fmt: skip
    assert funnels.trend_of(found).drop("period").rows() == [
        (1, 1, 1.0, True),
        (0, 0, None, True),
        (0, 0, None, True),
        (1, 0, 0.0, False),
    ]


def test_the_range_limits_entries_or_both_ends(followed):
    events = {"u1": [(0, "a"), (5, "b")], "u2": [(8, "a"), (12, "b")], "u3": [(11, "a"), (12, "b")]}
    asked = {"steps": ["a", "b"], "report_range_s": [0, 10]}
    assert funnels.steps_of(followed(events, **asked))["count"].to_list() == [2, 2]
    assert funnels.steps_of(followed(events, **asked, range_applies_to="both"))["count"].to_list() == [2, 1]
    late = {"u": [(5, "b"), (12, "a")]}
    assert funnels.steps_of(followed(late, **asked, order="unordered"))["count"].to_list() == [1, 1]
    assert funnels.steps_of(followed({"u": [(11, "b"), (12, "a")]}, **asked, order="unordered"))["count"].to_list() == [
        0,
        0,
    ]


def test_anonymous_ids_are_joined_before_anything_else(events_frame):
    frame = events_frame({"anon": [(0, "a")], "u1": [(5, "b")]})
    definition = funnels.parse({"steps": ["a", "b"], "identity_map": {"anon": "u1"}})
    found = funnels.follow(funnels.of_frame(frame, dict(definition.identity_map)), definition)
    assert funnels.people_of(found)["key"].to_list() == ["u1"]
    assert funnels.steps_of(found)["count"].to_list() == [1, 1]


def test_a_breakdown_takes_the_first_the_last_or_a_steps_value(followed):
    events = {
        "u1": [(0, "x", {"d": "tv"}), (1, "a", {"d": "phone"}), (2, "b", {"d": "desk"}), (9, "b", {"d": "late"})],
        "u2": [(0, "x", {"d": "tv"}), (1, "a", {}), (2, "b", {})],
        "u3": [(1, "a", {})],
    }

    def values(**breakdown):
        found = funnels.breakdown_of(followed(events, steps=["a", "b"], breakdown={"property": "d", **breakdown}))
        return {(value, step): count for value, step, count in found.select("value", "step", "count").rows()}

    assert values() == {("phone", 1): 1, ("phone", 2): 1, ("tv", 1): 1, ("tv", 2): 1, (None, 1): 1, (None, 2): 0}
    assert values(touch="last")[("desk", 2)] == 1
    assert values(touch="step", step=2) == {("desk", 1): 1, ("desk", 2): 1, (None, 1): 2, (None, 2): 1}


def test_segments_beyond_the_largest_are_together(followed):
    events = {f"u{n}": [(0, "a", {"d": f"d{min(n, 30) // 3}"})] for n in range(40)}
    found = funnels.breakdown_of(followed(events, steps=["a"], breakdown="d"), most=3)
    assert found.select("value", "count").rows() == [("d10", 10), ("d0", 3), ("all others", 27)]


def test_two_segments_that_differ_are_told_apart_and_small_ones_are_not_tested(followed):
    events = {f"p{n}": [(0, "a", {"d": "p"})] + [(1, "b", {"d": "p"})] * (n < 40) for n in range(50)}
    events |= {f"q{n}": [(0, "a", {"d": "q"})] + [(1, "b", {"d": "q"})] * (n < 10) for n in range(50)}
    events |= {f"r{n}": [(0, "a", {"d": "r"})] for n in range(5)}
    found = funnels.breakdown_of(followed(events, steps=["a", "b"], breakdown="d")).filter(pl.col("step") == 2)
    assert found["value"].to_list() == ["p", "q", "r"]
    assert found["probability"][0] < 1e-6
    assert found["probability"][2] is None
    low, high = found.select("low", "high").row(0)
    assert 0.66 < low < 0.8 < high < 0.89


def test_an_event_that_goes_with_converting_is_found_and_rare_ones_are_not_told(followed):
    events = {}
    for n in range(60):
        helped = n % 2 == 0
        converted = n % 10 < 8 if helped else n % 10 < 2
        events[f"u{n}"] = [(0, "a"), *([(1, "help")] if helped else []), *([(2, "b")] if converted else [])]
        events[f"u{n}"] += [(3, "after")] if converted else []
        events[f"u{n}"] += [(1, "rare")] if n < 5 else []
    found = funnels.correlation_of(followed(events, steps=["a", "b"], window_s=10))
    assert found.select("kind", "name").rows() == [("event", "help")]
    row = found.row(0, named=True)
    assert (row["converted_with"], row["dropped_with"]) == (24, 6)
    assert row["odds_ratio"] > 10
    assert row["low"] > 1
    assert row["probability"] < 0.001


def test_what_is_left_out_and_what_no_event_knows_is_said(events_frame):
    frame = pl.DataFrame({
        "actor": ["u", None, "u", "v"],
        "timestamp": ["2026-01-01", "2026-01-01", "noon", "2026-01-01"],
        "event": ["a", "a", "a", "x"],
        "d": [None, "p", "p", "p"],
    })  # fmt: skip
    definition = funnels.parse({"steps": [{"event": "a", "where": {"d": "p"}}, "zz"]})
    found = funnels.follow(funnels.of_frame(frame), definition)
    assert funnels.notes_of(found) == (
        "1 events without a time that can be read were left out.",
        "1 events without an actor were left out.",
        "No event is called 'zz'.",
        "No event of step 'a (d p)' has the property 'd'.",
    )
    assert funnels.steps_of(found)["count"].to_list() == [0, 0]
    assert funnels.steps_of(found)["from_start"].to_list() == [None, None]


def test_twenty_steps_and_forty_events_at_one_moment_are_followed(followed):
    steps = [{"any_of": ["a", f"s{n}"]} for n in range(20)]
    found = funnels.steps_of(followed({"u": [(7, "a")] * 40}, steps=steps))
    assert found["count"].to_list() == [1] * 20
    few = funnels.steps_of(followed({"u": [(7, "a")] * 5}, steps=steps))
    assert few["count"].to_list() == [1] * 5 + [0] * 15


def test_events_out_of_order_are_sorted(followed):
    assert funnels.steps_of(followed({"u": [(9, "b"), (1, "a")]}, steps=["a", "b"]))["count"].to_list() == [1, 1]


@pytest.fixture(scope="module")
def five_million():
    """Return the events of one actor, at a million moments."""
    rng = np.random.default_rng(1)
    count = 5_000_000
    moments = np.sort(rng.integers(0, 10**6, count, dtype=np.int64)) * 1_000_000
    frame = pl.DataFrame({
        "actor": np.ones(count, np.uint32), "session": np.ones(count, np.uint32),
        "happened_at": pl.Series(moments).cast(pl.Datetime("us", "UTC")),
        "name": pl.Series(rng.integers(0, 3, count, dtype=np.uint8)).cat.to(pl.Enum(["a", "b", "x"])),
    })  # fmt: skip
    return funnels.Log(frame, pl.DataFrame({"actor": pl.Series([1], dtype=pl.UInt32), "actor_key": ["u"]}))


@pytest.mark.parametrize("order", ["ordered", "strict", "unordered"])
def test_one_actor_with_five_million_events_is_answered(order, five_million):
    """What took time with the square of an actor's events would not end."""
    definition = funnels.parse({"steps": ["a", "b", "c", "d"], "order": order, "window_s": 10**6})
    found = funnels.follow(five_million, definition)
    assert funnels.steps_of(found)["count"].to_list() == [1, 1, 0, 0]
    assert funnels.people_of(found, "dropped", 2)["key"].to_list() == ["u"]


def test_the_attempts_of_one_actor_with_five_million_events_are_told_apart(five_million):
    """Each attempt is held against its own events, not against all of the actor's."""
    definition = funnels.parse({"steps": ["a", "b", "b"], "count_by": "attempt", "window_s": 2})
    found = funnels.follow(five_million, definition)
    assert len(found.depths) > 200_000
    other = funnels.correlation_of(found).row(0, named=True)
    assert (other["name"], other["odds_ratio"] < 1) == ("x", True)
    assert sum(other[part] for part in ("converted_with", "dropped_with", "converted_without", "dropped_without")) == (
        len(found.depths)
    )


def test_the_demos_onboarding_is_answered_with_its_tables(demo_mirror):
    definition = funnels.parse({
        "steps": ["signup_completed", "onboarding_completed"], "breakdown": "device",
    })  # fmt: skip
    first = datetime(2026, 1, 1, tzinfo=UTC)
    span = Span(date(2025, 10, 1), date(2026, 1, 27))
    with demo_mirror.trace() as trace:
        found = funnels.steps(demo_mirror, definition=definition, span=span)
    assert "user_events" in trace.questions[0].tables
    entered, done = found["count"]
    assert entered > done > 0
    people = funnels.people(demo_mirror, definition=definition, span=span, which="converted")
    assert people.height == done
    assert people["user_id"].null_count() == 0
    later = funnels.people(demo_mirror, definition=definition, span=Span(first.date(), span.last))
    assert later["entered_at"].min() >= first
    trend = funnels.trend(demo_mirror, definition=definition, span=span)
    assert (trend["entered"].sum(), trend["converted"].sum()) == (entered, done)
    segments = funnels.breakdown(demo_mirror, definition=definition, span=span)
    assert segments.filter(pl.col("step") == 1)["count"].sum() == entered


def test_a_segment_names_its_own_people(mirror_with, uuid_of):
    mirror = mirror_with(
        page_views="""
            id | user_id | visitor_id | session_id | created_at
            p1 | u9      | v1         | s1         | 2026-01-01 10:00:00
            p2 | null    | v2         | s2         | 2026-01-01 10:00:00
            p3 | null    | v3         | s3         | 2026-01-01 10:00:00
        """
    )
    definition = funnels.parse({"steps": ["page_view"]})
    for segment, keys in (("signed_in", [uuid_of("u9")]), ("anonymous", ["visitor v2", "visitor v3"])):
        found = funnels.people(mirror, definition=definition, segment=segment)
        assert (found["key"].to_list(), found["actor_key"].to_list()) == (keys, keys)


def test_a_breakdown_that_is_not_asked_for_is_a_sentence(followed):
    with pytest.raises(funnels.BadDefinition, match="names no breakdown"):
        funnels.breakdown_of(followed({"u": [(0, "a")]}, steps=["a"]))
    with pytest.raises(funnels.BadDefinition, match="no property 'nowhere'"):
        funnels.breakdown_of(followed({"u": [(0, "a")]}, steps=["a"], breakdown="nowhere"))
    assert Breakdown("device").as_json() == "device"
