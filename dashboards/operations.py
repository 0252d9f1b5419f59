"""E-mail over time, daily statistics, growth of tables, and cohorts of people: frames in, views out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dashboards import charts
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from queries import operations
from queries.operations import records
from queries.operations.mailing import COUNTED, RATES

if TYPE_CHECKING:
    from replica.mirror import Freshness

MAILED: Final = (
    "E-mails by the period in which they were queued, and what became of them up to now. Delivered is a share of sent, "
    "opened of delivered, clicked of opened, bounced of sent, complained of delivered."
)
SUPPRESSED: Final = (
    "Different recipients of an e-mail that bounced, that was complained of or that led to opting out, each from the "
    "first time on."
)
DAILY: Final = (
    "Every day of the range: active and new users as the metrics of these names count them, product events of anybody, "
    "and those of nobody signed in."
)
GROWTH: Final = "Rows of every table beside the rows documented on 27 January 2026; size with indexes, as it was read."
READ: Final = "What the newest refresh said of itself: how far the replica was behind, and how old the copy is."
COHORTS: Final = (
    "The people chosen above by the month in which they signed up: how many are active within 28 days, have a vehicle, "
    "a build, or asked the assistant."
)
PIPELINES: Final = (
    (
        operations.jobs,
        "Jobs",
        False,
        "All jobs there ever were; the rate is of those that ended. Missed ones wait past their time.",
        "No job was ever queued.",
    ),
    (
        operations.failed_jobs,
        "Jobs that failed",
        False,
        "Jobs in the state failed, the newest first, at most 500.",
        "No job failed.",
    ),
    (
        operations.failed_videos,
        "Videos that failed",
        False,
        "Rows of the ingestion queue in the state failed, at most 500.",
        "No video failed.",
    ),
    (operations.queues, "Queues", False, "What waits in which state, and the oldest of it.", "Nothing waits."),
    (
        operations.forums,
        "Forums",
        False,
        "Forums with their last reading; a thread is a forum's by its address.",
        "No forum is registered.",
    ),
    (
        records.event_sources,
        "Event sources",
        False,
        "Sites that events were found at, at most 500; approved is a share of those that were decided.",
        "No event was found yet.",
    ),
    (
        operations.config,
        "Settings of the application",
        False,
        "Rows of app_config.",
        "The application has no settings.",
    ),
    (
        records.volumes,
        "Changes by table",
        True,
        (
            "Changes of the range. A day is unusual where it is further above the day in the middle than chance and "
            "the table's own spread explain."
        ),
        "Nothing was changed in this range.",
    ),
    (
        records.changers,
        "Who changed",
        True,
        "Accounts that changed rows in the range, at most 500; the system is one row.",
        "Nothing was changed in this range.",
    ),
    (
        operations.audit,
        "Changes",
        True,
        "The newest 500 changes of the range, fields and rows before and after as far as they may be seen.",
        "Nothing was changed in this range.",
    ),
)
_DRAWN: Final = ("sent", "delivered", "opened", "clicked")


def mailed(frame: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Return what became of e-mails over time, in counts and in shares; `frame` as `mailing.by_period`."""
    days = (filters.span.first, filters.span.last)
    by = f"by {filters.span.grain}"
    period = Column("period", f"First day of the {filters.span.grain}")
    counts = tuple(Column(name, name.capitalize(), "integer") for name in COUNTED)
    shares = tuple(Column(name, name.replace("_", " ").capitalize(), "percent") for name in RATES)
    known = frame if frame["queued"].sum() else frame.clear()
    return View(
        figures=(
            Figure(
                "mail-over-time", f"E-mails {by}", known,
                f"{frame['sent'].sum():,} e-mails were sent, {frame['delivered'].sum():,} of them delivered.", computed,
                charts.lines({name.capitalize(): _series(frame, name) for name in _DRAWN}, dark=filters.dark),
                TableSettings((period, *counts, Column("complete", "Complete", "flag"))), days,
                empty="No e-mail was queued in this range.",
            ),
            Figure(
                "mail-rates", f"Shares {by}", known, "Each a share of the step before, blank where nothing got so far.",
                computed,
                charts.in_percent(charts.lines(
                    {name.replace("_", " ").capitalize(): _series(frame, name) for name in RATES}, dark=filters.dark,
                )),
                TableSettings((period, *shares)), days, empty="No e-mail was queued in this range.",
            ),
        )
    )  # fmt: skip


