"""What is made once of a generation of the mirror and kept, for the one that pages show and the one that follows it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar

from replica.mirror import note

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime
    from pathlib import Path

    from replica import Mirror
    from replica.mirror import Asked

T = TypeVar("T")
Edition: TypeAlias = "tuple[int, datetime]"
GENERATIONS: Final = 2
_all: Final[list[PerGeneration[Any]]] = []


class PerGeneration(Generic[T]):
    """Keeps one value for each key of each generation; whoever asks while it is made waits for it.

    The questions it was made of are traced whenever it is asked for. With `most` it keeps so many keys, and forgets the
    one that was made first.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._made: dict[tuple[Path, Hashable], dict[Edition, tuple[T, tuple[Asked, ...]]]] = {}
        self._lock = threading.Lock()
        _all.append(self)

    def of(self, mirror: Mirror, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of the generation that `mirror` answers from; what raises is not kept."""
        edition = mirror.edition
        place = (mirror.folder.resolve(), key)
        if (made := self._made.get(place, {}).get(edition)) is None:
            made = self._of(mirror, place, edition, make)
        value, asked = made
        for one in asked:
            note(one)
        return value

    def _of(
        self, mirror: Mirror, place: tuple[Path, Hashable], edition: Edition, make: Callable[[], T]
    ) -> tuple[T, tuple[Asked, ...]]:
        with self._lock:
            kept = self._made.get(place, {})
            if edition not in kept:
                with mirror.trace() as trace:
                    value = make()
                # Replaced, never changed: others read it without the lock.
                newest = sorted(kept)[1 - GENERATIONS :]
                kept = {**{one: kept[one] for one in newest}, edition: (value, tuple(trace.questions))}
                if place not in self._made and len(self._made) == self._most:
                    del self._made[next(iter(self._made))]
                self._made[place] = kept
            return kept[edition]

    def holds(self, mirror: Mirror, key: Hashable) -> bool:
        """Return whether the value is kept for this generation."""
        return mirror.edition in self._made.get((mirror.folder.resolve(), key), {})

    def forget(self, mirror: Mirror, *, current: bool = False) -> None:
        """Forget what was made of other generations than the one that `mirror` answers from, or of that one too."""
        edition, folder = mirror.edition, mirror.folder.resolve()
        with self._lock:
            for place in [place for place in self._made if place[0] == folder]:
                kept = self._made.pop(place)
                if edition in kept and not current:
                    self._made[place] = {edition: kept[edition]}


def forget(mirror: Mirror, *, current: bool = False) -> None:
    """Forget all that was made of other generations than the one that `mirror` answers from, or of that one too."""
    for each in _all:
        each.forget(mirror, current=current)
