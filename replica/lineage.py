"""Which documented tables and columns a question reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

import catalogue
from replica.layout import mirrored

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reads:
    """The documented `tables` and `columns` (as `table.column`) that a question reads, sorted."""

    tables: tuple[str, ...]
    columns: tuple[str, ...]


@lru_cache(maxsize=2048)
def reads(sql: str) -> Reads:
    """Return what a question in DuckDB's dialect reads; names that the catalogue does not hold are left out.

    Raises:
        ValueError: The text is not one statement of SQL.
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
    tables: set[str] = set()
    columns: set[str] = set()
    for scope in traverse_scope(tree):
        known = _documented(scope)
        tables.update(known.values())
        for column in scope.columns:
            # A column without a table may belong to any table in sight: better asked for once too often.
            named = [known[column.table]] if column.table in known else [] if column.table else list(known.values())
            columns.update(f"{table}.{column.name}" for table in named if column.name in _schema()[table])
    return Reads(tuple(sorted(tables)), tuple(sorted(columns)))


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
