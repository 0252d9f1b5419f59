"""Errors in numbers: rates, time to act, pages never heard of, failures of jobs, and what the live views answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

from queries.errors.built import HERE, OPTIONAL, built
from queries.errors.grouping import template
from queries.errors.messages import normalise
from queries.errors.states import decided, judged, merges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from queries.span import Span
    from replica import Mirror
    from store import Triage

_JOBS: Final = frozenset(
    {"scrape_jobs", "youtube_ingestion_queue", "email_logs"}
    | {f"scrape_jobs.{name}" for name in ("job_type", "error_message", "completed_at", "created_at", "status")}
    | {
        f"youtube_ingestion_queue.{name}"
        for name in ("discovered_via", "error_message", "processed_at", "created_at", "status")
    }
    | {f"email_logs.{name}" for name in ("template_slug", "error_message", "sent_at", "created_at", "status")}
)


class Severities(dy.Schema):
    """One row per severity, and one without for all."""

    severity = dy.String(nullable=True, description="As recorded, or unknown; null is all of them.")
    row_count = dy.Int64(description="Recorded rows.")
    open_rows = dy.Int64(description="Rows that nobody settled.")
    events = dy.Int64(nullable=True, description="Occurrences, at least.")
    users = dy.Int64(description="Different people known to have met one.")
    last_seen = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="Latest occurrence.")


class LiveViews(dy.Schema):
    """One row per error view of the running database."""

    view_name = dy.String(primary_key=True, description="Its name.")
    meaning = dy.String(description="What it is meant to say.")
    recorded = dy.Int64(nullable=True, description="Its answer by the marks in the rows.")
    ours = dy.Int64(nullable=True, description="The answer by our grouping and states.")
    why = dy.String(description="Where the two come apart.")
    rows_at = dy.String(description="Where its rows stand in this suite.")


class RecordedViews(dy.Schema):
    """What the marks in the rows say."""

    row_count = dy.Int64()
    events = dy.Int64(nullable=True)
    unresolved = dy.Int64()
    marked_regressions = dy.Int64()
    seen_after_settled = dy.Int64()
    hash_count = dy.Int64()
    unresolved_hashes = dy.Int64()
    most_events = dy.Int64(nullable=True)


class DailyRates(dy.Schema):
    """One row per day of the range."""

    period = dy.Date(primary_key=True, description="Day.")
    events = dy.Float64(description="Occurrences, at least, spread evenly from a row's first to its last.")
    sessions = dy.Int64(description="Sessions with a page view, bots left out.")
    views = dy.Int64(description="Page views, bots left out.")
    per_session = dy.Float64(nullable=True, description="Occurrences per session; null without sessions.")
    per_view = dy.Float64(nullable=True, description="Occurrences per page view; null without views.")


class ErrorFree(dy.Schema):
    """The one row that counts sessions."""

    sessions = dy.Int64(description="Sessions of people signed in.")
    with_error = dy.Int64(description="Those in which they met an error.")


class TimesToAct(dy.Schema):
    """One row per kind of act."""

    act = dy.String(primary_key=True, description="acknowledge or resolve.")
    issues = dy.Int64(description="Issues it was done to.")
    mean_hours = dy.Float64(nullable=True, description="Mean hours from the first occurrence; null without any.")
    median_hours = dy.Float64(nullable=True, description="Median hours; null without any.")


class PagesSeen(dy.Schema):
    """One row per route template, most viewed first."""

    route = dy.String(primary_key=True, description="Address with what it names replaced.")
    views = dy.Int64(description="Page views in the range, bots left out.")
    errors = dy.Int64(description="Rows ever recorded there.")
    heard_of = dy.Bool(description="Whether any error was ever recorded there: never may mean not instrumented.")


class Failures(dy.Schema):
    """One row per source, kind and masked message."""

    source = dy.String(description="Table: scrape_jobs, youtube_ingestion_queue or email_logs.")
    kind = dy.String(nullable=True, description="Job type, way of discovery or template.")
    says = dy.String(description="What it said, changing parts masked.")
    failures = dy.Int64(min=1, description="How often.")
    wordings = dy.Int64(min=1, description="Different wordings.")
    last_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="Latest failure.")


class _Failed(dy.Schema):
    source = dy.String()
    kind = dy.String(nullable=True)
    message = dy.String(nullable=True)
    failures = dy.Int64()
    last_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")


class _Paths(dy.Schema):
    path = dy.String(nullable=True)
    views = dy.Int64()
    errors = dy.Int64()


def severities(mirror: Mirror, *, span: Span) -> dy.DataFrame[Severities]:
    """How many errors were recorded in a range, by severity?"""
    return mirror.ask(HERE / "severities.sql", Severities, optional=OPTIONAL, since=span.start, until=span.end)


def live_views(mirror: Mirror, *, log: Sequence[Triage] = ()) -> dy.DataFrame[LiveViews]:
    """What do the six error views of the running database, and error_statistics, answer, and what do we?"""
    told = mirror.ask(HERE / "recorded_views.sql", RecordedViews, optional=OPTIONAL).row(0, named=True)
    made = built(mirror, merges(log))
    issues = judged(made.issues, log, made.deploys, made.as_of)
    unsettled = issues.filter(~pl.col("state").is_in(["resolved", "ignored"]))
    events = issues.get_column("events")
    ours = {
        "v_unresolved_errors": int(issues.get_column("open_rows").sum()),
        "v_open_application_errors": int(unsettled.get_column("open_rows").sum()),
        "v_regression_errors": issues.filter(pl.col("returned")).height,
        "v_error_summary": issues.height,
        "v_error_trends": int(events.sum()),
        "v_top_errors": None if events.is_empty() else int(events.max() or 0),  # type: ignore[arg-type]
        "error_statistics": int(issues.get_column("row_count").sum()),
    }
    recorded = {
        "v_unresolved_errors": told["unresolved"],
        "v_open_application_errors": told["unresolved"],
        "v_regression_errors": told["marked_regressions"],
        "v_error_summary": told["hash_count"],
        "v_error_trends": told["events"],
        "v_top_errors": told["most_events"],
        "error_statistics": told["row_count"],
    }
    rows = [
        {
            "view_name": name,
            "meaning": meaning,
            "recorded": recorded[name],
            "ours": ours[name],
            "why": why,
            "rows_at": rows_at,
        }
        for name, (meaning, why, rows_at) in _VIEWS.items()
    ]
    return LiveViews.validate(pl.DataFrame(rows, infer_schema_length=None), cast=True)


def rates(mirror: Mirror, *, span: Span) -> dy.DataFrame[DailyRates]:
    """How many errors were there per session and per page view, day by day?"""
    days = pl.date_range(span.first, span.last, eager=True).to_list()
    optional = OPTIONAL | {"page_views.is_bot", "page_views.session_id"}
    return mirror.ask(HERE / "rates_by_day.sql", DailyRates, optional=optional, days=days, timezone=span.timezone)


def error_free(mirror: Mirror, *, span: Span) -> dy.DataFrame[ErrorFree]:
    """In how many sessions of people signed in did they meet no error?"""
    optional = OPTIONAL - {"application_errors.user_id"} | {"page_views.is_bot"}
    return mirror.ask(HERE / "error_free.sql", ErrorFree, optional=optional, since=span.start, until=span.end)


def times_to_act(mirror: Mirror, *, log: Sequence[Triage] = ()) -> dy.DataFrame[TimesToAct]:
    """How long does it take from the first occurrence until somebody acts, and until it is resolved?

    Acknowledged is the first entry in our log; resolved the first resolve there, else the moment at which the last of
    the rows was settled.
    """
    made = built(mirror, merges(log))
    first = dict(made.issues.select("fingerprint", "first_seen").iter_rows())
    seen, done = {}, {}
    for fingerprint, one in decided(log).items():
        if first.get(fingerprint) is None:
            continue
        seen[fingerprint] = one.history[0].at - first[fingerprint]
        resolved = [entry.at for entry in one.history if entry.action == "resolve"]
        if resolved:
            done[fingerprint] = resolved[0] - first[fingerprint]
    settled = made.issues.filter(pl.col("open_rows") == 0).select(
        "fingerprint", pl.col("settled_at") - pl.col("first_seen")
    )
    done = {**dict(settled.drop_nulls().iter_rows()), **done}
    rows = []
    for act, times in (("acknowledge", seen), ("resolve", done)):
        hours = pl.Series([time.total_seconds() / 3600 for time in times.values()], dtype=pl.Float64)
        rows.append({"act": act, "issues": len(hours), "mean_hours": hours.mean(), "median_hours": hours.median()})
    schema = {"act": pl.String, "issues": pl.Int64, "mean_hours": pl.Float64, "median_hours": pl.Float64}
    return TimesToAct.validate(pl.DataFrame(rows, schema=schema), cast=True)


def pages_seen(mirror: Mirror, *, span: Span) -> dy.DataFrame[PagesSeen]:
    """On which pages was never an error recorded, however often they were viewed?"""
    found = mirror.unmasked.ask(
        HERE / "pages_seen.sql", _Paths, optional=OPTIONAL | {"page_views.is_bot"}, row_limit=2_000_000,
        since=span.start, until=span.end,
    )  # fmt: skip
    routes = (
        found.drop_nulls("path")
        .group_by(template(pl.col("path")).alias("route"))
        .agg(pl.col("views", "errors").sum())
        .with_columns(heard_of=pl.col("errors") > 0)
        .sort("views", "route", descending=[True, False])
    )
    return PagesSeen.validate(routes, cast=True)


def failures(mirror: Mirror, *, span: Span) -> dy.DataFrame[Failures]:
    """Which jobs, videos and e-mails failed in a range, grouped by what they said?"""
    found = mirror.ask(
        HERE / "failures.sql", _Failed, optional=_JOBS, row_limit=1_000_000, since=span.start, until=span.end
    )
    grouped = (
        found.with_columns(says=normalise(found.get_column("message")).fill_null("(nothing said)"))
        .group_by("source", "kind", "says")
        .agg(pl.col("failures").sum(), wordings=pl.len(), last_at=pl.col("last_at").max())
        .sort("failures", "source", "kind", "says", descending=[True, False, False, False], nulls_last=True)
    )
    return Failures.validate(grouped, cast=True)


_VIEWS: Final = {
    "error_statistics": (
        "Errors counted.",
        "The admin counted another table and showed none; ours counts both tables that hold errors.",
        "Reliability: By severity",
    ),
    "v_unresolved_errors": (
        "Rows that nobody settled.",
        "A row that happened again after it was settled is open to us, and the old reports are counted too.",
        "Errors, every state but Resolved: newest rows of an issue",
    ),
    "v_open_application_errors": (
        "The open ones among them.",
        "Ours leaves out issues that somebody resolved or ignored here.",
        "Errors: New, Ongoing, Came back, Escalating",
    ),
    "v_regression_errors": (
        "Errors that came back after a repair.",
        "The mark is set on insert only, by hash; ours counts issues with an open row later than resolve and release.",
        "Errors: state Came back",
    ),
    "v_error_summary": (
        "One row per error.",
        "The hash splits one fault by address, by number and by duration; ours is one row per issue.",
        "Errors: Every state",
    ),
    "v_error_trends": (
        "Occurrences over time.",
        "Ours holds the occurrences of both tables.",
        "Reliability: Events per 100 sessions, its table; an issue: Events by day",
    ),
    "v_top_errors": (
        "The most frequent error, in occurrences.",
        "A fault that the hash splits never comes out on top.",
        "Errors: Every state, sorted by events",
    ),
}
