"""Fiscal periods as they are stored decide years, quarters and comparisons; no arithmetic of months does."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from finance_reports.calendar import Calendar, Period, Range

DAY = timedelta(days=1)


def weeks(year, first, lengths):
    """Return periods of so many weeks each."""
    found, start = [], first
    for number, length in enumerate(lengths, start=1):
        last = start + timedelta(weeks=length) - DAY
        found.append(Period(f"P{number}", start, last, year, number))
        start = last + DAY
    return found


def months(year, first, count=12):
    found, start = [], first
    for number in range(1, count + 1):
        following = (start + timedelta(days=32)).replace(day=1)
        found.append(Period("", start, following - DAY, year, number))
        start = following
    return found


def test_a_year_that_ends_in_june_is_named_by_its_end():
    calendar = Calendar((*months(2024, date(2023, 7, 1)), *months(2025, date(2024, 7, 1))))
    assert calendar.years == (
        Range("FY2024", date(2023, 7, 1), date(2024, 6, 30)), Range("FY2025", date(2024, 7, 1), date(2025, 6, 30)),
    )  # fmt: skip
    assert calendar.year_start(date(2024, 12, 24)) == date(2024, 7, 1)
    quarters = calendar.split(calendar.fiscal_year(2025), "quarter")
    assert quarters[0] == Range("2025-Q1", date(2024, 7, 1), date(2024, 9, 30))
    assert calendar.year_earlier(calendar.fiscal_year(2025)) == calendar.fiscal_year(2024)


def test_a_year_of_thirteen_periods_is_one_year_and_its_parts_are_the_whole():
    first = weeks(2024, date(2024, 1, 1), [4] * 13)
    calendar = Calendar((*first, *weeks(2025, first[-1].last + DAY, [4] * 13)))
    year = calendar.fiscal_year(2025)
    for grain in ("month", "quarter", "year"):
        parts = calendar.split(year, grain)
        assert (parts[0].first, parts[-1].last) == (year.first, year.last)
        assert all(one.last + DAY == after.first for one, after in pairwise(parts))
    assert len(calendar.split(year, "month")) == 13
    thirteenth = Range("P13", first[-1].first, first[-1].last)
    assert calendar.previous(Range("P1", year.first, year.first + timedelta(weeks=4) - DAY)).first == thirteenth.first
    assert calendar.year_earlier(year) == calendar.fiscal_year(2024)


def test_days_of_no_period_are_a_column_of_their_own():
    calendar = Calendar((*months(2025, date(2025, 1, 1), 1), *months(2025, date(2025, 3, 1), 1)))
    parts = calendar.split(Range("all", date(2025, 1, 1), date(2025, 3, 31)), "month")
    assert [(one.first, one.last) for one in parts] == [
        (date(2025, 1, 1), date(2025, 1, 31)), (date(2025, 2, 1), date(2025, 2, 28)),
        (date(2025, 3, 1), date(2025, 3, 31)),
    ]  # fmt: skip


def test_the_last_twelve_periods_end_with_the_day_asked_for():
    calendar = Calendar((*months(2024, date(2024, 1, 1)), *months(2025, date(2025, 1, 1))))
    found = calendar.trailing(date(2025, 3, 31))
    assert (found.first, found.last) == (date(2024, 4, 1), date(2025, 3, 31))
