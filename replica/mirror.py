"""The reading side of the mirror: bounded questions in documented names, answered from one generation."""

from __future__ import annotations

import contextlib
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import dataframely as dy
import duckdb
import polars as pl
from dataframely.exc import SchemaError, ValidationError
from sqlalchemy.dialects import postgresql

import catalogue
from catalogue.personal import EVERYTHING
from catalogue.scrub import scrub
from replica import damage, generations, masking
from replica.errors import (
    MirrorUnreadable,
    NoMirror,
    QuestionFailed,
    QuestionTimeout,
    ReplicaError,
    TooManyRows,
    UnboundColumn,
    Withheld,
    WrongShape,
)
from replica.layout import META, VERSION, mirrored
from replica.lineage import reads

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    import sqlalchemy as sa

    from catalogue._declare import Personal
    from replica.lineage import Reads
    from replica.settings import Settings

S = TypeVar("S", bound=dy.Schema)
_BATCH = 2_048
"""Rows fetched at once: DuckDB sets aside memory for so many in each column of an answer, also of a small one."""
_SMALL = 1_000
"""Rows up to which an answer is kept with the generation, which never changes: many metrics rest on the same ones."""
_MOST_ANSWERS = 500
_TELLING = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
_STALE_AFTER = 3
_CLOCKS_DIFFER = 60.0
"""Seconds by which the clocks of two machines that share a folder may differ before an age is called unknown."""
_BUILT_AGAIN = "It is built again at the next refresh; press Refresh to begin it now."


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was put: its SQL and parameters, the documented tables it read, rows and seconds."""

    name: str
    sql: str
    parameters: Mapping[str, Any]
    tables: tuple[str, ...]
    rows: int
    seconds: float


@dataclass(slots=True)
class Trace:
    """The questions put while it was open, in order."""

    questions: list[Asked] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Freshness:
    """As of when the mirror answers.

    `snapshot_at` is the moment on the server that every table shows, `refreshed_at` when it became readable here.
    `age_seconds` is None when this machine's clock was moved back since. `stale` says that what is shown is older than
    three refresh intervals, here or on the replica, that the last attempt failed or that an older generation answers;
    `problem` says how.
    """

    refreshed_at: datetime
    snapshot_at: datetime
    age_seconds: float | None
    stale: bool
    lag_seconds: float | None
    role: Literal["standby", "primary"]
    host: str
    database: str
    generation: int
    warnings: tuple[str, ...] = ()
    problem: str | None = None
    next_step: str = ""


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


def note(asked: Asked) -> None:
    """Add a question to the trace that is open, where an answer kept from before stands for asking it again."""
    if (trace := _trace.get()) is not None:
        trace.questions.append(asked)


class Mirror:
    """Answers questions from the current generation in `folder`; cheap to make, safe to share between threads.

    Personal data is masked (`catalogue.personal`) but for the kinds in `sees`. With `as_shown` it answers from the
    generation that `show` chose, while one is chosen.
    """

    def __init__(
        self, folder: Path, settings: Settings, sees: AbstractSet[Personal] = frozenset(), *, as_shown: bool = False
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.sees = frozenset(sees)
        self.as_shown = as_shown

    def seeing(self, kinds: AbstractSet[Personal]) -> Mirror:
        """Return the reading of somebody who revealed these kinds of personal data."""
        return Mirror(self.folder, self.settings, kinds, as_shown=self.as_shown)

    def patient(self, seconds: int) -> Mirror:
        """Return the same reading with so many seconds for a question, or more: for what a generation is asked once."""
        longest = max(seconds, self.settings.question_seconds)
        settings = self.settings.model_copy(update={"question_seconds": longest})
        return Mirror(self.folder, settings, self.sees, as_shown=self.as_shown)

    @property
    def unmasked(self) -> Mirror:
        """Return the reading without masks, for questions whose answers hold nothing personal: counts, fingerprints.

        What such a question returns is shown to everybody; a test lists the questions that ask here.
        """
        return self.seeing(EVERYTHING)

    @property
    def generation(self) -> int:
        """Return the number of the generation that answers now.

        Raises:
            NoMirror: Nothing was refreshed yet.
            MirrorUnreadable: No generation can be read.
        """
        with self._opened() as opened:
            return generations.number(opened.path)

    @property
    def edition(self) -> tuple[int, datetime]:
        """Return what tells this generation from every other one, also from one whose number was used before."""
        with self._opened() as opened:
            return generations.number(opened.path), opened.record["refreshed_at"]

    def ask(
        self,
        path: Path,
        schema: type[S],
        /,
        *,
        optional: frozenset[str] = frozenset(),
        given: Mapping[str, pl.DataFrame] | None = None,
        facts: Path | None = None,
        row_limit: int | None = None,
        **parameters: Any,
    ) -> dy.DataFrame[S]:
        """Answer the question in an `.sql` file, in the shape that `schema` declares.

        Args:
            path: One statement in DuckDB's dialect over documented names, `$name` for parameters.
            schema: Names and types of the answer; it is cast and checked.
            optional: Columns (`table.column`) without which the question still makes sense: NULL when unbound.
            given: Frames that the question reads as tables, by name.
            facts: A statement in a file whose rows the question reads as the table `facts`.
            row_limit: Most rows of the answer, where it is not the setting's.
            parameters: One for each `$name`.

        Raises:
            UnboundColumn: The live schema lacks a column that the question needs.
            Withheld: The role may not see the rows of a table that the question needs.
            QuestionTimeout: It ran longer than `question_seconds`.
            TooManyRows: It has more rows than `row_limit`.
            WrongShape: The rows do not fit the schema.
            QuestionFailed: DuckDB cannot compute it.
            NoMirror: Nothing was refreshed yet.
            MirrorUnreadable: The file is damaged or of another version.
        """
        name = f"{path.parent.name}/{path.stem}"
        sql = statement(path, facts)
        frame = self._answer(name, sql, parameters, optional, given or {}, row_limit)
        try:
            return schema.validate(frame, cast=True)
        except (ValidationError, SchemaError, pl.exceptions.PolarsError) as misfit:
            # What Polars says of a failed conversion repeats values, which may be personal.
            reason = "" if isinstance(misfit, pl.exceptions.PolarsError) else f": {misfit}"
            raise WrongShape(
                f"The answer of {name} does not fit {schema.__name__}{reason}.",
                "Report it; the question or the shape it declares is wrong.",
            ) from None

    def ask_select(self, select: sa.Select[Any], /, *, optional: frozenset[str] = frozenset()) -> pl.DataFrame:
        """Answer a question composed from catalogue tables; every value in it travels as a parameter.

        Raises the same as `ask`, but declares no shape.
        """
        compiled = select.compile(
            dialect=postgresql.dialect(paramstyle="named"),  # type: ignore[no-untyped-call]
            compile_kwargs={"render_postcompile": True},
        )
        sql = str(compiled)
        values = dict(compiled.params)
        for parameter in sorted(values, key=len, reverse=True):
            sql = sql.replace(f":{parameter}", f"${parameter}")
        return self._answer("composed", sql, values, optional, {}, None)

    def freshness(self) -> Freshness:
        """Return as of when the mirror answers, and what is wrong with it; raises NoMirror before the first refresh."""
        with self._opened() as opened:
            record, path = opened.record, opened.path
        status = generations.read_status(self.folder)
        age = (datetime.now(UTC) - record["refreshed_at"]).total_seconds()
        problems = [(status.problem, status.next_step)] if status and status.problem else []
        if path != (newest := generations.current(self.folder)) and not (
            path == _chosen(self) and newest is not None and not generations.is_damaged(newest)
        ):
            problems.append(("The newest mirror cannot be read: the one before it answers.", _BUILT_AGAIN))
        if not problems:
            problems.extend(self._old(age, record["lag_seconds"]))
        return Freshness(
            refreshed_at=record["refreshed_at"],
            snapshot_at=record["snapshot_at"],
            age_seconds=None if age < -_CLOCKS_DIFFER else max(0.0, age),
            stale=bool(problems),
            lag_seconds=record["lag_seconds"],
            role=record["role"],
            host=record["host"],
            database=record["database"],
            generation=record["generation"],
            warnings=tuple(record["warnings"] or ()),
            problem=" ".join(problem for problem, _ in problems) or None,
            next_step=" ".join(dict.fromkeys(step for _, step in problems if step)),
        )

    def _old(self, age: float, lag: float | None) -> Iterator[tuple[str, str]]:
        """Yield in words why what is shown is old although nothing failed."""
        allowed = _STALE_AFTER * self.settings.refresh_seconds
        if age < -_CLOCKS_DIFFER:
            yield (
                "The mirror is from the future: this machine's clock was moved back since, and its age is unknown.",
                "Check the clock; the next refresh says the time anew.",
            )
        elif age > allowed:
            yield (
                f"The last refresh ended {_duration(age)} ago.",
                "Press Refresh; if this stays, see whether the app or a scheduled refresh still runs.",
            )
        if lag is not None and lag > allowed:
            yield (
                f"The replica was {_duration(lag)} behind its primary when it was read.",
                "Nothing to do here: what it has not received yet follows. Ask its operator if this grows.",
            )

    def status(self) -> generations.Status | None:
        """Return the last attempt to refresh, also where there is no mirror yet."""
        return generations.read_status(self.folder)

    @contextlib.contextmanager
    def trace(self) -> Iterator[Trace]:
        """Collect the questions that this thread (or task) puts inside the block."""
        trace = Trace()
        token = _trace.set(trace)
        try:
            yield trace
        finally:
            _trace.reset(token)

    def _answer(
        self,
        name: str,
        sql: str,
        parameters: Mapping[str, Any],
        optional: frozenset[str],
        given: Mapping[str, pl.DataFrame] | None = None,
        row_limit: int | None = None,
    ) -> pl.DataFrame:
        needed = reads(sql)
        started = time.perf_counter()
        ask = partial(
            self._once, name, sql, parameters, needed, optional, given or {}, row_limit or self.settings.row_limit
        )
        try:
            frame = ask()
        except MirrorUnreadable:
            # The generation before it may answer: if none does, this says so.
            frame = ask()
        seconds = time.perf_counter() - started
        note(Asked(name, sql, dict(parameters), needed.tables, frame.height, seconds))
        return frame

    def _once(
        self,
        name: str,
        sql: str,
        parameters: Mapping[str, Any],
        needed: Reads,
        optional: frozenset[str],
        given: Mapping[str, pl.DataFrame],
        limit: int,
    ) -> pl.DataFrame:
        with self._opened() as opened:
            opened.require(needed.tables, needed.columns, optional)
            put = None if given else _put(sql, parameters, self.sees)
            if put is not None and (kept := opened.answers.get(put)) is not None and kept.height <= limit:
                return kept
            frame = self._run(opened, name, sql, parameters, given, limit, opened.views.path(needed))
            if put is not None and frame.height <= _SMALL:
                with _lock:
                    while len(opened.answers) >= _MOST_ANSWERS:
                        del opened.answers[next(iter(opened.answers))]
                    opened.answers[put] = frame
            return frame

    def _run(
        self,
        opened: _Opened,
        name: str,
        sql: str,
        parameters: Mapping[str, Any],
        given: Mapping[str, pl.DataFrame],
        limit: int,
        path: str,
    ) -> pl.DataFrame:
        cursor = opened.connection.cursor()
        timer = threading.Timer(self.settings.question_seconds, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            for table, frame_given in given.items():
                cursor.register(table, frame_given.to_arrow())
            masking.say(cursor, opened.pseudonyms, self.sees, path)
            reader = cursor.execute(sql, dict(parameters)).to_arrow_reader(_BATCH)
            batches, rows = [], 0
            for batch in reader:
                rows += batch.num_rows
                if rows > limit:
                    raise TooManyRows(
                        f"The question {name} has more than {limit:,} rows.", "Narrow the range or add a filter."
                    )
                batches.append(batch)
            frame = pl.from_arrow(batches, schema=None) if batches else pl.from_arrow(reader.schema.empty_table())
        except (duckdb.Error, OSError) as failed:
            if isinstance(failed, duckdb.FatalException) or damage.is_damage(failed):
                # From here on the open file refuses every question: the next one opens it, or another, again.
                with _lock:
                    _retire(opened)
            # The words of an unforeseen fault may repeat a value, which may be personal.
            raise self._ended(name, failed, opened.path) from (failed if isinstance(failed, _TELLING) else None)
        finally:
            timer.cancel()
            cursor.close()
        if not isinstance(frame, pl.DataFrame):  # pragma: no cover  Polars types it so; batches make a frame
            raise TypeError("An answer is a frame.")
        return frame

    def _ended(self, name: str, failed: Exception, path: Path) -> ReplicaError:
        """Return in words what ended a question."""
        # Arrow reports as an OSError what ends a question between two batches of rows.
        if isinstance(failed, duckdb.InterruptException) or "INTERRUPT" in str(failed):
            return QuestionTimeout(
                f"The question {name} ran longer than {self.settings.question_seconds} seconds.",
                "Narrow the range, or raise AUTOREV_QUESTION_SECONDS.",
            )
        if "Out of Memory" in str(failed) and not damage.is_full(failed):
            return TooManyRows(
                f"The question {name} needs more memory than {self.settings.memory_limit}.",
                "Narrow the range, or raise AUTOREV_MEMORY_LIMIT.",
            )
        if (problem := _problem_of(failed, path)) is not None:
            return problem
        step = "Report it; the question is wrong."
        if isinstance(failed, _TELLING):
            return QuestionFailed(f"The question {name} cannot be understood: {scrub(str(failed))}", step)
        return QuestionFailed(f"The question {name} cannot be computed ({type(failed).__name__}).", step)

    def _nothing(self) -> ReplicaError:
        """Return in words why no generation answers."""
        status = generations.read_status(self.folder)
        if (self.folder / generations.LINK).is_symlink():
            gone = generations.current(self.folder) is None
            why = f" The last refresh failed: {status.problem}" if status and status.problem else ""
            step = status.next_step if status and status.problem else _BUILT_AGAIN
            return MirrorUnreadable(f"The mirror's file is {'gone' if gone else 'damaged'}.{why}", step)
        if status is not None and status.problem:
            return NoMirror(f"Nothing is mirrored yet: {status.problem}", status.next_step)
        return NoMirror("Nothing is mirrored yet.", "Refresh, or wait for the first refresh to end.")

    @contextlib.contextmanager
    def _opened(self) -> Iterator[_Opened]:
        opened = _acquire(self)
        try:
            yield opened
        finally:
            _release(opened)


@dataclass(slots=True)
class _Opened:
    """A generation open for reading, with what every question asks of it first."""

    key: tuple[Any, ...]
    path: Path
    connection: duckdb.DuckDBPyConnection
    record: dict[str, Any]
    unbound: dict[str, str]
    missing: frozenset[str]
    withheld: frozenset[str]
    views: masking.Views
    pseudonyms: str
    answers: dict[Hashable, pl.DataFrame] = field(default_factory=dict)
    users: int = 0
    retired: bool = False

    def require(self, tables: tuple[str, ...], columns: tuple[str, ...], optional: frozenset[str]) -> None:
        """Raise UnboundColumn when a column that is not optional has no counterpart."""
        lacking = [column for column in columns if column in self.unbound and column not in optional]
        read = {column.split(".", maxsplit=1)[0] for column in columns}
        withheld = tuple(table for table in tables if table in self.withheld and table not in optional)
        if withheld:
            raise Withheld(withheld)
        # Counting the rows of a table names no column, and an absent table is not an empty one.
        lacking.extend(
            f"{table}.{next(mirrored(catalogue.TABLES[table])).name}"
            for table in tables
            if table in self.missing and table not in read and table not in optional
        )
        if lacking:
            settings = tuple(setting for column in lacking if (setting := self.unbound.get(column)))
            raise UnboundColumn(tuple(lacking), settings)


def _put(sql: str, parameters: Mapping[str, Any], sees: AbstractSet[Personal]) -> Hashable | None:
    """Return what makes two questions the same, None where a parameter cannot be compared."""
    put = (sql, sees, tuple((name, type(value), value) for name, value in sorted(parameters.items())))
    try:
        hash(put)
    except TypeError:
        return None
    return put


def forget(folder: Path) -> None:
    """Forget the answers that are kept with the open generations of a mirror."""
    with _lock:
        for opened in [one for one in _open.values() if one.key[0] == folder.resolve()]:
            opened.answers.clear()


_lock = threading.Lock()
_open: dict[tuple[Any, ...], _Opened] = {}
_shown: dict[Path, tuple[Path, float]] = {}


def show(folder: Path, generation: int | None, seconds: float = 0.0) -> None:
    """Choose the generation that readings `as_shown` answer from.

    It holds for so many seconds, that whoever chose it and died holds nobody up; with None the newest one is shown.
    """
    with _lock:
        if generation is None:
            _shown.pop(folder, None)
        else:
            _shown[folder] = (generations.published(folder, generation), time.monotonic() + seconds)
            for opened in [one for one in _open.values() if one.path.parent == folder]:
                if generations.number(opened.path) < generation:
                    _retire(opened)


def close(folder: Path) -> None:
    """Close what is open of a mirror as soon as nobody reads it; a question asked later opens it again."""
    with _lock:
        for opened in [one for one in _open.values() if one.key[0] == folder.resolve()]:
            _retire(opened)


def reopen(folder: Path, generation: int) -> None:
    """Close a generation as soon as nobody reads it; the next question opens it again, without what it had read."""
    with _lock:
        for opened in [one for one in _open.values() if one.path.parent == folder]:
            # A file that was dropped meanwhile is read for as long as it is open.
            if generations.number(opened.path) == generation and opened.path.exists():
                _retire(opened)


def _chosen(mirror: Mirror) -> Path | None:
    """Return the file that a reading is to answer from, None when it is the newest."""
    path, until = _shown.get(mirror.folder, (None, 0.0)) if mirror.as_shown else (None, 0.0)
    return path if time.monotonic() < until else None


def _acquire(mirror: Mirror) -> _Opened:
    """Open the newest generation that can be read: the last good one answers when the current one is damaged."""
    with _lock:
        problem: ReplicaError | None = None
        if (chosen := _chosen(mirror)) is not None:
            for held in _open.values():
                # What is open can be read, whatever became of its name.
                if held.path == chosen:
                    held.users += 1
                    return held
        first = [chosen] if chosen and not generations.is_damaged(chosen) else []
        served = generations.served(mirror.folder)
        for path in dict.fromkeys([*first, *served]):
            try:
                file = path.stat()
                key = (path.parent.resolve(), path.name, file.st_ino, file.st_mtime_ns)
                opened = _open.get(key)
                if opened is None:
                    needed = {_shown.get(mirror.folder, (None, 0.0))[0], *served[:1]}
                    for other in [one for one in _open.values() if one.key[0] == key[0] and one.path not in needed]:
                        _retire(other)
                    opened = _open[key] = _read(path, key, mirror.settings)
            except MirrorUnreadable as unreadable:
                problem = problem or unreadable
            except FileNotFoundError:  # dropped between the two looks
                continue
            else:
                opened.users += 1
                return opened
        raise problem or mirror._nothing()  # noqa: SLF001  the one that is asked knows why


def _release(opened: _Opened) -> None:
    with _lock:
        opened.users -= 1
        if opened.retired and opened.users == 0:
            opened.connection.close()


def _retire(opened: _Opened) -> None:
    opened.retired = True
    _open.pop(opened.key, None)
    if opened.users == 0:
        opened.connection.close()


def _read(path: Path, key: tuple[Any, ...], settings: Settings) -> _Opened:
    config: dict[str, Any] = {
        "memory_limit": settings.memory_limit.replace(" ", ""),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # Without them what a question let go stays with the process until another one needs it.
        "allocator_background_threads": True,
        # A database in memory would spill into the folder of whoever started the process.
        "temp_directory": f"{path}.tmp",
    }
    if settings.threads is not None:
        config["threads"] = settings.threads
    try:
        connection = duckdb.connect(":memory:", config=config)
        views = masking.Views(connection, path)
        # Set for the instance: a cursor is a connection of its own and forgets what was set for another.
        connection.execute("set global TimeZone = 'UTC'")
        connection.execute("set global enable_external_access = false; set global lock_configuration = true")
        for table in META:
            views.make("meta", table)
        answer = connection.execute("select * from meta.refresh")
        names = [str(column[0]) for column in answer.description]
        row = answer.fetchone()
        if row is None:
            raise _unreadable()
        record = dict(zip(names, row, strict=True))
        if record["layout"] != VERSION:
            raise MirrorUnreadable(
                "The mirror was written by another version of this suite.", "Refresh to build it again."
            )
        unbound = connection.execute(
            "select table_name || '.' || column_name, coalesce(setting, '') from meta.columns where state = 'unbound'"
        ).fetchall()
        missing = connection.execute("select table_name from meta.tables where documented and not found").fetchall()
        withheld = connection.execute(
            "select table_name from meta.tables where documented and mode in ('hidden', 'unreadable')"
        ).fetchall()
    except duckdb.Error as failed:
        raise (_problem_of(failed, path) or _unreadable()) from failed
    return _Opened(
        key,
        path,
        connection,
        record,
        dict(unbound),
        frozenset(name for (name,) in missing),
        frozenset(name for (name,) in withheld),
        views,
        masking.key(settings.home),
    )


def _unreadable() -> ReplicaError:
    return MirrorUnreadable("The mirror's file cannot be read.", _BUILT_AGAIN)


def _problem_of(failed: Exception, path: Path) -> ReplicaError | None:
    """Return what the file's own failure means, None when the question failed; a damaged file is marked."""
    if damage.is_damage(failed):
        generations.mark_damaged(path)
        return MirrorUnreadable("The mirror's file is damaged.", _BUILT_AGAIN)
    if damage.is_full(failed):
        return TooManyRows(
            "The question needs more room than the disk that holds the mirror has.",
            "Narrow the range, or make room in the folder of AUTOREV_HOME.",
        )
    broken = isinstance(failed, (duckdb.IOException, duckdb.FatalException, OSError))
    return _unreadable() if broken else None


def _duration(seconds: float) -> str:
    """Return a length of time in words, to the minute."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"


def statement(path: Path, facts: Path | None = None) -> str:
    """Return the statement that `Mirror.ask` puts for a file, reading the rows of another one as `facts`."""
    return _text(path) if facts is None else _upon(_text(facts), _text(path))


def _upon(facts: str, question: str) -> str:
    """Return a question that reads a statement's rows as the table `facts`, also where it names tables of its own."""
    lines = question.splitlines()
    remarks = list(takewhile(lambda line: not line.strip() or line.startswith("--"), lines))
    body = "\n".join(lines[len(remarks) :])
    first, _, rest = body.partition(" ")
    body = f",\n\n{rest}" if first.lower() == "with" else f"\n\n{body}"
    return "\n".join([*remarks, f"with facts as (\n{facts}\n){body}"])


@lru_cache(maxsize=512)
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip().rstrip(";")
