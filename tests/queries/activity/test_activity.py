"""Active people: windows of days, states, and what other definitions say."""

from __future__ import annotations

from datetime import UTC, date, datetime

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import activity
from queries.periods import calendar
from queries.span import Span
from replica import generations
from replica.errors import ReplicaError

VIEWS = """
    id | user_id | visitor_id | session_id | created_at
    p1 | u1      | null       | s1         | 2026-01-05 10:00:00
    p2 | u1      | null       | s2         | 2026-01-06 10:00:00
    p3 | null    | v2         | s3         | 2026-01-06 11:00:00
    p4 | null    | v2         | s4         | 2026-01-08 11:00:00
    p5 | u1      | null       | s5         | 2026-01-13 10:00:00
"""


@pytest.fixture
def seen(mirror_with):
    mirror = mirror_with(page_views=VIEWS)
    with duckdb.connect(str(generations.current(mirror.folder))) as connection:
        connection.execute("update meta.refresh set snapshot_at = timestamptz '2026-01-13 12:00:00+00'")
    return mirror


def test_a_week_counts_everybody_of_seven_days_once(seen):
    found = activity.active(seen, span=Span(date(2026, 1, 5), date(2026, 1, 14)))
    assert found.select("daily", "weekly", "monthly").rows() == [
        (1, 1, 1), (2, 2, 2), (0, 2, 2), (1, 2, 2), (0, 2, 2), (0, 2, 2), (0, 2, 2), (0, 2, 2), (1, 2, 2),
        (None, None, None),
    ]  # fmt: skip
    assert found["complete"].to_list() == [True] * 8 + [False] * 2
    assert found["stickiness"][8] == pytest.approx(5 / 30 / 2)
    assert activity.active(seen, span=Span(date(2026, 1, 12), date(2026, 1, 12)))["weekly"].to_list() == [2]
    assert activity.active(seen, span=Span(date(2025, 1, 1), date(2025, 1, 1)))["stickiness"].to_list() == [None]


def test_only_the_chosen_sources_make_somebody_active(seen):
    span = Span(date(2026, 1, 5), date(2026, 1, 5))
    assert activity.active(seen, span=span, sources=("click_events",))["daily"].to_list() == [0]
    assert activity.active(seen, span=span, segment="anonymous")["daily"].to_list() == [0]


def test_states_by_day(seen):
    found = activity.lifecycle(seen, span=Span(date(2026, 1, 5), date(2026, 1, 13)))
    assert found.select("new", "returning", "resurrecting", "dormant").rows() == [
        (1, 0, 0, 0), (1, 1, 0, 0), (0, 0, 0, 2), (0, 0, 1, 0), (0, 0, 0, 1), (0, 0, 0, 0), (0, 0, 0, 0),
        (0, 0, 0, 0), (0, 0, 1, None),
    ]  # fmt: skip


def test_who_was_active_before_the_range_is_not_new_in_it(seen):
    found = activity.lifecycle(seen, span=Span(date(2026, 1, 6), date(2026, 1, 6)))
    assert found.select("new", "returning").rows() == [(1, 1)]
    weeks = activity.lifecycle(seen, span=Span(date(2026, 1, 13), date(2026, 1, 13), grain="week"))
    assert weeks.select("period", "new", "returning", "dormant").rows() == [(date(2026, 1, 12), 0, 1, None)]


def test_the_people_of_a_state_are_as_many_as_it_says(seen, uuid_of):
    span = Span(date(2026, 1, 5), date(2026, 1, 13))
    listed = activity.people(seen, span=span, state="dormant", period="2026-01-07")
    assert listed["actor_key"].to_list() == [uuid_of("u1"), "visitor v2"]
    with pytest.raises(ReplicaError, match="no period"):
        activity.people(seen, span=span, state="asleep", period="2026-01-07")


moves = st.sets(st.tuples(st.integers(1, 4), st.integers(0, 45)), max_size=40)


@settings(deadline=None, max_examples=60)
@given(moves)
def test_every_window_is_what_counting_one_by_one_gives(pairs):
    days = calendar(date(2026, 1, 1), date(2026, 2, 15), "day", "UTC")
    ordered = sorted(pairs)
    actors = np.array([actor for actor, _ in ordered], dtype=np.uint32)
    moments = days.edges[[day for _, day in ordered]] + 3600 * 10**6
    found = activity.active_of(actors, moments, days, None)
    for row in found.iter_rows(named=True):
        day = (row["day"] - date(2026, 1, 1)).days
        for name, length in (("daily", 1), ("weekly", 7), ("monthly", 30)):
            assert row[name] == len({actor for actor, at in pairs if day - length < at <= day})


def test_new_and_returning_and_resurrecting_are_all_who_are_active(demo_mirror):
    span = Span(date(2025, 12, 18), date(2026, 1, 27))
    found = activity.lifecycle(demo_mirror, span=span)
    daily = activity.active(demo_mirror, span=span)["daily"]
    assert (found["new"] + found["returning"] + found["resurrecting"]).to_list() == daily.to_list()
    assert found["dormant"].to_list()[1:] == (daily[:-1] - found["returning"][1:]).to_list()
    assert daily.sum() > 100


def test_each_definition_says_its_own_number(mirror_with):
    mirror = mirror_with(
        user_profiles="""
            id | created_at
            u1 | 2026-01-01 10:00:00
            u2 | 2026-01-01 10:00:00
            u3 | 2026-01-01 10:00:00
        """,
        al_conversations="""
            id | user_id | created_at
            c1 | u1      | 2025-12-01 10:00:00
            c2 | u2      | 2026-01-10 10:00:00
        """,
        al_messages="""
            id | conversation_id | role      | created_at
            m1 | c1              | user      | 2025-12-01 10:00:00
            m2 | c2              | user      | 2026-01-10 10:00:00
            m3 | c2              | assistant | 2026-01-10 10:00:00
        """,
        page_views="""
            id | user_id | visitor_id | session_id | created_at
            p1 | u1      | v1         | s1         | 2026-01-10 10:00:00
            p2 | u1      | v1         | s1         | 2026-01-10 10:01:00
            p3 | null    | v9         | s9         | 2026-01-08 10:00:00
        """,
        user_events="""
            id | user_id | event_type | created_at
            e1 | u3      | x          | 2026-01-10 09:00:00
        """,
        user_favorites="""
            id | user_id | created_at
            f1 | u3      | 2026-01-10 09:00:00
        """,
    )
    with duckdb.connect(str(generations.current(mirror.folder))) as connection:
        moment = datetime(2026, 1, 11, tzinfo=UTC)
        connection.execute("update meta.refresh set snapshot_at = ?", [moment])
    found = activity.definitions(mirror, span=Span(date(2026, 1, 1), date(2026, 1, 31)))
    assert found.rows() == [
        (0, 3, 4, 4), (1, None, None, None), (2, None, None, None), (3, 1, 2, 3), (4, 2, 2, 2), (5, None, 1, None),
        (6, 2, None, None), (7, 1, None, None), (8, 3, 3, 3),
    ]  # fmt: skip
