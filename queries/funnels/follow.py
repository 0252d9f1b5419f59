"""From events to how far each actor came: masks of the steps, then one pass of the kernel."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from queries import passes
from queries.events.sessions import session_numbers
from queries.funnels import kernel
from queries.funnels.definition import PROPERTY
from queries.periods import physical

if TYPE_CHECKING:
    from collections.abc import Callable

    from queries.funnels.definition import Condition, Definition
    from queries.funnels.log import Log

Numbers = npt.NDArray[np.int64]
Masks = npt.NDArray[np.uint32]

MICRO: Final = 1_000_000
BY_ACTOR: Final = frozenset({"user", "attempt"})
_SMALL: Final = 8
_LATEST: Final = np.iinfo(np.int64).max
_NOTHING: Final = np.empty((0, 0), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Paths:
    """One entry per counted actor (session, attempt, value) that entered, in the order of the events.

    `rows` has one column per step: the place, in the frame of `log`, of the event that filled it, -1 where none did;
    counted in any order, the columns are the first, second, … step done. `depths` is the last step reached, from 1.
    `who` says where in `names` the name of what was counted stands, `excluded` how many left by an exclusion.
    """

    log: Log
    definition: Definition
    names: pl.Series
    depths: npt.NDArray[np.int8]
    find_who: Callable[[], Numbers]
    find_rows: Callable[[], Numbers]
    ready: Prepared
    excluded: int

    @cached_property
    def who(self) -> Numbers:
        """Return what each entry is; found when first asked for, as counts do without."""
        return self.find_who()

    @cached_property
    def rows(self) -> Numbers:
        """Return which events filled the steps; found when first asked for, too."""
        return self.find_rows()

    @cached_property
    def fits(self) -> npt.NDArray[np.bool_]:
        """Return which events, in the frame of `log`, fit a step."""
        return _unsorted(self.ready.marks != 0, self.ready.places)

    @cached_property
    def keys(self) -> pl.Series:
        """Return what was counted, by name."""
        return self.names.gather(self.who)

    @cached_property
    def times(self) -> Numbers:
        """Return the moment of each filled step in microseconds since 1970; meaningless where `rows` is -1."""
        moments = self.log.frame["happened_at"].to_physical().to_numpy()
        return moments[self.rows] if len(moments) else np.empty(self.rows.shape, dtype=np.int64)

    @property
    def converted(self) -> npt.NDArray[np.bool_]:
        """Return who reached the step that counts as converted."""
        return self.rows[:, self.definition.target - 1] >= 0

    @cached_property
    def actors(self) -> Numbers:
        """Return the number of the actor of each entry's first event."""
        numbers = self.log.frame["actor"].to_numpy()
        return numbers[self.rows[:, 0]].astype(np.int64) if len(numbers) else np.empty(0, dtype=np.int64)

    @cached_property
    def of_entered(self) -> pl.Series:
        """Return which events, in the frame of `log`, are of actors who entered."""
        numbers = self.log.frame["actor"].to_numpy()
        entered = np.zeros(int(numbers.max(initial=0)) + 1, dtype=np.bool_)
        entered[self.actors] = True
        return pl.Series(entered[numbers])


@dataclass(frozen=True, eq=False)
class Prepared:
    """Events sorted by what is counted: its number, the moment, which steps fit and which levels are spoilt.

    `places` says where each row was in the frame of `log`, None where they did not move; `keys` names the numbers.
    """

    log: Log
    definition: Definition
    keys: pl.Series
    entities: npt.NDArray[Any]
    times: Numbers
    marks: npt.NDArray[Any]
    taints: Masks | None
    places: npt.NDArray[np.uint32] | None

    def paths(self, depths: npt.NDArray[np.int8], rows: Callable[[], Numbers], who: Callable[[], Numbers]) -> Paths:
        """Return what was found, of those who entered.

        `rows` finds what filled the steps and `who` the place of the name, of all that was counted.
        """
        entered = np.flatnonzero(depths > 0)
        return Paths(
            self.log,
            self.definition,
            self.keys,
            depths[entered],
            lambda: who()[entered],
            lambda: _original(rows().take(entered, axis=0), self.places),
            self,
            int((depths == kernel.EXCLUDED).sum()),
        )


