"""A suggestion that was accepted, as the line of the catalogue that would make it the dictionary's own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from catalogue import TABLES
from catalogue.personal import guessed
from quality.baseline import usual_values
from quality.reading import known
from quality.rows import check_named

if TYPE_CHECKING:
    from quality.known import KnownColumn, KnownTable
    from replica.mirror import Mirror

_TYPES: Final = (
    (r"(text|uuid)\[\]", None),
    (r"(character|varchar|citext|text|char).*", "TEXT"),
    (r"(smallint|integer|bigint|oid)", "INTEGER"),
    (r"(numeric|real|double precision|money).*", "DECIMAL"),
    (r"boolean", "BOOLEAN"),
    (r"uuid", "UUID"),
    (r"jsonb?", "JSONB"),
    (r"timestamp.*", "TIMESTAMP"),
    (r"date", "DATE"),
    (r"time.*", "TIME"),
    (r"vector.*", "VECTOR"),
)
_PARENT: Final = re.compile(r".* is the (\w+) of a row of (\w+)\.")


def catalogue_line(mirror: Mirror, check: str) -> str:
    """Return the line to paste into a module of the catalogue for the column that an accepted check speaks of.

    The checks of the dictionary's own columns derive from such a line; where the table is new to the catalogue its
    declaration is written around it.

    Raises:
        NotAllowed: There is no such check.
    """
    there = known(mirror)
    found = check_named(there, check)
    table = there.tables[found.table]
    if found.column is None or found.column not in table.columns:
        return f"# {found.rule}"
    line = f"    {_column(table, table.columns[found.column], _extras(table, found.column, found.rule))}"
    if table.name in TABLES:
        return f"{line}  # in {table.name}"
    return (
        f"{_identifier(table.name)} = table(\n"
        f"    {_quoted(table.name)},\n"
        f'    Note(title={_quoted(table.name)}, domain=DOMAIN, grain="One row per …"),\n'
        f"{line}\n)"
    )


def _column(table: KnownTable, column: KnownColumn, extras: list[str]) -> str:
    personal = guessed(table.name, column.name, column.live_type or "text")
    if personal is not None:
        extras = [*extras, f"personal={_quoted(personal)}"]
    if column.name in table.primary_key:
        extras = [*extras, "primary_key=True"]
    rest = "".join(f", {extra}" for extra in extras)
    return f'column({_quoted(column.name)}, {_type(column.live_type or "text")}, "…"{rest}),'


def _extras(table: KnownTable, column: str, rule: str) -> list[str]:
    """Return what the suggestion adds to the declaration of the column."""
    for constraint in table.constraints:
        if constraint.columns == (column,) and constraint.kind == "enum":
            return [f"one_of=({', '.join(map(_quoted, json.loads(constraint.words)))},)"]
        if constraint.columns == (column,) and constraint.kind == "unique":
            return ["unique=True"]
    if values := usual_values(table, column):
        return [f"one_of=({', '.join(map(_quoted, values))},)"]
    parent = _PARENT.fullmatch(rule)
    return [f"references={_quoted(f'{parent[2]}.{parent[1]}')}"] if parent else []


def _type(live: str) -> str:
    for pattern, name in _TYPES:
        if re.fullmatch(pattern, live):
            return name or f"{live.removesuffix('[]').upper()}_ARRAY"
    return "TEXT"


def _identifier(name: str) -> str:
    return re.sub(r"\W", "_", name).strip("_").lower() or "table_"


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
