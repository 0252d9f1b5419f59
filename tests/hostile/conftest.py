"""A database in which every text is an attack, shared by all tests of this folder."""

from __future__ import annotations

import fcntl
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from demo import ddl, undocumented
from demo.cluster import READER
from replica import Mirror, generations, mirror_folder, refresh
from replica.settings import Settings
from tests.pages.conftest import open_page, scanned_once

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["open_page", "scanned_once"]

MARK = "Hx7"
"""Every attack carries it: where it turns up, text of the database does."""
OUTSIDE = "evil.test"
ACT = "window.__Hx7=1"

ATTACKS = (
    f"<script>{ACT}</script>",
    f'<img src="http://{OUTSIDE}/x.png" onerror="{ACT}">',
    f'"><svg onload={ACT}>',
    f"<iframe srcdoc='<script>parent.{ACT}</script>'></iframe>",
    f"<a href='javascript:{ACT}'>Hx7</a>",
    f"![Hx7](http://{OUTSIDE}/x.png)",
    f"[Hx7](javascript:{ACT})",
    f"[Hx7](http://{OUTSIDE}/)",
    ":material/delete: Hx7",
    ":red[Hx7] :rainbow-background[Hx7] :streamlit:",
    "$Hx7 \\frac{1}{0}$ and $$\\href{javascript:1}{Hx7}$$",
    "# Hx7\n\n---\n\n* **Hx7** `x` | a |",
    f'=HYPERLINK("http://{OUTSIDE}/Hx7","open")',
    "+cmd|' /C calc'!A0 Hx7",
    "-2+3+Hx7",
    "@SUM(1+1)*Hx7",
    "\t=1+1 Hx7",
    "\r=1+1 Hx7",
    "\n=1+1 Hx7",
    "a;=1+1;Hx7,=2",
    "\u202eHx7 lave\u202c \u2066x\u2069 \u200f\u061c",
    "z\u200be\u200cr\u200do\ufeff\u2060\u00adHx7",
    "\x01\x02\x07\x1b[31mHx7\x1b[2J\x1b]0;mine\x07\x7f\x9b31m",
    "\\0 \\x00 %00 \u2400 \ufffe \uffff \u2028 Hx7",
    "\U0001f469\U0001f3fd\u200d\U0001f680\U0001f468\u200d\U0001f469\u200d\U0001f467 Hx7",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f \U0001f1e9\U0001f1ea Hx7",
    "H\u0351\u036b\u0343\u036a\u0302x7" * 8 + "Hx7 \u0645\u0631\u062d\u0628\u0627 \ufdfd",
    "'; drop table users; -- Hx7",
    "\" or 1=1; attach '/etc/passwd' as Hx7; --",
    "$1 $name :name %s %(x)s {x} {{ x }} {% x %} {0.__class__} Hx7",
    "\\ \\\\ \\\" \\' Hx7 \\",
    "../../../etc/passwd%2e%2e?Hx7=1&x#y",
    "NaN null None \u2013 1e999 Hx7",
    "Hx7" + "W" * 20_000,
)
"""What stands in the database in place of words."""
LONG = "Hx7" + "W" * 2**20
NAMES = tuple(text.encode()[:63].decode("utf-8", "ignore") for text in ATTACKS)
"""The attacks as far as a name in Postgres reaches."""

_TEXTS = {"text", "varchar", "bpchar", "citext", "name"}
_DAYS = {"timestamptz", "timestamp", "date"}
_ROWS = 2 * len(ATTACKS)
_COLUMNS = """
    select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), t.typname
    from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum
"""
_UNDOCUMENTED = 8