def prepared(log: Log, definition: Definition) -> Prepared:
    """Sort events by what is counted and see which steps they fit; raises as `follow` does."""
    log = shifted(log, definition.origin)
    frame, keys, entities, places = _entities(log, definition.count_by)
    times = physical(frame["happened_at"])
    marks, taints = _masks(log, definition, frame, times)
    return Prepared(log, definition, keys, entities, times, marks, taints, places)


def follow(log: Log, definition: Definition) -> Paths:
    """Follow every actor through a funnel.

    Raises:
        BadDefinition: A condition names a property that these events cannot have.
    """
    ready = prepared(log, definition)
    own = definition.count_by in BY_ACTOR
    offsets = ready.log.offsets if own else passes.boundaries(ready.entities)
    return ready.paths(*_run(definition, offsets, ready.entities, ready.times, ready.marks, ready.taints))


def shifted(log: Log, origin: datetime | None) -> Log:
    """Return the events on the clock of `origin` where they count seconds from it: all lie before it, from 1970 on."""
    if origin is None or log.as_of is None or log.as_of >= origin or log.details:
        return log
    later = pl.lit(int(origin.timestamp() * MICRO)).cast(pl.Duration("us"))
    frame = log.frame.with_columns((pl.col("happened_at") + later).alias("happened_at"))
    return replace(log, frame=frame, as_of=origin + (log.as_of - datetime.fromtimestamp(0, UTC)))


def _entities(
    log: Log, count_by: str
) -> tuple[pl.DataFrame, pl.Series, npt.NDArray[Any], npt.NDArray[np.uint32] | None]:
    """Return the events sorted by what is counted: frame, keys, number of each row's key, where the rows were."""
    frame = log.frame
    if count_by in BY_ACTOR:
        return frame, log.actors["actor_key"], physical(frame["actor"]), None
    if count_by == "session":
        value = frame["session"]
    else:
        value = frame.select(value=log.property(count_by.removeprefix(PROPERTY)))["value"]
    numbers = value.rank("dense").alias("entity")
    if count_by == "session" and value.is_sorted():
        sorted_frame, places = frame.with_columns(numbers), None
    else:
        listed = pl.DataFrame({"entity": numbers, "happened_at": frame["happened_at"]}).with_row_index("place")
        listed = listed.drop_nulls("entity").sort("entity", "happened_at", maintain_order=True)
        places = listed["place"].to_numpy()
        sorted_frame = frame[listed["place"]].with_columns(listed["entity"])
    keys = value.drop_nulls().unique().sort().cast(pl.String)
    return sorted_frame, keys, physical(sorted_frame["entity"]), places


def _original(rows: Numbers, places: npt.NDArray[np.uint32] | None) -> Numbers:
    if places is None or not len(places):
        return rows
    return np.where(rows >= 0, places[rows].astype(np.int64), -1)


def _unsorted(fits: npt.NDArray[np.bool_], places: npt.NDArray[np.uint32] | None) -> npt.NDArray[np.bool_]:
    if places is None:
        return fits
    found = np.zeros(int(places.max(initial=0)) + 1, dtype=np.bool_)
    found[places] = fits
    return found


def _masks(
    log: Log, definition: Definition, frame: pl.DataFrame, times: Numbers
) -> tuple[Masks | npt.NDArray[np.uint8], Masks | None]:
    small = len(definition.steps) <= _SMALL and not definition.exclusions
    bits = _bits(log, frame, [step.condition for step in definition.steps], np.uint8 if small else np.uint32)
    marks = bits
    if definition.range_seconds is not None:
        first, last = (round(second * MICRO) for second in definition.range_seconds)
        inside = (times >= first) & (times <= last)
        if definition.range_applies_to == "both":
            marks = np.where(inside, bits, 0).astype(bits.dtype)
        elif definition.order == "unordered":
            marks = np.where(times >= first, bits, 0).astype(bits.dtype)
        else:
            marks = np.where(inside, bits, bits & ~bits.dtype.type(1))
    if not definition.exclusions:
        return marks, None
    taints = np.zeros(frame.height, dtype=np.uint32)
    spoils = _bits(log, frame, [one.condition for one in definition.exclusions], np.uint32)
    for number, exclusion in enumerate(definition.exclusions):
        levels = sum(1 << level for level in range(exclusion.from_step - 1, exclusion.to_step - 1))
        taints |= np.where(spoils >> np.uint32(number) & np.uint32(1), np.uint32(levels), np.uint32(0))
    return marks, taints


