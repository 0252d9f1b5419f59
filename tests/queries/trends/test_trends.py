"""Trends: zero-filled, unfinished periods marked, formulas and parts."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from queries import trends
from queries.funnels.log import of_frame
from queries.span import Span
from queries.trends import BadTrend, Trend, people_of, series_of

LOG = of_frame(
    pl.DataFrame(
        [
            ("a", "2026-01-05T10:00:00Z", "open", "web"),
            ("a", "2026-01-05T10:10:00Z", "open", "web"),
            ("b", "2026-01-05T11:00:00Z", "open", "app"),
            ("b", "2026-01-05T12:00:00Z", "buy", "app"),
            ("a", "2026-01-08T00:30:00Z", "open", None),
        ],
        schema=["actor", "timestamp", "event", "device"],
        orient="row",
    )
)


def lines(asked, **more):
    found = series_of(LOG, asked, **more)
    return {name: group["value"].to_list() for (name,), group in found.group_by("series", maintain_order=True)}


def test_days_without_an_event_are_zero_and_the_day_at_hand_is_not_complete():
    found = series_of(LOG, Trend(("open",)))
    assert found.rows() == [
        (date(2026, 1, 5), "open", 3.0, True),
        (date(2026, 1, 6), "open", 0.0, True),
        (date(2026, 1, 7), "open", 0.0, True),
        (date(2026, 1, 8), "open", 1.0, False),
    ]


def test_actors_and_sessions_count_once():
    assert lines(Trend(("open",), "actors")) == {"open": [2, 0, 0, 1]}
    assert lines(Trend(("open",), "sessions")) == {"open": [2, 0, 0, 1]}


def test_a_formula_by_nothing_is_unknown():
    assert lines(Trend(("buy", "open"), formula="A/B")) == {"buy / open": [1 / 3, None, None, 0]}
    assert lines(Trend(("buy", "open"), formula="A-B")) == {"buy - open": [-2, 0, 0, -1]}


def test_parts_come_most_frequent_first_and_unknown_is_one_of_them():
    assert lines(Trend(("open",), breakdown="device")) == {
        "web": [2, 0, 0, 0], "app": [1, 0, 0, 0], "unknown": [0, 0, 0, 1],
    }  # fmt: skip


def test_a_moving_average_needs_all_its_periods_complete():
    assert lines(Trend(("open",), average=2)) == {"open": [None, 1.5, 0, None]}


def test_every_event_is_a_series_without_any_named_and_the_zone_moves_days():
    assert lines(Trend(unit="month"), timezone="America/New_York") == {"open": [4], "buy": [1]}
    assert lines(Trend(("open",)), timezone="America/New_York") == {"open": [3, 0, 1]}


def test_the_people_behind_a_point_are_as_many_as_it_says():
    span = Span(date(2026, 1, 5), date(2026, 1, 8))
    for asked in (Trend(("open", "buy"), "actors"), Trend((), "actors", breakdown="device"), Trend(("open",))):
        for row in series_of(LOG, asked, span).iter_rows(named=True):
            who = people_of(LOG, asked, span, row["series"], row["period"].isoformat())
            assert row["value"] == (who["events"].sum() if asked.count == "totals" else who.height)
    either = people_of(LOG, Trend(("buy", "open"), formula="A/B"), span, "buy / open", "2026-01-05")
    assert either.select("actor_key", "events").rows() == [("b", 2), ("a", 2)]
    with pytest.raises(BadTrend, match="no period"):
        people_of(LOG, Trend(("open",)), span, "open", "2026-02-01")


def test_what_lies_after_the_newest_data_is_unknown():
    span = Span(date(2026, 1, 7), date(2026, 1, 9))
    assert lines(Trend(("open", "nothing")), span=span) == {"open": [0, 1, None], "nothing": [0, 0, None]}


@pytest.mark.parametrize(
    "wrong",
    [{"count": "people"}, {"unit": "year"}, {"formula": "A^B", "events": ("a", "b")},
     {"formula": "A/B", "events": ("a",)}, {"average": 0}],
)  # fmt: skip
def test_a_trend_that_cannot_be_asked_is_refused_in_words(wrong):
    with pytest.raises(BadTrend):
        Trend(**wrong)


def test_the_mirror_answers(mirror_with):
    mirror = mirror_with(page_views="id | visitor_id | created_at\np1 | v1 | 2026-01-05 10:00:00")
    found = trends.series(mirror, asked=Trend(("page_view",)), span=Span(date(2026, 1, 5), date(2026, 1, 6)))
    assert found["value"].to_list() == [1, 0]
