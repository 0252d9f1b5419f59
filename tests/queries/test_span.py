"""Ranges are inclusive days to a person and half-open instants inside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from queries.span import GRAINS, Span

days = some.dates(date(2015, 1, 1), date(2035, 12, 31))


def test_a_range_ends_at_the_midnight_after_its_last_day_in_the_viewers_zone():
    span = Span(date(2026, 1, 1), date(2026, 1, 31), "America/New_York")
    assert span.start == datetime(2026, 1, 1, 5, tzinfo=UTC)
    assert span.end == datetime(2026, 2, 1, 5, tzinfo=UTC)


def test_a_day_of_the_change_to_summer_time_has_23_hours():
    span = Span(date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin")
    assert span.end - span.start == timedelta(hours=23)


def test_a_range_that_ends_before_it_begins_gets_a_sentence():
    with pytest.raises(ValueError, match="swap the two days"):
        Span(date(2026, 1, 2), date(2026, 1, 1))


def test_weeks_start_on_monday():
    assert Span(date(2026, 1, 1), date(2026, 1, 6), grain="week").periods() == [date(2025, 12, 29), date(2026, 1, 5)]


def test_a_leap_day_one_year_before_is_the_28th():
    assert Span(date(2024, 2, 29), date(2024, 2, 29)).year_before().first == date(2023, 2, 28)


def test_a_period_is_complete_when_it_is_over_and_whole_inside_the_range():
    span = Span(date(2026, 1, 6), date(2026, 1, 18), grain="week")
    noon_of_the_18th = datetime(2026, 1, 18, 12, tzinfo=UTC)
    midnight = datetime(2026, 1, 19, tzinfo=UTC)
    assert [span.is_complete(period, noon_of_the_18th) for period in span.periods()] == [False, False]
    assert [span.is_complete(period, midnight) for period in span.periods()] == [False, True]


@given(days, some.integers(0, 800), some.sampled_from(GRAINS))
def test_periods_cover_every_day_of_the_range_once(first: date, length: int, grain: str):
    span = Span(first, first + timedelta(days=length), grain=grain)
    periods = span.periods()
    assert periods == sorted(set(periods))
    assert {span.period_of(first + timedelta(days=day)) for day in range(length + 1)} == set(periods)


@given(days, some.integers(0, 800))
def test_the_previous_range_is_as_long_and_ends_where_this_one_begins(first: date, length: int):
    span = Span.of(first, first + timedelta(days=length))
    assert span.previous().days == span.days
    assert span.previous().end == span.start
