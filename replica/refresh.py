"""The writing side of the mirror: from one snapshot of the replica to the next generation."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import duckdb
import psycopg

import catalogue
from replica import binding as bindings
from replica import connection as connections
from replica import copying, damage, declared, generations, layout, reading, record
from replica.errors import (
    ConnectionLost,
    MirrorUnreadable,
    NoDocumentedTable,
    RefreshBusy,
    ReplicaError,
    Unreachable,
)
from replica.layout import literal, quoted
from replica.settings import Settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from replica.binding import Binding, BoundColumn, BoundTable, LiveSchema, LiveTable
    from replica.connection import Source
    from replica.watch import Watch

    Progress = Callable[[str, int, int], None]

Mode = Literal["full", "incremental", "unchanged", "sampled", "missing", "hidden", "unreadable", "not read"]

_log: Final = logging.getLogger(__name__)
_PASSING: Final = ("conflict with recovery", "does not exist", "could not open relation")
"""Failures that a second attempt may not meet: a recovery conflict, a schema changed between two looks."""
_READERS: Final = 2
_READ_ANEW: Final = (
    "The mirror before this one was damaged or of another version of the suite: every table was read anew."
)
_WORTH_TIDYING: Final = 256 * 1024 * 1024
_TOO_LARGE_TO_COUNT: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TableRefreshed:
    """What became of one table: how it was read, its rows in the mirror, the seconds it took."""

    name: str
    mode: Mode
    rows: int
    seconds: float
    fingerprint: str | None = None
    newest_event: datetime | None = None
    rows_exact: bool = True


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A generation that was built."""

    generation: int
    refreshed_at: datetime
    snapshot_at: datetime
    seconds: float
    tables: tuple[TableRefreshed, ...]
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def refresh(
    settings: Settings, *, full: bool = False, patience: float = 0.0, progress: Progress | None = None
) -> Refreshed:
    """Build the next generation from one snapshot of the replica, and serve it.

    On any failure the last good generation stays and the problem is recorded beside it, for every process to show.

    Args:
        settings: Where to read and where to keep the mirror.
        full: Read every table whole, whatever its fingerprint.
        patience: Seconds to wait for another process that refreshes this mirror.
        progress: Hears the table at hand, how many are done and how many there are.

    Raises:
        RefreshBusy: Another process refreshes this mirror, for longer than that.
        ReplicaError: Why it failed, in words.
    """
    folder = mirror_folder(settings)
    with generations.lock(folder, patience=patience):
        try:
            done = _refresh_twice(folder, settings, full=full, progress=progress)
        except ReplicaError as failed:
            generations.write_status(folder, generations.Status(datetime.now(UTC), failed.sentence, failed.next_step))
            raise
        except OSError as failed:
            problem = (
                _disk_full()
                if damage.is_full(failed)
                else ReplicaError(
                    f"The mirror cannot be written: {failed.strerror or failed}.",
                    f"Make room or give access to {folder.name} in the folder named by AUTOREV_HOME.",
                )
            )
            generations.write_status(folder, generations.Status(datetime.now(UTC), problem.sentence, problem.next_step))
            raise problem from failed
        generations.write_status(folder, generations.Status(datetime.now(UTC)))
        return done


