"""What the database itself says of the tables that the dictionary leaves out: constraints, enumerations, statistics.

Constraints are read from `pg_constraint` with the words Postgres has for them; of those that old rows were never held
to, the rows that break them are counted where the table is small. Of statistics, values are kept only of columns that
hold nothing personal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import dict_row

from catalogue.personal import guessed
from catalogue.scrub import scrub
from replica.layout import quoted
from replica.record import other_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from replica.binding import LiveTable

_LARGEST_COUNTED: Final = 64 * 1024 * 1024
_MOST_VALUES, _LONGEST_VALUE = 40, 120
_CONSTRAINTS: Final = """
    select
        n.nspname::text as schema, c.relname::text as name, k.conname::text as constraint_name, k.contype::text as kind,
        array(
            select a.attname::text from unnest(k.conkey) with ordinality as u(number, place)
            join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.number order by u.place
        ) as columns,
        case when k.contype = 'c' then pg_get_expr(k.conbin, k.conrelid) else pg_get_constraintdef(k.oid) end as words,
        k.convalidated as validated
    from pg_catalog.pg_constraint as k
    join pg_catalog.pg_class as c on c.oid = k.conrelid
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where k.contype in ('c', 'u') and n.nspname::text || '.' || c.relname::text = any (%(tables)s)
    order by 1, 2, 3
"""
_STATISTICS: Final = """
    select
        schemaname::text as schema, tablename::text as name, attname::text as column_name, null_frac as null_share,
        n_distinct as different, most_common_vals::text::text[] as common, most_common_freqs as shares
    from pg_catalog.pg_stats
    where schemaname::text || '.' || tablename::text = any (%(tables)s) and not inherited
    order by 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Declared:
    """Rows of `meta.constraints` and `meta.statistics`."""

    constraints: tuple[dict[str, Any], ...] = ()
    statistics: tuple[dict[str, Any], ...] = field(default=())


def read(connection: psycopg.Connection[Any], tables: Sequence[LiveTable]) -> Declared:
    """Return what the database says of these tables; two statements, and one for each constraint never validated.

    Raises:
        psycopg.Error: The connection broke.
    """
    by_key = {table.key: table for table in tables}
    asked = {"tables": [*by_key]}
    with connection.cursor(row_factory=dict_row) as cursor:
        constraints = cursor.execute(_CONSTRAINTS, asked).fetchall()
        statistics = cursor.execute(_STATISTICS, asked).fetchall()
    rows = [_constraint(connection, by_key[f"{row['schema']}.{row['name']}"], row) for row in constraints]
    rows += [row for table in tables for row in _enumerations(table)]
    kept = (_statistic(by_key[f"{row['schema']}.{row['name']}"], row) for row in statistics)
    return Declared(tuple(rows), tuple(kept))


def _constraint(connection: psycopg.Connection[Any], table: LiveTable, row: dict[str, Any]) -> dict[str, Any]:
    kind = "check" if row["kind"] == "c" else "unique"
    return {
        "table_name": other_name(table),
        "kind": kind,
        "constraint_name": row["constraint_name"],
        "columns": row["columns"],
        "words": row["words"],
        "validated": row["validated"],
        "broken": _broken(connection, table, row["words"]) if kind == "check" and not row["validated"] else None,
    }


def _broken(connection: psycopg.Connection[Any], table: LiveTable, expression: str) -> int | None:
    """Return how many rows break an expression of the database's own; None where they cannot be counted."""
    if not table.readable or table.bytes > _LARGEST_COUNTED:
        return None
    sql = f"select count(*) from {quoted(table.schema)}.{quoted(table.name)} where not ({expression})"  # noqa: S608
    try:
        [(count,)] = connection.execute(sql.encode()).fetchall()
    except psycopg.OperationalError:
        raise
    except psycopg.Error:
        return None
    return int(count)


def _enumerations(table: LiveTable) -> Iterator[dict[str, Any]]:
    for column in table.columns:
        if column.kind == "e" and column.labels and not column.array:
            yield {
                "table_name": other_name(table), "kind": "enum", "constraint_name": column.type,
                "columns": [column.name], "words": json.dumps(column.labels, ensure_ascii=False), "validated": True,
                "broken": None,
            }  # fmt: skip


def _statistic(table: LiveTable, row: dict[str, Any]) -> dict[str, Any]:
    kind = next((column.type for column in table.columns if column.name == row["column_name"]), "text")
    values = [value for value in row["common"] or () if value is not None]
    told = (
        guessed(table.name, row["column_name"], kind) in {None, "free text"}
        and 0 < len(values) <= _MOST_VALUES
        and all(len(value) <= _LONGEST_VALUE and scrub(value) == value for value in values)
    )
    return {
        "table_name": other_name(table),
        "column_name": row["column_name"],
        "null_share": row["null_share"],
        "different": row["different"],
        "common": values if told else [],
        "shares": list(row["shares"] or ()) if told else [],
    }
