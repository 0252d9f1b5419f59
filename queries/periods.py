"""Calendar periods of a zone: which day, week or month each of many moments lies in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from queries.span import Grain, Span

MICRO: Final = 1_000_000
# Zones change their clocks at quarters of an hour: a table of these tells the period of any moment.
_SLOT: Final = 900 * MICRO
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False, slots=True)
class Calendar:
    """Periods that follow one another without a gap.

    `starts` holds their first days, `edges` the moments (microseconds since 1970) at which they begin and, one more,
    at which the last one ends.
    """

    starts: tuple[date, ...]
    edges: npt.NDArray[np.int64]

    def place(self, moments: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the number of the period of every moment, from 0; -1 where it lies outside of all."""
        first, last = int(self.edges[0]), int(self.edges[-1])
        if np.any(self.edges % _SLOT):
            found = np.searchsorted(self.edges, moments, side="right") - 1
        else:
            table = np.repeat(np.arange(len(self.starts)), np.diff(self.edges) // _SLOT)
            found = table[(np.clip(moments, first, last - 1) - first) // _SLOT]
        inside = (moments >= first) & (moments < last)
        return found if inside.all() else np.where(inside, found, -1)

    def over(self, as_of: datetime | None) -> npt.NDArray[np.bool_]:
        """Return which periods are over at a moment."""
        if as_of is None:
            return np.zeros(len(self.starts), dtype=np.bool_)
        return self.edges[1:] <= micros(as_of)


@lru_cache(maxsize=64)
def calendar(first: date, last: date, unit: Grain, timezone: str) -> Calendar:
    """Return the days, weeks from Monday or months that hold all days from `first` to `last`."""
    span = Span(first, last, timezone, unit)
    starts = span.periods()
    zone = ZoneInfo(timezone)
    days = [*starts, span.following(starts[-1])]
    edges = [micros(datetime.combine(day, time.min, zone)) for day in days]
    return Calendar(tuple(starts), np.array(edges, dtype=np.int64))


def days_of(moments: npt.NDArray[np.int64], timezone: str) -> tuple[date, date] | None:
    """Return the first and the last day that moments lie in; None of none."""
    if not len(moments):
        return None
    return local_day(int(moments.min()), timezone), local_day(int(moments.max()), timezone)


def local_day(moment: int, timezone: str) -> date:
    """Return the day of a moment in a zone."""
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(ZoneInfo(timezone)).date()


def micros(moment: datetime) -> int:
    """Return the microseconds since 1970 of a moment."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def physical(moments: Any) -> npt.NDArray[np.int64]:
    """Return a column of moments as microseconds since 1970."""
    found: npt.NDArray[np.int64] = moments.to_physical().to_numpy()
    return found
