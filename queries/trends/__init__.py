"""Trends: how often something happens, or how many do it, period after period.

A period without any event counts 0; a period that has not begun, or whose moving average would reach before the first
event, is null. A formula of two series is null where it would divide by nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl

from queries.funnels.log import of_mirror
from queries.periods import calendar, days_of, micros, physical
from queries.span import GRAINS, Grain, Span
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from queries.events import Segment
    from queries.funnels.log import Log
    from replica import Mirror

Count = Literal["totals", "actors", "sessions"]
Formula = Literal["A/B", "A-B", "A+B", "A*B"]
COUNTS: Final[tuple[Count, ...]] = get_args(Count)
FORMULAS: Final[tuple[Formula, ...]] = get_args(Formula)
OTHERS: Final = "all others"
UNKNOWN: Final = "unknown"


class BadTrend(ReplicaError):
    """A trend that cannot be asked."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Trend:
    """What is asked.

    Attributes:
        events: Names of events, one series each; without any, one series for every event there is.
        count: Events, different actors, or different sessions.
        unit: Length of a period.
        formula: Makes one series of the first two events, A and B.
        breakdown: A property; its most frequent values get a series each.
        average: Periods that a value is the mean of, itself the last; unfinished ones stay as they are.
        most: Most values of the breakdown.
    """

    events: tuple[str, ...] = ()
    count: Count = "totals"
    unit: Grain = "day"
    formula: Formula | None = None
    breakdown: str | None = None
    average: int = 1
    most: int = 6

    def __post_init__(self) -> None:
        for what, given, known in (("count", self.count, COUNTS), ("unit", self.unit, GRAINS)):
            if given not in known:
                raise BadTrend(f"There is no {what} {given!r}.", f"Use one of {', '.join(known)}.")
        if self.formula is not None and self.formula not in FORMULAS:
            raise BadTrend(f"There is no formula {self.formula!r}.", f"Use one of {', '.join(FORMULAS)}.")
        if self.formula is not None and (len(self.events) != 2 or self.breakdown is not None):
            raise BadTrend("A formula is of two events.", "Name two, A and B, and no breakdown.")
        if self.average < 1:
            raise BadTrend(f"A mean of {self.average} periods says nothing.", "Use 1 or more.")


class Series(dy.Schema):
    """One row per period and series."""

    period = dy.Date(description="First day of the period, in the zone asked for.")
    series = dy.String(description="The event, the formula, or the value of the breakdown.")
    value = dy.Float64(nullable=True, description="How many; null where it cannot be known.")
    complete = dy.Bool(description="Whether the period is over and lies whole inside the range.")


class People(dy.Schema):
    """One row per actor behind a point."""

    actor_key = dy.String(primary_key=True, description="The user's id, else `visitor …` or `session …`.")
    user_id = dy.String(nullable=True, description="The user, null for somebody unknown.")
    tier = dy.String(nullable=True, description="Plan the user is on now.")
    events = dy.Int64(min=1, description="Events of the actor that count.")
    last_at = dy.Datetime(time_zone="UTC", time_unit="us", description="The last of these.")


def series(mirror: Mirror, *, asked: Trend, span: Span, segment: Segment = "all") -> dy.DataFrame[Series]:
    """How often does it happen, or how many do it, period after period?"""
    return series_of(of_mirror(mirror, segment), asked, span)


def people(
    mirror: Mirror, *, asked: Trend, span: Span, series: str, period: str, segment: Segment = "all"
) -> dy.DataFrame[People]:
    """Who is behind a point of a series, in a period named by its first day in ISO form?"""
    return people_of(of_mirror(mirror, segment), asked, span, series, period)


def people_of(log: Log, asked: Trend, span: Span, series: str, period: str) -> dy.DataFrame[People]:
    """Return who is behind a point of any events, most often first; of a formula whoever did either event."""
    periods = calendar(span.first, span.last, asked.unit, span.timezone)
    days = [day.isoformat() for day in periods.starts]
    if period not in days:
        raise BadTrend(f"There is no period {period!r}.", "Choose one that is shown.")
    edges = periods.edges[days.index(period) :]
    begin, end = max(int(edges[0]), micros(span.start)), min(int(edges[1]), micros(span.end))
    moments = physical(log.frame["happened_at"])
    counted = log.frame.select("actor", "name", at="happened_at").with_columns(part=_part(log, asked))
    counted = counted.filter(pl.Series((moments >= begin) & (moments < end)), _named(asked.events))
    if asked.formula is None:
        counted = counted.filter(pl.col("part") == series)
    known = log.actors.with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("user_id", "tier") if name not in log.actors.columns
    )
    listed = counted.group_by("actor").agg(events=pl.len(), last_at=pl.col("at").max()).join(known, on="actor")
    ordered = listed.sort(["events", "last_at", "actor_key"], descending=[True, True, False])
    return People.validate(ordered.select(People.column_names()), cast=True)


