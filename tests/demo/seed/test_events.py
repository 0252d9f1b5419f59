from __future__ import annotations

from datetime import date
from zoneinfo import available_timezones

import polars as pl

from demo.seed.events import occurrences


def test_no_approved_event_is_over_and_many_are_still_to_come(content_world):
    events, today = content_world.tables["events"], content_world.now.date()
    approved = events.filter(pl.col("status") == "approved")
    assert (approved.select(pl.coalesce("end_date", "start_date")).to_series() >= today).all()
    assert 0.1 < len(approved) / len(events) < 0.3


def test_an_event_ends_no_sooner_than_it_begins_and_is_entered_before(content_world):
    events = content_world.tables["events"]
    assert (events["end_date"] >= events["start_date"]).all()
    same_day = events.filter(pl.col("end_date").fill_null(pl.col("start_date")) == pl.col("start_date"))
    assert (same_day["end_time"] > same_day["start_time"]).all()
    assert (events["created_at"].dt.date() <= events["start_date"]).all()


def test_events_are_on_american_ground_in_a_real_zone(content_world):
    events = content_world.tables["events"]
    assert events["latitude"].is_between(18, 72).all()
    assert events["longitude"].is_between(-180, -60).all()
    assert set(events["timezone"]) <= available_timezones()
    assert events["slug"].is_duplicated().sum() == 0


def test_an_event_is_free_or_has_a_price(content_world):
    events = content_world.tables["events"]
    assert ((events["cost_text"] == "Free") == events["is_free"]).all()


def test_a_series_begins_on_a_day_of_its_rule(content_world):
    for rule, first in content_world.tables["event_series"].select("recurrence_rule", "start_date").iter_rows():
        assert occurrences(rule, first, first) == [first]


def test_recurrence_rules_give_their_days():
    assert occurrences("FREQ=MONTHLY;BYDAY=2SU", date(2026, 2, 8), date(2026, 3, 8)) == [
        date(2026, 2, 8),
        date(2026, 3, 8),
    ]
    assert occurrences("FREQ=WEEKLY;BYDAY=SA", date(2026, 1, 1), date(2026, 1, 10)) == [
        date(2026, 1, 3),
        date(2026, 1, 10),
    ]
    assert occurrences("FREQ=YEARLY;BYMONTH=8;BYDAY=3SA", date(2025, 9, 1), date(2026, 9, 1)) == [date(2026, 8, 15)]


def test_cities_count_the_events_shown_there(content_world):
    events, cities = content_world.tables["events"], content_world.tables["target_cities"]
    shown = events.filter(pl.col("status").is_in(["approved", "expired"]))
    assert cities["total_event_count"].sum() == len(shown)
    assert (cities["population"].sort(descending=True) == cities["population"]).all()
    assert (cities["total_event_count"] == 0).mean() > 0.2
