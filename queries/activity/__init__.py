"""Active people: one definition, the states they pass through, and what other definitions would say.

Somebody is active on a day who then did anything of the chosen sources: viewed a page, clicked, did something the
product reports, or wrote to the assistant, unless told otherwise. People are actors of the event stream: users, else
browsers, else sessions; staff and bots are left out. A day's week are the 7 days that end with it, its month the 30.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import dataframely as dy
import numpy as np
import polars as pl

from queries import passes
from queries.events import stream
from queries.periods import Calendar, calendar, local_day, micros, physical
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import numpy.typing as npt

    from queries.events import Segment
    from queries.span import Grain, Span
    from replica import Mirror

HERE: Final = Path(__file__).parent
State = Literal["new", "returning", "resurrecting", "dormant"]
STATES: Final[tuple[State, ...]] = get_args(State)
SOURCES: Final = ("page_views", "click_events", "user_events", "al_messages")
"""Tables whose rows make somebody active, by the definition that this suite publishes."""
WEEK: Final = 7
MONTH: Final = 30


class Active(dy.Schema):
    """One row per day."""

    day = dy.Date(primary_key=True, description="The day, in the zone asked for.")
    daily = dy.Int64(min=0, nullable=True, description="Active on the day; null before it begins.")
    weekly = dy.Int64(min=0, nullable=True, description="Active on any of the 7 days that end with it.")
    monthly = dy.Int64(min=0, nullable=True, description="Active on any of the 30 days that end with it.")
    stickiness = dy.Float64(nullable=True, description="Mean of daily over these 30 days, by monthly; null of nobody.")
    complete = dy.Bool(description="Whether the day is over.")


class Lifecycle(dy.Schema):
    """One row per period."""

    period = dy.Date(primary_key=True, description="First day of the period.")
    new = dy.Int64(min=0, description="Active for the first time ever.")
    returning = dy.Int64(min=0, description="Active now and in the period before.")
    resurrecting = dy.Int64(min=0, description="Active now and some time before, but not in the period before.")
    dormant = dy.Int64(min=0, nullable=True, description="Active in the period before and not now; null until over.")
    complete = dy.Bool(description="Whether the period is over and lies whole inside the range.")


class People(dy.Schema):
    """One row per actor in a state."""

    actor_key = dy.String(primary_key=True, description="The user's id, else `visitor …` or `session …`.")
    user_id = dy.String(nullable=True, description="The user, null for somebody unknown.")
    tier = dy.String(nullable=True, description="Plan the user is on now.")
    first_at = dy.Datetime(time_zone="UTC", time_unit="us", description="First event of any kind.")
    last_at = dy.Datetime(time_zone="UTC", time_unit="us", description="Last event of any kind.")
    events = dy.Int64(min=1, description="Events of any kind.")


class Definitions(dy.Schema):
    """One row per definition of an active user, all at one moment; null where a definition does not say."""

    place = dy.Int64(primary_key=True, description="0 is ours, signed in or not; 8 is ours, signed in.")
    daily = dy.Int64(min=0, nullable=True, description="Its daily active users.")
    weekly = dy.Int64(min=0, nullable=True, description="Its weekly active users.")
    monthly = dy.Int64(min=0, nullable=True, description="Its monthly active users.")


def active(
    mirror: Mirror, *, span: Span, segment: Segment = "all", sources: tuple[str, ...] = SOURCES
) -> dy.DataFrame[Active]:
    """How many were active by day, by week, by month, and how often do they come?"""
    days = calendar(span.first - timedelta(days=MONTH - 1), span.last, "day", span.timezone)
    events = _did(mirror, segment, sources)
    return active_of(physical(events["actor"]), physical(events["happened_at"]), days, mirror.freshness().snapshot_at)


def active_of(
    actors: npt.NDArray[Any], moments: npt.NDArray[np.int64], days: Calendar, as_of: datetime | None
) -> dy.DataFrame[Active]:
    """Count windows of days, of events sorted by actor and time. The first 29 days are only looked back upon."""
    size = len(days.starts)
    daily, weekly, monthly = passes.active(passes.boundaries(actors), moments, (days.edges, days.table), WEEK, MONTH)
    sums = np.concatenate([[0], daily.cumsum()])
    means = (sums[MONTH:] - sums[:-MONTH]) / MONTH
    begun = np.full(size, True) if as_of is None else days.edges[:-1] <= micros(as_of)
    frame = pl.DataFrame({
        "day": days.starts, "daily": daily, "weekly": weekly, "monthly": monthly, "begun": begun,
        "complete": days.over(as_of),
    }).slice(MONTH - 1).with_columns(mean=pl.Series(means))  # fmt: skip
    shared = pl.when(pl.col("monthly") > 0).then(pl.col("mean") / pl.col("monthly")).alias("stickiness")
    numbers = pl.col("daily", "weekly", "monthly", "stickiness")
    told = frame.with_columns(shared).with_columns(pl.when("begun").then(numbers))
    return Active.validate(told.select(Active.column_names()), cast=True)


def lifecycle(
    mirror: Mirror, *, span: Span, segment: Segment = "all", sources: tuple[str, ...] = SOURCES
) -> dy.DataFrame[Lifecycle]:
    """How many are new, come again, come back after a pause, and stay away, period by period?"""
    as_of = mirror.freshness().snapshot_at
    found = _states(mirror, span, segment, sources)
    rows = [
        {
            "period": day,
            **{state: found.count(state, place) for state in STATES},
            "complete": span.is_complete(day, as_of),
        }
        for place, day in enumerate(found.periods.starts)
        if day >= span.period_of(span.first)
    ]
    over = pl.Series(found.periods.over(as_of)[-len(rows) :])
    told = pl.DataFrame(rows).with_columns(dormant=pl.when(over).then("dormant"))
    return Lifecycle.validate(told, cast=True)


def people(
    mirror: Mirror,
    *,
    span: Span,
    state: str,
    period: str,
    segment: Segment = "all",
    sources: tuple[str, ...] = SOURCES,
) -> dy.DataFrame[People]:
    """Who is in a state in a period, named by its first day in ISO form?"""
    found = _states(mirror, span, segment, sources)
    days = [day.isoformat() for day in found.periods.starts]
    if state not in STATES or period not in days:
        raise ReplicaError(f"There is no period {period!r} with a state {state!r}.", "Choose one that is shown.")
    members = found.actors_of(state, days.index(period))
    actors = stream(mirror).actors
    listed = actors.filter(pl.col("actor").is_in(members)).sort(["last_at", "actor_key"], descending=[True, False])
    return People.validate(listed.select(People.column_names()), cast=True)


def definitions(mirror: Mirror, *, span: Span) -> dy.DataFrame[Definitions]:
    """What would each of the definitions in use say, of the 1, 7 and 30 days that end with the range?"""
    until = min(span.end, mirror.freshness().snapshot_at)
    theirs = mirror.ask(HERE / "definitions.sql", Definitions, until=until)
    # The first two count in a table that the dictionary does not know.
    ours: list[dict[str, int]] = [{"place": 1}, {"place": 2}]
    segments: tuple[tuple[int, Segment], ...] = ((0, "all"), (8, "signed_in"))
    for place, segment in segments:
        did = _did(mirror, segment, SOURCES)
        row: dict[str, int] = {"place": place}
        for name, length in (("daily", 1), ("weekly", WEEK), ("monthly", MONTH)):
            inside = pl.col("happened_at").is_between(until - timedelta(days=length), until, closed="left")
            row[name] = did.filter(inside)["actor"].n_unique()
        ours.append(row)
    both = pl.concat([theirs, pl.DataFrame(ours, schema=theirs.schema)]).sort("place")
    return Definitions.validate(both)


def _did(mirror: Mirror, segment: Segment, sources: Sequence[str]) -> pl.DataFrame:
    events = stream(mirror).of(segment).frame.lazy()
    return events.filter(pl.col("source").is_in(list(sources))).select("actor", "happened_at").collect()


def _pairs(events: pl.DataFrame, periods: Calendar) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Return each actor's periods once, sorted by actor and period; events are sorted by actor and time."""
    actors, moments = physical(events["actor"]), physical(events["happened_at"])
    places = periods.place(moments)
    fresh = places >= 0
    fresh[1:] &= (actors[1:] != actors[:-1]) | (places[1:] != places[:-1])
    return actors[fresh], places[fresh]


