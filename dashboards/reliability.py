"""Reliability: errors in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dashboards import charts
from dashboards.view import Column, Computed, Figure, Number, TableSettings, View

if TYPE_CHECKING:
    from dashboards.view import Filters

RATES: Final = (
    "Occurrences, at least so many, those of a row spread evenly from its first to its last, over the sessions and "
    "page views of the day, bots left out. A day without sessions has no rate. Triangles mark releases, when each was "
    "first seen at work."
)
FREE: Final = (
    "Sessions of people who were signed in, less those in which they met an error: an error names its user, never its "
    "session. Sessions of visitors cannot be told."
)
RELEASES: Final = "Releases that the rows of errors name, first seen at work within the range; a local build is none."
ACTED: Final = (
    "From an issue's first occurrence to the first entry in our log (acknowledged), and to the first resolve there, "
    "else to the moment at which the last of its rows was settled (resolved)."
)
VIEWS: Final = (
    "What the error views of the running database say by the marks in the rows, beside what our grouping and states "
    "say. Their definitions are re-expressed from their documentation."
)
SEVERITY: Final = (
    "Rows of application_errors and automatic reports of user_feedback last seen in the range; unknown comes last and "
    "is never dropped."
)
PAGES: Final = (
    "Route templates by their views in the range. A page on which no error was ever recorded may be flawless, or not "
    "instrumented."
)
FAILED: Final = (
    "Failed scrape jobs, videos of the ingestion queue and e-mails (failed, bounced, complained), grouped by what they "
    "said with changing parts masked."
)
_RANKS: Final = ["blocking", "critical", "major", "high", "minor", "medium", "low"]


def cards(
    free: tuple[pl.DataFrame, Computed] | None,
    days: tuple[pl.DataFrame, Computed] | None,
    releases: tuple[pl.DataFrame, Computed],
    acts: tuple[pl.DataFrame, Computed],
) -> View:
    """Return the rates of the whole range, its releases, and the time to acknowledge and to resolve.

    Each comes with how it is computed; what could not be answered is left out.
    """
    numbers = []
    if free is not None:
        sessions, hit = free[0].row(0)
        share = (sessions - hit) / sessions if sessions else None
        numbers.append(Number("error-free", "Error-free sessions", share, "share", free[1], table=free[0]))
    if days is not None:
        total = days[0].sum()
        for what, words in (("sessions", "sessions"), ("views", "page views")):
            count = total.item(0, what)
            rate = round(100 * total.item(0, "events") / count, 1) if count else None
            numbers.append(Number(f"events-per-{what}", f"Events per 100 {words}", rate, "ratio", days[1], good="down"))
    numbers.append(Number("releases", "Releases seen", releases[0].height, "rows", releases[1], good="neither"))
    for row in acts[0].iter_rows(named=True):
        for kind in ("mean", "median"):
            hours = row[f"{kind}_hours"]
            numbers.append(
                Number(
                    f"{kind}-{row['act']}",
                    f"{kind.capitalize()} time to {row['act']}",
                    None if hours is None else hours * 3600,
                    "seconds",
                    acts[1],
                    good="down",
                    table=acts[0],
                )
            )
    return View(tuple(numbers))


def rates(found: pl.DataFrame, deploys: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Draw occurrences per hundred sessions over time, releases marked below."""
    last = found.height - 1
    series = found.with_row_index("place").select(
        "period", value=(pl.col("per_session") * 100).round(2), complete=pl.col("place") < last
    )
    columns = (
        Column("period", "Day"),
        Column("events", "Events, at least", "decimal"),
        Column("sessions", "Sessions", "integer"),
        Column("views", "Page views", "integer"),
        Column("per_session", "Per session", "decimal"),
        Column("per_view", "Per page view", "decimal"),
    )
    figure = Figure(
        "error-rates",
        "Events per 100 sessions",
        found,
        charts.described("Events per 100 sessions", series, "per 100"),
        computed,
        charts.with_releases(
            charts.lines({"Events per 100 sessions": series}, dark=filters.dark, unit="per 100 sessions"),
            deploys,
            dark=filters.dark,
        ),
        TableSettings(columns),
        (filters.span.first, filters.span.last),
    )
    return View(figures=(figure,))


def severities(found: pl.DataFrame, computed: Computed) -> View:
    """List rows, open rows, events and users by severity, the worst first."""
    rank = pl.col("severity").replace_strict({name: place for place, name in enumerate(_RANKS)}, default=len(_RANKS))
    shown = found.sort(rank.fill_null(99)).with_columns(severity=pl.col("severity").fill_null("all"))
    columns = (
        Column("severity", "Severity"),
        Column("row_count", "Rows", "integer"),
        Column("open_rows", "Open rows", "integer"),
        Column("events", "Events, at least", "integer"),
        Column("users", "Users known", "integer"),
        Column("last_seen", "Last seen", "time"),
    )
    return _table("error-severities", "By severity", shown, computed, columns, f"{found.height - 1} severities.")


def live_views(found: pl.DataFrame, computed: Computed) -> View:
    """List the live views with their answer, ours, and why they differ."""
    columns = (
        Column("view_name", "View"),
        Column("meaning", "Meant to say", width="medium"),
        Column("recorded", "By the marks", "integer"),
        Column("ours", "Ours", "integer"),
        Column("why", "Why they differ", width="large"),
        Column("rows_at", "Its rows", width="medium"),
    )
    return _table("error-views", "The live error views, answered", found, computed, columns, "Seven views.")


def pages(found: pl.DataFrame, computed: Computed) -> View:
    """List the most viewed routes, and whether anything was ever heard of them."""
    silent = found.filter(~pl.col("heard_of") & (pl.col("views") > 0))
    viewed = found.filter(pl.col("views") > 0).height
    columns = (
        Column("route", "Route", width="large"),
        Column("views", "Page views", "integer"),
        Column("errors", "Errors ever recorded", "integer"),
        Column("heard_of", "Heard of", "flag"),
    )
    words = f"Of {viewed} viewed routes, {silent.height} never had an error recorded: flawless, or not instrumented."
    listed = _table("error-pages", "Routes and what was heard of them", found, computed, columns, words, height=360)
    return View(figures=listed.figures, notes=(words,))


def failures(found: pl.DataFrame, computed: Computed) -> View:
    """List the failure groups of jobs, videos and e-mails."""
    columns = (
        Column("source", "Table"),
        Column("kind", "Kind"),
        Column("says", "Says", width="large"),
        Column("failures", "Failures", "integer"),
        Column("wordings", "Wordings", "integer"),
        Column("last_at", "Latest", "time"),
    )
    words = f"{found.height} groups of failures."
    return _table(
        "failure-groups", "Failure groups", found, computed, columns, words, empty="Nothing failed in this range."
    )


def _table(
    key: str,
    title: str,
    frame: pl.DataFrame,
    computed: Computed,
    columns: tuple[Column, ...],
    words: str,
    *,
    height: int | None = None,
    empty: str = "Nothing was recorded in this range. Choose a longer one.",
) -> View:
    figure = Figure(key, title, frame, words, computed, settings=TableSettings(columns, height=height), empty=empty)
    return View(figures=(figure,))
