"""Retention: of those who began in a period, how many came back, how much later?

A cohort are the actors whose first event of one kind (of any kind without one) lies in a period; it is named by the
period's first day. Coming back is an event of another kind, of any kind without one, at or after the first event,
which itself counts where it is of that kind. A cell whose period is not over is null, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

import dataframely as dy
import numpy as np
import polars as pl

from queries import passes
from queries.events import stream
from queries.funnels.log import of_mirror
from queries.periods import DAY, Calendar, calendar, days_of, local_day, micros, physical
from queries.span import GRAINS, Grain, Span
from replica.errors import ReplicaError

if TYPE_CHECKING:
    import numpy.typing as npt

    from queries.events import Segment
    from queries.funnels.log import Log
    from replica import Mirror

Mode = Literal["nday", "unbounded", "bracketed"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
BRACKETS: Final = ((0, 0), (1, 3), (4, 7), (8, 14), (15, 30))
_DAYS: Final[dict[Grain, int]] = {"day": 1, "week": 7, "month": 30}


class BadRetention(ReplicaError):
    """A question about retention that cannot be asked."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Retention:
    """What is asked.

    Attributes:
        first: The event that puts an actor into a cohort; any without one.
        back: The event that counts as coming back; any without one.
        unit: Length of a period; weeks begin on Monday.
        mode: `nday`: back in the very period; `unbounded`: in it or later; `bracketed`: in any period of a bracket.
        rolling: Count periods from the first event on, in days of 24 hours (weeks of 7, months of 30 of them),
            and not by the calendar.
        brackets: First and last period of each bracket.
        most: Most periods after the first one; all that can be known without it.
    """

    first: str | None = None
    back: str | None = None
    unit: Grain = "week"
    mode: Mode = "nday"
    rolling: bool = False
    brackets: tuple[tuple[int, int], ...] = BRACKETS
    most: int | None = None

    def __post_init__(self) -> None:
        if self.unit not in GRAINS:
            raise BadRetention(f"There is no unit {self.unit!r}.", f"Use one of {', '.join(GRAINS)}.")
        if self.mode not in MODES:
            raise BadRetention(f"There is no mode {self.mode!r}.", f"Use one of {', '.join(MODES)}.")
        flat = [edge for bracket in self.brackets for edge in bracket]
        if not flat or flat[0] < 0 or any(a > b for a, b in self.brackets) or flat != sorted(flat) or _touch(flat):
            raise BadRetention("The brackets overlap or run backwards.", "Give periods in order, such as 1-3, 4-7.")

    def columns(self, periods: int) -> list[tuple[int, int | None]]:
        """Return the first and last period of each column, of so many periods; null is without end."""
        if self.mode == "bracketed":
            return [bracket for bracket in self.brackets if bracket[0] < periods]
        return [(period, None if self.mode == "unbounded" else period) for period in range(periods)]


def _touch(flat: list[int]) -> bool:
    return any(last >= first for last, first in zip(flat[1:-1:2], flat[2::2], strict=True))


class Cells(dy.Schema):
    """One row per cohort with somebody in it, and column."""

    cohort = dy.Date(description="First day of the period in which they began.")
    size = dy.Int64(min=1, description="Actors of the cohort.")
    period = dy.Int64(min=0, description="Periods after the cohort's own.")
    until = dy.Int64(nullable=True, description="Last period of the bracket; null is without end.")
    retained = dy.Int64(min=0, nullable=True, description="Who came back; null while the period is not over.")
    share = dy.Float64(nullable=True, description="retained by size.")
    complete = dy.Bool(description="Whether the cohort's period is over and lies whole in the range.")


class Curve(dy.Schema):
    """One row per column, over all cohorts of which it is known."""

    period = dy.Int64(primary_key=True, description="Periods after the cohort's own.")
    until = dy.Int64(nullable=True, description="Last period of the bracket; null is without end.")
    cohorts = dy.Int64(min=0, description="Cohorts of which it is known.")
    size = dy.Int64(min=0, description="Actors in these.")
    retained = dy.Int64(nullable=True, description="Who of these came back; null where nothing is known.")
    share = dy.Float64(nullable=True, description="retained by size.")


class People(dy.Schema):
    """One row per actor of a cohort."""

    actor_key = dy.String(primary_key=True, description="The user's id, else `visitor …` or `session …`.")
    user_id = dy.String(nullable=True, description="The user, null for somebody unknown.")
    tier = dy.String(nullable=True, description="Plan the user is on now.")
    first_at = dy.Datetime(time_zone="UTC", time_unit="us", description="The event that put them into the cohort.")
    came_back = dy.Bool(description="Whether the actor came back in the period asked for.")
    times = dy.Int64(min=0, description="Events that count as coming back, in that period.")
    last_at = dy.Datetime(time_zone="UTC", time_unit="us", nullable=True, description="The last of these.")


