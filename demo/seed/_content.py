"""Draws that the content seeds share: when a row was written, which car it is about, sentences from parts."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from catalogue import TABLES
from demo.seed._draw import DAY, moment, moments, pick, places_by, stamps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from demo.world import World

T = TypeVar("T")
Shares = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

OPENED: Final = datetime(2024, 3, 4, tzinfo=UTC)
"""The first day that the product wrote rows."""


def written(world: World, name: str, count: int, *, since: float = 0.0, until: float = 1.0) -> pl.Series:
    """Draw when `count` rows were written, in order, between two shares of the product's life so far.

    Imports come in batches of days rather than evenly, and never after `world.now`.
    """
    rng = world.random(f"written {name}")
    opened, now = moment(OPENED), moment(world.now)
    life = now - opened
    batches = np.sort(since + (until - since) * rng.random(max(3, min(60, count // 8))))
    drawn = opened + (batches[places_by(rng, count, rng.gamma(0.7, size=len(batches)))] * life).astype(np.int64)
    drawn += (rng.random(count) * 0.6 * DAY).astype(np.int64)
    return stamps(np.clip(np.sort(drawn), opened, now - 1))


def later(world: World, name: str, first: pl.Series, *, share: float = 0.55) -> pl.Series:
    """Draw when each row was last changed: a `share` of them after `first`, the rest never since."""
    rng = world.random(f"later {name}")
    start, now = moments(first), moment(world.now)
    ahead = np.where(rng.random(len(start)) < share, rng.beta(1.2, 2.0, len(start)), 0.0)
    return stamps(start + (ahead * (now - 1 - start)).astype(np.int64))


def some(rng: np.random.Generator, share: float, values: Sequence[T]) -> list[T | None]:
    """Keep a `share` of the values, the others become NULL."""
    return [value if kept else None for value, kept in zip(values, rng.random(len(values)) < share, strict=True)]


def filled(rng: np.random.Generator, patterns: Sequence[str], **words: Sequence[str]) -> list[str]:
    """Write one sentence per row: a pattern drawn from `patterns`, each `{word}` taken from the row of its list."""
    names = list(words)
    rows = list(zip(*words.values(), strict=True))
    chosen = pick(rng, patterns, len(rows))
    return [pattern.format(**dict(zip(names, row, strict=True))) for pattern, row in zip(chosen, rows, strict=True)]


def midsentence(titles: Sequence[str]) -> list[str]:
    """Return titles as they read within a sentence: the first letter small unless it begins an abbreviation."""
    return [title if title[:2].isupper() else title[0].lower() + title[1:] for title in titles]


def shared_out(rng: np.random.Generator, count: int, weights: Shares, *, least: int = 0) -> Places:
    """Share `count` rows out over the weights' owners, each at least `least`; the owner of each row, in order."""
    each = np.full(len(weights), least, dtype=np.int64)
    each += np.bincount(places_by(rng, count - least * len(weights), weights), minlength=len(weights))
    return np.repeat(np.arange(len(weights)), each)


def counts(
    rng: np.random.Generator, total: int, weights: Shares, *, least: int = 0, most: Places | int = 1_000_000
) -> Places:
    """Share `total` things out by weight, nobody below `least` or above `most`; how many each owner gets.

    Raises:
        ValueError: There is no such sharing out.
    """
    limit = np.broadcast_to(np.asarray(most, dtype=np.int64), weights.shape)
    each = np.full(len(weights), least, dtype=np.int64)
    if each.sum() > total or limit.sum() < total:
        raise ValueError(f"{total} cannot be shared out over {len(weights)} owners within the limits; widen them.")
    while (missing := total - int(each.sum())) > 0:
        open_to = np.where(each < limit, weights, 0.0)
        each = np.minimum(each + np.bincount(places_by(rng, missing, open_to), minlength=len(weights)), limit)
    return each


@cache
def cities() -> pl.DataFrame:
    """Return the 494 most populous cities of the United States: city, state, population, place on earth, time zone.

    From GeoNames (geonames.org, CC BY 4.0), without the parts of cities that it lists as places.
    """
    return pl.read_csv(Path(__file__).with_name("cities.csv"), separator="|")


def empty(table: str) -> pl.DataFrame:
    """Return a table without rows; the builder adds its columns."""
    names = [column.name for column in TABLES[table].columns if column.primary_key]
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String))


def banded(values: npt.NDArray[np.float64 | np.int64], limits: Sequence[float], names: Sequence[str]) -> list[str]:
    """Name the band of each value; a value on a limit belongs to the band above it."""
    return [names[place] for place in np.searchsorted(np.asarray(limits), values, side="right").tolist()]
