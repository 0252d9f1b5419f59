"""The one place where the checks read values as they are; what people are shown goes through the masked mirror."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from catalogue import TABLES, note_of
from quality.check import q
from quality.known import Constraint, Known, KnownColumn, KnownReference, KnownTable, Statistic, live_rows
from quality.rules.columns import event_time
from replica.masking import RAW, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from replica.mirror import Mirror

_CURRENT: Final = timedelta(days=2)
_WITNESSES: Final = 3
"""How many tables must reach a moment before the data is said to end there; fewer may hold a wrong clock."""


@contextmanager
def raw(mirror: Mirror) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a cursor on the current generation that sees every value unmasked; never for what is shown."""
    with mirror._opened() as opened:  # noqa: SLF001  the mirror's own questions are masked
        cursor = opened.connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()


@contextmanager
def masked(mirror: Mirror, table: str, schema: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """Yield a cursor that chooses rows by their values as they are, and the items that show them masked.

    The items are those of a select over `t`, the rows chosen; what the mirror's viewer revealed is shown as it is.
    """
    with mirror._opened() as opened:  # noqa: SLF001  as above
        cursor = opened.connection.cursor()
        timer = threading.Timer(mirror.settings.question_seconds, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            say(cursor, opened.pseudonyms, mirror.sees - {"pseudonym"})
            yield cursor, opened.views.items(schema, table)
        finally:
            timer.cancel()
            cursor.close()


def known(mirror: Mirror) -> Known:
    """Return what the last refresh recorded of the database."""
    with raw(mirror) as cursor:
        tables = _rows(cursor, f"select * from {RAW}.meta.tables")
        columns = live_rows(_rows(cursor, f"select * from {RAW}.meta.columns order by position"), "table_name")
        keys = live_rows(_rows(cursor, f"select * from {RAW}.meta.foreign_keys"), "table_name")
        declared = live_rows(_rows(cursor, f"select * from {RAW}.meta.constraints"), "table_name")
        statistics = live_rows(_rows(cursor, f"select * from {RAW}.meta.statistics"), "table_name")
        moment = _rows(cursor, f"select snapshot_at from {RAW}.meta.refresh")[0]["snapshot_at"]
    found = {
        row["table_name"]: replace(
            _table(row, columns, keys),
            constraints=tuple(map(_constraint, declared.get(row["table_name"], ()))),
            statistics={one["column_name"]: _statistic(one) for one in statistics.get(row["table_name"], ())},
        )
        for row in tables
    }
    return Known(found, moment.astimezone(UTC))


def _constraint(row: dict[str, Any]) -> Constraint:
    return Constraint(
        row["kind"], row["constraint_name"], tuple(row["columns"] or ()), row["words"], row["validated"], row["broken"]
    )


def _statistic(row: dict[str, Any]) -> Statistic:
    return Statistic(row["null_share"], row["different"], tuple(row["common"] or ()), tuple(row["shares"] or ()))


def data_ends(mirror: Mirror, found: Known) -> datetime:
    """Return the moment that the data reaches to.

    It is the snapshot's own while rows arrive; a database that was kept from an earlier day is judged as of the end
    of that day, or all of it would look like an outage and nothing in it like the future.
    """
    limit = found.snapshot_at
    newest = [
        f"select max({q(moment)}) as moment from {RAW}.main.{q(name)} where {q(moment)} <= $limit"
        for name, table in TABLES.items()
        if (moment := event_time(table)) is not None
        and note_of(table).deprecated_for is None
        and found.has(f"{name}.{moment}")
    ]
    if not newest:
        return limit
    with raw(mirror) as cursor:
        rows = cursor.execute(
            f"select moment from ({' union all '.join(newest)}) where moment is not null "
            f"order by moment desc limit {_WITNESSES}",
            {"limit": limit},
        ).fetchall()
    if not rows:
        return limit
    last: datetime = rows[-1][0].astimezone(UTC)
    if limit - last <= _CURRENT:
        return limit
    return min(limit, datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1))


def _rows(cursor: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    answer = cursor.execute(sql)
    names = [str(column[0]) for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _table(
    row: dict[str, Any], columns: dict[str, list[dict[str, Any]]], keys: dict[str, list[dict[str, Any]]]
) -> KnownTable:
    name = row["table_name"]
    return KnownTable(
        name=name,
        domain=row["domain"],
        documented=row["documented"],
        found=row["found"],
        mode=row["mode"],
        rows=row["rows"],
        primary_key=tuple(row["primary_key"] or ()),
        columns={
            column["column_name"]: KnownColumn(
                column["column_name"], column["state"], column["live_name"], column["live_type"],
                bool(column["mirrored"]), column["nullable"] is False, column["references_column"],
            )
            for column in columns.get(name, [])
            if column["state"] != "unexpected"
        },
        references=tuple(
            KnownReference(key["column_name"], key["references_table"], key["references_column"], key["validated"])
            for key in keys.get(name, [])
        ),
        live=(row["live_schema"], row["live_name"]) if row["live_name"] else None,
        exact=bool(row["rows_exact"]),
        newest=row["newest_event"].astimezone(UTC) if row["newest_event"] else None,
    )  # fmt: skip
