"""How often an issue strikes by the hour, and whether it strikes more often than it used to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    import numpy.typing as npt

DAYS: Final = 28
"""Days of hourly counts that are kept."""
BASELINE_HOURS: Final = 14 * 24
"""Hours before the one at hand that say what is usual."""
LOOKED_AT: Final = 14 * 24
"""Newest hours that are compared with what was usual before them."""
FLOOR: Final = 10.0
"""Occurrences in an hour below which nothing escalates: counts are small, and two instead of none is no news."""
SPREADS: Final = 6.0
"""How many spreads (1.4826 MAD, at least the root of the median and 1) above the median an hour must lie."""
PAUSE_HOURS: Final = 24
"""An hour that stands out so soon after another one belongs to the same rise: no second alert."""
KNOWN_HOURS: Final = 24
"""An issue younger than this has no usual rate: it is new."""


def hourly(changes: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return the occurrences of every issue and hour in which there were any, from where its rate changes.

    Args:
        changes: number, hour, change of the rate (occurrences an hour) from that hour on.
        as_of: The moment the data shows; hours after its own are left out.
    """
    levels = (
        changes.sort("number", "hour")
        .with_columns(
            rate=pl.col("change").cum_sum().over("number"),
            until=pl.col("hour").shift(-1).over("number"),
        )
        # The rounding of sums leaves crumbs where the rate is zero.
        .filter((pl.col("rate") > 1e-6) & pl.col("until").is_not_null())
    )
    last = _hour_of(as_of)
    return (
        levels.with_columns(
            hour=pl.datetime_ranges("hour", "until", interval="1h", closed="left", time_unit="us", time_zone="UTC")
        )
        .select("number", "hour", pl.col("rate").round(4).alias("events"))
        .explode("hour", keep_nulls=False, empty_as_null=False)
        .filter(pl.col("hour") <= last)
    )


def summed(hours: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return per issue: `daily`, occurrences of the last 28 days in UTC, oldest first; `last_day`; `escalated_at`."""
    last = _hour_of(as_of)
    place = (pl.lit(last) - pl.col("hour")).dt.total_hours()
    placed = hours.with_columns(place=DAYS * 24 - 1 - place).filter(pl.col("place").is_between(0, DAYS * 24 - 1))
    rows = []
    for (number,), own in placed.group_by("number", maintain_order=True):
        counts = np.zeros(DAYS * 24)
        counts[own.get_column("place").to_numpy()] = own.get_column("events").to_numpy()
        found = escalations(counts)
        # A day of the sparkline ends with the hour at hand, not at midnight.
        daily = counts.reshape(DAYS, 24).sum(axis=1).round(3).tolist()
        at = None if found is None else last - timedelta(hours=len(counts) - 1 - found)
        rows.append((number, daily, float(counts[-24:].sum()), at))
    return pl.DataFrame(
        rows,
        schema={
            "number": pl.UInt32,
            "daily": pl.List(pl.Float64),
            "last_day": pl.Float64,
            "escalated_at": pl.Datetime("us", "UTC"),
        },
        orient="row",
    )


def escalations(counts: npt.NDArray[np.float64]) -> int | None:
    """Return the hour at which the newest rise above the usual began, None when there was none.

    `counts` are occurrences by the hour, oldest first. An hour stands out when it holds at least `FLOOR` and lies
    `SPREADS` spreads above the median of the `BASELINE_HOURS` before it, of which the issue has known `KNOWN_HOURS`.
    """
    begin = max(len(counts) - LOOKED_AT, 0)
    busy = np.flatnonzero(counts >= FLOOR)
    known = np.flatnonzero(counts)
    onset: int | None = None
    before: int | None = None
    for hour in busy[busy >= begin]:
        usual = counts[max(hour - BASELINE_HOURS, 0) : hour]
        if len(usual) == 0 or hour - known[0] < KNOWN_HOURS:
            continue
        middle = float(np.median(usual))
        spread = max(1.4826 * float(np.median(np.abs(usual - middle))), middle**0.5, 1.0)
        if counts[hour] > middle + SPREADS * spread:
            if before is None or hour - before > PAUSE_HOURS:
                onset = int(hour)
            before = int(hour)
    return onset


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
