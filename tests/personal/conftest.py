"""A database whose personal values are marks of their own, in every personal column of every table."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

import catalogue
from catalogue.personal import SHOWN, guessed
from replica import Mirror, generations, layout
from replica.settings import Settings
from tests.conftest import stands_for
from tests.pages.conftest import open_page, scanned_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from catalogue._declare import Personal

__all__ = ["open_page", "scanned_once"]

MARK = re.compile("zq([0-9]{5})zq", re.IGNORECASE)
ROWS = 3
STRANGE = {
    "leads": {"name": "text", "e_mail": "text", "mobile": "text", "city": "text", "last_ip": "inet", "payload": "jsonb",
              "api_token": "text", "chat": "text[]", "vin": "character(17)", "remark": "text", "extra": "jsonb"},
    "mail queue": {"recipient": "text", "body": "text", "url": "text", "Secret": "text", "owner_name": "text"},
}  # fmt: skip
"""Tables that the dictionary leaves out, with the types of their columns in Postgres."""


@dataclass(frozen=True)
class Marked:
    """The mirror of the marked database, and of each mark where it stands and what it is."""

    mirror: Mirror
    kinds: dict[int, Personal]
    places: dict[int, tuple[str, str]]

    def found(self, text: str) -> set[int]:
        """Return the marks that a text holds."""
        return {int(number) for number in MARK.findall(text)}

    def kinds_in(self, text: str) -> set[Personal]:
        """Return the kinds of the marks that a text holds."""
        return {self.kinds[number] for number in self.found(text)}


class _Marks:
    def __init__(self) -> None:
        self.kinds: dict[int, Personal] = {}
        self.places: dict[int, tuple[str, str]] = {}

    def value(self, place: tuple[str, str], personal: Personal, kind: str) -> Any:
        """Return a value of a type of DuckDB that holds a mark as a value of its kind would."""
        number = len(self.kinds)
        self.kinds[number], self.places[number] = personal, place
        mark = f"zq{number:05}zq"
        text = {
            "email": f"{mark}@{mark}.example",
            "vin": f"1HGCM826{mark}",
            "free text": f"{mark}@mail.example wrote ?token={mark}&first_name={mark} from sk_live_{mark}",
        }.get(personal, f"the {mark}")
        if kind == "JSON":
            inner = {"email": text, "note": mark, "displayName": mark, "deep": {"text": f"{mark}@mail.example"}}
            return json.dumps(inner if personal == "free text" else {"any": text})
        return [text] if kind.endswith("[]") else text


@pytest.fixture(scope="session")
def marked(empty_generation: Path, tmp_path_factory: pytest.TempPathFactory) -> Marked:
    """Return the marked database as a mirror."""
    folder, marks = tmp_path_factory.mktemp("marked"), _Marks()
    unfinished = generations.building(folder)
    generations.clone(empty_generation, unfinished)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for table in catalogue.TABLES.values():
            columns = list(layout.mirrored(table))
            kinds = {column.name: layout.duckdb_type(column) for column in columns}
            notes = {column.name: catalogue.column_note(column) for column in columns}

            def value(name: str, row: int, table: str = table.name, notes: Any = notes, kinds: Any = kinds) -> Any:
                note = notes[name]
                if note.personal is None or note.personal in SHOWN:
                    return _plain(kinds[name], note.one_of, row)
                return marks.value((table, name), note.personal, kinds[name])

            _fill(connection, "main", table.name, kinds, value)
            connection.execute("update meta.tables set rows = ? where table_name = ?", [ROWS, table.name])
        for name, types in STRANGE.items():
            _strange(connection, marks, name, types)
    generations.publish(unfinished)
    return Marked(Mirror(folder, Settings(home=folder)), marks.kinds, marks.places)


def _strange(connection: duckdb.DuckDBPyConnection, marks: _Marks, table: str, types: dict[str, str]) -> None:
    kinds = {
        name: "JSON" if live == "jsonb" else "VARCHAR[]" if live == "text[]" else "VARCHAR"
        for name, live in types.items()
    }
    declared = ", ".join(f"{layout.quoted(name)} {kind}" for name, kind in kinds.items())
    connection.execute(f"create table other.{layout.quoted(table)} ({declared})")
    _fill(connection, "other", table, kinds, lambda name, _: marks.value(
        (table, name), guessed(table, name, types[name]), kinds[name]
    ))  # fmt: skip
    connection.execute(
        "insert into meta.tables (table_name, documented, found, live_name, rows, rows_exact, columns, mode) "
        "values (?, false, true, ?, ?, true, ?, 'sampled')",
        [table, table, ROWS, len(types)],
    )
    for place, (name, live) in enumerate(types.items(), start=1):
        connection.execute(
            "insert into meta.columns (table_name, column_name, position, state, live_name, live_type, mirrored) "
            "values (?, ?, ?, 'undocumented', ?, ?, true)",
            [table, name, place, name, live],
        )


def _fill(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    kinds: dict[str, str],
    value: Callable[[str, int], Any],
) -> None:
    casts = ", ".join(f"?::{kind}" for kind in kinds.values())
    for row in range(ROWS):
        connection.execute(
            f"insert into {schema}.{layout.quoted(table)} values ({casts})",  # noqa: S608  names quoted
            [value(name, row) for name in kinds],
        )


def _plain(kind: str, one_of: tuple[str, ...], row: int) -> Any:
    """Return a value that says nothing of anybody; equal rows meet across tables."""
    values: dict[str, Any] = {
        "VARCHAR": one_of[row % len(one_of)] if one_of else f"plain-{row}",
        "BIGINT": row + 1, "DOUBLE": row + 0.5, "DECIMAL(18,2)": row + 1, "BOOLEAN": row == 1,
        "UUID": stands_for(f"row{row}"), "JSON": json.dumps({"plain": row}), "VARCHAR[]": [f"plain-{row}"],
        "TIMESTAMPTZ": datetime.now(UTC) - timedelta(hours=3 * row + 1), "DATE": datetime.now(UTC).date(),
        "TIME": "12:00",
    }  # fmt: skip
    return values[kind]
