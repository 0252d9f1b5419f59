"""Which documented tables and columns a question reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

import catalogue
from replica.layout import mirrored

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCHEMAS: Final = frozenset({"", "main", "other", "meta"})


@dataclass(frozen=True, slots=True)
class Reads:
    """The documented `tables` and `columns` (as `table.column`) that a question reads, sorted.

    `sources` are all names it reads rows from, as schema (empty where it names none) and name; names that it gives
    itself are among them.
    """

    tables: tuple[str, ...]
    columns: tuple[str, ...]
    sources: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=2048)
def reads(sql: str) -> Reads:
    """Return what a question in DuckDB's dialect reads; names that the catalogue does not hold are left out.

    Raises:
        ValueError: The text is not one statement of SQL, or it passes by the masks: it names a database, or a table by
            a text.
    """
    try:
        tree = qualify(
            sqlglot.parse_one(sql, dialect="duckdb"),
            dialect="duckdb",
            schema=dict(_schema()),
            validate_qualify_columns=False,
            quote_identifiers=False,
            allow_partial_qualification=True,
        )
    except SqlglotError as unread:
        raise ValueError(f"The question cannot be read as SQL: {unread}") from unread
    written = list(tree.find_all(exp.Table))
    if any(table.catalog or table.db.lower() not in _SCHEMAS for table in written):
        raise ValueError(f"A question reads tables of {', '.join(sorted(_SCHEMAS - {''}))}, of no other database.")
    if any(call.name.lower() in {"query", "query_table"} for call in tree.find_all(exp.Anonymous)):
        raise ValueError("A question names its tables as identifiers, never by a text.")
    tables: set[str] = set()
    columns: set[str] = set()
    for scope in traverse_scope(tree):
        known = _documented(scope)
        tables.update(known.values())
        for column in scope.columns:
            # A column without a table may belong to any table in sight: better asked for once too often.
            named = [known[column.table]] if column.table in known else [] if column.table else list(known.values())
            columns.update(f"{table}.{column.name}" for table in named if column.name in _schema()[table])
    sources = {(table.db, table.name) for table in written if table.name}
    return Reads(tuple(sorted(tables)), tuple(sorted(columns)), tuple(sorted(sources)))


def _documented(scope: Scope) -> dict[str, str]:
    """Return the documented tables in a scope by the name they go by in it."""
    return {
        alias: source.name
        for alias, source in scope.sources.items()
        if isinstance(source, exp.Table) and source.db in {"", "main"} and source.name in _schema()
    }


@lru_cache(maxsize=1)
def _schema() -> Mapping[str, dict[str, Any]]:
    return {table.name: {column.name: "unknown" for column in mirrored(table)} for table in catalogue.TABLES.values()}