@dataclass(frozen=True, eq=False, slots=True)
class _States:
    """Each actor's active periods in order, and whether the period before and the one after are theirs too."""

    periods: Calendar
    actors: npt.NDArray[Any]
    places: npt.NDArray[np.int64]
    first: npt.NDArray[np.bool_]
    follows: npt.NDArray[np.bool_]
    goes_on: npt.NDArray[np.bool_]

    def _chosen(self, state: str, place: int) -> Any:
        here = self.places == place
        match state:
            case "new":
                return here & self.first
            case "returning":
                return here & self.follows
            case "resurrecting":
                return here & ~self.first & ~self.follows
            case _:
                return (self.places == place - 1) & ~self.goes_on

    def count(self, state: str, place: int) -> int:
        return int(self._chosen(state, place).sum())

    def actors_of(self, state: str, place: int) -> list[int]:
        found: list[int] = self.actors[self._chosen(state, place)].tolist()
        return found


def _states(mirror: Mirror, span: Span, segment: Segment, sources: Sequence[str]) -> _States:
    events = _did(mirror, segment, sources)
    grain: Grain = span.grain
    earliest = span.first if events.is_empty() else local_day(int(physical(events["happened_at"]).min()), span.timezone)
    periods = calendar(min(earliest, span.first), span.last, grain, span.timezone)
    actors, places = _pairs(events, periods)
    same = np.concatenate([[False], actors[1:] == actors[:-1]])
    beside = np.concatenate([[False], places[1:] == places[:-1] + 1])
    follows = same & beside
    return _States(periods, actors, places, ~same, follows, np.concatenate([follows[1:], [False]])[: len(actors)])