@pytest.fixture(scope="session")
def hostile_settings(embedded_home, embedded_pair, built) -> Settings:
    """Return settings that read the hostile database on the standby, refreshed."""
    like, name = built("demo"), "hostile"
    settings = Settings(home=embedded_home).at(embedded_pair.reader_url(name), mirror_name=name)
    with (embedded_home / "hostile.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if generations.current(mirror_folder(settings)) is None:
            with psycopg.connect(embedded_pair.primary_url(), autocommit=True) as server:
                server.execute(f"drop database if exists {name}")
                server.execute(f"create database {name}")
            with (
                psycopg.connect(embedded_pair.primary_url(like)) as source,
                psycopg.connect(embedded_pair.primary_url(name)) as target,
            ):
                _fill(source, target)
            embedded_pair.wait_for_replay(name)
            refresh(settings)
    return settings


@pytest.fixture
def hostile_mirror(hostile_settings) -> Mirror:
    """Return the mirror of the hostile database."""
    return Mirror(mirror_folder(hostile_settings), hostile_settings)


def _fill(source: psycopg.Connection, target: psycopg.Connection) -> None:
    """Make the tables of the demo with a few of its rows, every text made hostile, and tables with hostile names."""
    target.execute("create extension vector")
    for statement in undocumented.TYPES:
        target.execute(statement)
    tables: dict[str, list[tuple[str, str, str]]] = {}
    for table, *column in source.execute(_COLUMNS):
        tables.setdefault(table, []).append(tuple(column))
    shapes = ddl.documented_shapes()
    kept = [*shapes, *[name for name in tables if name not in shapes][:_UNDOCUMENTED]]
    for number, (table, columns) in enumerate((name, tables[name]) for name in kept):
        _copy(source, target, table, columns)
        if table in shapes and any(shapes[table].primary_key == (name,) for name, _, base in columns if base == "uuid"):
            target.execute(f"alter table {table} add primary key ({shapes[table].primary_key[0]})")
        said = LONG if number == len(shapes) else ATTACKS[number % len(ATTACKS)]
        target.execute(ddl.comments(shapes[table]) if table in shapes else f"comment on table {table} is {_said(said)}")
    target.execute(f"alter table cars add column {ddl.quoted(NAMES[0])} text default {_said(ATTACKS[5])}")
    labels = ", ".join(_said(name) for name in dict.fromkeys(NAMES))
    target.execute(f"create type {ddl.quoted(NAMES[1])} as enum ({labels})")
    for place in range(0, len(NAMES), 3):
        _named(target, NAMES[place], NAMES[place : place + 3])
    target.execute(f"grant select on all tables in schema public to {READER}")
    target.commit()


def _named(target: psycopg.Connection, table: str, columns: tuple[str, ...]) -> None:
    """Make a table whose name, columns, comments, labels, keys of JSON and elements of arrays are attacks."""
    kinds = ("text", "jsonb", "text[]")
    spelled = [f"{ddl.quoted(column)} {kind}" for column, kind in zip(columns, kinds, strict=False)]
    target.execute(f"create table {ddl.quoted(table)} (id int, e {ddl.quoted(NAMES[1])}, {', '.join(spelled)})")
    target.execute(f"comment on table {ddl.quoted(table)} is {_said(table)}")
    target.execute(f"comment on column {ddl.quoted(table)}.{ddl.quoted(columns[0])} is {_said(columns[0])}")
    with target.cursor() as cursor, cursor.copy(f"copy {ddl.quoted(table)} from stdin") as copy:
        for place, attack in enumerate(ATTACKS):
            copy.write_row([place, NAMES[place], *(attack, _json(attack), [attack, LONG[:2000]])[: len(columns)]])


def _copy(source, target, table: str, columns: list[tuple[str, str, str]]) -> None:
    """Copy some rows: keys of one row are equal in all tables, moments are recent, each text is each attack once."""
    spelled = ", ".join(f"{ddl.quoted(name)} {kind}" for name, kind, _ in columns)
    target.execute(f"create table {table} ({spelled})")
    texts = ", ".join(f"{ddl.quoted(name)}::text" for name, _, _ in columns)
    rows = source.execute(f"select {texts} from {table} limit {_ROWS}").fetchall()  # noqa: S608  the demo's own names
    if not rows:
        return
    long = next((place for place, (_, kind, _) in enumerate(columns) if kind == "text"), None)
    into = f"copy {table} ({', '.join(ddl.quoted(name) for name, _, _ in columns)}) from stdin"
    with target.cursor() as cursor, cursor.copy(into) as copy:
        for number in range(_ROWS):
            cells = list(_cells(rows[number % len(rows)], columns, number))
            if long is not None and number == _ROWS - 1:
                cells[long] = LONG
            copy.write_row(cells)


def _cells(row: tuple[str | None, ...], columns: list[tuple[str, str, str]], number: int) -> Iterator[Any]:
    for place, (value, (name, kind, base)) in enumerate(zip(row, columns, strict=True)):
        turn = (number // len(ATTACKS) + place) % 2 == 0
        attack = ATTACKS[(number + place) % len(ATTACKS)]
        if base == "uuid":
            yield None if value is None else str(uuid.uuid5(uuid.NAMESPACE_OID, str(number)))
        elif base.startswith("int") and (name == "id" or name.endswith("_id")):
            yield None if value is None else str(number + 1)
        elif base in _DAYS:
            yield None if value is None else _recent(number, place)
        elif turn and base in _TEXTS:
            yield attack[: int(kind[kind.index("(") + 1 : -1])] if "(" in kind else attack
        elif turn and base in {"json", "jsonb"}:
            yield _json(attack)
        elif turn and base in {"_text", "_varchar"}:
            yield [attack, attack]
        else:
            yield value


def _json(attack: str) -> str:
    return json.dumps({attack: attack, "nested": [{"text": attack}]})


def _recent(number: int, place: int) -> str:
    return (datetime.now(UTC) - timedelta(hours=7 * number, minutes=place)).isoformat()


def _said(text: str) -> str:
    return ddl.literal(text)