def series_of(log: Log, asked: Trend, span: Span | None = None, timezone: str = "UTC") -> dy.DataFrame[Series]:
    """Return the series of any events, over all of their days without a span."""
    moments = physical(log.frame["happened_at"])
    days = days_of(moments, timezone)
    whole = Span(*days, timezone) if span is None and days is not None else span
    if whole is None:
        return Series.create_empty()
    periods = calendar(whole.first, whole.last, asked.unit, whole.timezone)
    places = periods.place(moments)
    inside = (moments >= micros(whole.start)) & (moments < micros(whole.end))
    events = log.frame.select("actor", "session", "name").with_columns(
        period=pl.Series(places), part=_part(log, asked), at=pl.Series(moments)
    )
    events = events.filter(pl.Series(inside) & _named(asked.events))
    counted = events.group_by("part", "period").agg(value=_counted(asked.count))
    names = _names(events, asked)
    size = len(periods.starts)
    grid = {name: np.zeros(size) for name in names}
    for name, period, value in counted.select("part", "period", "value").iter_rows():
        if name in grid:
            grid[name][period] += value
    over = periods.over(log.as_of)
    complete = over & (periods.edges[:-1] >= micros(whole.start)) & (periods.edges[1:] <= micros(whole.end))
    begun = np.full(size, True) if log.as_of is None else periods.edges[:-1] <= micros(log.as_of)
    return _told(grid, asked, periods.starts, complete, begun)


def _named(names: tuple[str, ...]) -> pl.Expr:
    return pl.col("name").cast(pl.String).is_in(list(names)) if names else pl.lit(value=True)


def _part(log: Log, asked: Trend) -> pl.Series:
    if asked.breakdown is None:
        return log.frame["name"].cast(pl.String).alias("part")
    return log.frame.select(part=log.property(asked.breakdown).fill_null(UNKNOWN))["part"]


def _counted(count: Count) -> pl.Expr:
    if count == "totals":
        return pl.len().cast(pl.Float64)
    return pl.col("actor" if count == "actors" else "session").n_unique().cast(pl.Float64)


def _names(events: pl.DataFrame, asked: Trend) -> list[str]:
    if asked.events and asked.breakdown is None:
        return list(asked.events)
    ordered = events.group_by("part").len().sort(["len", "part"], descending=[True, False])["part"].to_list()
    return ordered[: asked.most] if asked.breakdown is not None else ordered


def _told(
    grid: dict[str, npt.NDArray[Any]],
    asked: Trend,
    starts: tuple[object, ...],
    complete: npt.NDArray[Any],
    begun: npt.NDArray[Any],
) -> dy.DataFrame[Series]:
    lines = {name: _averaged(values, asked.average, complete) for name, values in grid.items()}
    if asked.formula is not None:
        first, second = (grid[name] for name in asked.events)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = {"A/B": lambda: first / second, "A-B": lambda: first - second, "A+B": lambda: first + second,
                     "A*B": lambda: first * second}[asked.formula]()  # fmt: skip
        sides = dict(zip("AB", asked.events, strict=True))
        name = f"{sides['A']} {asked.formula[1]} {sides['B']}"
        lines = {name: _averaged(np.where(np.isfinite(value), value, np.nan), asked.average, complete)}
    frames = [
        pl.DataFrame({
            "period": starts, "series": name, "value": np.where(begun, values, np.nan), "complete": complete,
        })
        for name, values in lines.items()
    ]  # fmt: skip
    if not frames:
        return Series.create_empty()
    return Series.validate(pl.concat(frames).with_columns(pl.col("value").fill_nan(None)), cast=True)


def _averaged(values: npt.NDArray[Any], length: int, complete: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the mean of each complete period and those before it; null where there are too few."""
    if length == 1:
        return values
    means = pl.Series(np.where(complete, values, np.nan)).fill_nan(None).rolling_mean(length, min_samples=length)
    return means.cast(pl.Float64).fill_null(np.nan).to_numpy()
