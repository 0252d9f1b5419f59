"""The masked reading of a generation: a view for every table, in which personal values are replaced.

A connection opens on a database in memory that holds these views; the generation itself is attached beside it as
`raw`, which no question may name. What a cursor sees as it is, is said by its variable `sees`; without it all is
masked, so that forgetting hides.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
from typing import TYPE_CHECKING, Final

import catalogue
from catalogue.personal import EVERYTHING, SHOWN, guessed
from catalogue.scrub import macros
from replica.layout import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    import duckdb

    from catalogue._declare import Personal
    from replica.lineage import Reads

RAW: Final = "raw"
KEY_FILE: Final = "pseudonyms.key"
# Whoever reads one of these shares it with millions.
_PROVIDERS: Final = ("gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "live.com", "msn.com",
                     "icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com", "gmx.de", "gmx.net", "web.de",
                     "comcast.net", "verizon.net", "att.net")  # fmt: skip
_MACROS: Final = (
    *macros(),
    "create macro sees(kind) as coalesce(list_contains(getvariable('sees'), kind), false)",
    # Keyed, so that nobody finds a value by hashing guesses. Without the key the answer is NULL.
    "create macro pseudonym(t) as left(sha256(getvariable('key') || t), 10)",
    "create macro mask_message(t) as 'hidden (' || length(t) || ' characters)'",
    (
        "create macro mask_email(t) as pseudonym(lower(t)) || '@' || case when lower(split_part(t, '@', -1)) in "
        f"({', '.join(literal(name) for name in _PROVIDERS)}) then lower(split_part(t, '@', -1)) else '…' end"
    ),
    "create macro mask_phone(t) as 'phone ' || pseudonym(regexp_replace(t, '[^0-9]', '', 'g'))",
    "create macro mask_name(t) as 'name ' || pseudonym(t)",
    "create macro mask_vin(t) as case when length(t) = 17 then left(t, 8) || '…' else mask_message(t) end",
    "create macro mask_location(t) as case when t is not null then 'hidden' end",
    "create macro mask_region(t) as case when regexp_full_match(t, '[A-Za-z]{2}') then t else mask_location(t) end",
    "create macro mask_network(t) as 'address ' || pseudonym(t)",
    "create macro mask_identifier(t) as 'id ' || pseudonym(t)",
    # A number in JSON may be gone for a word: what is no JSON any more is hidden whole.
    (
        "create macro scrub_json(t) as list_transform([scrub(t)], lambda scrubbed: "
        "case when json_valid(scrubbed) then scrubbed else to_json(mask_message(t)) end)[1]"
    ),
)


class Views:
    """The masked views of one generation; each is made when a question first reads its table.

    To plan the masks of a table costs milliseconds for every question, so that a question gets views of its own in
    which only the columns that it reads are masked; the others cannot be read at all.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, generation: Path) -> None:
        connection.execute(f"attach {literal(str(generation))} as {RAW} (read_only)")
        connection.execute(";".join(["create schema other", "create schema meta", *_MACROS]))
        self._connection = connection
        self._lock = threading.Lock()
        self._ways: dict[tuple[str, str], Personal | None] = {
            (table, column): guessed(table, column, kind or "text")
            for table, column, kind in connection.execute(
                f"select table_name, column_name, live_type from {RAW}.meta.columns where state = 'undocumented'"  # noqa: S608
            ).fetchall()
        }
        # Asked once: each look into the catalogue goes through all of it.
        self._types: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for schema, table, column, kind in connection.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns() where database_name = $raw "
            "order by schema_name, table_name, column_index",
            {"raw": RAW},
        ).fetchall():
            self._types.setdefault((schema, table), []).append((column, kind))
        self._held = {(schema.lower(), table.lower()): (schema, table) for schema, table in self._types}
        self._items: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
        self._made: dict[tuple[str, str, frozenset[str] | None], str] = {}
        self._paths: dict[Reads, str] = {}

    def path(self, question: Reads) -> str:
        """Return the schemas in which a question finds its tables; views that are not there yet are made."""
        if (path := self._paths.get(question)) is None:
            schemas = dict.fromkeys(self._within(question, *source) for source in question.sources)
            path = self._paths[question] = ",".join([*filter(None, schemas), "main"])
        return path

    def make(self, schema: str, table: str) -> None:
        """Make the view of a whole table, if it is not there yet; strange names are left out."""
        place = self._held.get((schema.lower(), table.lower()))
        if place is not None:
            self._view(*place, None)

    def _within(self, question: Reads, schema: str, table: str) -> str | None:
        """Return the schema that holds the view of a table for a question, None where it is the whole table's."""
        place = self._held.get(("main", table.lower()))
        if schema or place is None:
            self.make(schema or "main", table)
            return None
        masked = frozenset(name for name, (_, item) in self._columns(*place).items() if item != quoted(name))
        return self._view(*place, frozenset(name for name in masked if f"{place[1]}.{name}" in question.columns))

    def _view(self, schema: str, table: str, read: frozenset[str] | None) -> str:
        """Return the schema of a view in which the masked columns can be read that are named, all with None."""
        with self._lock:
            if (within := self._made.get((schema, table, read))) is None:
                within = schema if read is None else f"read_{len(self._made)}"
                self._connection.execute(f"create schema if not exists {within}")
                select = f"select {self.items(schema, table, read)} from {RAW}.{schema}.{quoted(table)}"  # noqa: S608  quoted
                self._connection.execute(f"create view {within}.{quoted(table)} as {select}")
                self._made[schema, table, read] = within
        return within

    def items(self, schema: str, table: str, read: AbstractSet[str] | None = None) -> str:
        """Return the items of a select that shows the columns of a table, masked as their kinds of data demand.

        Args:
            schema: The table's.
            table: Its name.
            read: The masked columns that can be read, all with None.
        """
        return ", ".join(
            item if read is None or name in read or item == quoted(name) else _unread(name, kind)
            for name, (kind, item) in self._columns(schema, table).items()
        )

    def _columns(self, schema: str, table: str) -> dict[str, tuple[str, str]]:
        """Return the columns of a table, each with its type and the item that shows it."""
        if (found := self._items.get((schema, table))) is None:
            found = self._items[schema, table] = {
                name: (kind, expression(name, kind, self._kind(schema, table, name)))
                for name, kind in self._types[schema, table]
            }
        return found

    def _kind(self, schema: str, table: str, column: str) -> Personal | None:
        """Return the kind of data in a column; of what nobody knows anything, the one that shows least."""
        if schema == "meta":
            # The record of a refresh: names, counts and our own words.
            return None
        if schema == "other":
            return self._ways.get((table, column), "message")
        declared = catalogue.TABLES.get(table)
        if declared is None or column not in declared.columns:
            return "message"
        return catalogue.column_note(declared.columns[column]).personal


