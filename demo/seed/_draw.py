"""Small vectorised draws shared by the seeds: choices, moments in local time, exact money."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
Weights = npt.NDArray[np.floating[Any]]
Moments = npt.NDArray[np.int64]
"""Microseconds since 1970 in UTC."""

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
MONEY: Final = pl.Decimal(18, 2)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moment(when: datetime) -> int:
    """Return a moment as microseconds since 1970 in UTC."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def moments(series: pl.Series) -> Moments:
    """Return a timestamp column without nulls as microseconds since 1970 in UTC."""
    return series.dt.epoch("us").to_numpy().astype(np.int64)


def stamps(values: Moments | Sequence[int | None]) -> pl.Series:
    """Return microseconds since 1970 as a column of UTC timestamps."""
    return pl.Series(values, dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))


def pick(rng: np.random.Generator, values: Sequence[T], count: int, weights: Sequence[float] | None = None) -> list[T]:
    """Draw `count` of `values` with replacement, by `weights` where they are given."""
    places = places_by(rng, count, weights or [1.0] * len(values))
    return [values[place] for place in places]


def places_by(rng: np.random.Generator, count: int, weights: Sequence[float] | Weights) -> npt.NDArray[np.int64]:
    """Draw `count` positions, each as likely as its weight."""
    shares = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(shares / shares[-1], rng.random(count), side="right").astype(np.int64)


def to_utc(local: Moments, zones: npt.NDArray[np.str_]) -> Moments:
    """Read wall-clock microseconds in each row's zone; an hour that the clock skips becomes the next one."""
    utc = np.empty_like(local)
    for zone in np.unique(zones):
        rows = zones == zone
        clock = pl.Series(local[rows]).cast(pl.Datetime("us"))
        read = clock.dt.replace_time_zone(str(zone), ambiguous="earliest", non_existent="null")
        skipped = (clock + timedelta(hours=1)).dt.replace_time_zone(
            str(zone), ambiguous="earliest", non_existent="null"
        )
        utc[rows] = read.fill_null(skipped).dt.epoch("us").to_numpy()
    return utc


def text_of(value: Any) -> str:
    """Return a value as compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
