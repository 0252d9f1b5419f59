"""How often an issue strikes by the hour, and whether it strikes more often than it used to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    import numpy.typing as npt

DAYS: Final = 28
"""Days of hourly counts that are kept."""
BASELINE_HOURS: Final = 14 * 24
"""Hours before the one at hand that say what is usual."""
FLOOR: Final = 10.0
"""Occurrences in an hour below which nothing escalates: counts are small, and two instead of none is no news."""
SPREADS: Final = 6.0
"""How many spreads (1.4826 MAD, at least the root of the median and 1) above the median an hour must lie."""
PAUSE_HOURS: Final = 24
"""An hour that stands out so soon after another one belongs to the same rise: no second alert."""
KNOWN_HOURS: Final = 24
"""An issue younger than this has no usual rate: it is new."""
_HOURS: Final = DAYS * 24
_CRUMB: Final = 1e-6
_AT_ONCE: Final = 4_000
"""Rows of hours that are laid out at once: some 20 MB for each of the steps."""
_MOMENT: Final = pl.Datetime("us", "UTC")
_BY_HOUR: Final = {"number": pl.UInt32(), "hour": _MOMENT, "events": pl.Float64()}
_SUMMED: Final = {
    "number": pl.UInt32(), "daily": pl.List(pl.Float64), "last_day": pl.Float64(), "escalated_at": _MOMENT,
}  # fmt: skip


def counted(spans: pl.DataFrame, as_of: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the occurrences of every issue and hour in which there were any, and what they come to per issue.

    The second frame holds `daily`, occurrences of the last 28 times 24 hours, oldest first, `last_day`, and
    `escalated_at`.

    Args:
        spans: number, the hours (since 1970) at which a rate of occurrences an hour begins and ends; by number.
        as_of: The moment the data shows; hours after its own are left out.
    """
    last = as_of.replace(minute=0, second=0, microsecond=0)
    first = int(last.timestamp()) // 3600 - _HOURS
    # One hour more than the days hold: a zone may begin its oldest day within it.
    width = _HOURS + 1
    numbers, codes = np.unique(spans.get_column("number").to_numpy(), return_inverse=True)
    begins = (spans.get_column("begins").to_numpy() - first).clip(0, width)
    ends = (spans.get_column("ends").to_numpy() - first).clip(0, width)
    rates = spans.get_column("rate").to_numpy()
    hours, sums = [pl.DataFrame(schema=_BY_HOUR)], [pl.DataFrame(schema=_SUMMED)]
    for block in range(0, len(numbers), _AT_ONCE):
        own = slice(*np.searchsorted(codes, [block, block + _AT_ONCE]))
        inside = numbers[block : block + _AT_ONCE]
        place = (codes[own] - block) * (width + 1)
        size = len(inside) * (width + 1)
        rises = np.bincount(place + begins[own], rates[own], size) - np.bincount(place + ends[own], rates[own], size)
        counts = rises.reshape(len(inside), width + 1).cumsum(axis=1)[:, :width]
        # The rounding of sums leaves crumbs where the rate is zero.
        counts[counts <= _CRUMB] = 0.0
        np.round(counts, 4, out=counts)
        which, hour = np.nonzero(counts)
        hours.append(
            pl.DataFrame(
                {"number": inside[which], "hour": (hour + first) * 3_600_000_000, "events": counts[which, hour]}
            ).cast(_BY_HOUR)  # type: ignore[arg-type]
        )
        sums.append(_summed(inside, counts[:, 1:], last))
    return pl.concat(hours), pl.concat(sums)


def _summed(numbers: npt.NDArray[Any], counts: npt.NDArray[np.float64], last: datetime) -> pl.DataFrame:
    """Return what the hours come to; a day of the sparkline ends with the hour at hand, not at midnight."""
    found = escalations(counts)
    return pl.DataFrame(
        {
            "number": numbers,
            "daily": counts.reshape(-1, DAYS, 24).sum(axis=2).round(3),
            "last_day": counts[:, -24:].sum(axis=1).round(4),
            "escalated_at": [None if hour is None else last - timedelta(hours=_HOURS - 1 - hour) for hour in found],
        },
        schema_overrides={"escalated_at": _MOMENT},
    ).cast(_SUMMED)  # type: ignore[arg-type]


def escalations(counts: npt.NDArray[np.float64]) -> list[int | None]:
    """Return per issue the hour at which its newest rise above the usual began, None where there was none.

    `counts` holds a row per issue: occurrences by the hour over `DAYS`, oldest first. Of the hours after the first
    `BASELINE_HOURS`, one stands out when it holds at least `FLOOR` and lies `SPREADS` spreads above the median of the
    `BASELINE_HOURS` before it, of which the issue has known `KNOWN_HOURS`.
    """
    # Most issues never strike often enough in an hour; only the others are worth sorting.
    loud = np.nonzero((counts >= FLOOR).any(axis=1))[0]
    of_loud = counts[loud]
    # The median of half the hours is at least the lower quartile of all: most hours never pass even that.
    lowest = np.partition(of_loud, BASELINE_HOURS // 2 - 1, axis=1)[:, BASELINE_HOURS // 2 - 1]
    passed = (of_loud >= FLOOR) & (of_loud > (lowest + SPREADS * _least(lowest))[:, None])
    earliest = np.maximum((of_loud > 0).argmax(axis=1) + KNOWN_HOURS, BASELINE_HOURS)
    rows, hours = np.nonzero(passed & (np.arange(counts.shape[1]) >= earliest[:, None]))
    rows = loud[rows]
    before = np.lib.stride_tricks.sliding_window_view(counts, BASELINE_HOURS, axis=1)
    standing_out = np.zeros(len(rows), dtype=np.bool_)
    for block in range(0, len(rows), _AT_ONCE):
        row, hour = rows[block : block + _AT_ONCE], hours[block : block + _AT_ONCE]
        usual = before[row, hour - BASELINE_HOURS]
        middle = np.median(usual, axis=1)
        deviation = np.median(np.abs(usual - middle[:, None]), axis=1)
        bar = middle + SPREADS * np.maximum(1.4826 * deviation, _least(middle))
        standing_out[block : block + _AT_ONCE] = counts[row, hour] > bar
    rows, hours = rows[standing_out], hours[standing_out]
    begins = np.ones(len(rows), dtype=np.bool_)
    begins[1:] = (np.diff(rows) > 0) | (np.diff(hours) > PAUSE_HOURS)
    found: list[int | None] = [None] * len(counts)
    for row, hour in zip(rows[begins].tolist(), hours[begins].tolist(), strict=True):
        found[row] = hour
    return found


def _least(middle: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.maximum(np.sqrt(middle), 1.0)
