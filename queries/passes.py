"""One pass over events that are sorted by actor and time, in compiled code, on all cores.

`offsets` says where the rows of each actor begin and, one more, how many rows there are. `codes` are the names of
events as numbers, and `wanted` tells of each code whether it counts. The periods of a calendar come as its edges and
its table (`Calendar.table`).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numba as nb
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

Numbers = npt.NDArray[np.int64]

NEVER: Final = np.int64(np.iinfo(np.int64).min)
SLOT: Final = 900 * 1_000_000
"""Microseconds of a quarter of an hour: zones change their clocks at these."""
_SLOT: Final = np.uint64(SLOT)
_FEW: Final = 200_000


def compiled(function: Callable[..., Any]) -> Any:
    """Compile at the first call, keep the machine code beside the module, and let other threads run meanwhile."""
    return nb.njit(cache=True, nogil=True)(function)


def threads(rows: int) -> int:
    """Return among how many threads so many rows are shared."""
    return (os.cpu_count() or 1) if rows > _FEW else 1


def chunks(offsets: Numbers, parts: int) -> list[tuple[int, int]]:
    """Return ranges of actors with about equally many events."""
    count = len(offsets) - 1
    edges = np.searchsorted(offsets, np.linspace(0, offsets[-1], parts + 1)[1:-1])
    cuts = [0, *(int(min(edge, count)) for edge in edges), count]
    return [(first, last) for first, last in pairwise(cuts) if first < last]


def spread(ranges: list[tuple[int, int]], work: Callable[[int, int], None]) -> None:
    """Do the work on every range, each in a thread of its own where there are many."""
    if len(ranges) <= 1:
        for first, last in ranges:
            work(first, last)
        return
    with ThreadPoolExecutor(len(ranges)) as pool:
        list(pool.map(lambda both: work(*both), ranges))


@compiled
def boundaries(actors: Any) -> Any:  # pragma: no cover  compiled
    """Return where each actor's rows begin, and the number of rows at the end."""
    count = 1 if len(actors) else 0
    for row in range(1, len(actors)):
        count += actors[row] != actors[row - 1]
    found = np.empty(count + 1, dtype=np.int64)
    found[count] = len(actors)
    place = 0
    for row in range(len(actors)):
        if row == 0 or actors[row] != actors[row - 1]:
            found[place] = row
            place += 1
    return found


