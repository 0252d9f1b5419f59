"""Answers kept for as long as a generation of the mirror is shown, and made anew before the next one is.

Otherwise whoever opens a page first after a refresh would wait for all of its questions.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from dashboards.view import Computed
from replica.errors import ReplicaError
from replica.mirror import note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from catalogue._declare import Personal
    from replica.mirror import Asked, Mirror

KEPT: Final = 1_000
ASKED_SECONDS: Final = 600.0
"""A question that nobody put for so long is not put again before it is asked for."""
ASKING: Final = object()
"""Stands for asking, where something is made by a function that asks."""
_LONGEST_PAUSE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """A frame and the questions that were asked for it."""

    frame: Any
    asked: tuple[Asked, ...]
    as_of: datetime
    puts: tuple[Put, ...] = ()

    def with_questions(self, other: Answer) -> Answer:
        """Return this answer, computed with the questions of another too."""
        return replace(self, asked=(*self.asked, *other.asked), puts=(*self.puts, *other.puts))

    def how(self, definition: str, *tables: str) -> How:
        """Return what stands for `computed` where something is made of this answer and kept."""
        return How(self.puts, definition, tables)

    def computed(self, definition: str, *tables: str) -> Computed:
        """Return the "how is this computed" of what is made from this answer; `tables` beside the documented ones."""
        return Computed(
            definition,
            tuple(sorted({*tables, *(table for one in self.asked for table in one.tables)})),
            sum(one.rows for one in self.asked),
            tuple(dict.fromkeys(one.sql for one in self.asked)),
            self.as_of,
        )


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it was put: of which mirror, seeing which personal data, with which arguments."""

    question: Callable[..., Any]
    folder: Path
    sees: frozenset[Personal]
    arguments: tuple[tuple[str, Hashable], ...]

    @classmethod
    def to(cls, mirror: Mirror, question: Callable[..., Any], arguments: dict[str, Any]) -> Put:
        """Return a question as it is put to this mirror."""
        return cls(question, mirror.folder, mirror.sees, tuple(sorted(arguments.items())))

    def answered(self, mirror: Mirror) -> Answer:
        """Ask; raises what the question raises."""
        with mirror.trace() as trace:
            frame = self.question(mirror, **dict(self.arguments))
            as_of = mirror.freshness().snapshot_at
        return Answer(frame, tuple(trace.questions), as_of, (self,))


@dataclass(frozen=True, slots=True)
class How:
    """The "how is this computed" of answers, said by their questions: it is the same for every generation."""

    puts: tuple[Put, ...]
    definition: str
    tables: tuple[str, ...]


class Pairs(tuple[tuple[str, Hashable], ...]):
    """A mapping among what something is made of."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Making:
    """What makes something of answers, as a question to a mirror: two of the same function are the same question."""

    make: Callable[..., Any]
    kept: Answers = field(compare=False, repr=False)

    def __call__(self, mirror: Mirror, *, parts: Sequence[Hashable], settings: Sequence[tuple[str, Hashable]]) -> Any:
        """Make it, with the questions put for it among those of what is made."""
        noted: set[int] = set()

        def answered(put: Put) -> Answer:
            answer = self.kept.of(mirror, put)
            for one in answer.asked:
                # A question behind several parts was asked once.
                if id(one) not in noted:
                    noted.add(id(one))
                    note(one)
            return answer

        def ask(question: Callable[..., Any], **arguments: Any) -> Answer:
            return answered(Put.to(mirror, question, arguments))

        def given(part: Hashable) -> Any:
            match part:
                case Put():
                    return answered(part).frame
                case How():
                    whole = reduce(Answer.with_questions, map(answered, part.puts))
                    return whole.computed(part.definition, *part.tables)
                case Pairs():
                    return {name: given(one) for name, one in part}
                case tuple():
                    return tuple(map(given, part))
                case _:
                    return ask if part is ASKING else part

        return self.make(*map(given, parts), **{name: given(part) for name, part in settings})


@dataclass(slots=True)
class _Wanted:
    """How often a question was put, and when last."""

    times: int
    last: float


class Answers:
    """Keeps answers by generation, the longest unread ones go first; safe to share between sessions.

    What is kept is shared: a page reads it and never changes it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Hashable, Put], Future[Answer]] = OrderedDict()
        self._wanted: dict[Put, _Wanted] = {}

    def of(self, mirror: Mirror, put: Put) -> Answer:
        """Return the answer of the generation that `mirror` reads; whoever asks while it is made waits for it.

        Raises:
            ReplicaError: It cannot be answered; the next one who asks tries again.
        """
        with self._lock:
            wanted = self._wanted.setdefault(put, _Wanted(0, 0.0))
            wanted.times, wanted.last = wanted.times + 1, time.monotonic()
        return self._answer(put, mirror)

    def holds(self, mirror: Mirror, put: Put) -> bool:
        """Return whether the answer is at hand."""
        held = self._kept.get((mirror.edition, put))
        return held is not None and held.done()

    def renew(self, mirror: Mirror, seconds: float) -> int:
        """Ask `mirror` what was asked of late, the most frequent first, for so many seconds; return how many were.

        What somebody revealed is not asked again: revealing is their act.
        """
        until = time.monotonic() + seconds
        with self._lock:
            for put in [put for put, wanted in self._wanted.items() if wanted.last < time.monotonic() - ASKED_SECONDS]:
                del self._wanted[put]
            due = [put for put in self._wanted if put.folder == mirror.folder and not put.sees]
            due.sort(key=lambda put: -self._wanted[put].times)
        asked = 0
        for put in due:
            if time.monotonic() > until:
                break
            begun = time.thread_time()
            with suppress(ReplicaError):
                self._answer(put, mirror)
            asked += 1
            # Half of the processor's time belongs to whoever is looking at a page now, who has also taken what this
            # thread had to wait for.
            time.sleep(min(time.thread_time() - begun, _LONGEST_PAUSE))
        return asked

    def forget(self, mirror: Mirror) -> None:
        """Forget the answers of every other generation of this mirror."""
        edition = mirror.edition
        with self._lock:
            for key in [key for key in self._kept if key[1].folder == mirror.folder and key[0] != edition]:
                del self._kept[key]

    def _answer(self, put: Put, mirror: Mirror) -> Answer:
        key = (mirror.edition, put)
        with self._lock:
            held = self._kept.get(key)
            if mine := held is None:
                held = self._kept[key] = Future()
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(key)
        if mine:
            try:
                held.set_result(put.answered(mirror))
            except BaseException as failed:
                with self._lock:
                    if self._kept.get(key) is held:
                        del self._kept[key]
                held.set_exception(failed)
                raise
        return held.result()