def expression(name: str, kind: str, personal: Personal | None) -> str:
    """Return the item of a select that shows a column of a type of DuckDB, masked as its kind of data demands."""
    column = quoted(name)
    if personal is None or personal in SHOWN:
        return column
    masked = _masked(column, kind, personal)
    return column if masked is None else f"case when sees({literal(personal)}) then {column} else {masked} end {column}"


def _unread(name: str, kind: str) -> str:
    """Return an item that cannot be read and costs next to nothing to plan."""
    column = quoted(name)
    # Made to depend on a row, so that it fails where it is read and not while it is planned.
    return f"error('A question reads a column that it was not known to read.' || ({column} is null))::{kind} {column}"


def _masked(column: str, kind: str, personal: Personal) -> str | None:
    """Return what stands in place of a value; None where its type can hold nothing of the kind."""
    scrubbed = personal == "free text"
    macro = "scrub" if scrubbed else f"mask_{personal}"
    if kind.endswith("[]"):
        inner = _masked("element", kind.removesuffix("[]"), personal)
        return None if inner is None else f"list_transform({column}, lambda element: {inner})"
    if kind == "VARCHAR":
        return f"{macro}({column})"
    if kind == "JSON":
        return f"scrub_json({column}::varchar)::json" if scrubbed else f"to_json({macro}({column}::varchar))::json"
    if scrubbed or kind == "BOOLEAN":
        return None
    return f"{macro}({column}::varchar)" if kind.startswith("ENUM") else f"null::{kind}"


def key(home: Path) -> str:
    """Return the key of the pseudonyms of a home folder, made at the first need; readable by its owner only."""
    path = home / KEY_FILE
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        new = home / f"{KEY_FILE}.{secrets.token_hex(8)}"
        new.touch(0o600)
        new.write_text(secrets.token_hex(32), encoding="ascii")
        # Linked, not renamed: of several processes that make one at once the first wins.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(new)
        new.unlink()
    return path.read_text(encoding="ascii")


def say(cursor: duckdb.DuckDBPyConnection, home_key: str, sees: AbstractSet[Personal], path: str = "main") -> None:
    """Tell a cursor in which schemas it finds tables and what it sees as it is; with everything it needs no views."""
    if sees >= EVERYTHING:
        # What scrubs a text can be called from here too.
        cursor.execute(f"set search_path = '{RAW}.main,memory.main'")
        return
    cursor.execute(f"set search_path = {literal(path)}; set variable key = {literal(home_key)}")
    if sees:
        cursor.execute(f"set variable sees = [{', '.join(literal(kind) for kind in sorted(sees))}]")
