"""Large tables come into a fresh file by several readers, and all of them read one moment."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import psycopg
import pytest

from replica import copying, reading
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from tests.replica.conftest import Small

pytestmark = pytest.mark.integration
ROWS = 20_000


@pytest.fixture
def large(small: Small) -> Small:
    """Return a database with two tables that are large enough to be copied by several readers."""
    small.set(incremental_rows=1_000, threads=3)
    small.run(
        "create table cars (id uuid default gen_random_uuid(), n int primary key, hp int, filler text)",
        "create table page_views"
        " (id uuid default gen_random_uuid(), n int primary key, duration_ms int, created_at timestamptz)",
        "insert into cars (n, hp, filler) select i, 1000, repeat('x', 200) from generate_series(1, 20000) i",
        "insert into page_views (n, duration_ms, created_at)"
        " select i, 1000, timestamptz '2026-01-01' + i * interval '1 minute' from generate_series(1, 20000) i",
        "analyze",
    )
    return small


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str]]:
    """Return what each refresh copied with several readers."""
    seen = []
    inner = copying.copy

    def watched(*given):
        done = inner(*given)
        seen.append(done.tables)
        return done

    monkeypatch.setattr(copying, "copy", watched)
    return seen


def test_every_row_is_there_once_and_days_are_kept(large: Small, copied: list[frozenset[str]]) -> None:
    large.refresh()
    assert copied == [{"cars", "page_views"}]
    assert large.rows("select count(*), count(distinct id), sum(hp)::bigint from cars") == [(ROWS, ROWS, 1000 * ROWS)]
    assert large.rows("select count(*), count(distinct id) from page_views") == [(ROWS, ROWS)]
    assert large.rows("select sum(rows)::bigint, count(*) from meta.days where table_name = 'page_views'") == [
        (ROWS, 14)
    ]


def test_later_refreshes_carry_on_from_a_copied_table(large: Small, copied: list[frozenset[str]]) -> None:
    large.refresh()
    large.run(
        "insert into page_views (n, duration_ms, created_at) values (0, 1, '2026-01-14 22:00+00')",
        "update page_views set duration_ms = -5 where n = 5",
    )
    large.set(reconcile_seconds=0)
    assert large.modes()["page_views"] == "incremental"
    assert large.rows("select count(*), min(duration_ms)::int from page_views") == [(ROWS + 1, -5)]
    assert len(copied) == 1, "a file carried over is not copied anew"


def test_no_full_refresh_is_torn_while_two_writers_move_balances(large: Small, copied: list[frozenset[str]]) -> None:
    stopped = threading.Event()

    def move(give: str, take: str, remainder: int) -> None:
        with psycopg.connect(large.pair.primary_url(large.name), autocommit=True) as writer:
            amount = 0
            while not stopped.is_set():
                amount = amount % 50 + 1
                where = f"where mod(n, 100) = {2 * amount - remainder}"
                with writer.transaction():
                    writer.execute(f"update {give} - {amount} {where}")
                    writer.execute(f"update {take} + {amount} {where}")

    cars, views = "cars set hp = hp", "page_views set duration_ms = duration_ms"
    writers = [threading.Thread(target=move, args=way) for way in ((cars, views, 1), (views, cars, 2))]
    for writer in writers:
        writer.start()
    try:
        seen = []
        for _ in range(6):
            large.refresh(full=True)
            seen += large.rows(
                "select (select sum(hp) from cars)::bigint, (select sum(duration_ms) from page_views)::bigint"
            )
    finally:
        stopped.set()
        for writer in writers:
            writer.join()
    assert copied == [{"cars", "page_views"}] * 6
    assert {one + other for one, other in seen} == {2_000 * ROWS}
    assert len(set(seen)) > 1, "the balances moved while they were read"


def test_a_server_that_lends_no_snapshot_is_read_by_one_reader(
    large: Small, copied: list[frozenset[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = copying.Snapshot.ask
    # A name that Postgres does not know, as from another server behind a pooler.
    monkeypatch.setattr(
        copying.Snapshot,
        "ask",
        lambda snapshot, select: [("00000000-00000000-1",)] if "export" in select else ask(snapshot, select),
    )
    large.refresh()
    assert copied == [frozenset()]
    assert large.rows("select count(*), count(distinct id) from cars") == [(ROWS, ROWS)]


def test_a_reader_that_fails_fails_the_refresh_and_leaves_no_debris(
    large: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = large.refresh().generation
    inner = reading.pages
    monkeypatch.setattr(reading, "pages", lambda start, end: f"{inner(start, end)} and 1 / (t.n - {ROWS}) < 1")
    with pytest.raises(ReplicaError, match="division by zero"):
        large.refresh(full=True)
    assert large.mirror.generation == before
    assert large.rows("select count(*) from cars") == [(ROWS,)]
    assert not [path.name for path in large.mirror.folder.iterdir() if "building" in path.name]
