"""Small databases of a test's own on the embedded pair."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from demo.cluster import READER
from replica import Mirror, Refreshed, Settings, mirror_folder, refresh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from demo.cluster import EmbeddedPair


@dataclass
class Small:
    """A database on the primary, read from the standby into a mirror of its own."""

    pair: EmbeddedPair
    name: str
    settings: Settings
    primary: psycopg.Connection[Any] = field(repr=False)

    def run(self, *statements: str) -> None:
        """Execute on the primary, each statement in a transaction of its own, and wait for the standby."""
        for statement in statements:
            self.primary.execute(statement)
        self.pair.wait_for_replay(self.name)

    def refresh(self, **chosen: Any) -> Refreshed:
        """Refresh the mirror."""
        return refresh(self.settings, **chosen)

    def modes(self, **chosen: Any) -> dict[str, str]:
        """Refresh the mirror and return how each table was read."""
        return {table.name: table.mode for table in self.refresh(**chosen).tables}

    @property
    def mirror(self) -> Mirror:
        """The reading side."""
        return Mirror(mirror_folder(self.settings), self.settings)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Answer a question without a declared shape."""
        return self.mirror._answer("test", sql, {}, frozenset()).rows()

    def set(self, **settings: Any) -> None:
        """Change settings."""
        self.settings = self.settings.model_copy(update=settings)


@pytest.fixture
def small(embedded_pair: EmbeddedPair, tmp_path: Path) -> Iterator[Small]:
    """Return an empty database that the suite's role may read, tables made later included."""
    name = f"small_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(embedded_pair.primary_url(), autocommit=True) as server:
        server.execute(f"create database {name}")
        with psycopg.connect(embedded_pair.primary_url(name), autocommit=True) as primary:
            primary.execute("grant usage on schema public to autorev_reader")
            primary.execute("alter default privileges grant select on tables to autorev_reader")
            embedded_pair.wait_for_replay(name)
            settings = Settings(home=tmp_path).at(embedded_pair.reader_url(name), mirror_name=name)
            yield Small(embedded_pair, name, settings, primary)
        server.execute(f"drop database {name} with (force)")


@pytest.fixture
def scratch(embedded_pair: EmbeddedPair) -> Iterator[Callable[..., str]]:
    """Return a maker of databases: `scratch("create table …")` runs the statements, grants the reader SELECT on all.

    With `grant=False` the statements say themselves who may read. The standby shows it when the maker returns.
    """
    made: list[str] = []

    def make(statements: str = "", *, grant: bool = True) -> str:
        name = f"scratch_{uuid.uuid4().hex[:10]}"
        with psycopg.connect(embedded_pair.primary_url(), autocommit=True) as owner:
            owner.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        made.append(name)
        change(embedded_pair, name, statements)
        if grant:
            change(embedded_pair, name, f"grant select on all tables in schema public to {READER}")
        return name

    yield make
    with psycopg.connect(embedded_pair.primary_url(), autocommit=True) as owner:
        for name in made:
            owner.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def change(pair: EmbeddedPair, name: str, statements: Any) -> None:
    """Run statements as the owner on the primary, and wait until the standby shows them."""
    with psycopg.connect(pair.primary_url(name), autocommit=True) as owner:
        if statements:
            owner.execute(statements)
    pair.wait_for_replay(name)


@pytest.fixture
def alter(embedded_pair: EmbeddedPair) -> Callable[[str, str], None]:
    """Return `alter(database, statements)`: changes a database and waits for the standby."""
    return lambda name, statements: change(embedded_pair, name, statements)
