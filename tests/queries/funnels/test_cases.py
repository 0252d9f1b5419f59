"""The agreed cases: what other products count, and where we say otherwise."""

from __future__ import annotations

import pytest

from queries import funnels

# Strict order: an event that repeats the step just filled does not break an attempt, any other event does. Here that
# gives the numbers of ClickHouse's strict_order, whose default ignores foreign events instead: 6, 5, 5.
STRICT = {"F43": [6, 4, 3]}


def expected(case):
    told = case["expected"]
    return STRICT.get(case["id"]) or told.get("posthog") or told.get("plausible") or told.get("mixpanel_totals")


def test_a_case_is_counted_as_agreed(case, followed):
    found = funnels.steps_of(followed(case["events"], **case["config"]))
    counts = found["count"].to_list()
    assert counts == (expected(case) or [1, 1, 1])
    if times := case["expected"].get("avg_time_to_convert_s"):
        assert found["mean_seconds"].to_list()[1:] == pytest.approx(times)
        assert found["mean_seconds"][0] is None


def test_one_row_fills_one_step_unless_steps_are_thresholds_or_it_is_stated(followed):
    events = {"u": [(0, "a"), (1, "a")]}
    both = ["a", {"any_of": ["a"]}]
    assert funnels.steps_of(followed(events, steps=both))["count"].to_list() == [1, 1]
    once = {"u": [(0, "a")]}
    assert funnels.steps_of(followed(once, steps=both))["count"].to_list() == [1, 0]
    assert funnels.steps_of(followed(once, steps=both, one_row_many_steps=True))["count"].to_list() == [1, 1]
    depth = {"u": [(0, "scroll", {"depth": 80})]}
    rising = [{"event": "scroll", "min": 25}, {"event": "scroll", "min": 75}]
    assert funnels.steps_of(followed(depth, steps=rising))["count"].to_list() == [1, 1]
    assert funnels.steps_of(followed(depth, steps=rising, one_row_many_steps=False))["count"].to_list() == [1, 0]


@pytest.mark.parametrize(("zone", "period"), [("UTC", "2020-05"), ("US/Pacific", "2020-04")])
def test_an_entry_at_midnight_in_utc_belongs_to_the_month_of_the_zone(zone, period, followed):
    config = {
        "steps": ["a", "b", "c"], "window_s": 604800, "trend_unit": "month", "origin": "2020-05-01T00:00:00Z",
        "timezone": zone,
    }  # fmt: skip
    found = funnels.trend_of(followed({"u": [(0, "a"), (3600, "b"), (7200, "c")]}, **config))
    assert [(f"{row[0]:%Y-%m}", *row[1:3]) for row in found.rows()] == [(period, 1, 1)]
