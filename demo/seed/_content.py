"""Draws that the content seeds share: when a row was written, which car it is about, sentences from parts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import numpy.typing as npt

from demo.seed._draw import DAY, moment, moments, pick, places_by, stamps

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

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


def filled(rng: np.random.Generator, patterns: Sequence[str], count: int, **words: Sequence[str]) -> list[str]:
    """Draw `count` sentences from `patterns`, each `{word}` drawn from its list; a list of `count` goes row by row."""
    drawn = {
        word: list(values) if len(values) == count and count > 60 else pick(rng, values, count)
        for word, values in words.items()
    }
    chosen = pick(rng, patterns, count)
    return [
        pattern.format(**{word: values[row] for word, values in drawn.items()}) for row, pattern in enumerate(chosen)
    ]


def shared_out(rng: np.random.Generator, count: int, weights: Shares, *, least: int = 0) -> Places:
    """Share `count` rows out over the weights' owners, each at least `least`; the owner of each row, in order."""
    each = np.full(len(weights), least, dtype=np.int64)
    each += np.bincount(places_by(rng, count - least * len(weights), weights), minlength=len(weights))
    return np.repeat(np.arange(len(weights)), each)
