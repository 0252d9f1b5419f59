"""The record of a refresh: the rows of the schema `meta`, and what changed in the schema since the last one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

import catalogue
from replica import layout, reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    import duckdb

    from replica.binding import Binding, BoundColumn, LiveTable
    from replica.connection import Source
    from replica.declared import Declared
    from replica.refresh import TableRefreshed
    from replica.values import LiveColumn

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """All that is to be recorded of one refresh."""

    bound: Binding
    source: Source
    tables: tuple[TableRefreshed, ...]
    uncarried: tuple[tuple[str, str, str, int], ...]
    generation: int
    refreshed_at: datetime
    snapshot_at: datetime
    reconciled_at: datetime
    seconds: float
    warnings: tuple[str, ...]
    previous_tables: Mapping[str, Row] | None
    previous_columns: Sequence[Row] | None
    previous_drift: Sequence[Row]
    declared: Declared


def other_name(table: LiveTable) -> str:
    """Return the name of an undocumented table in the mirror.

    Its own name; with its schema before it outside `public`, or where a documented table has that name already.
    """
    return table.name if table.schema == "public" and table.name not in catalogue.TABLES else table.key


def shape_key(table: LiveTable) -> str:
    """Return a key that changes with the columns of a live table."""
    shape = ",".join(f"{column.name}:{column.type}:{column.readable}" for column in table.columns)
    return hashlib.sha256(shape.encode()).hexdigest()[:16]


def write(mirror: duckdb.DuckDBPyConnection, written: Written) -> None:
    """Replace the record in `meta` (of `meta.days` only what belongs to tables no longer read in parts)."""
    server = written.source.server
    columns = [*_documented_columns(written.bound), *_unexpected_columns(written.bound)]
    columns.extend(_undocumented_columns(written.bound))
    tables = list(_tables(written))
    _replace(
        mirror,
        "refresh",
        [
            {
                "layout": layout.VERSION, "refreshed_at": written.refreshed_at, "snapshot_at": written.snapshot_at,
                "seconds": written.seconds, "role": server.role, "host": server.host, "database": server.database,
                "server_version": server.version, "server_identity": server.identity,
                "lag_seconds": server.lag_seconds, "generation": written.generation,
                "warnings": list(written.warnings), "reconciled_at": written.reconciled_at,
            }
        ],
    )  # fmt: skip
    _replace(mirror, "tables", tables)
    _replace(mirror, "columns", columns)
    _replace(
        mirror,
        "uncarried",
        [
            dict(zip(("table_name", "column_name", "reason", "rows"), row, strict=True))
            for row in written.uncarried
        ],
    )  # fmt: skip
    _replace(mirror, "foreign_keys", list(_foreign_keys(written.bound)))
    _replace(mirror, "constraints", written.declared.constraints)
    _replace(mirror, "statistics", written.declared.statistics)
    drift = [*written.previous_drift, *_drift(written, tables, columns)]
    _replace(mirror, "drift", drift)
    mirror.execute("delete from meta.days where table_name not in (select table_name from meta.tables where found)")


def _replace(mirror: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Row]) -> None:
    mirror.execute(f"truncate meta.{name}")
    if not rows:
        return
    declared = [part.split(maxsplit=1) for part in layout.META[name].split(", ")]
    given = pa.table({column: pa.array([row.get(column) for row in rows]) for column, _ in declared})
    values = ", ".join(f"{column}::{kind}" for column, kind in declared)
    mirror.register("given", given)
    mirror.execute(f"insert into meta.{name} select {values} from given")  # noqa: S608
    mirror.unregister("given")


def _tables(written: Written) -> Iterator[Row]:
    done = {table.name: table for table in written.tables}
    shared = {"refreshed_at": written.refreshed_at, "snapshot_at": written.snapshot_at}
    for name, table in catalogue.TABLES.items():
        note = catalogue.note_of(table)
        row: Row = {
            **shared,
            "table_name": name,
            "domain": note.domain,
            "documented": True,
            "documented_rows": note.rows,
            "documented_columns": note.columns,
            "documented_columns_at_least": note.columns_at_least,
            "comment": table.comment,
            "primary_key": [column.name for column in table.primary_key],
        }
        bound = written.bound.tables.get(name)
        if bound is None:
            barred = written.bound.missing[name].live
            row |= {"found": False, "mode": "missing", "rows_exact": False, "hidden": False}
            if barred is not None:
                place = {"live_schema": barred.schema, "live_name": barred.name, "columns": len(barred.columns)}
                row |= place | {"found": True, "mode": "unreadable", "bytes": barred.bytes}
            yield row
            continue
        yield row | _measured(bound.live, done[name]) | {"reading": reading.reading_key(bound)}
    for live in written.bound.undocumented:
        yield {
            **shared,
            "table_name": other_name(live),
            "documented": False,
            "comment": live.comment,
            "primary_key": list(live.primary_key),
        } | _measured(live, done[other_name(live)])


def _measured(live: LiveTable, done: TableRefreshed) -> Row:
    withheld = done.mode in {"hidden", "unreadable", "not read"}
    return {
        "found": True,
        "live_schema": live.schema,
        "live_name": live.name,
        "rows": None if withheld else done.rows,
        "rows_exact": done.rows_exact and not withheld,
        "columns": len(live.columns),
        "bytes": live.bytes,
        "mode": done.mode,
        "seconds": done.seconds,
        "newest_event": done.newest_event,
        "hidden": live.hidden,
        "fingerprint": done.fingerprint,
    }


def _documented_columns(bound: Binding) -> Iterator[Row]:
    for name, table in catalogue.TABLES.items():
        found = bound.tables.get(name)
        live = {column.name: column for column in found.live.columns} if found else {}
        columns = found.columns if found else bound.missing[name].columns
        by_name: dict[str, BoundColumn] = {column.column: column for column in columns}
        for position, declared in enumerate(table.columns, start=1):
            column = by_name[declared.name]
            kept = live.get(column.live_name or "")
            note = catalogue.column_note(declared)
            key = next(iter(declared.foreign_keys), None)
            yield {
                "table_name": name,
                "column_name": declared.name,
                "position": position,
                "state": column.state,
                "live_name": column.live_name,
                "live_type": column.live_type,
                "documented_type": note.spelling,
                "conversion": column.conversion,
                "setting": column.setting,
                "comment": declared.comment,
                "mirrored": note.mirrored and column.expression is not None,
                "primary_key": declared.primary_key,
                "references_column": key.target_fullname if key is not None else None,
                "nullable": None if kept is None else not kept.not_null,
            }


def _unexpected_columns(bound: Binding) -> Iterator[Row]:
    for name, columns in bound.unexpected.items():
        for column in columns:
            yield _live_column(name, column, "unexpected", bound.tables[name].live)


def _undocumented_columns(bound: Binding) -> Iterator[Row]:
    for table in bound.undocumented:
        for column in table.columns:
            yield _live_column(other_name(table), column, "undocumented", table)


def _live_column(table_name: str, column: LiveColumn, state: str, table: LiveTable) -> Row:
    keys = {
        own: f"{key.references_table}.{other}"
        for key in table.foreign_keys
        for own, other in zip(key.columns, key.references_columns, strict=True)
    }
    return {
        "table_name": table_name,
        "column_name": column.name,
        "position": column.position,
        "state": state,
        "live_name": column.name,
        "live_type": column.type,
        "comment": column.comment,
        "mirrored": state == "undocumented" and column.readable and column.base != "vector",
        "primary_key": column.name in table.primary_key,
        "references_column": keys.get(column.name),
        "nullable": not column.not_null,
    }


def _foreign_keys(bound: Binding) -> Iterator[Row]:
    documented = {table.live.key: name for name, table in bound.tables.items()}
    tables = [(name, table.live) for name, table in bound.tables.items()]
    tables.extend((other_name(table), table) for table in bound.undocumented)
    for name, table in tables:
        for key in table.foreign_keys:
            target = f"{key.references_schema}.{key.references_table}"
            for own, other in zip(key.columns, key.references_columns, strict=True):
                yield {
                    "table_name": name,
                    "column_name": own,
                    "references_table": documented.get(target, key.references_table),
                    "references_column": other,
                    "validated": key.validated,
                }


def _drift(written: Written, tables: Sequence[Row], columns: Sequence[Row]) -> Iterator[Row]:
    """Yield what changed in the live schema since the generation before; nothing for the first one."""
    if written.previous_tables is None or written.previous_columns is None:
        return
    seen = {"first_seen": written.snapshot_at}
    before = {name for name, row in written.previous_tables.items() if row["found"]}
    now = {row["table_name"] for row in tables if row["found"]}
    for name in sorted(before - now):
        yield seen | {"kind": "table gone", "table_name": name, "words": f"The table {name} is gone."}
    for name in sorted(now - before):
        yield seen | {"kind": "table new", "table_name": name, "words": f"The table {name} is new."}
    both = before & now
    old = {(row["table_name"], row["column_name"]): row for row in written.previous_columns}
    new = {(row["table_name"], row["column_name"]): row for row in columns}
    for key in sorted(old.keys() | new.keys()):
        if key[0] in both and (said := _column_drift(key, old.get(key), new.get(key))) is not None:
            yield seen | {"table_name": key[0], "column_name": key[1]} | said


def _column_drift(key: tuple[str, str], old: Row | None, new: Row | None) -> Row | None:
    name = ".".join(key)
    had = old is not None and old["state"] != "unbound"
    has = new is not None and new["state"] != "unbound"
    if had and not has and old is not None:
        kept = old["live_name"] or "what it was computed from"
        return {"kind": "column gone", "words": f"{name} is no longer there (it was {kept})."}
    if has and not had and new is not None:
        return {"kind": "column new", "words": f"{name} is there now ({new['live_type'] or 'computed'})."}
    if not had or old is None or new is None:
        return None
    if old["live_type"] != new["live_type"]:
        return {"kind": "type changed", "words": f"{name} was {old['live_type']} and is {new['live_type']}."}
    if (old["state"], old["live_name"]) != (new["state"], new["live_name"]):
        return {"kind": "binding changed", "words": f"{name} was read from {old['live_name']}, now {new['live_name']}."}
    return None
