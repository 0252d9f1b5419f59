"""All tables of a generation show one moment."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.replica.conftest import Small

pytestmark = pytest.mark.integration


def test_no_refresh_is_torn_while_two_writers_move_balances(small: Small) -> None:
    small.run(
        "create table cars (id int primary key, hp int, filler text)",
        "create table page_views (id int primary key, duration_ms int, created_at timestamptz default now())",
        "insert into cars select i, 1000, repeat('x', 200) from generate_series(1, 5000) i",
        "insert into page_views select i, 1000 from generate_series(1, 5000) i",
    )
    stopped = threading.Event()

    def move(give: str, take: str, remainder: int) -> None:
        with psycopg.connect(small.pair.primary_url(small.name), autocommit=True) as writer:
            amount = 0
            while not stopped.is_set():
                amount = amount % 50 + 1
                # Each writer has rows of its own, or the two would wait for each other for ever.
                where = f"where mod(id, 100) = {2 * amount - remainder}"
                with writer.transaction():
                    writer.execute(f"update {give} - {amount} {where}")
                    writer.execute(f"update {take} + {amount} {where}")

    cars, views = "cars set hp = hp", "page_views set duration_ms = duration_ms"
    ways = ((cars, views, 1), (views, cars, 2))
    writers = [threading.Thread(target=move, args=way) for way in ways]
    for writer in writers:
        writer.start()
    try:
        seen = []
        for _ in range(12):
            small.refresh()
            seen.append(
                small.rows(
                    "select (select sum(hp) from cars)::bigint, (select sum(duration_ms) from page_views)::bigint"
                )[0]
            )
    finally:
        stopped.set()
        for writer in writers:
            writer.join()
    assert {one + other for one, other in seen} == {10_000_000}
    assert len(set(seen)) > 1, "the balances moved while they were read"
