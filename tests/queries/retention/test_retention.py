"""Retention: cohorts, coming back, and what cannot be known yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import retention
from queries.funnels.log import of_frame
from queries.retention import BadRetention, Retention, cells_of, curve_of, people_of
from queries.span import Span

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def log_of(*rows):
    """Return events written as (actor, day and hour after Monday 5 January 2026, event)."""
    return of_frame(
        pl.DataFrame(
            [(actor, MONDAY + timedelta(days=day), event) for actor, day, event in rows],
            schema=["actor", "timestamp", "event"],
            orient="row",
        )
    )


def table(log, asked, **more):
    found = cells_of(log, asked, **more)
    return {
        day.isoformat(): (group["size"][0], group["retained"].to_list())
        for (day,), group in found.group_by("cohort", maintain_order=True)
    }


DAYS = (
    ("a", 0.5, "signup"), ("a", 1.2, "open"), ("a", 3.1, "open"), ("a", 3.2, "open"),
    ("b", 0.1, "signup"), ("b", 2.9, "open"),
    ("c", 1.0, "signup"), ("c", 2.0, "open"),
    ("z", 4.0, "other"),
)  # fmt: skip


def test_a_day_counts_whoever_came_back_on_it_once_and_a_day_not_over_is_unknown():
    assert table(log_of(*DAYS), Retention("signup", "open", "day")) == {
        "2026-01-05": (2, [0, 1, 1, 1, None]),
        "2026-01-06": (1, [0, 1, 0, None, None]),
    }


def test_without_bound_somebody_is_retained_up_to_the_last_return():
    assert table(log_of(*DAYS), Retention("signup", "open", "day", "unbounded")) == {
        "2026-01-05": (2, [2, 2, 2, 1, None]),
        "2026-01-06": (1, [1, 1, 0, None, None]),
    }


def test_a_bracket_is_known_when_its_last_day_is_over():
    asked = Retention("signup", "open", "day", "bracketed", brackets=((0, 0), (1, 2), (3, 4)))
    assert table(log_of(*DAYS), asked) == {"2026-01-05": (2, [0, 2, None]), "2026-01-06": (1, [0, 1, None])}


def test_rolling_days_run_from_the_first_event():
    rows = [("a", 0.9, "s"), ("a", 1.1, "o"), ("b", 0.0, "s"), ("b", 1.1, "o"), ("z", 9, "x")]
    assert table(log_of(*rows), Retention("s", "o", "day", rolling=True, most=1)) == {"2026-01-05": (2, [1, 1])}
    assert table(log_of(*rows), Retention("s", "o", "day", most=1)) == {"2026-01-05": (2, [0, 2])}


def test_of_any_event_the_first_one_counts_and_so_does_nothing_before_it():
    rows = [("a", 0, "open"), ("a", 1, "signup"), ("a", 2, "open"), ("z", 9, "x")]
    log = log_of(*rows)
    assert table(log, Retention("signup", "open", "day", most=2))["2026-01-06"] == (1, [0, 1, 0])
    assert table(log, Retention(None, None, "day", most=2))["2026-01-05"] == (1, [1, 1, 1])


def test_weeks_begin_on_monday_in_the_zone_asked_for():
    # Sunday 23:30 in New York is Monday in UTC.
    rows = [("a", -1 / 48 + 5 / 24, "s"), ("a", 7.5, "o"), ("z", 30, "x")]
    asked = Retention("s", "o", "week", most=2)
    assert table(log_of(*rows), asked) == {"2026-01-05": (1, [0, 1, 0])}
    assert table(log_of(*rows), asked, timezone="America/New_York") == {"2025-12-29": (1, [0, 0, 1])}


def test_months_have_their_own_lengths():
    rows = [("a", 26, "s"), ("a", 27, "o"), ("z", 80, "x")]
    assert table(log_of(*rows), Retention("s", "o", "month", most=1)) == {"2026-01-01": (1, [0, 1])}


def test_a_range_holds_those_whose_very_first_event_lies_in_it():
    span = Span(date(2026, 1, 6), date(2026, 1, 6))
    rows = [("a", 0, "s"), ("a", 1, "s"), ("b", 1, "s"), ("b", 3, "s"), ("z", 9, "x")]
    assert table(log_of(*rows), Retention("s", "s", "day", most=2), span=span) == {"2026-01-06": (1, [1, 0, 1])}


def test_the_curve_leaves_out_cohorts_of_which_it_is_not_known():
    found = curve_of(cells_of(log_of(*DAYS), Retention("signup", "open", "day")))
    assert found.select("period", "cohorts", "size", "retained").rows() == [
        (0, 2, 3, 0), (1, 2, 3, 2), (2, 2, 3, 1), (3, 1, 2, 1), (4, 0, 0, None),
    ]  # fmt: skip
    assert found["share"].to_list() == [0, 2 / 3, 1 / 3, 1 / 2, None]


def test_the_people_of_a_cell_are_as_many_as_it_says():
    log, asked = log_of(*DAYS), Retention("signup", "open", "day")
    found = people_of(log, asked, "2026-01-05", 3)
    assert found.select("actor_key", "came_back", "times").rows() == [("a", True, 2), ("b", False, 0)]
    with pytest.raises(BadRetention, match="no cohort"):
        people_of(log, asked, "2026-01-09", 3)


@pytest.mark.parametrize(
    "wrong",
    [{"unit": "year"}, {"mode": "often"}, {"brackets": ((3, 1),)}, {"brackets": ((0, 3), (3, 4))}, {"brackets": ()}],
)
def test_a_question_that_cannot_be_asked_is_refused_in_words(wrong):
    with pytest.raises(BadRetention):
        Retention(**wrong)


def test_nobody_and_nothing_give_no_cohort():
    assert cells_of(log_of(), Retention()).is_empty()
    assert cells_of(log_of(("a", 0, "x")), Retention("signup")).is_empty()


moves = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40), st.sampled_from(["s", "o"])), max_size=25)


@settings(deadline=None, max_examples=60)
@given(moves, st.sampled_from(["day", "week"]), st.sampled_from(["nday", "unbounded"]))
def test_every_cell_is_what_counting_one_by_one_gives(rows, unit, mode):
    log = log_of(*((actor, quarter / 4, event) for actor, quarter, event in rows))
    asked = Retention("s", "o", unit, mode)
    length = 1 if unit == "day" else 7
    begun = {}
    for actor, quarter, event in sorted(rows, key=lambda row: row[1]):
        if event == "s":
            begun.setdefault(actor, quarter / 4)
    newest = max((quarter / 4 for _, quarter, _ in rows), default=0)
    for row in cells_of(log, asked).iter_rows(named=True):
        cohort = (row["cohort"] - MONDAY.date()).days // length
        members = {actor for actor, at in begun.items() if at // length == cohort}
        back = {
            actor
            for actor, quarter, event in rows
            if actor in members and event == "o" and quarter / 4 >= begun[actor]
            and (place := quarter / 4 // length - cohort) >= row["period"]
            and (mode == "unbounded" or place == row["period"])
        }  # fmt: skip
        known = (cohort + row["period"] + 1) * length <= newest
        assert (row["size"], row["retained"]) == (len(members), len(back) if known else None)


def test_the_mirror_answers_of_actors_who_are_stitched(mirror_with, uuid_of):
    mirror = mirror_with(
        page_views="""
            id | user_id | visitor_id | session_id | created_at
            p1 | null    | v1         | s1         | 2026-01-05 10:00:00
            p2 | u1      | v1         | s2         | 2026-01-06 10:00:00
            p3 | null    | v2         | s3         | 2026-01-05 10:00:00
        """
    )
    span = Span(date(2026, 1, 5), date(2026, 1, 5))
    asked = Retention(unit="day", most=1)
    assert retention.cells(mirror, asked=asked, span=span)["retained"].to_list() == [2, 1]
    listed = retention.people(mirror, asked=asked, span=span, cohort="2026-01-05", period=1)
    assert listed.select("actor_key", "came_back").rows() == [(uuid_of("u1"), True), ("visitor v2", False)]
    anonymous = retention.curve(mirror, asked=asked, span=span, segment="anonymous")
    assert anonymous["size"].to_list() == [1, 1]
    assert retention.names(mirror) == ("page_view",)