def _bits(log: Log, frame: pl.DataFrame, conditions: list[Condition], kind: Any) -> npt.NDArray[Any]:
    """Return one number a row: bit k says that condition k holds."""
    # Of the few names each is looked at once, and the rows take what was found.
    known = [sum(1 << place for place, one in enumerate(conditions) if name in one.names) for name in log.names]
    table = np.array([*known, 0], dtype=kind)
    codes = physical(frame["name"])
    found: npt.NDArray[Any] = np.empty(len(codes), dtype=kind)
    edges = np.linspace(0, len(codes), passes.threads(len(codes)) + 1).astype(np.int64)
    passes.spread(
        [(int(first), int(last)) for first, last in pairwise(edges)],
        lambda first, last: kernel.look_up(codes[first:last], table, found[first:last]),
    )
    for place, one in enumerate(conditions):
        if not one.where and one.minimum is None:
            continue
        bit = kind(1 << place)
        named = np.flatnonzero(found & bit)
        holds = frame[named].select(_holds(log, one).fill_null(False)).to_series().to_numpy()
        found[named[~holds]] &= ~bit
    return found


def _holds(log: Log, condition: Condition) -> pl.Expr:
    """Return whether the properties are as stated; a value that ends in * is the beginning of one."""
    parts = []
    for name, value in condition.where:
        held = log.property(name)
        if value.endswith("*"):
            parts.append(held.str.starts_with(value[:-1]))
            continue
        try:
            number = float(value)
        except ValueError:
            parts.append(held == value)
        else:
            parts.append((held == value) | (held.cast(pl.Float64, strict=False) == number))
    if condition.minimum is not None:
        parts.append(log.number(condition.minimum_of) >= condition.minimum)
    return pl.all_horizontal(parts)


def _run(
    definition: Definition,
    offsets: Numbers,
    entities: npt.NDArray[Any],
    times: Numbers,
    marks: npt.NDArray[Any],
    taints: Masks | None,
) -> tuple[npt.NDArray[np.int8], Callable[[], Numbers], Callable[[], Numbers]]:
    """Return depth, filled rows and number (from 0) of whatever is counted, also of those that did not enter."""
    count = len(offsets) - 1
    if definition.count_by == "attempt":
        return _attempts(definition, offsets, times, marks, taints)
    ranges = passes.chunks(offsets, passes.threads(len(times)))
    depths = np.zeros(count, dtype=np.int8)

    def who() -> Numbers:
        return entities[offsets[:-1]].astype(np.int64) - 1

    def filled() -> Numbers:
        rows = np.full((count, len(definition.steps)), -1, dtype=np.int64)

        def part(first: int, last: int) -> None:
            _part(definition, (offsets[first : last + 1], times, marks, taints), depths[first:last], rows[first:last])

        passes.spread(ranges, part)
        return rows

    if _plain(definition, taints):
        steps, window = len(definition.steps), round(definition.window_seconds * MICRO)
        passes.spread(
            ranges,
            lambda first, last: kernel.ordered(
                offsets[first : last + 1], times, marks, steps, window, depths[first:last], _NOTHING
            ),
        )
        return depths, filled, who
    rows = filled()
    return depths, lambda: rows, who


def _plain(definition: Definition, taints: Masks | None) -> bool:
    return (
        definition.order == "ordered"
        and taints is None
        and not definition.optional
        and not definition.shared
        and all(step.within_seconds is None for step in definition.steps)
    )


