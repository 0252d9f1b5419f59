"""Pages and engagement: which pages are seen, entered and left, how far and how long they are read, what is clicked.

An *entrance* is the first page view of a session, an *exit* its last; a view that is both counts as both. A *bounce*
is a session of one page view, without a click, without anything done that the product reports, and with less than 10
seconds of active time; it is charged to the page it entered by. *Active time* and *scroll depth* are of the readings
that pages report (page_engagement), one per view at most: views that reported none are in no median. A view is *slow*
that took more than 2.5 seconds until the page was ready, among views whose time is known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, get_args

import dataframely as dy
import polars as pl

from queries.events import happened, stream, whom
from queries.kept import PerGeneration
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from queries.events import Segment
    from queries.span import Span
    from replica import Mirror

By = Literal["route", "page", "page_url"]
BY: Final[tuple[By, ...]] = get_args(By)
ENGAGED_SECONDS: Final = 10
SLOW_MS: Final = 2_500
VIEWS: Final = "page_views"
READINGS: Final = "page_engagement"
CLICKS: Final = "click_events"
UNKNOWN: Final = "unknown"


class BadEngagement(ReplicaError):
    """A question about pages that cannot be asked."""

    exit_code = 2


class Pages(dy.Schema):
    """One row per page, and one without a page for all of them."""

    station = dy.String(nullable=True, description="Route, path or address of the page; null for all pages together.")
    views = dy.Int64(min=0, description="Times it was shown.")
    visitors = dy.Int64(min=0, description="Different actors who saw it.")
    entrances = dy.Int64(min=0, description="Sessions that began with it.")
    exits = dy.Int64(min=0, description="Sessions whose last page it was.")
    bounces = dy.Int64(min=0, description="Sessions that began with it and did nothing more.")
    clicks = dy.Int64(min=0, description="Clicks on it.")
    readings = dy.Int64(min=0, description="Views that reported how they were read.")
    active_seconds = dy.Float64(nullable=True, description="Active time, all readings together.")
    median_seconds = dy.Float64(nullable=True, description="Active time of the middle reading.")
    depth_25 = dy.Float64(nullable=True, description="Percent of the page that three quarters of readings reach.")
    depth_50 = dy.Float64(nullable=True, description="Percent of the page that half of readings reach.")
    depth_75 = dy.Float64(nullable=True, description="Percent of the page that a quarter of readings reach.")
    depth_90 = dy.Float64(nullable=True, description="Percent of the page that a tenth of readings reach.")
    loads = dy.Int64(min=0, description="Views of which the time until the page was ready is known.")
    load_75 = dy.Float64(nullable=True, description="Milliseconds within which three quarters were ready.")
    load_95 = dy.Float64(nullable=True, description="Milliseconds within which 95 of 100 were ready.")
    slow = dy.Int64(min=0, description="Views that took more than 2.5 seconds.")


class Clicks(dy.Schema):
    """One row per element."""

    element = dy.String(description="Element that was clicked; `unknown` where the click does not say.")
    element_type = dy.String(description="Kind of the element.")
    clicks = dy.Int64(min=1, description="Clicks.")
    people = dy.Int64(min=1, description="Different actors who clicked.")
    share = dy.Float64(
        nullable=True, min=0, max=1, description="Share of those who saw the page; null where nobody saw it."
    )


class People(dy.Schema):
    """One row per actor who saw or clicked."""

    actor_key = dy.String(primary_key=True, description="The user's id, else `visitor …` or `session …`.")
    user_id = dy.String(nullable=True, description="The user, null for somebody unknown.")
    tier = dy.String(nullable=True, description="Plan the user is on now.")
    views = dy.Int64(min=0, description="Times the actor was shown the page.")
    clicks = dy.Int64(min=0, description="Clicks of the actor on it.")
    last_at = dy.Datetime(time_zone="UTC", time_unit="us", description="When the last of these was.")


def pages(mirror: Mirror, *, span: Span, by: str = "route", segment: Segment = "all") -> dy.DataFrame[Pages]:
    """How is each page seen, entered, left, read, clicked and loaded?"""
    rows = _rows(mirror, span, by, segment)
    views, readings, clicked = (rows.filter(pl.col("source") == source) for source in (VIEWS, READINGS, CLICKS))
    whole = pl.concat([views.select(_SEEN), readings.select(_READ), clicked.select(_CLICKED)], how="horizontal")
    stations = pl.concat([one.select("station") for one in (views, readings, clicked)]).unique()
    told = stations
    for part, said in ((views, _SEEN), (readings, _READ), (clicked, _CLICKED)):
        told = told.join(part.group_by("station").agg(said), on="station", how="left")
    found = pl.concat([whole, told.cast({"station": pl.String})], how="diagonal")
    ordered = found.with_columns(pl.col(_COUNTS).fill_null(0)).sort(
        pl.col("station").is_not_null(), "views", "station", descending=[False, True, False]
    )
    return Pages.validate(ordered.select(Pages.column_names()), cast=True)


def clicks(
    mirror: Mirror, *, span: Span, by: str = "route", station: str | None = None, segment: Segment = "all"
) -> dy.DataFrame[Clicks]:
    """Which elements are clicked, on one page or on all?"""
    rows = _of(station, _rows(mirror, span, by, segment))
    saw = rows.filter(pl.col("source") == VIEWS)["actor"].unique()
    # Of few rows the texts are looked at: of each element and actor once.
    per_actor = rows.filter(pl.col("source") == CLICKS).group_by("element", "element_type", "actor").len("clicks")
    element, kind = pl.col("element").cast(pl.String).str.strip_chars(" "), pl.col("element_type").cast(pl.String)
    named = per_actor.with_columns(
        element=pl.when(element != "").then(element).otherwise(pl.lit(UNKNOWN)),
        element_type=kind.fill_null(UNKNOWN),
        saw=pl.col("actor").is_in(saw.implode()),
    )
    actors = pl.col("actor").n_unique()
    found = named.group_by("element", "element_type").agg(
        pl.col("clicks").sum(), people=actors, share=pl.col("actor").filter("saw").n_unique() / pl.lit(len(saw) or None)
    )
    ordered = found.sort("clicks", "element", "element_type", descending=[True, False, False])
    return Clicks.validate(ordered.select(Clicks.column_names()), cast=True)


def people(
    mirror: Mirror, *, span: Span, by: str = "route", station: str | None = None, segment: Segment = "all"
) -> dy.DataFrame[People]:
    """Who saw a page or clicked on it, or on any?"""
    rows = _of(station, _rows(mirror, span, by, segment)).filter(pl.col("source").is_in([VIEWS, CLICKS]))
    counted = rows.group_by("actor").agg(
        views=(pl.col("source") == VIEWS).sum(),
        clicks=(pl.col("source") == CLICKS).sum(),
        last_at=pl.col("happened_at").max(),
    )
    listed = counted.join(stream(mirror).actors, on="actor").sort(
        "views", "clicks", "last_at", "actor_key", descending=[True, True, True, False]
    )
    return People.validate(listed.select(People.column_names()), cast=True)


_SEEN: Final = (
    pl.len().alias("views"),
    pl.col("actor").n_unique().alias("visitors"),
    pl.col("entrance").sum().alias("entrances"),
    pl.col("exit").sum().alias("exits"),
    pl.col("bounce").sum().alias("bounces"),
    pl.col("load_ms").count().alias("loads"),
    *(pl.col("load_ms").quantile(share / 100, "linear").alias(f"load_{share}") for share in (75, 95)),
    (pl.col("load_ms") > SLOW_MS).sum().alias("slow"),
)
_READ: Final = (
    pl.col("seconds").count().alias("readings"),
    pl.when(pl.col("seconds").count() > 0).then(pl.col("seconds").sum()).alias("active_seconds"),
    pl.col("seconds").median().alias("median_seconds"),
    *(pl.col("depth").quantile(share / 100, "linear").alias(f"depth_{share}") for share in (25, 50, 75, 90)),
)
_CLICKED: Final = (pl.len().alias("clicks"),)
_COUNTS: Final = ("views", "visitors", "entrances", "exits", "bounces", "clicks", "readings", "loads", "slow")
# What a session came to does not depend on the range that is asked for.
_sessions: Final[PerGeneration[pl.DataFrame]] = PerGeneration()


def _rows(mirror: Mirror, span: Span, by: str, segment: Segment) -> pl.DataFrame:
    """Return views, readings and clicks of a range, each with its page and whether it enters, leaves or bounces."""
    named, found = _known(by), stream(mirror)
    marked = replace(
        found, frame=found.frame.hstack(_sessions.of(mirror, whom(mirror), lambda: _of_sessions(found.frame)))
    )
    return (
        marked.of(segment).frame.lazy()
        .filter(happened(span.start, span.end), pl.col("source").is_in([VIEWS, READINGS, CLICKS]))
        .select(
            "source", "actor", "happened_at", "element", "element_type", "load_ms", "depth", "seconds", "entrance",
            "exit", "bounce", station=pl.col(named).fill_null(UNKNOWN),
        )
        .collect()
    )  # fmt: skip


def _of_sessions(frame: pl.DataFrame) -> pl.DataFrame:
    """Tell row by row whether a view is the first or the last of its session, and whether it is all that was done."""
    source, own = frame["source"], pl.col("session")
    views = frame.lazy().with_row_index("row").filter(source == VIEWS).select(
        "row", "session", entrance=own.ne_missing(own.shift()), exit=own.ne_missing(own.shift(-1))
    )  # fmt: skip
    did = (source == CLICKS) | (
        (source == "user_events") & ~frame["name"].is_in(["session_start", "page_view_reported"])
    )
    active = frame.lazy().filter(source == READINGS).group_by("session").agg(pl.col("seconds").sum())
    engaged = active.filter(pl.col("seconds") >= ENGAGED_SECONDS).select("session")
    acted = pl.concat([frame.lazy().filter(did).select("session"), engaged]).unique()
    marked = views.join(acted.with_columns(acted=True), on="session", how="left", maintain_order="left").with_columns(
        bounce=pl.col("entrance") & pl.col("exit") & pl.col("acted").is_null()
    )
    return (
        frame.lazy().select(row=pl.int_range(pl.len(), dtype=pl.UInt32))
        .join(marked, on="row", how="left", maintain_order="left")
        .select(pl.col("entrance", "exit", "bounce").fill_null(value=False))
        .collect()
    )  # fmt: skip


def _of(station: str | None, rows: pl.DataFrame) -> pl.DataFrame:
    return rows if station is None else rows.filter(pl.col("station") == station)


def _known(by: str) -> str:
    if by not in BY:
        raise BadEngagement(f"Pages cannot be told apart by {by!r}.", f"Use one of {', '.join(BY)}.")
    return by
