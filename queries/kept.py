"""What is made once of a generation of the mirror and kept, for the one that pages show and the one that follows it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from replica.mirror import note

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

    from replica import Mirror
    from replica.mirror import Asked

T = TypeVar("T")
GENERATIONS: Final = 2
_all: Final[list[PerGeneration[Any]]] = []


class PerGeneration(Generic[T]):
    """Keeps one value for each key of each generation; whoever asks while it is made waits for it.

    The questions it was made of are traced whenever it is asked for. With `most` it keeps so many keys, and forgets the
    one that was made first.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._made: dict[tuple[Path, Hashable], dict[int, tuple[T, tuple[Asked, ...]]]] = {}
        self._lock = threading.Lock()
        _all.append(self)

    def of(self, mirror: Mirror, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of the generation that `mirror` answers from; what raises is not kept."""
        generation = mirror.generation
        place = (mirror.folder.resolve(), key)
        if (made := self._made.get(place, {}).get(generation)) is None:
            made = self._of(mirror, place, generation, make)
        value, asked = made
        for one in asked:
            note(one)
        return value

    def _of(
        self, mirror: Mirror, place: tuple[Path, Hashable], generation: int, make: Callable[[], T]
    ) -> tuple[T, tuple[Asked, ...]]:
        with self._lock:
            kept = self._made.get(place, {})
            if generation not in kept:
                with mirror.trace() as trace:
                    value = make()
                # Replaced, never changed: others read it without the lock.
                newest = sorted(kept)[1 - GENERATIONS :]
                kept = {**{one: kept[one] for one in newest}, generation: (value, tuple(trace.questions))}
                if place not in self._made and len(self._made) == self._most:
                    del self._made[next(iter(self._made))]
                self._made[place] = kept
            return kept[generation]

    def holds(self, mirror: Mirror, key: Hashable) -> bool:
        """Return whether the value is kept for this generation."""
        return mirror.generation in self._made.get((mirror.folder.resolve(), key), {})

    def forget(self, mirror: Mirror) -> None:
        """Forget what was made of other generations than the one that `mirror` answers from."""
        generation, folder = mirror.generation, mirror.folder.resolve()
        with self._lock:
            for place in [place for place in self._made if place[0] == folder]:
                kept = self._made.pop(place)
                if generation in kept:
                    self._made[place] = {generation: kept[generation]}


def forget(mirror: Mirror) -> None:
    """Forget all that was made of other generations than the one that `mirror` answers from."""
    for each in _all:
        each.forget(mirror)