def _part(
    definition: Definition,
    events: tuple[Numbers, Numbers, npt.NDArray[Any], Masks | None],
    depths: npt.NDArray[np.int8],
    rows: Numbers,
) -> None:
    offsets, times, marks, taints = events
    steps, window = len(definition.steps), round(definition.window_seconds * MICRO)
    if _plain(definition, taints):
        kernel.ordered(offsets, times, marks, steps, window, depths, rows)
        return
    wide = marks.astype(np.uint32)
    spoils = np.zeros(len(marks), dtype=np.uint32) if taints is None else taints
    if definition.order == "unordered":
        latest = _LATEST
        if definition.range_seconds is not None and definition.range_applies_to == "entry":
            latest = round(definition.range_seconds[1] * MICRO)
        kernel.unordered(offsets, times, wide, spoils, steps, window, latest, definition.shared, depths, rows)
        return
    within, optional = _each_step(definition)
    kernel.general(
        offsets, times, wide, spoils, steps, window, within, optional,
        definition.order == "strict", definition.shared, depths, rows,
    )  # fmt: skip


def _attempts(
    definition: Definition, offsets: Numbers, times: Numbers, marks: npt.NDArray[Any], taints: Masks | None
) -> tuple[npt.NDArray[np.int8], Callable[[], Numbers], Callable[[], Numbers]]:
    most = int((marks & 1).sum())
    steps, window = len(definition.steps), round(definition.window_seconds * MICRO)
    depths = np.zeros(most, dtype=np.int8)
    rows = np.full((most, steps), -1, dtype=np.int64)
    who = np.zeros(most, dtype=np.int64)
    within, optional = _each_step(definition)
    spoils = np.zeros(len(marks), dtype=np.uint32) if taints is None else taints
    found = kernel.attempts(
        offsets, times, marks.astype(np.uint32), spoils, steps, window, within, optional,
        definition.order == "strict", definition.shared, who, depths, rows,
    )  # fmt: skip
    return depths[:found], lambda: rows[:found], lambda: who[:found]


def _each_step(definition: Definition) -> tuple[Numbers, npt.NDArray[np.int8]]:
    within = [-1 if step.within_seconds is None else round(step.within_seconds * MICRO) for step in definition.steps]
    return np.array(within, dtype=np.int64), np.array([step.optional for step in definition.steps], dtype=np.int8)


_compiling = threading.Lock()
_compiled = threading.Event()


def compile_kernels() -> None:
    """Compile every kernel for the types it is asked with, or load what an earlier run compiled."""
    with _compiling:
        if _compiled.is_set():
            return
        session_numbers(pl.Series([1], dtype=pl.UInt32), pl.Series([0]).cast(pl.Datetime("us", "UTC")))
        times, who = physical(pl.Series([0])), np.zeros(1, dtype=np.int64)
        depths, rows = np.zeros(1, dtype=np.int8), np.zeros((1, 1), dtype=np.int64)
        within, optional = np.full(1, -1, dtype=np.int64), np.zeros(1, dtype=np.int8)
        mask = np.ones(1, dtype=np.uint32)
        passes.compile_passes()
        offsets = passes.boundaries(physical(pl.Series([1], dtype=pl.UInt32)))
        for kind in (np.uint8, np.uint32):
            for codes in (pl.UInt8, pl.UInt16):
                named = physical(pl.Series([0], dtype=codes))
                kernel.look_up(named, np.zeros(1, dtype=kind), np.zeros(1, dtype=kind))
        kernel.ordered(offsets, times, mask.astype(np.uint8), 1, 1, depths, rows)
        kernel.ordered(offsets, times, mask, 1, 1, depths, rows)
        kernel.general(offsets, times, mask, mask, 1, 1, within, optional, False, False, depths, rows)
        kernel.unordered(offsets, times, mask, mask, 1, 1, _LATEST, False, depths, rows)
        kernel.attempts(offsets, times, mask, mask, 1, 1, within, optional, False, False, who, depths, rows)
        _compiled.set()
