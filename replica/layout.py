"""The mirror's file: documented tables in `main`, undocumented ones in `other`, the record of the refresh in `meta`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import duckdb

import catalogue
from replica.values import DUCKDB_TYPES, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

VERSION: Final = 2
"""Raised when the layout changes: a mirror of another version is built anew."""

META: Final = {
    "refresh": (
        "layout INTEGER, refreshed_at TIMESTAMPTZ, snapshot_at TIMESTAMPTZ, seconds DOUBLE, role VARCHAR, "
        "host VARCHAR, database VARCHAR, server_version VARCHAR, server_identity VARCHAR, lag_seconds DOUBLE, "
        "generation BIGINT, warnings VARCHAR[], reconciled_at TIMESTAMPTZ"
    ),
    "tables": (
        "table_name VARCHAR, domain VARCHAR, documented BOOLEAN, found BOOLEAN, live_schema VARCHAR, "
        "live_name VARCHAR, rows BIGINT, rows_exact BOOLEAN, documented_rows BIGINT, columns BIGINT, "
        "documented_columns BIGINT, documented_columns_at_least BOOLEAN, bytes BIGINT, refreshed_at TIMESTAMPTZ, "
        "snapshot_at TIMESTAMPTZ, mode VARCHAR, seconds DOUBLE, newest_event TIMESTAMPTZ, hidden BOOLEAN, "
        "primary_key VARCHAR[], comment VARCHAR, fingerprint VARCHAR, reading VARCHAR"
    ),
    "columns": (
        "table_name VARCHAR, column_name VARCHAR, position INTEGER, state VARCHAR, live_name VARCHAR, "
        "live_type VARCHAR, documented_type VARCHAR, conversion VARCHAR, setting VARCHAR, comment VARCHAR, "
        "mirrored BOOLEAN, primary_key BOOLEAN, references_column VARCHAR, nullable BOOLEAN"
    ),
    "uncarried": "table_name VARCHAR, column_name VARCHAR, reason VARCHAR, rows BIGINT",
    "foreign_keys": (
        "table_name VARCHAR, column_name VARCHAR, references_table VARCHAR, references_column VARCHAR, "
        "validated BOOLEAN"
    ),
    "constraints": (
        "table_name VARCHAR, kind VARCHAR, constraint_name VARCHAR, columns VARCHAR[], words VARCHAR, "
        "validated BOOLEAN, broken BIGINT"
    ),
    "statistics": (
        "table_name VARCHAR, column_name VARCHAR, null_share DOUBLE, different DOUBLE, common VARCHAR[], "
        "shares DOUBLE[]"
    ),
    "drift": "first_seen TIMESTAMPTZ, kind VARCHAR, table_name VARCHAR, column_name VARCHAR, words VARCHAR",
    "days": "table_name VARCHAR, day DATE, rows BIGINT, fingerprint VARCHAR",
}


def duckdb_type(column: sa.Column[Any]) -> str:
    """Return the type in which the mirror keeps a documented column."""
    return DUCKDB_TYPES[target_of(column)]


def mirrored(table: sa.Table) -> Iterator[sa.Column[Any]]:
    """Yield the columns of a documented table that the mirror keeps."""
    for column in table.columns:
        if catalogue.column_note(column).mirrored:
            yield column


def quoted(name: str) -> str:
    """Return a name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as a literal of SQL (standard strings, as both engines read them)."""
    return "'" + text.replace("'", "''") + "'"


def create_table_sql(table: sa.Table) -> str:
    """Return the statement that creates a documented table in the mirror."""
    columns = ", ".join(f"{quoted(column.name)} {duckdb_type(column)}" for column in mirrored(table))
    return f"create or replace table {quoted(table.name)} ({columns})"


def create_empty(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every documented table, empty, and the schemas `other` and `meta`."""
    for table in catalogue.TABLES.values():
        connection.execute(create_table_sql(table))
    connection.execute("create schema if not exists other; create schema if not exists meta")
    for name, columns in META.items():
        connection.execute(f"create or replace table meta.{quoted(name)} ({columns})")


def shapes_in(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str]]]:
    """Return the columns (name, type as DuckDB spells it) of each documented table in a file, in their order."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, column, kind in connection.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where schema_name = 'main' and database_name = current_database() order by column_index"
    ).fetchall():
        found.setdefault(name, []).append((column, kind))
    return found


@cache
def shapes() -> dict[str, list[tuple[str, str]]]:
    """Return the columns of each documented table as `shapes_in` finds them in a new file."""
    with duckdb.connect(":memory:") as empty:
        create_empty(empty)
        return shapes_in(empty)
