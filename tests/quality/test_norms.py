"""A table beside its own past: by weekday, from four weeks on, and never before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from scipy import stats

from quality import norms
from quality.known import Known, KnownTable

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)  # a Monday


def known(rows, *, at=NOW, newest=None, exact=True):
    table = KnownTable("events", "Events", True, True, "full", rows, (), {}, exact=exact, newest=newest)
    return Known({"events": table}, at)


@pytest.fixture
def kept(tmp_path):
    """Keep how many rows and how old a newest row there was at moments given as days before now."""

    def keep(points):
        for days, rows, hours in points:
            at = NOW - timedelta(days=days)
            norms.keep(tmp_path, norms.points(known(rows, at=at, newest=at - timedelta(hours=hours)), at))
        return tmp_path

    return keep


def verdicts(folder, rows, hours=1.0):
    found = norms.judge(folder, known(rows, newest=NOW - timedelta(hours=hours)), NOW)
    return {result.check.id.removeprefix("events."): result for result in found}


def weekly(growths, *, last=10_000, hours=1.0):
    """Points at now less 1 to n weeks and a day before each: that day grew by each of these, and the day before now."""
    points = [(1, last, hours)]
    for week, grown in enumerate(growths, 1):
        points += [(7 * week, last - 500 * week, hours), (7 * week + 1, last - 500 * week - grown, hours)]
    return points


def test_three_weeks_are_too_few_and_four_enough(kept):
    assert set(verdicts(kept(weekly([100, 90, 110])), 10_000)) == {"*.volume_jump.between_runs"}
    assert set(verdicts(kept(weekly([100, 90, 110, 95])), 10_000)) == {
        "*.volume_jump.between_runs", "*.volume_jump.own_past", "*.freshness.own_past",
    }  # fmt: skip


def test_a_table_that_grew_every_monday_and_stands_still_is_found_with_its_numbers(kept):
    folder = kept(weekly([100, 90, 110, 95]))
    still, usual = (verdicts(folder, rows)["*.volume_jump.own_past"] for rows in (10_000, 10_098))
    assert (still.state, usual.state) == ("fail", "pass")
    assert still.rows == 98  # nothing against the median of 90, 95, 100, 110
    assert "on the Mondays before +90 to +110" in still.words
    assert "read_parquet('points-*.parquet')" in still.sql


def test_other_weekdays_are_not_asked(kept):
    """A table that grows on every day but Mondays is not expected to grow on a Monday."""
    busy = [(day, 10_000 - 300 * day, 1.0) for day in range(2, 30) if day % 7 not in {0, 1}]
    folder = kept([*weekly([0, 0, 0, 0]), *busy])
    assert verdicts(folder, 10_000)["*.volume_jump.own_past"].state == "pass"


def test_a_newest_row_that_is_older_than_on_other_mondays_is_found(kept):
    folder = kept(weekly([10, 10, 10, 10], hours=2.0))
    assert verdicts(folder, 10_010, hours=6.9)["*.freshness.own_past"].state == "pass"  # 2 + five deviations of an hour
    found = verdicts(folder, 10_010, hours=7.1)["*.freshness.own_past"]
    assert found.state == "fail"
    assert (
        found.words == "The newest row is 7.1 hours old; on the Mondays before at this hour it was 2.0 in the middle."
    )


def test_a_newest_row_in_the_future_is_no_row(kept):
    folder = kept(weekly([10, 10, 10, 10], hours=2.0))
    assert "*.freshness.own_past" not in verdicts(folder, 10_010, hours=-3)


@pytest.mark.parametrize(
    ("before", "now", "odd"), [(20, 0, True), (19, 0, False), (5, 100, True), (5, 99, False), (4, 400, False)]
)
def test_down_to_nothing_or_up_twentyfold_between_two_runs(kept, before, now, odd):
    found = verdicts(kept([(1, before, 1.0)]), now)["*.volume_jump.between_runs"]
    assert (found.state == "fail") is odd
    assert found.check.severity == ("critical" if now == 0 else "warning")


def test_the_first_run_judges_nothing(tmp_path):
    assert verdicts(tmp_path, 10_000) == {}


def test_an_estimate_is_not_kept():
    assert norms.points(known(7, exact=False), NOW).is_empty()


def test_one_point_an_hour_is_kept_the_newest(kept):
    folder = kept([(2 / 24, 5, 1.0), (1 / 48, 6, 1.0), (1 / 96, 7, 1.0)])
    points = pl.concat([pl.read_parquet(path) for path in sorted(folder.glob("points-*.parquet"))])
    assert points.sort("taken_at")["rows"].to_list() == [5, 7]


def test_deviations_are_those_of_the_median_as_statistics_know_them(kept):
    growths = [3, 90, 100, 110, 95, 400, 97]
    [one] = norms.past(kept(weekly(growths)), norms.points(known(10_000), NOW))
    assert one.grown_median == 97
    assert one.grown_mad == stats.median_abs_deviation(growths)
    assert one.weeks_grown == 7
