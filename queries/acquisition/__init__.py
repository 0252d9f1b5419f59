"""Acquisition: which way people came, and which ways bring people who convert and stay.

A *visit* is a session with a page view; its channel is read from its first page view. A *source* is what the campaign
link names, else the site that referred, our own sites left out; a *medium* is what the link names, else `referral`
where another site referred. What neither tells is `unknown`, never a channel of its own making. An actor *begins* with
the first visit, who has none with the first event, and converts once: with the first of the events asked for. The
visits of the days before share a conversion:

* first touch and last touch: all of it to the earliest, or to the latest;
* linear: the same share to each;
* position based: 40 % to the earliest, 40 % to the latest, the rest shared by those between; of two half to each.

Whoever converted without such a visit came an unknown way: every model sums to the conversions. *Retained* is who did
anything from the 7th to the 27th day after beginning, of those for whom these days are over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_args

import dataframely as dy
import polars as pl

from queries.events import happened, stream, whom
from queries.kept import PerGeneration
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from queries.events import Segment, Stream
    from queries.span import Span
    from replica import Mirror

S = TypeVar("S", bound=dy.Schema)
HERE: Final = Path(__file__).parent
By = Literal["source", "medium", "campaign", "landing_route", "landing_page", "referrer"]
BY: Final[tuple[By, ...]] = get_args(By)
UNKNOWN: Final = "unknown"
OWN_SITES: Final = ("autorev.app",)
"""Sites that refer to themselves, beside those that the addresses of pages name."""
WEEK: Final = timedelta(days=7)
LOOKBACK_DAYS: Final = 90
LONGEST_LOOKBACK: Final = 3_650
MODELS: Final = ("first_touch", "last_touch", "linear", "position_based")


class BadAcquisition(ReplicaError):
    """A question about channels that cannot be asked."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked.

    Attributes:
        by: What a channel is.
        events: Names of events, any of which converts.
        lookback_days: Days before a conversion in which a visit has a share in it.
    """

    by: By = "source"
    events: tuple[str, ...] = ("account_recorded",)
    lookback_days: int = LOOKBACK_DAYS

    def __post_init__(self) -> None:
        if self.by not in BY:
            raise BadAcquisition(f"There is no channel by {self.by!r}.", f"Use one of {', '.join(BY)}.")
        if not self.events:
            raise BadAcquisition("Without an event nobody converts.", "Name one or more.")
        if not 1 <= self.lookback_days <= LONGEST_LOOKBACK:
            raise BadAcquisition(
                f"{self.lookback_days} days cannot be looked back upon.", f"Use 1 to {LONGEST_LOOKBACK:,}."
            )


class Channels(dy.Schema):
    """One row per channel; each model's column sums to the people who converted in the range."""

    channel = dy.String(primary_key=True, description="The channel; `unknown` where nothing tells it.")
    visits = dy.Int64(min=0, description="Visits of the range that came this way.")
    visitors = dy.Int64(min=0, description="Different actors among them.")
    people = dy.Int64(min=0, description="Actors who began in the range, this way.")
    due = dy.Int64(min=0, description="Of these, whose 28 days are over.")
    retained = dy.Int64(min=0, description="Of these, who did anything from the 7th to the 27th day after.")
    first_touch = dy.Int64(min=0, description="Conversions, all to the earliest visit.")
    last_touch = dy.Int64(min=0, description="Conversions, all to the latest visit.")
    linear = dy.Float64(min=0, description="Conversions, shared alike.")
    position_based = dy.Float64(min=0, description="Conversions, 40 % to the earliest and 40 % to the latest visit.")


class People(dy.Schema):
    """One row per actor who began in the range."""

    actor_key = dy.String(primary_key=True, description="The user's id, else `visitor …` or `session …`.")
    user_id = dy.String(nullable=True, description="The user, null for somebody unknown.")
    tier = dy.String(nullable=True, description="Plan the user is on now.")
    first_channel = dy.String(description="Channel of the first visit.")
    last_channel = dy.String(description="Channel of the latest visit, of the latest before converting.")
    began_at = dy.Datetime(time_zone="UTC", time_unit="us", description="First visit, without one the first event.")
    converted_at = dy.Datetime(
        time_zone="UTC", time_unit="us", nullable=True, description="When the actor converted, within the range."
    )
    retained = dy.Bool(nullable=True, description="Whether the actor was retained; null while it cannot be known.")


def channels(mirror: Mirror, *, asked: Asked, span: Span, segment: Segment = "all") -> dy.DataFrame[Channels]:
    """Which ways do people come, and how many of them convert and stay?"""
    return _ask(mirror, HERE / "channels.sql", Channels, asked, span, segment)


def people(
    mirror: Mirror, *, asked: Asked, span: Span, channel: str | None = None, segment: Segment = "all"
) -> dy.DataFrame[People]:
    """Who began in the range, those first who converted; by one channel, or by any?"""
    return _ask(mirror, HERE / "people.sql", People, asked, span, segment, channel=channel)


def _ask(
    mirror: Mirror, path: Path, schema: type[S], asked: Asked, span: Span, segment: Segment, **more: Any
) -> dy.DataFrame[S]:
    found = stream(mirror).of(segment)
    # Who did nothing within the range neither came, nor began, nor converted in it.
    only = found.touching(span.start, span.end)
    rows, converting = found.frame.lazy(), pl.col("name").is_in(asked.events)
    done = rows.filter(only, converting).group_by("actor").agg(converted_at=pl.col("happened_at").min())
    later = rows.filter(happened(span.start + WEEK, span.end + 4 * WEEK)).select("actor", "happened_at")
    return found.ask(
        path, schema, facts=HERE / "facts" / "touches.sql",
        given={"first_views": _first_views(found, only), "done": done.collect(), "later": later.collect()},
        by=asked.by,
        lookback=asked.lookback_days,
        own=_own_sites(mirror),
        start=span.start,
        until=span.end,
        as_of=mirror.freshness().snapshot_at,
        **more,
    )  # fmt: skip


_sites: Final[PerGeneration[list[str]]] = PerGeneration()


def _first_views(found: Stream, only: pl.Series) -> pl.DataFrame:
    """Return the first page view of each session, with its position in the stream, which holds sessions together."""
    views = found.frame.lazy().with_row_index("position").filter(only & (found.frame["source"] == "page_views"))
    return views.select(
        "position", "session", "actor", "happened_at", "page", "route", "referrer", "utm_source", "utm_medium",
        "utm_campaign",
    ).filter(pl.col("session").ne_missing(pl.col("session").shift())).drop("session").collect()  # fmt: skip


def _own_sites(mirror: Mirror) -> list[str]:
    """Return the hosts that are no referrer: those known, and those that pages were seen at."""
    return _sites.of(mirror, whom(mirror), lambda: _sites_of(stream(mirror)))


def _sites_of(found: Stream) -> list[str]:
    addresses = found.frame.lazy().select("page_url").filter(pl.col("page_url").str.contains("://", literal=True))
    hosts = addresses.unique().select(pl.col("page_url").str.extract(r"^[a-z]+://(?:www\.)?([^/:?#]+)")).collect()
    return sorted({*OWN_SITES, *hosts.to_series().drop_nulls()})
