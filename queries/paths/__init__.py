"""Paths: what people do or see next, session by session.

A session ends with a pause of 30 minutes. The same thing several times in a row is one station. A path begins with
the first station asked for, or with the session, and ends with the first one asked for after that, or with the
session. Counted back from an end, its last step is the last of all. Stations that few come through are put together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

from queries.events import whom
from queries.events.sessions import session_numbers
from queries.funnels.log import of_mirror
from queries.kept import PerGeneration
from queries.periods import micros, physical
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from queries.events import Segment
    from queries.funnels.log import Log
    from queries.span import Span
    from replica import Mirror

EVENT: Final = "event"
OTHERS: Final = "all others"
MOST_STEPS: Final = 20
MOST_STATIONS: Final = 300


class BadPaths(ReplicaError):
    """Paths that cannot be asked."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Paths:
    """What is asked.

    Attributes:
        start: The station that paths begin with; where the session begins without one.
        end: The station that paths end with; where the session ends without one.
        by: What a station is: `event`, or a property such as `route`, of the events that have it.
        steps: Most steps shown.
        most: Most stations beside one another; the rarer ones are put together.
    """

    start: str | None = None
    end: str | None = None
    by: str = EVENT
    steps: int = 5
    most: int = 8

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= MOST_STEPS:
            raise BadPaths(f"{self.steps} steps cannot be shown.", f"Ask for 1 to {MOST_STEPS}.")
        if self.most < 1:
            raise BadPaths(f"{self.most} stations cannot be shown.", "Ask for 1 or more.")


class Edges(dy.Schema):
    """One row per step, station and next station."""

    step = dy.Int64(min=1, description="Place of the step, from 1.")
    source = dy.String(description="Station it begins at.")
    target = dy.String(nullable=True, description="Station it leads to; null where the session ended.")
    sessions = dy.Int64(min=1, description="Sessions that took it.")


class People(dy.Schema):
    """One row per actor whose sessions took a step."""

    actor_key = dy.String(primary_key=True, description="The user's id, else `visitor …` or `session …`.")
    user_id = dy.String(nullable=True, description="The user, null for somebody unknown.")
    tier = dy.String(nullable=True, description="Plan the user is on now.")
    sessions = dy.Int64(min=1, description="Sessions of the actor that took it.")
    last_at = dy.Datetime(time_zone="UTC", time_unit="us", description="When it was last taken.")


_stations: Final[PerGeneration[tuple[str, ...]]] = PerGeneration(most=16)


def stations(mirror: Mirror, *, by: str) -> tuple[str, ...]:
    """Which stations are there, most frequent first?"""
    return _stations.of(mirror, (by, *whom(mirror)), lambda: _stations_of(of_mirror(mirror), by))


def _stations_of(log: Log, by: str) -> tuple[str, ...]:
    named = log.frame.select(station=pl.col("name").cast(pl.String) if by == EVENT else log.property(by)).drop_nulls()
    return tuple(named["station"].value_counts(sort=True)["station"].head(MOST_STATIONS))


def edges(mirror: Mirror, *, asked: Paths, span: Span | None = None, segment: Segment = "all") -> dy.DataFrame[Edges]:
    """Which ways do sessions take, step by step?"""
    return edges_of(of_mirror(mirror, segment), asked, span)


def people(
    mirror: Mirror,
    *,
    asked: Paths,
    step: int,
    source: str,
    target: str | None,
    span: Span | None = None,
    segment: Segment = "all",
) -> dy.DataFrame[People]:
    """Who took a step?"""
    return people_of(of_mirror(mirror, segment), asked, (step, source, target), span)


def edges_of(log: Log, asked: Paths, span: Span | None = None) -> dy.DataFrame[Edges]:
    """Return the edges of any events."""
    counted = _taken(log, asked, span).group_by("step", "source", "target").agg(sessions=pl.len())
    order = counted.sort(["step", "sessions", "source", "target"], descending=[False, True, False, False])
    return Edges.validate(order.select(Edges.column_names()), cast=True)


def people_of(
    log: Log, asked: Paths, edge: tuple[int, str, str | None], span: Span | None = None
) -> dy.DataFrame[People]:
    """Return who took an edge, most often first."""
    step, source, target = edge
    taken = _taken(log, asked, span).filter(
        pl.col("step") == step, pl.col("source") == source, pl.col("target").eq_missing(pl.lit(target, pl.String))
    )
    known = log.actors.with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("user_id", "tier") if name not in log.actors.columns
    )
    listed = taken.group_by("actor").agg(sessions=pl.len(), last_at=pl.col("at").max()).join(known, on="actor")
    ordered = listed.sort(["sessions", "last_at", "actor_key"], descending=[True, True, False])
    return People.validate(ordered.select(People.column_names()), cast=True)


def _taken(log: Log, asked: Paths, span: Span | None) -> pl.DataFrame:
    """Return every step of every session's path."""
    station = pl.col("name").cast(pl.String) if asked.by == EVENT else log.property(asked.by)
    rows = log.frame.select("actor", at="happened_at", station=station)
    rows = rows.with_columns(session=pl.Series(session_numbers(rows["actor"], rows["at"])))
    if span is not None:
        moments = physical(rows["at"])
        rows = rows.filter(pl.Series((moments >= micros(span.start)) & (moments < micros(span.end))))
    rows = rows.drop_nulls("station")
    # What is repeated is folded: sessions are numbered through, so that neighbours tell.
    again = (pl.col("station") == pl.col("station").shift()) & (pl.col("session") == pl.col("session").shift())
    rows = rows.filter(~again.fill_null(value=False))
    if asked.start is not None:
        begun = (pl.col("station") == asked.start).cum_max().over("session")
        rows = rows.filter(begun)
    if asked.end is not None:
        before = (pl.col("station") == asked.end).cum_sum().over("session").shift(1, fill_value=0).over("session")
        rows = rows.filter((pl.col("station") == asked.end).any().over("session")).filter(before == 0)
    place = _since_begun()
    if asked.end is not None and asked.start is None:
        place = place - pl.len().over("session") + 1 + asked.steps
    rows = rows.with_columns(place=place).filter(pl.col("place").is_between(0, asked.steps))
    shown = _shown(rows, asked)
    rows = rows.join(shown, on=["place", "station"], how="left", maintain_order="left").with_columns(
        station=pl.when("shown").then("station").otherwise(pl.lit(OTHERS))
    )
    following = pl.when(pl.col("session") == pl.col("session").shift(-1)).then(pl.col("station").shift(-1))
    steps = rows.with_columns(step=pl.col("place") + 1, source="station", target=following)
    last = pl.col("place") == asked.steps
    arrived = pl.col("target").is_null() & (pl.col("source") == (asked.end or "")) & (asked.end is not None)
    return steps.filter(~last, ~arrived)


def _since_begun() -> pl.Expr:
    """Return how many rows of its session come before each: sessions lie together, so that no window is needed."""
    row = pl.int_range(pl.len())
    return row - pl.when(pl.col("session").ne_missing(pl.col("session").shift())).then(row).forward_fill()


def _shown(rows: pl.DataFrame, asked: Paths) -> pl.DataFrame:
    """Return the stations shown at each place: those asked for, and the most frequent."""
    counted = rows.group_by("place", "station").len().sort(["len", "station"], descending=[True, False])
    rank = pl.int_range(pl.len()).over("place")
    asked_for = pl.col("station").is_in([name for name in (asked.start, asked.end) if name is not None])
    return counted.filter((rank < asked.most) | asked_for).select("place", "station", shown=pl.lit(value=True))
