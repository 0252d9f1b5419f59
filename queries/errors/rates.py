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
"""Issues whose hours are laid out at once: some 20 MB for each of the steps."""
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
        counts = np.where(counts > _CRUMB, counts, 0.0).round(4)
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
    found: list[int | None] = [None] * len(numbers)
    # The median of half the hours is at least the lower quartile of all: most issues never pass even that.
    lowest = np.partition(counts, BASELINE_HOURS // 2 - 1, axis=1)[:, BASELINE_HOURS // 2 - 1]
    passed = counts.max(axis=1) > lowest + SPREADS * np.maximum(np.sqrt(lowest), 1.0)
    for row in np.flatnonzero(passed & (counts.max(axis=1) >= FLOOR)):
        found[row] = escalations(counts[row])
    return pl.DataFrame(
        {
            "number": numbers,
            "daily": counts.reshape(-1, DAYS, 24).sum(axis=2).round(3),
            "last_day": counts[:, -24:].sum(axis=1).round(4),
            "escalated_at": [None if hour is None else last - timedelta(hours=_HOURS - 1 - hour) for hour in found],
        },
        schema_overrides={"escalated_at": _MOMENT},
    ).cast(_SUMMED)  # type: ignore[arg-type]


def escalations(counts: npt.NDArray[np.float64]) -> int | None:
    """Return the hour at which the newest rise above the usual began, None when there was none.

    `counts` are occurrences by the hour over `DAYS`, oldest first. Of the hours after the first `BASELINE_HOURS`, one
    stands out when it holds at least `FLOOR` and lies `SPREADS` spreads above the median of the `BASELINE_HOURS`
    before it, of which the issue has known `KNOWN_HOURS`.
    """
    known = np.flatnonzero(counts)
    busy = np.flatnonzero(counts >= FLOOR)
    busy = busy[(busy >= BASELINE_HOURS) & (busy >= known[:1].sum() + KNOWN_HOURS)]
    if not len(busy):
        return None
    usual = np.lib.stride_tricks.sliding_window_view(counts, BASELINE_HOURS)[busy - BASELINE_HOURS]
    middle = np.median(usual, axis=1)
    least = np.maximum(np.sqrt(middle), 1.0)
    # The spread of what was usual is looked at only where the least one is passed.
    high = np.flatnonzero(counts[busy] > middle + SPREADS * least)
    deviation = np.median(np.abs(usual[high] - middle[high, None]), axis=1)
    spread = np.maximum(1.4826 * deviation, least[high])
    standing_out = busy[high[counts[busy[high]] > middle[high] + SPREADS * spread]]
    if not len(standing_out):
        return None
    paused = np.flatnonzero(np.diff(standing_out) > PAUSE_HOURS)
    return int(standing_out[paused[-1] + 1 if len(paused) else 0])