def suppressed(frame: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Return how the list of those grows to whom nothing more is sent; `frame` as `mailing.suppressed`."""
    series = frame.drop_nulls("period")
    figure = Figure(
        "suppressed", "Recipients to whom nothing more is sent", series,
        charts.described("Suppressed recipients", series, "people"), computed,
        charts.lines({"Suppressed recipients": series}, dark=filters.dark),
        TableSettings((Column("period", f"First day of the {filters.span.grain}"),
                       Column("value", "Recipients", "integer"), Column("complete", "Complete", "flag"))),
        (filters.span.first, filters.span.last),
    )  # fmt: skip
    return View(figures=(figure,))


def daily(frame: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Return what each day brought; `frame` as `records.daily`."""
    names = {"active_users": "Active users", "new_users": "New users", "events": "Product events",
             "anonymous_events": "Of nobody signed in"}  # fmt: skip
    figure = Figure(
        "daily-statistics", "Daily statistics", frame,
        f"{frame.height} days, {frame['events'].sum():,} product events.", computed,
        charts.lines(
            {words: _series(frame.rename({"day": "period"}), name) for name, words in names.items()}, dark=filters.dark
        ),
        TableSettings((Column("day", "Day"), *(Column(name, words, "integer") for name, words in names.items()),
                       Column("complete", "Complete", "flag"))),
        (filters.span.first, filters.span.last),
    )  # fmt: skip
    return View(figures=(figure,))


def _series(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.select("period", pl.col(name).alias("value"), "complete")


def refreshed(fresh: Freshness, computed: Computed) -> View:
    """Return how far behind the replica was and how old the copy is."""
    return View(
        (
            Number("replica-lag", "Replica behind its primary", fresh.lag_seconds, "seconds", computed, good="down"),
            Number("mirror-age", "Age of the copy", fresh.age_seconds, "seconds", computed, good="down"),
        )
    )


def growth(listed: pl.DataFrame, computed: Computed) -> View:
    """Return how tables grew since they were documented, most first; `listed` as `system.tables`."""
    grown = (
        listed.with_columns(added=pl.col("rows") - pl.col("documented_rows"))
        .with_columns(growth=pl.when(pl.col("documented_rows") > 0).then(pl.col("added") / pl.col("documented_rows")))
        .sort(pl.col("added").abs(), pl.col("rows"), descending=True, nulls_last=True)
        .select("table_name", "rows", "documented_rows", "added", "growth", "bytes", "newest_event")
    )
    figure = Figure(
        "table-growth", "Growth of tables", grown, f"{grown.height} tables.", computed,
        settings=TableSettings((
            Column("table_name", "Table"), Column("rows", "Rows", "integer"),
            Column("documented_rows", "Rows as documented", "integer"), Column("added", "Added", "integer"),
            Column("growth", "Growth", "percent"), Column("bytes", "Size", "bytes"),
            Column("newest_event", "Newest row (UTC)", "time"),
        )),
        empty="There is no table.",
    )  # fmt: skip
    return View(figures=(figure,))


def cohorts(listed: pl.DataFrame, computed: Computed, *, empty: str) -> View:
    """Return the people of a list by the month of their sign-up; `listed` as `queries.people.listed`."""
    lively = pl.col("lifecycle").is_in(["New", "Core", "Active"])
    by_month = (
        listed.drop_nulls("created_at")
        .group_by(month=pl.col("created_at").dt.truncate("1mo").dt.date())
        .agg(
            pl.len().cast(pl.Int64).alias("people"),
            lively.mean().alias("active_share"),
            (pl.col("vehicles") > 0).mean().alias("vehicle_share"),
            (pl.col("projects") > 0).mean().alias("build_share"),
            (pl.col("conversations") > 0).mean().alias("assistant_share"),
        )
        .sort("month", descending=True)
    )
    figure = Figure(
        "cohorts", "Cohorts of these people", by_month, f"{by_month.height} months of sign-up.", computed,
        settings=TableSettings((
            Column("month", "Signed up in the month from"), Column("people", "People", "integer"),
            Column("active_share", "Active within 28 days", "percent"),
            Column("vehicle_share", "Have a vehicle", "percent"), Column("build_share", "Have a build", "percent"),
            Column("assistant_share", "Asked the assistant", "percent"),
        )),
        empty=empty,
    )  # fmt: skip
    return View(figures=(figure,))