@compiled
def _period(moment: Any, edges: Any, table: Any) -> Any:  # pragma: no cover  compiled
    """Return the period of a moment that lies in one, from 0."""
    if len(table):
        return np.int64(table[np.uint64(moment - edges[0]) // _SLOT])
    return np.int64(np.searchsorted(edges, moment, side="right") - 1)


@compiled
def _first_moments(offsets: Any, moments: Any, codes: Any, wanted: Any, found: Any) -> None:  # pragma: no cover
    for actor in range(len(offsets) - 1):
        found[actor] = NEVER
        for row in range(offsets[actor], offsets[actor + 1]):
            if wanted[codes[row]]:
                found[actor] = moments[row]
                break


def first_moments(
    offsets: Numbers, moments: Numbers, codes: npt.NDArray[Any], wanted: npt.NDArray[np.bool_]
) -> Numbers:
    """Return the moment of each actor's first wanted event, `NEVER` where there is none."""
    found = np.empty(len(offsets) - 1, dtype=np.int64)
    spread(
        chunks(offsets, threads(len(moments))),
        lambda first, last: _first_moments(offsets[first : last + 1], moments, codes, wanted, found[first:last]),
    )
    return found


@compiled
def _returned(  # noqa: PLR0913
    offsets: Any,
    moments: Any,
    codes: Any,
    wanted: Any,
    entered: Any,
    cohorts: Any,
    edges: Any,
    table: Any,
    length: int,
    columns: Any,
    furthest: Any,
    counts: Any,
) -> None:  # pragma: no cover  compiled
    most, none = len(columns) - 1, counts.shape[1] - 1
    for actor in range(len(offsets) - 1):
        cohort = cohorts[actor]
        if cohort < 0:
            continue
        since = entered[actor]
        last = np.int64(none)
        for row in range(offsets[actor], offsets[actor + 1]):
            at = moments[row]
            if at < since or not wanted[codes[row]]:
                continue
            offset = (at - since) // length if length else _period(at, edges, table) - cohort
            column = np.int64(columns[min(offset, most)])
            # Without a branch, as nobody can foresee who comes back when.
            counts[cohort, column] += column != last and not furthest
            last = column
        if furthest:
            counts[cohort, last] += 1


def returned(
    events: tuple[Numbers, Numbers, npt.NDArray[Any], npt.NDArray[np.bool_]],
    entries: tuple[Numbers, Numbers],
    periods: tuple[Numbers, npt.NDArray[np.int32]],
    columns: npt.NDArray[np.int32],
    *,
    length: int = 0,
    furthest: bool = False,
    shape: tuple[int, int],
) -> Numbers:
    """Count, by cohort and column, the actors with a wanted event at or after their entry.

    Args:
        events: Offsets, moments, codes, and which codes count.
        entries: Of each actor the moment of the entry and the cohort, negative for none.
        periods: Edges and table of the periods, of which cohort 0 is the first.
        columns: The column of each number of periods after the entry, as many as there are for none of them; the last
            one stands for all beyond.
        length: Microseconds of a period that is counted from the entry on; 0 for those of the calendar.
        furthest: Count an actor in the last of its columns only, else once in each.
        shape: Cohorts and columns.
    """
    offsets, moments, codes, wanted = events
    ranges = chunks(offsets, threads(len(moments)))
    # One more column takes what lies in none.
    counts = {first: np.zeros((shape[0], shape[1] + 1), dtype=np.int64) for first, _ in ranges}

    def part(first: int, last: int) -> None:
        _returned(
            offsets[first : last + 1], moments, codes, wanted, entries[0][first:last], entries[1][first:last],
            *periods, length, columns, furthest, counts[first],
        )  # fmt: skip

    spread(ranges, part)
    return np.asarray(sum((found[:, :-1] for found in counts.values()), np.zeros(shape, dtype=np.int64)))


@compiled
def _between(
    offsets: Any, moments: Any, slots: Any, begins: Any, ends: Any, found: Any
) -> None:  # pragma: no cover  compiled
    for place in range(len(slots)):
        first, last = offsets[slots[place]], offsets[slots[place] + 1]
        theirs = moments[first:last]
        found[0, place] = first + np.searchsorted(theirs, begins[place], side="right")
        found[1, place] = first + np.searchsorted(theirs, ends[place], side="right")


def between(offsets: Numbers, moments: Numbers, slots: Numbers, begins: Numbers, ends: Numbers) -> Numbers:
    """Return the rows after one moment and up to another: the first of them, and the first beyond.

    `slots` are the actors by their place in `offsets`.
    """
    found = np.empty((2, len(slots)), dtype=np.int64)
    _between(offsets, moments, slots, begins, ends, found)
    return found


@compiled
def _active(  # noqa: PLR0913
    offsets: Any,
    moments: Any,
    edges: Any,
    table: Any,
    short: int,
    long: int,
    daily: Any,
    short_ends: Any,
    long_ends: Any,
) -> None:  # pragma: no cover  compiled
    begin, finish, size = edges[0], edges[len(edges) - 1], len(daily)
    for actor in range(len(offsets) - 1):
        last = np.int64(-1)
        for row in range(offsets[actor], offsets[actor + 1]):
            at = moments[row]
            if at < begin or at >= finish:
                continue
            day = _period(at, edges, table)
            if day == last:
                continue
            daily[day] += 1
            # A day counts until its window has passed, or the actor's next day takes over.
            if last >= 0:
                short_ends[min(last + short, day)] += 1
                long_ends[min(last + long, day)] += 1
            last = day
        if last >= 0:
            short_ends[min(last + short, size)] += 1
            long_ends[min(last + long, size)] += 1


def active(
    offsets: Numbers, moments: Numbers, periods: tuple[Numbers, npt.NDArray[np.int32]], short: int, long: int
) -> tuple[Numbers, Numbers, Numbers]:
    """Count the actors of each period, and of the two windows of so many periods that end with it."""
    size = len(periods[0]) - 1
    ranges = chunks(offsets, threads(len(moments)))
    found = {first: np.zeros((3, size + 1), dtype=np.int64) for first, _ in ranges}

    def part(first: int, last: int) -> None:
        daily, *ends = found[first]
        _active(offsets[first : last + 1], moments, *periods, short, long, daily[:size], *ends)

    spread(ranges, part)
    daily, *ends = sum(found.values(), np.zeros((3, size + 1), dtype=np.int64))
    weekly, monthly = ((daily - each).cumsum()[:size] for each in ends)
    return daily[:size], weekly, monthly


@compiled
def _extent(moments: Any, found: Any) -> None:  # pragma: no cover  compiled
    low = high = moments[0]
    for row in range(len(moments)):
        low = min(low, moments[row])
        high = max(high, moments[row])
    found[0], found[1] = low, high


def extent(moments: Numbers) -> tuple[int, int]:
    """Return the earliest and the latest of some moments."""
    parts = np.array_split(moments, threads(len(moments)))
    found = np.empty((len(parts), 2), dtype=np.int64)
    spread([(place, place + 1) for place in range(len(parts))], lambda place, _: _extent(parts[place], found[place]))
    return int(found[:, 0].min()), int(found[:, 1].max())


def compile_passes() -> None:
    """Compile every pass for the types it is asked with, or load what an earlier run compiled."""

    def column(kind: Any) -> npt.NDArray[Any]:
        found = np.zeros(1, dtype=kind)
        found.flags.writeable = False
        return found

    offsets, moments, entries = boundaries(column(np.uint32)), column(np.int64), np.zeros(1, dtype=np.int64)
    periods = np.array([0, SLOT], dtype=np.int64), np.zeros(1, dtype=np.int32)
    wanted = np.ones(1, dtype=np.bool_)
    for codes in (column(np.uint8), column(np.uint16)):
        first_moments(offsets, moments, codes, wanted)
        returned(
            (offsets, moments, codes, wanted), (entries, entries), periods, np.zeros(1, dtype=np.int32), shape=(1, 1)
        )
    active(offsets, moments, periods, 1, 1)
    extent(moments)
    between(offsets, moments, entries, entries, entries)
