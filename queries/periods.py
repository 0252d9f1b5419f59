"""Calendar periods of a zone: which day, week or month each of many moments lies in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from queries import passes
from queries.passes import SLOT
from queries.span import Grain, Span

MICRO: Final = 1_000_000
DAY: Final = 86_400 * MICRO
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False, slots=True)
class Calendar:
    """Periods that follow one another without a gap.

    `starts` holds their first days, `edges` the moments (microseconds since 1970) at which they begin and, one more,
    at which the last one ends.
    """

    starts: tuple[date, ...]
    edges: npt.NDArray[np.int64]

    @property
    def table(self) -> npt.NDArray[np.int32]:
        """Return the period of each quarter of an hour; of none where a period begins between two."""
        if np.any(self.edges % SLOT):
            return np.empty(0, dtype=np.int32)
        return np.repeat(np.arange(len(self.starts), dtype=np.int32), np.diff(self.edges) // SLOT)

    def place(self, moments: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the number of the period of every moment, from 0; -1 where it lies outside of all."""
        first, last = int(self.edges[0]), int(self.edges[-1])
        table = self.table
        if len(table):
            found = table[(np.clip(moments, first, last - 1) - first) // SLOT].astype(np.int64)
        else:
            found = np.searchsorted(self.edges, moments, side="right") - 1
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
    first, last = passes.extent(moments)
    return local_day(first, timezone), local_day(last, timezone)


def local_day(moment: int, timezone: str) -> date:
    """Return the day of a moment in a zone."""
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(ZoneInfo(timezone)).date()


def micros(moment: datetime) -> int:
    """Return the microseconds since 1970 of a moment."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def physical(column: Any) -> npt.NDArray[Any]:
    """Return a column as the numbers that stand for it (of moments microseconds since 1970), not to be changed."""
    found: npt.NDArray[Any] = column.to_physical().to_numpy()
    # Some columns come as they lie and some as a copy: compiled code knows but one kind.
    found.flags.writeable = False
    return found
