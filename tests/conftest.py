"""Fixtures that every room's tests may ask for."""

from __future__ import annotations

import fcntl
import os
import re
import uuid
from datetime import UTC, datetime
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import duckdb
import hypothesis
import pytest

import catalogue
from demo import build
from demo.cluster import EmbeddedPair
from demo.world import Plan
from replica import generations, layout, refresh
from replica.mirror import Mirror, close
from replica.settings import Settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from demo.build import Names

# What a machine does meanwhile is no failure.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def ascii_rows(table: str) -> tuple[list[str], list[list[str | None]]]:
    """Read `a | b` tables: the first line names the columns; an empty cell or `null` is NULL."""
    lines = [line for line in dedent(table).splitlines() if line.strip() and not re.fullmatch(r"[\s|+-]+", line)]
    head, *rest = [[cell.strip() for cell in line.split("|")] for line in lines]
    for cells in rest:
        if len(cells) != len(head):
            raise ValueError(f"{len(cells)} cells under {len(head)} columns: {' | '.join(cells)}")
    return head, [[None if cell in {"", "null"} else cell for cell in cells] for cells in rest]


def stands_for(word: str) -> str:
    """Return the UUID that a short word stands for in a column of that type; a UUID stands for itself."""
    try:
        return str(uuid.UUID(word))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, word))


@pytest.fixture(scope="session")
def uuid_of() -> Callable[[str], str]:
    """Return the UUID that `mirror_with` writes for a short word such as `u1`."""
    return stands_for


@pytest.fixture(scope="session")
def empty_generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with every documented table, empty and bound."""
    path = tmp_path_factory.mktemp("empty") / "mirror-1.duckdb"
    with duckdb.connect(str(path)) as connection:
        layout.create_empty(connection)
        now = datetime.now(UTC)
        connection.execute(
            "insert into meta.refresh (layout, refreshed_at, snapshot_at, seconds, role, host, database, "
            "lag_seconds, generation) values (?, ?, ?, 0, 'standby', 'test', 'test', 0, 1)",
            [layout.VERSION, now, now],
        )
        columns = [
            (table.name, column.name, position, "exact", column.name, catalogue.column_note(column).mirrored)
            for table in catalogue.TABLES.values()
            for position, column in enumerate(table.columns, start=1)
        ]
        connection.executemany(
            "insert into meta.columns (table_name, column_name, position, state, live_name, mirrored) "
            "values (?, ?, ?, ?, ?, ?)",
            columns,
        )
        connection.executemany(
            "insert into meta.tables (table_name, domain, documented, found, rows, rows_exact, mode, refreshed_at) "
            "values (?, ?, true, true, 0, true, 'full', ?)",
            [(table.name, catalogue.note_of(table).domain, now) for table in catalogue.TABLES.values()],
        )
    return path


@pytest.fixture
def mirror_with(empty_generation: Path, tmp_path: Path) -> Iterator[Callable[..., Mirror]]:
    r"""Return a maker of mirrors: `mirror_with(cars="slug | name\\n…", unbound={"cars.hp"})`.

    Each keyword names a documented table and gives its rows; cells are cast to the type of the catalogue, and a
    short word in a UUID column stands for a UUID of its own (`uuid_of`). `unbound` columns read as if the live schema
    lacked them; `missing` tables as if it lacked the table.
    """
    made: list[Path] = []

    def make(*, unbound: frozenset[str] = frozenset(), missing: frozenset[str] = frozenset(), **tables: str) -> Mirror:
        folder = tmp_path / f"mirror{len(made) + 1}"
        folder.mkdir()
        made.append(folder)
        unfinished = generations.building(folder)
        generations.clone(empty_generation, unfinished)
        with duckdb.connect(str(unfinished)) as connection:
            now = datetime.now(UTC)
            connection.execute("update meta.refresh set refreshed_at = ?, snapshot_at = ?", [now, now])
            for name, text in tables.items():
                _fill(connection, name, text)
            for column in unbound:
                table_name, column_name = column.split(".")
                connection.execute(
                    "update meta.columns set state = 'unbound', setting = ? where table_name = ? and column_name = ?",
                    [f'"{column}" = "…"', table_name, column_name],
                )
            for table_name in missing:
                connection.execute(
                    "update meta.columns set state = 'unbound', setting = "
                    "'\"' || table_name || '.' || column_name || '\" = \"…\"' where table_name = ?",
                    [table_name],
                )
                connection.execute("update meta.tables set found = false where table_name = ?", [table_name])
        generations.publish(unfinished)
        return Mirror(folder, Settings(home=tmp_path))

    yield make
    # Some tests make one mirror per example: open ones would add up to gigabytes.
    for folder in made:
        close(folder)


def _fill(connection: duckdb.DuckDBPyConnection, name: str, text: str) -> None:
    table = catalogue.TABLES[name]
    head, rows = ascii_rows(text)
    unknown = [column for column in head if column not in table.columns]
    if unknown:
        raise KeyError(f"{name} has no column {', '.join(unknown)} in the catalogue.")
    types = [layout.duckdb_type(table.columns[column]) for column in head]
    values: list[Any] = [
        stands_for(cell) if cell is not None and kind == "UUID" else cell
        for cells in rows
        for cell, kind in zip(cells, types, strict=True)
    ]
    if not rows:
        return
    casts = ", ".join(f"cast(? as {kind})" for kind in types)
    line = f"({casts})"
    columns = ", ".join(layout.quoted(column) for column in head)
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(
        f"insert into {layout.quoted(name)} ({columns}) values {', '.join([line] * len(rows))}",  # noqa: S608
        values,
    )
    connection.execute("update meta.tables set rows = ? where table_name = ?", [len(rows), name])


NOW = datetime(2026, 1, 27, tzinfo=UTC)


@pytest.fixture(scope="session")
def embedded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all test processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "embedded"
    home.mkdir(exist_ok=True)
    return home


@pytest.fixture(scope="session")
def embedded_pair(embedded_home: Path) -> Iterator[EmbeddedPair]:
    """Return the primary and its standby, shared by all test processes of this run."""
    with EmbeddedPair(embedded_home) as pair:
        yield pair


@pytest.fixture(scope="session")
def built(embedded_home: Path, embedded_pair: EmbeddedPair) -> Callable[..., str]:
    """Return a builder of demo databases: `built("demo")`, once per run and name, anchored at `NOW` unless told."""

    def build_once(name: str, *, names: Names = "documented", **plan: Any) -> str:
        with (embedded_home / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if name not in {found.name for found in build.list_databases(embedded_pair)}:
                build.build(embedded_pair, name, Plan(**{"now": NOW, **plan}), names=names)
        return name

    return build_once


@pytest.fixture(scope="session")
def demo_settings(embedded_home: Path, embedded_pair: EmbeddedPair, built: Callable[..., str]) -> Settings:
    """Return settings that read the standby's demo database, refreshed at least once in this run."""
    name = built("demo")
    settings = Settings(home=embedded_home).at(embedded_pair.reader_url(name), mirror_name=name)
    with (embedded_home / "refresh.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if generations.current(mirror_folder(settings)) is None:
            refresh(settings)
    return settings


@pytest.fixture
def demo_mirror(demo_settings: Settings) -> Mirror:
    """Return the mirror of the demo database as documented, planted defects included."""
    return Mirror(mirror_folder(demo_settings), demo_settings)