class Refresher:
    """Refreshes in the background, every `refresh_seconds` after the last attempt of any process.

    Failures are recorded beside the mirror and never raised; the next attempt follows at its time.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._asked = False
        self._thread: threading.Thread | None = None
        self._began = float("-inf")

    def start(self) -> None:
        """Start; a second call changes nothing."""
        if self._thread is None:
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="refresher", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop after the refresh at hand."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def now(self) -> None:
        """Refresh as soon as may be, without waiting for the end of it."""
        self._asked = True
        self._wake.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            wait = 0.0 if self._asked else self._seconds_left()
            if wait > 0:
                self._wake.wait(wait)
                self._wake.clear()
                continue
            self._asked = False
            self._began = time.monotonic()
            try:
                refresh(self.settings)
            except RefreshBusy:
                self._stopped.wait(1)
            except ReplicaError as failed:
                _log.warning("%s", failed)
            except Exception:  # noqa: BLE001  a thread that dies silently would leave the mirror old without a word
                _log.exception("The refresh failed.")
                generations.write_status(
                    mirror_folder(self.settings),
                    generations.Status(datetime.now(UTC), "The refresh failed unexpectedly.", "See the log."),
                )

    def _seconds_left(self) -> float:
        """Return how long to wait, whatever was done to the clock or could not be recorded."""
        folder = mirror_folder(self.settings)
        paused = self.settings.refresh_seconds - (time.monotonic() - self._began)
        status, served = generations.read_status(folder), generations.current(folder)
        since = None if status is None else (datetime.now(UTC) - status.attempted_at).total_seconds()
        if since is None or since < 0 or served is None or generations.is_damaged(served):
            return paused
        return max(paused, self.settings.refresh_seconds - since)


def _refresh_twice(folder: Path, settings: Settings, *, full: bool, progress: Progress | None) -> Refreshed:
    source = connections.connect(settings)
    try:
        return _Refresh(folder, settings, source, progress).run(full=full)
    except (duckdb.Error, psycopg.Error, ConnectionLost, Unreachable) as failed:
        explained = _explained(failed, source, settings)
        served = generations.current(folder)
        if served is not None and damage.is_damage(failed):
            generations.mark_damaged(served)
        elif isinstance(explained, ConnectionLost | Unreachable) and connections.has_others(settings):
            source = connections.connect(settings)
        elif not any(words in str(failed) for words in _PASSING):
            raise explained from None  # the cause may show the address
        _log.info("Trying once more: %s", explained)
    try:
        return _Refresh(folder, settings, source, progress).run(full=full)
    except (duckdb.Error, psycopg.Error) as failed:
        raise _explained(failed, source, settings) from None


@dataclass(slots=True)
class _Previous:
    """What the last generation says of itself, and where its rows can be carried over from."""

    record: dict[str, Any]
    tables: dict[str, dict[str, Any]]
    columns: list[dict[str, Any]]
    uncarried: list[tuple[str, str, str, int]]
    drift: list[dict[str, Any]]
    carries: bool = True


@dataclass(slots=True)
class _Refresh:
    folder: Path
    settings: Settings
    source: Source
    progress: Progress | None
    started: float = field(default_factory=time.perf_counter)
    watch: Watch = field(init=False)
    mirror: duckdb.DuckDBPyConnection = field(init=False)
    previous: _Previous | None = None
    fingerprints: dict[str, tuple[int, str]] = field(default_factory=dict)
    uncarried: list[tuple[str, str, str, int]] = field(default_factory=list)
    reconciling: bool = True
    copied: copying.Copied = field(default_factory=copying.Copied)
    rebuilt: tuple[str, ...] = ()
    declared: declared.Declared = field(default_factory=declared.Declared)
    snapshot_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def run(self, *, full: bool) -> Refreshed:
        generations.sweep(self.folder)
        source = self.source
        unfinished = generations.building(self.folder)
        with source.watch() as self.watch:
            try:
                with self.watch.waiting():
                    live, bound = self._bind(source)
                self._open(unfinished, source, full=full)
                try:
                    return self._fill(unfinished, source, live, bound)
                finally:
                    self._leave()
            except (duckdb.Error, psycopg.Error):
                if self.watch.silent:
                    raise source.fell_silent() from None
                raise
            finally:
                for left in (unfinished, Path(f"{unfinished}.wal"), Path(f"{unfinished}.tmp")):
                    generations.remove(left)

    def _leave(self) -> None:
        """Close the file; a transaction that is open towards a lost server would end this process when it is closed."""
        for statement in ("rollback", "detach pg"):
            with contextlib.suppress(duckdb.Error):
                self.mirror.execute(statement)
        self.mirror.close()

    def _bind(self, source: Source) -> tuple[LiveSchema, Binding]:
        with source.open() as postgres:
            live = bindings.introspect(postgres)
            bound = bindings.confirm(postgres, bindings.bind(live, self.settings))
            self.declared = declared.read(postgres, bound.undocumented)
        if not bound.tables:
            raise NoDocumentedTable(
                f"The database {source.server.database} holds no table that the catalogue describes.",
                "Check the database's name in AUTOREV_DATABASE_URL.",
            )
        return live, bound

    def _open(self, unfinished: Path, source: Source, *, full: bool) -> None:
        served = generations.current(self.folder)
        if served is not None:
            # DuckDB opens a file under one configuration only, and pages may be reading this one.
            second_name = unfinished.with_suffix(".building.before")
            generations.look(served, second_name)
            damaged = generations.is_damaged(served)
            self.previous = self._look_back(second_name, source, full=full or damaged)
            if self.previous is None or damaged:
                self.rebuilt = (_READ_ANEW,)
            second_name.unlink()
            if self.previous is not None and self.previous.carries:
                generations.clone(served, unfinished)
        self.mirror = self.watch.over(duckdb.connect(str(unfinished), config=self._config()))
        self.mirror.execute("set global TimeZone = 'UTC'")
        if self.previous is None or not self.previous.carries:
            layout.create_empty(self.mirror)
        self.mirror.execute(f"load {literal(str(_extension()))}")
        # Parallel scans by ctid read each table at a moment of its own; without them one transaction is one snapshot.
        self.mirror.execute("set global pg_use_ctid_scan = false")
        self.mirror.execute(f"attach {literal(source.conninfo)} as pg (type postgres, read_only)")

    def _config(self) -> dict[str, Any]:
        # Each connection is read by the one thread that asked; a thread of DuckDB's own that waits for it does so
        # busily and takes the CPU that server and reader need (three times the CPU of one thread, as measured).
        return {
            "memory_limit": self.settings.memory_limit.replace(" ", ""),
            "autoinstall_known_extensions": False,
            # The one extension comes from a package whose hash the lock holds; hashing it again takes 0.2 s a refresh.
            "allow_unsigned_extensions": True,
            "threads": 1,
        }

    def _look_back(self, served: Path, source: Source, *, full: bool) -> _Previous | None:
        """Return what the last generation says, None when it is damaged or of another layout."""
        try:
            with duckdb.connect(str(served), read_only=True, config=self._config()) as mirror:
                mirror.execute("set TimeZone = 'UTC'")
                found = _dicts(mirror.execute("select * from meta.refresh"))
                if not found or found[0].get("layout") != layout.VERSION:
                    return None
                size, blocks, free = mirror.execute(
                    "select block_size, total_blocks, free_blocks from pragma_database_size()"
                ).fetchall()[0]
                scattered = size * blocks > _WORTH_TIDYING and free * 2 > blocks
                tables = {row["table_name"]: row for row in _dicts(mirror.execute("select * from meta.tables"))}
                last = found[0]["reconciled_at"]
                since = (datetime.now(UTC) - last).total_seconds() if last else float("inf")
                # A moment in the future, before the clock was moved back, says nothing.
                self.reconciling = not 0 <= since < self.settings.reconcile_seconds
                return _Previous(
                    found[0],
                    tables,
                    _dicts(mirror.execute("select * from meta.columns")),
                    mirror.execute("select * from meta.uncarried").fetchall(),
                    _dicts(mirror.execute("select * from meta.drift")),
                    carries=not full and not scattered and found[0]["server_identity"] == source.server.identity,
                )
        except duckdb.Error:
            return None

    def _fill(self, unfinished: Path, source: Source, live: LiveSchema, bound: Binding) -> Refreshed:
        self._begin(bound)
        self._take_fingerprints(live, bound)
        self._create_missing_tables()
        done: list[TableRefreshed] = []
        total = len(bound.tables) + len(bound.undocumented)
        for name, table in bound.tables.items():
            self._say(name, len(done), total)
            done.append(self._documented(table, live))
        for name in bound.missing:
            self.mirror.execute(f"truncate {quoted(name)}")
        for undocumented in bound.undocumented:
            self._say(undocumented.name, len(done), total)
            done.append(self._undocumented(undocumented))
        self._drop_gone(bound)
        refreshed_at = datetime.now(UTC)
        warnings = (*self.rebuilt, *source.server.warnings, *bound.warnings, *self._warnings(bound, done))
        seconds = time.perf_counter() - self.started
        reconciled = self.snapshot_at
        if not self.reconciling and self.previous is not None and self.previous.carries:
            reconciled = self.previous.record["reconciled_at"]
        record.write(
            self.mirror,
            record.Written(
                bound=bound,
                source=source,
                tables=tuple(done),
                uncarried=tuple(self.uncarried),
                generation=_generation(unfinished),
                refreshed_at=refreshed_at,
                snapshot_at=self.snapshot_at,
                reconciled_at=reconciled,
                seconds=seconds,
                warnings=warnings,
                previous_tables=self.previous.tables if self.previous else None,
                previous_columns=self.previous.columns if self.previous else None,
                previous_drift=self.previous.drift if self.previous else [],
                declared=self.declared,
            ),
        )
        self.mirror.execute("commit")
        self.mirror.execute("detach pg")
        self.mirror.execute("checkpoint")
        self.mirror.close()
        published = generations.publish(unfinished)
        self._say("", total, total)
        return Refreshed(
            generations.number(published), refreshed_at, self.snapshot_at, time.perf_counter() - self.started,
            tuple(done), tuple(bound.missing), warnings,
        )  # fmt: skip

    def _begin(self, bound: Binding) -> None:
        """Begin the transaction of this refresh, with the large tables of a fresh file copied in its snapshot."""
        large = self._large(bound)
        if not large:
            self.mirror.execute("begin transaction")
            [(self.snapshot_at,)] = self._postgres(reading.SNAPSHOT)
            return
        snapshot = copying.Snapshot(self.mirror)
        [(self.snapshot_at,)] = snapshot.ask(reading.SNAPSHOT)
        self._say(", ".join(table.name for table, _ in large), 0, len(bound.tables) + len(bound.undocumented))
        self.copied = copying.copy(snapshot, large, self.settings.threads or _READERS)
        # Begun only now, so that it sees what the others wrote.
        if self.copied.tables:
            snapshot.begin(self.mirror)
        else:
            self.mirror.execute("begin transaction")
        snapshot.close()

    def _large(self, bound: Binding) -> list[tuple[BoundTable, BoundColumn | None]]:
        """Return the tables worth several readers, with their event-time columns; none in a file carried over."""
        if self.previous is not None and self.previous.carries:
            return []
        return [
            (table, self._event(table))
            for table in bound.tables.values()
            if table.live.kind == "table"
            and reading.has_versions(table.live)
            and (table.live.rows or 0) >= self.settings.incremental_rows
        ]

    def _say(self, name: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(name, done, total)

    def _postgres(self, select: str) -> list[tuple[Any, ...]]:
        return self.mirror.execute(f"select * from postgres_query('pg', {literal(select)})").fetchall()  # noqa: S608

    def _take_fingerprints(self, live: LiveSchema, bound: Binding) -> None:
        # Large tables of events are compared by day; a fingerprint of the whole would be one more scan for nothing.
        large = {
            table.live.key
            for table in bound.tables.values()
            if self._in_parts(table) is not None
            or (self._event(table) is not None and (table.live.rows or 0) >= self.settings.incremental_rows)
        }
        named = {table.live.key for table in bound.tables.values()}
        chosen = [
            table
            for table in live.tables
            if reading.has_versions(table)
            and table.key not in large
            and (table.key in named or table.bytes <= _TOO_LARGE_TO_COUNT or self.reconciling)
        ]
        found = self._postgres(reading.fingerprints(chosen))
        self.fingerprints = {key: (rows, fingerprint) for key, rows, fingerprint in found}

    def _create_missing_tables(self) -> None:
        """Create what the catalogue has and the clone has not, or has with other columns."""
        if self.previous is None or not self.previous.carries:
            return
        held = layout.shapes_in(self.mirror)
        for name, columns in layout.shapes().items():
            if held.get(name) != columns:
                self.mirror.execute(layout.create_table_sql(catalogue.TABLES[name]))
                self.previous.tables.pop(name, None)

    def _before(self, table: BoundTable) -> dict[str, Any] | None:
        """Return the record of a table whose rows can be carried over, None when it must be read whole."""
        if self.previous is None or not self.previous.carries:
            return None
        before = self.previous.tables.get(table.name)
        if before is None or before["reading"] != reading.reading_key(table):
            return None
        return before

    def _in_parts(self, table: BoundTable) -> tuple[dict[str, Any], BoundColumn] | None:
        """Return the record and the event-time column of a table that only grows, if it may be read in parts."""
        before = self._before(table)
        event = self._event(table)
        if before is None or event is None or before["mode"] not in {"full", "incremental", "unchanged"}:
            return None
        large = (before["rows"] or 0) >= self.settings.incremental_rows
        return (before, event) if large and before["fingerprint"] is None else None

    def _event(self, table: BoundTable) -> BoundColumn | None:
        note = catalogue.note_of(catalogue.TABLES[table.name])
        if not note.append_only or note.event_time is None or not reading.has_versions(table.live):
            return None
        event = table.column(note.event_time)
        return event if event.expression is not None and event.duckdb_type == "TIMESTAMPTZ" else None

    def _documented(self, table: BoundTable, live: LiveSchema) -> TableRefreshed:
        started = time.perf_counter()
        fingerprint = self._fingerprint(table, live)
        before = self._before(table)
        parts = self._in_parts(table)
        if before is not None and fingerprint is not None and before["fingerprint"] == fingerprint:
            self._keep_uncarried(table)
            mode: Mode = before["mode"] if before["mode"] == "hidden" else "unchanged"
        elif parts is not None and not self._lookups_changed(table, live, parts[0]):
            mode = self._read_parts(table, *parts)
        else:
            mode = self._read_whole(table)
        counted = self._count(table)
        if table.live.hidden and counted[0] == 0:
            mode = "hidden"
        event = self._event(table)
        if event is not None and counted[0] >= self.settings.incremental_rows:
            # From here on days are compared, not the whole; what is kept instead is the state of the lookups.
            fingerprint = None
        return TableRefreshed(table.name, mode, counted[0], time.perf_counter() - started, fingerprint, counted[1])

    def _fingerprint(self, table: BoundTable, live: LiveSchema) -> str | None:
        """Return a text that changes with the rows of a table or of what its columns are looked up in."""
        sources = [table.live, *reading.looked_up(table, live)]
        if any(one.key not in self.fingerprints for one in sources):
            return None
        return "|".join(self.fingerprints[one.key][1] for one in sources)

    def _lookups_changed(self, table: BoundTable, live: LiveSchema, before: dict[str, Any]) -> bool:
        for other in reading.looked_up(table, live):
            kept = next(
                (
                    row["fingerprint"]
                    for row in (self.previous.tables if self.previous else {}).values()
                    if (row["live_schema"], row["live_name"]) == (other.schema, other.name)
                ),
                None,
            )
            now = self.fingerprints.get(other.key)
            if kept is None or now is None or kept.split("|")[0] != now[1]:
                return True
        return before["reading"] is None

    def _insert(self, table: BoundTable, where: str = "") -> None:
        columns = [quoted(column.column) for column in reading.carried(table)]
        into = ", ".join(columns) or quoted(next(layout.mirrored(catalogue.TABLES[table.name])).name)
        select = literal(reading.rows(table, where))
        self.mirror.execute(
            f"insert into {quoted(table.name)} ({into}) "  # noqa: S608
            f"select {', '.join(columns) or 'null'} from postgres_query('pg', {select})"
        )

    def _read_whole(self, table: BoundTable) -> Mode:
        if table.name not in self.copied.tables:
            self.mirror.execute(f"truncate {quoted(table.name)}")
            self._insert(table)
        event = self._event(table)
        if event is not None and self._count(table)[0] >= self.settings.incremental_rows:
            self._take_days(table, event)
            self._keep_days(table)
        else:
            self.mirror.execute("delete from meta.days where table_name = ?", [table.name])
            self._count_uncarried(table)
        return "full"

    def _take_days(self, table: BoundTable, event: BoundColumn) -> None:
        """Read the state of every day, and in the same scan what could not be carried."""
        if table.name in self.copied.days:
            self.mirror.register("copied_days", self.copied.days[table.name])
            self.mirror.execute("create or replace temp table days as from copied_days")
            self.mirror.unregister("copied_days")
            return
        self.mirror.execute(
            f"create or replace temp table days as from postgres_query('pg', {literal(reading.days(table, event))})"
        )

    def _keep_days(self, table: BoundTable) -> None:
        self.mirror.execute("delete from meta.days where table_name = ?", [table.name])
        self.mirror.execute("insert into meta.days select ?, day::date, rows, fingerprint from days", [table.name])
        possible = reading.possible_losses(table)
        if possible:
            sums = ", ".join(f"coalesce(sum(n{number}), 0)::bigint" for number in range(len(possible)))
            [counts] = self.mirror.execute(f"select {sums} from days").fetchall()  # noqa: S608
            self._add_uncarried(table, counts)

    def _read_parts(self, table: BoundTable, before: dict[str, Any], event: BoundColumn) -> Mode:
        if self.reconciling:
            return self._reconcile(table, event)
        # A moment in the future must not hide what is written until then.
        newest = min(before["newest_event"] or before["snapshot_at"], before["snapshot_at"])
        since = newest - timedelta(minutes=self.settings.overlap_minutes)
        name = quoted(table.name)
        self.mirror.execute(f"delete from {name} where {quoted(event.column)} >= ?", [since])  # noqa: S608
        self._delete_again(table, event, since)
        self._insert(table, reading.within(event, [reading.Span(since, None)]))
        self._keep_uncarried(table)
        return "incremental"

    def _delete_again(self, table: BoundTable, event: BoundColumn, since: datetime) -> None:
        """Delete the rows whose event time has moved into what is about to be read, so that none is there twice."""
        keys = [column.name for column in catalogue.TABLES[table.name].primary_key]
        bound = [table.column(key) for key in keys]
        if not keys or any(key.expression is None for key in bound):
            return
        where = reading.within(event, [reading.Span(since, None)])
        select = reading.rows(replace(table, columns=tuple(bound)), where)
        columns = ", ".join(quoted(key) for key in keys)
        self.mirror.execute(
            f"delete from {quoted(table.name)} where ({columns}) in "  # noqa: S608
            f"(select ({columns}) from postgres_query('pg', {literal(select)}))"
        )

    def _reconcile(self, table: BoundTable, event: BoundColumn) -> Mode:
        """Read again the days whose rows or versions differ from those kept."""
        self._take_days(table, event)
        changed = [
            day
            for (day,) in self.mirror.execute(
                "select coalesce(now.day::date, kept.day) from days as now full join "
                "(from meta.days where table_name = ?) as kept on now.day::date is not distinct from kept.day "
                "where now.fingerprint is distinct from kept.fingerprint",
                [table.name],
            ).fetchall()
        ]
        if not changed:
            self._keep_uncarried(table)
            return "unchanged"
        dated = [day for day in changed if day is not None]
        spans = reading.spans_of(dated)
        if spans is None:
            return self._read_whole(table)
        name, moment = quoted(table.name), quoted(event.column)
        for span in spans:
            self.mirror.execute(
                f"delete from {name} where {moment} >= ? and (? is null or {moment} < ?)",  # noqa: S608
                [span.start, span.end, span.end],
            )
        undated = None in changed
        if undated:
            self.mirror.execute(f"delete from {name} where {moment} is null")  # noqa: S608
        self._insert(table, reading.within(event, spans, nulls=undated))
        self._keep_days(table)
        return "incremental"

    def _count(self, table: BoundTable) -> tuple[int, datetime | None]:
        note = catalogue.note_of(catalogue.TABLES[table.name])
        event = catalogue.TABLES[table.name].columns.get(note.event_time or "")
        newest = "null::timestamptz" if event is None else f"max({quoted(event.name)})::timestamptz"
        [(rows, moment)] = self.mirror.execute(f"select count(*), {newest} from {quoted(table.name)}").fetchall()  # noqa: S608
        return rows, moment

    def _count_uncarried(self, table: BoundTable) -> None:
        if reading.possible_losses(table):
            [counts] = self._postgres(reading.losses(table))
            self._add_uncarried(table, counts)

    def _add_uncarried(self, table: BoundTable, counts: Sequence[int]) -> None:
        self.uncarried.extend(
            (table.name, column.column, lost.reason, count)
            for (column, lost), count in zip(reading.possible_losses(table), counts, strict=True)
            if count
        )

    def _keep_uncarried(self, table: BoundTable) -> None:
        if self.previous is not None:
            self.uncarried.extend(row for row in self.previous.uncarried if row[0] == table.name)

    def _undocumented(self, table: LiveTable) -> TableRefreshed:
        started = time.perf_counter()
        limit = self.settings.sample_rows
        known = self.fingerprints.get(table.key)
        rows = known[0] if known else table.rows or 0
        if not table.readable:
            return TableRefreshed(record.other_name(table), "unreadable", rows, 0.0, rows_exact=False)
        if table.kind == "view" or not any(column.readable for column in table.columns):
            # A view may be as slow as it likes, and one that fails would cost the whole refresh.
            return TableRefreshed(record.other_name(table), "not read", rows, 0.0, rows_exact=False)
        name = f"other.{quoted(record.other_name(table))}"
        fingerprint = f"{known[1]}|{record.shape_key(table)}|{limit}" if known else None
        before = None
        if self.previous is not None and self.previous.carries:
            before = self.previous.tables.get(record.other_name(table))
        if before is not None and (
            before["fingerprint"] == fingerprint if fingerprint else not self.reconciling and before["reading"] is None
        ):
            mode: Mode = "sampled" if rows > limit else "unchanged"
            return TableRefreshed(record.other_name(table), mode, rows, 0.0, fingerprint, rows_exact=known is not None)
        columns, select = reading.sample(table, limit, rows)
        shown = ", ".join(f"{quoted(column)}::{kind} as {quoted(column)}" for column, kind in columns)
        self.mirror.execute(
            f"create or replace table {name} as select {shown or 'null as nothing'} "  # noqa: S608
            f"from postgres_query('pg', {literal(select)})"
        )
        if known is None:
            [(held,)] = self.mirror.execute(f"select count(*) from {name}").fetchall()  # noqa: S608
            rows = max(rows, held)
        mode = "hidden" if table.hidden and rows == 0 else "sampled" if rows > limit else "full"
        return TableRefreshed(
            record.other_name(table), mode, rows, time.perf_counter() - started, fingerprint,
            rows_exact=known is not None,
        )  # fmt: skip

    def _drop_gone(self, bound: Binding) -> None:
        wanted = {record.other_name(table) for table in bound.undocumented if table.readable}
        held = self.mirror.execute(
            "select table_name from duckdb_tables() where schema_name = 'other' and database_name = current_database()"
        ).fetchall()
        for (name,) in held:
            if name not in wanted:
                self.mirror.execute(f"drop table other.{quoted(name)}")

    def _warnings(self, bound: Binding, done: list[TableRefreshed]) -> tuple[str, ...]:
        withheld = [table.name for table in done if table.mode == "hidden" and table.name in bound.tables]
        withheld.extend(name for name, table in bound.missing.items() if table.live is not None)
        partial = [
            table.name
            for table in done
            if table.name in bound.tables and bound.tables[table.name].live.hidden and table.mode != "hidden"
        ]
        said = []
        if withheld:
            said.append(f"The rows of {', '.join(withheld)} are withheld from the role that reads.")
        if partial:
            said.append(f"Row-level security may withhold rows of {', '.join(partial)}.")
        return tuple(said)


def _generation(unfinished: Path) -> int:
    return generations.number(unfinished.with_suffix(".duckdb"))


def _extension() -> Path:
    """Return the Postgres extension as its package brings it: loaded in place, nothing is installed or fetched."""
    found = find_spec("duckdb_extension_postgres_scanner")
    if found is None or found.origin is None:
        raise ReplicaError("The Postgres extension of DuckDB is missing.", "Run make install.")
    folder = Path(found.origin).parent / "extensions" / f"v{duckdb.__version__}"
    extension = folder / "postgres_scanner.duckdb_extension"
    if not extension.is_file():
        held = version("duckdb-extension-postgres-scanner")
        raise ReplicaError(
            f"The Postgres extension is of {held} and DuckDB of {duckdb.__version__}.", "Run make install."
        )
    return extension


def _explained(failed: Exception, source: Source, settings: Settings) -> ReplicaError:
    if isinstance(failed, ReplicaError):
        return failed
    if isinstance(failed, duckdb.OutOfMemoryException):
        return ReplicaError(
            f"The refresh needs more memory than {settings.memory_limit}.", "Raise AUTOREV_MEMORY_LIMIT."
        )
    if damage.is_full(failed):
        return _disk_full()
    if damage.is_damage(failed):
        return MirrorUnreadable("The mirror's file is damaged.", "It is read anew at the next refresh.")
    return connections.explain(failed, source.conninfo)


def _disk_full() -> ReplicaError:
    return ReplicaError("The disk that holds the mirror is full.", "Make room in the folder of AUTOREV_HOME.")


def _dicts(answer: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [str(column[0]) for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
