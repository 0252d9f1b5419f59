"""Pages and engagement: which pages are seen, entered and left, how far and how long they are read, what is clicked.

An *entrance* is the first page view of a session, an *exit* its last; a view that is both counts as both. A *bounce*
is a session of one page view, without a click, without anything done that the product reports, and with less than 10
seconds of active time; it is charged to the page it entered by. *Active time* and *scroll depth* are of the readings
that pages report (page_engagement), one per view at most: views that reported none are in no median. A view is *slow*
that took more than 2.5 seconds until the page was ready, among views whose time is known.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

import dataframely as dy

from queries.events import happened, stream
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from queries.events import Segment
    from queries.span import Span
    from replica import Mirror

HERE: Final = Path(__file__).parent
By = Literal["route", "page", "page_url"]
BY: Final[tuple[By, ...]] = get_args(By)
ENGAGED_SECONDS: Final = 10
SLOW_MS: Final = 2_500


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
    found = stream(mirror).of(segment)
    return found.ask(
        HERE / "pages.sql", Pages, only=found.touching("session", span.start, span.end),
        by=_known(by), start=span.start, until=span.end, engaged_seconds=ENGAGED_SECONDS, slow_ms=SLOW_MS,
    )  # fmt: skip


def clicks(
    mirror: Mirror, *, span: Span, by: str = "route", station: str | None = None, segment: Segment = "all"
) -> dy.DataFrame[Clicks]:
    """Which elements are clicked, on one page or on all?"""
    return stream(mirror).of(segment).ask(
        HERE / "clicks.sql", Clicks, only=happened(span.start, span.end),
        by=_known(by), station=station, start=span.start, until=span.end,
    )  # fmt: skip


def people(
    mirror: Mirror, *, span: Span, by: str = "route", station: str | None = None, segment: Segment = "all"
) -> dy.DataFrame[People]:
    """Who saw a page or clicked on it, or on any?"""
    return stream(mirror).of(segment).ask(
        HERE / "people.sql", People, only=happened(span.start, span.end),
        by=_known(by), station=station, start=span.start, until=span.end,
    )  # fmt: skip


def _known(by: str) -> str:
    if by not in BY:
        raise BadEngagement(f"Pages cannot be told apart by {by!r}.", f"Use one of {', '.join(BY)}.")
    return by
