"""Events by city: what is coming up where, and when series meet next."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

import dataframely as dy
import polars as pl
from dateutil.rrule import rrulestr

from queries import content

if TYPE_CHECKING:
    from replica import Mirror

HERE: Final = Path(__file__).parent
MILES: Final = 30.0
"""How far an event may be from a city and still be the city's."""
_NEEDED: Final = frozenset({"events.status", "events.start_date", "events.city"})


class Cities(dy.Schema):
    """One row per city."""

    city = dy.String(description="Name of the city.")
    state = dy.String(nullable=True, description="State or province.")
    region = dy.String(nullable=True, description="Part of the country.")
    population = dy.Int64(nullable=True, description="Inhabitants; null for a city that is none of ours.")
    population_rank = dy.Int64(nullable=True, description="1 for the largest.")
    latitude = dy.Float64(nullable=True, description="Degrees north.")
    longitude = dy.Float64(nullable=True, description="Degrees east.")
    upcoming = dy.Int64(min=0, description="Approved events that are not over; an event belongs to one city.")
    next_date = dy.Date(nullable=True, description="First day of the next or present one.")
    event_types = dy.Int64(min=0, description="Different kinds of event among them.")
    per_100k = dy.Float64(nullable=True, min=0, description="Upcoming events per 100,000 inhabitants.")
    nearby = dy.Int64(min=0, description="Upcoming events within 30 miles, also those of neighbouring cities.")
    nearest_miles = dy.Float64(nullable=True, min=0, description="Distance to the nearest of them.")
    recorded_events = dy.Int64(nullable=True, description="target_cities.total_event_count, as stored.")


class Series(dy.Schema):
    """One row per series as recorded."""

    id = dy.String(nullable=True)
    name = dy.String(nullable=True)
    recurrence_rule = dy.String(nullable=True)
    event_type = dy.String(nullable=True)
    venue_name = dy.String(nullable=True)
    city = dy.String(nullable=True)
    state = dy.String(nullable=True)
    start_date = dy.Date(nullable=True)
    timezone = dy.String(nullable=True)


class Occurrences(Series):
    """One row per series of events, the next one first."""

    next_date = dy.Date(nullable=True, description="Next day on which it meets; null where the rule names none.")
    problem = dy.String(nullable=True, description="Why no day can be told.")


class Lost(dy.Schema):
    """One row per city that had events."""

    city = dy.String(description="Name of the city.")
    state = dy.String(nullable=True, description="State or province.")
    coming = dy.Int64(min=0, description="Approved events that begin in the 90 days from now.")
    before = dy.Int64(min=0, description="Approved or expired ones that began in the 90 days a year before.")
    change = dy.Int64(description="Coming less before.")


def cities(mirror: Mirror, *, miles: float = MILES) -> dy.DataFrame[Cities]:
    """Which events are coming up in and around each city?"""
    path = HERE / "cities.sql"
    as_of = mirror.freshness().snapshot_at
    zones = sorted(zone for zone in available_timezones() if "/" in zone)
    return mirror.ask(path, Cities, optional=content.everything(path) - _NEEDED, as_of=as_of, miles=miles, zones=zones)


def series(mirror: Mirror) -> dy.DataFrame[Occurrences]:
    """When does every recurring series meet next, by its rule?"""
    path = HERE / "series.sql"
    recorded = mirror.ask(path, Series, optional=content.everything(path) - {"event_series.recurrence_rule"})
    as_of = mirror.freshness().snapshot_at
    found = [
        next_day(rule, start, _today(as_of, zone))
        for rule, start, zone in recorded.select("recurrence_rule", "start_date", "timezone").iter_rows()
    ]
    told = recorded.with_columns(
        next_date=pl.Series([day for day, _ in found], dtype=pl.Date),
        problem=pl.Series([problem for _, problem in found], dtype=pl.String),
    )
    return Occurrences.validate(told.sort("next_date", "name", nulls_last=True), cast=True)


def losing(mirror: Mirror) -> dy.DataFrame[Lost]:
    """Which cities have fewer events ahead than the same days of the year before had?"""
    path = HERE / "losing.sql"
    return mirror.ask(path, Lost, optional=content.everything(path) - _NEEDED, as_of=mirror.freshness().snapshot_at)


def next_day(rule: str | None, start: date | None, today: date) -> tuple[date | None, str | None]:
    """Return the next day from today on by a recurrence rule (RFC 5545), or why there is none.

    >>> next_day("FREQ=MONTHLY;BYDAY=1SA", date(2025, 1, 1), date(2026, 1, 27))
    (datetime.date(2026, 2, 7), None)
    """
    if not rule or not rule.strip():
        return None, "no rule is recorded"
    begins = datetime.combine(start or today, time.min)
    try:
        known = rrulestr(rule.strip(), dtstart=begins, ignoretz=True)
        found = known.after(datetime.combine(today, time.min), inc=True)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
        return None, "the rule cannot be read"
    return (found.date(), None) if found else (None, "the series is over")


def _today(as_of: datetime, zone: str | None) -> date:
    try:
        return as_of.astimezone(ZoneInfo(zone or "UTC")).date()
    except (KeyError, ValueError, OSError):
        return as_of.date()
