"""The record of changes, the sites that events come from, and what each day brought."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import dataframely as dy
import polars as pl

from queries import founders
from queries.series import filled

if TYPE_CHECKING:
    from queries.span import Span
    from replica import Mirror

HERE = Path(__file__).parent


class Volumes(dy.Schema):
    """One row per table with changes, unusual ones first."""

    changed_table = dy.String(primary_key=True)
    changes = dy.Int64(min=0)
    inserted = dy.Int64(min=0)
    updated = dy.Int64(min=0)
    deleted = dy.Int64(min=0)
    people = dy.Int64(min=0)
    by_the_system = dy.Int64(min=0)
    usual_day = dy.Float64(min=0, description="Changes of the day in the middle, days without any counted.")
    busiest_count = dy.Int64(min=0)
    busiest_day = dy.Date()
    unusual = dy.Bool(description="Whether the busiest day is further above than chance and spread explain.")


class Changers(dy.Schema):
    """One row per account that changed anything, and one for the system."""

    changed_by = dy.String(primary_key=True)
    changes = dy.Int64(min=1)
    tables = dy.Int64(min=0)
    deleted = dy.Int64(min=0)
    first_change = dy.Datetime(time_zone="UTC")
    last_change = dy.Datetime(time_zone="UTC")


class EventSources(dy.Schema):
    """One row per site, most events first."""

    source = dy.String(primary_key=True)
    events = dy.Int64(min=0)
    approved = dy.Int64(min=0)
    rejected = dy.Int64(min=0)
    pending = dy.Int64(min=0)
    upcoming = dy.Int64(min=0)
    approved_share = dy.Float64(nullable=True, description="Of those that were decided.")
    last_found = dy.Datetime(time_zone="UTC", nullable=True)


class Reported(dy.Schema):
    """Days without an event are absent."""

    day = dy.Date(primary_key=True)
    events = dy.Int64(min=0)
    anonymous_events = dy.Int64(min=0)


class Daily(dy.Schema):
    """One row per day of the range, every one of them."""

    day = dy.Date(primary_key=True)
    active_users = dy.Int64(nullable=True, description="As the metric of this name counts them.")
    new_users = dy.Int64(nullable=True, description="As the metric of this name counts them.")
    events = dy.Int64(min=0, description="Product events, of anybody.")
    anonymous_events = dy.Int64(min=0, description="Those of nobody signed in.")
    complete = dy.Bool(description="Whether the day is over.")


def volumes(mirror: Mirror, *, span: Span) -> dy.DataFrame[Volumes]:
    """How much was changed in which table, and was a day unusual?"""
    return mirror.ask(
        HERE / "volumes.sql", Volumes, since=span.start, until=span.end, timezone=span.timezone,
        first_day=span.first, last_day=span.last,
    )  # fmt: skip


def changers(mirror: Mirror, *, span: Span) -> dy.DataFrame[Changers]:
    """Who changed how much in the range?"""
    return mirror.ask(HERE / "changers.sql", Changers, since=span.start, until=span.end)


def event_sources(mirror: Mirror) -> dy.DataFrame[EventSources]:
    """Which sites give events, and how many of them are good?"""
    return mirror.ask(HERE / "event_sources.sql", EventSources, today=mirror.freshness().snapshot_at.date())


def daily(mirror: Mirror, *, span: Span) -> dy.DataFrame[Daily]:
    """What did each day bring, by the definitions of the metrics?"""
    days = replace(span, grain="day")
    sparse = mirror.ask(
        HERE / "reported.sql", Reported, since=days.start, until=days.end, timezone=days.timezone
    ).rename({"day": "period"})
    told = filled(sparse, days, mirror.freshness().snapshot_at)
    for name, question in (("active_users", founders.active_users), ("new_users", founders.new_users)):
        counted = question(mirror, span=days).drop_nulls("period").select("period", pl.col("value").alias(name))
        told = told.join(counted, on="period", how="left", maintain_order="left")
    return Daily.validate(told.rename({"period": "day"}).select(Daily.column_names()), cast=True)
