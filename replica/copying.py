"""Large tables into a fresh file: several readers at once, all in one snapshot of Postgres.

One connection brings rows slower than DuckDB writes them. So each reader has a transaction of its own on a connection
of its own, takes over the snapshot that one transaction exports, and copies a range of the table's pages.
"""

from __future__ import annotations

import contextlib
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import duckdb

from replica import reading
from replica.layout import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from replica.binding import BoundColumn, BoundTable

_log: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Snapshot:
    """A snapshot of Postgres (attached as `pg`) that stays open, for other transactions to read in."""

    mirror: duckdb.DuckDBPyConnection
    name: str = field(init=False)
    _holder: duckdb.DuckDBPyConnection = field(init=False)

    def __post_init__(self) -> None:
        self._holder = self.mirror.cursor()
        self._holder.execute("begin transaction")
        [(self.name,)] = self.ask("select pg_export_snapshot()")

    def ask(self, select: str) -> list[tuple[Any, ...]]:
        """Answer a select of Postgres in the snapshot."""
        return _postgres(self._holder, select).fetchall()

    def begin(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Begin a transaction of `cursor` that reads in the snapshot."""
        cursor.execute("begin transaction")
        take_over = literal(f"set transaction snapshot {literal(self.name)}")
        cursor.execute(f"call postgres_execute('pg', {take_over})")

    def close(self) -> None:
        """End the transaction that holds it; those that took it over keep it."""
        leave(self._holder)


def leave(cursor: duckdb.DuckDBPyConnection) -> None:
    """Close a cursor whose server may be lost: closed with a transaction open it would end the whole process."""
    with contextlib.suppress(duckdb.Error):
        cursor.execute("rollback")
    cursor.close()


@dataclass(frozen=True, slots=True)
class Copied:
    """Tables that are in the file now, and the state of their days where one was asked for."""

    tables: frozenset[str] = frozenset()
    days: dict[str, pa.Table] = field(default_factory=dict)


def copy(snapshot: Snapshot, tables: Sequence[tuple[BoundTable, BoundColumn | None]], readers: int) -> Copied:
    """Copy tables, with the state of their days where an event-time column is given.

    The tables are empty and committed, and no other transaction writes to them. Where the server does not lend its
    snapshot (behind some poolers) nothing is copied.

    Raises:
        duckdb.Error: A reader failed; the file is then of no use.
    """
    reading_at_once = _Readers(snapshot, readers)
    try:
        reading_at_once.begun().execute("commit")
    except duckdb.Error as refused:
        if "snapshot" not in str(refused):
            raise
        _log.info("One reader only: the server does not lend its snapshot.")
        return Copied()
    try:
        return _copy(reading_at_once, tables)
    except BaseException:
        for cursor in reading_at_once.cursors:
            leave(cursor)
        raise


def _copy(reading_at_once: _Readers, tables: Sequence[tuple[BoundTable, BoundColumn | None]]) -> Copied:
    # One more than the readers of rows, for the states of the days, which are the server's work alone.
    with ThreadPoolExecutor(reading_at_once.number + 1, thread_name_prefix="copy") as pool:
        parts = [
            pool.submit(reading_at_once.rows, table, where)
            for table, _ in tables
            for where in reading_at_once.ranges(table)
        ]
        states = {
            table.name: pool.submit(reading_at_once.days, table, event) for table, event in tables if event is not None
        }
        try:
            for part in parts:
                part.result()
            days = {name: state.result() for name, state in states.items()}
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            reading_at_once.interrupt()
            raise
    return Copied(frozenset(table.name for table, _ in tables), days)


@dataclass(slots=True)
class _Readers:
    snapshot: Snapshot
    number: int
    cursors: list[duckdb.DuckDBPyConnection] = field(default_factory=list)

    def begun(self) -> duckdb.DuckDBPyConnection:
        cursor = self.snapshot.mirror.cursor()
        self.cursors.append(cursor)
        self.snapshot.begin(cursor)
        return cursor

    def interrupt(self) -> None:
        for cursor in self.cursors:
            cursor.interrupt()

    def ranges(self, table: BoundTable) -> list[str]:
        relation = literal(f"{quoted(table.live.schema)}.{quoted(table.live.name)}")
        [(pages,)] = self.snapshot.ask(f"select pg_relation_size({relation}) / current_setting('block_size')::int")
        starts = [pages * number // self.number for number in range(self.number)]
        return [reading.pages(start, end) for start, end in zip(starts, [*starts[1:], None], strict=True)]

    def rows(self, table: BoundTable, where: str) -> None:
        cursor = self.begun()
        columns = ", ".join(quoted(column.column) for column in reading.carried(table))
        cursor.execute(
            f"insert into {quoted(table.name)} ({columns}) select {columns} "  # noqa: S608
            f"from postgres_query('pg', {literal(reading.rows(table, where))})"
        )
        cursor.execute("commit")

    def days(self, table: BoundTable, event: BoundColumn) -> pa.Table:
        cursor = self.begun()
        found = _postgres(cursor, reading.days(table, event)).to_arrow_table()
        cursor.execute("commit")
        return found


def _postgres(cursor: duckdb.DuckDBPyConnection, select: str) -> duckdb.DuckDBPyConnection:
    return cursor.execute(f"select * from postgres_query('pg', {literal(select)})")  # noqa: S608