def cells(
    mirror: Mirror, *, asked: Retention, span: Span | None = None, segment: Segment = "all"
) -> dy.DataFrame[Cells]:
    """How many of each cohort came back, period by period?"""
    return cells_of(of_mirror(mirror, segment), asked, span)


def names(mirror: Mirror) -> tuple[str, ...]:
    """Which events happened, most frequent first?"""
    return stream(mirror).names


def curve(
    mirror: Mirror, *, asked: Retention, span: Span | None = None, segment: Segment = "all"
) -> dy.DataFrame[Curve]:
    """How many came back, all cohorts together?"""
    return curve_of(cells(mirror, asked=asked, span=span, segment=segment))


def people(
    mirror: Mirror, *, asked: Retention, cohort: str, period: int, span: Span | None = None, segment: Segment = "all"
) -> dy.DataFrame[People]:
    """Who is in a cohort (named by its first day in ISO form), and who of them came back in a period?"""
    return people_of(of_mirror(mirror, segment), asked, cohort, period, span)


@dataclass(frozen=True, eq=False, slots=True)
class _Entries:
    """Who began: of each actor, in the order of the events, the moment and the cohort, negative for none.

    Cohort 0 began in the first period of the calendar.
    """

    calendar: Calendar
    entered: npt.NDArray[np.int64]
    cohort: npt.NDArray[np.int64]
    cohorts: int


def cells_of(log: Log, asked: Retention, span: Span | None = None, timezone: str = "UTC") -> dy.DataFrame[Cells]:
    """Return the cells of any events."""
    found = _entries(log, asked, span, timezone)
    if found is None:
        return Cells.create_empty()
    sizes = np.bincount(found.cohort[found.cohort >= 0], minlength=found.cohorts)
    periods = len(found.calendar.starts) if asked.most is None else min(asked.most + 1, len(found.calendar.starts))
    columns = asked.columns(periods)
    counts = _counts(log, asked, found, columns)
    known = _known(found, columns, asked, log)
    held = np.flatnonzero(sizes)
    complete = _complete(found.calendar, span, log)
    frame = pl.DataFrame({
        "cohort": np.repeat(np.array(found.calendar.starts, dtype="datetime64[D]")[held], len(columns)),
        "size": np.repeat(sizes[held], len(columns)),
        "period": np.tile([first for first, _ in columns], len(held)),
        "until": pl.Series([last for _, last in columns] * len(held), dtype=pl.Int64),
        "counted": counts[held].ravel(),
        "known": known[held].ravel(),
        "complete": np.repeat(complete[held], len(columns)),
    })  # fmt: skip
    told = frame.with_columns(retained=pl.when("known").then("counted"))
    return Cells.validate(
        told.with_columns(share=pl.col("retained") / pl.col("size")).select(Cells.column_names()), cast=True
    )


def curve_of(found: pl.DataFrame) -> dy.DataFrame[Curve]:
    """Return all cohorts together, each column over the cohorts of which it is known."""
    known = pl.col("retained").is_not_null()
    told = found.group_by("period", "until").agg(
        cohorts=known.sum(),
        size=pl.col("size").filter(known).sum(),
        retained=pl.when(known.any()).then(pl.col("retained").sum()),
    )
    shared = told.with_columns(share=pl.col("retained") / pl.col("size")).sort("period")
    return Curve.validate(shared.select(Curve.column_names()), cast=True)


