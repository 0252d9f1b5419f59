"""A throw-away database on the embedded pair, for the tests of connection, binding and values."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from demo.cluster import READER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from demo.cluster import EmbeddedPair


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