def people_of(
    log: Log, asked: Retention, cohort: str, period: int, span: Span | None = None, timezone: str = "UTC"
) -> dy.DataFrame[People]:
    """Return the actors of a cohort of any events, who came back first."""
    found = _entries(log, asked, span, timezone)
    days = [] if found is None else [day.isoformat() for day in found.calendar.starts[: found.cohorts]]
    if found is None or cohort not in days:
        raise BadRetention(f"There is no cohort of {cohort!r}.", "Choose one of the cohorts shown.")
    columns = asked.columns(len(found.calendar.starts))
    bounds = next(((first, last) for first, last in columns if first == period), (period, period))
    place = days.index(cohort)
    members = np.flatnonzero(found.cohort == place)
    numbers = physical(log.frame["actor"])[log.offsets[members]]
    moment = pl.Datetime("us", "UTC")
    began = pl.DataFrame({"actor": numbers, "first_at": pl.Series(found.entered[members]).cast(moment)})
    theirs = log.frame.select("actor", "name", at="happened_at").join(began, on="actor")
    theirs = theirs.filter(
        pl.col("at") >= pl.col("first_at"), pl.col("name").cast(pl.String) == asked.back if asked.back else True
    )
    at = physical(theirs["at"])
    if asked.rolling:
        after = (at - physical(theirs["first_at"])) // (_DAYS[asked.unit] * DAY)
    else:
        after = found.calendar.place(at) - place
    inside = (after >= bounds[0]) & (after <= (np.iinfo(np.int64).max if bounds[1] is None else bounds[1]))
    back = theirs.filter(pl.Series(inside)).group_by("actor").agg(times=pl.len(), last_at=pl.col("at").max())
    known = log.actors.with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("user_id", "tier") if name not in log.actors.columns
    )
    listed = (
        began.join(known, on="actor")
        .join(back, on="actor", how="left")
        .with_columns(came_back=pl.col("times").is_not_null(), times=pl.col("times").fill_null(0))
        .sort(["times", "first_at", "actor_key"], descending=[True, False, False])
    )
    return People.validate(listed.select(People.column_names()), cast=True)


def _entries(log: Log, asked: Retention, span: Span | None, timezone: str) -> _Entries | None:
    zone = timezone if span is None else span.timezone
    moments = physical(log.frame["happened_at"])
    days = days_of(moments, zone)
    if days is None:
        return None
    latest = days[1] if log.as_of is None else max(days[1], local_day(micros(log.as_of), zone))
    periods = calendar(days[0], latest, asked.unit, zone)
    entered = passes.first_moments(log.offsets, moments, physical(log.frame["name"]), log.wanted(asked.first))
    inside = entered != passes.NEVER
    if span is not None:
        inside &= (entered >= micros(span.start)) & (entered < micros(span.end))
    if not inside.any():
        return None
    cohort = np.full(len(entered), -1, dtype=np.int64)
    cohort[inside] = periods.place(entered[inside])
    shift = int(cohort[inside].min())
    cohort[inside] -= shift
    return _Entries(Calendar(periods.starts[shift:], periods.edges[shift:]), entered, cohort, int(cohort.max()) + 1)


def _counts(
    log: Log, asked: Retention, found: _Entries, columns: list[tuple[int, int | None]]
) -> npt.NDArray[np.int64]:
    """Count each actor once per cell."""
    endless = columns[0][1] is None
    # The column of each number of periods, and at the end that of all beyond; one too many stands for none.
    beyond = len(columns) - 1 if endless else max((last or 0) for _, last in columns) + 1
    table = np.full(beyond + 1, len(columns), dtype=np.int32)
    for number, (first, last) in enumerate(columns):
        table[first : (first if last is None else last) + 1] = number
    frame = log.frame
    counts = passes.returned(
        (log.offsets, physical(frame["happened_at"]), physical(frame["name"]), log.wanted(asked.back)),
        (found.entered, found.cohort),
        (found.calendar.edges, found.calendar.table),
        table,
        length=_DAYS[asked.unit] * DAY if asked.rolling else 0,
        furthest=endless,
        shape=(found.cohorts, len(columns)),
    )
    # Whoever came back in a period is retained in every column up to it.
    return counts[:, ::-1].cumsum(axis=1)[:, ::-1] if endless else counts


def _known(found: _Entries, columns: list[tuple[int, int | None]], asked: Retention, log: Log) -> npt.NDArray[np.bool_]:
    """Tell the cells whose periods are over; without end, whose first period is."""
    lasts = np.array([first if last is None else last for first, last in columns])
    now = -1 if log.as_of is None else micros(log.as_of)
    if asked.rolling:
        ends = found.calendar.edges[1 : found.cohorts + 1]
        whole = (lasts + 1) * (_DAYS[asked.unit] * DAY)
        return np.asarray(ends[:, None] + whole[None, :] <= now)
    over = np.asarray(found.calendar.over(log.as_of))
    place = np.arange(found.cohorts)[:, None] + lasts[None, :]
    return np.asarray((place < len(over)) & over[np.minimum(place, len(over) - 1)])


def _complete(periods: Calendar, span: Span | None, log: Log) -> npt.NDArray[np.bool_]:
    whole = periods.over(log.as_of)
    if span is not None:
        whole &= (periods.edges[:-1] >= micros(span.start)) & (periods.edges[1:] <= micros(span.end))
    return whole
