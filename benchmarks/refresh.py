"""How much longer than a raw COPY does the refresh of a large event table take, how much less an incremental one?"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl
import psycopg
from psycopg import sql
from psycopg.pq import ExecStatus

import catalogue
from benchmarks.report import Result
from demo import ddl
from queries import system
from replica import Mirror
from replica.layout import mirrored
from replica.refresh import refresh
from replica.settings import Settings, load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.cluster import EmbeddedPair

TABLE: Final = "page_views"
NEW_ROWS: Final = 10_000
ROUNDS: Final = 3
BUSY_HOUR: Final = timedelta(hours=1)
_BEGIN: Final = datetime(2025, 1, 1, tzinfo=UTC)
_HISTORY: Final = timedelta(days=600)

# Half of the visitors sign in, sessions hold six views, few pages have most of the views, every third is a campaign's.
_ROWS: Final = """
insert into page_views (
    id, user_id, session_id, page_url, referrer, duration_ms, device_info, visitor_id, is_bot, utm_source, utm_medium,
    utm_campaign, country, page_load_time, created_at
)
select
    md5('view' || i)::uuid,
    case when i %% 2 = 0 then md5('user' || (i / 12) %% 20000)::uuid end,
    md5('session' || i / 6),
    '/cars/model-' || floor(309 * power(random(), 3))::int,
    case when i %% 6 = 0 then 'https://search.example.com/?q=model' else '/browse' end,
    (random() * 240000)::int,
    (array[
        '{"device_type": "mobile", "browser": "Safari", "browser_version": "18.2", "os": "iOS", "os_version": "18.2"}',
        '{"device_type": "desktop", "browser": "Chrome", "browser_version": "141", "os": "macOS", "os_version": ""}',
        '{"device_type": "desktop", "browser": "Firefox", "browser_version": "144", "os": "Linux", "os_version": ""}'
    ]::jsonb[])[1 + i %% 3],
    md5('visitor' || i / 24),
    i %% 50 = 0,
    case when i %% 3 = 0 then 'newsletter' end,
    case when i %% 3 = 0 then 'email' end,
    case when i %% 3 = 0 then 'spring-' || i %% 7 end,
    (array['US', 'DE', 'GB', 'CA', 'AU'])[1 + i %% 5],
    (200 + random() * 3000)::int,
    %(begin)s::timestamptz + (i - %(first)s) * (%(length)s::interval / %(rows)s)
from generate_series(%(first)s::bigint, %(first)s::bigint + %(rows)s::bigint - 1) as i
"""


def measure(pair: EmbeddedPair, rows: int, say: Callable[[str], None]) -> list[Result]:
    """Build the table of so many rows, then let raw copy, full and incremental refresh take turns."""
    say(f"{rows:,} rows of {TABLE}")
    _build(pair, rows)
    settings = load_settings(
        home=pair.folder.parent,
        database_url=pair.reader_url("bench"),
        mirror_name="bench",
        statement_timeout_seconds=3600,
    )
    _raw_copy(pair)
    _refresh(settings, rows, full=True)
    full: list[float] = []
    share: list[float] = []
    for number in range(ROUNDS):
        say(f"refresh, round {number + 1} of {ROUNDS}")
        total = rows + number * NEW_ROWS
        whole = _refresh(settings, total, full=True)
        full.append(whole / _raw_copy(pair))
        with psycopg.connect(pair.primary_url("bench")) as primary:
            _insert(primary, total, NEW_ROWS, _BEGIN + _HISTORY + number * BUSY_HOUR, BUSY_HOUR)
        pair.wait_for_replay("bench")
        share.append(100 * _refresh(settings, total + NEW_ROWS, full=False) / whole)
    columns = len(list(mirrored(catalogue.TABLES[TABLE])))
    return [
        Result(
            "Full refresh against raw COPY", full, "×", 1.5, 2.5,
            f"`refresh(full=True)` of {rows / 1e6:g} M rows × {columns} columns, until readable, over "
            "`COPY … (FORMAT binary)` of the same columns read and dropped by psycopg, both from the standby",
        ),
        Result(
            "Incremental refresh against full", share, "%", 3, 10,
            f"{NEW_ROWS:,} new rows of one busy hour in {rows / 1e6:g} M, overlap window read again",
        ),
    ]  # fmt: skip


def _build(pair: EmbeddedPair, rows: int) -> None:
    shape = ddl.documented_shapes()[TABLE]
    with psycopg.connect(pair.primary_url(), autocommit=True) as server:
        server.execute("create database bench")
    with psycopg.connect(pair.primary_url("bench"), autocommit=True) as primary:
        primary.execute(ddl.create_table(shape).encode())
        _insert(primary, 0, rows, _BEGIN, _HISTORY)
        primary.execute(ddl.keys(shape).encode())
        primary.execute(ddl.grants([shape], "bench").encode())
        primary.execute("vacuum (freeze, analyze)")
    pair.wait_for_replay("bench", seconds=600)


def _insert(
    connection: psycopg.Connection[tuple[object, ...]], first: int, rows: int, begin: datetime, length: timedelta
) -> None:
    connection.execute(_ROWS, {"first": first, "rows": rows, "begin": begin, "length": length})


def _raw_copy(pair: EmbeddedPair) -> float:
    """Return the seconds in which every row came over the connection; nothing is kept of them."""
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in mirrored(catalogue.TABLES[TABLE]))
    statement = sql.SQL("copy (select {} from {}) to stdout (format binary)").format(columns, sql.Identifier(TABLE))
    with psycopg.connect(pair.reader_url("bench"), autocommit=True) as standby:
        # Below psycopg's own iterator, whose work per row would make our refresh look better than it is.
        wire = standby.pgconn
        started = time.perf_counter()
        wire.send_query(statement.as_bytes(standby))
        wire.get_result()
        while wire.get_copy_data(0)[0] > 0:
            pass
        ended = wire.get_result()
        seconds = time.perf_counter() - started
        if ended is None or ended.status != ExecStatus.COMMAND_OK:
            raise RuntimeError("The raw COPY did not come to its end.")
        while wire.get_result():
            pass
    return seconds


def _refresh(settings: Settings, rows: int, *, full: bool) -> float:
    """Return the seconds of a refresh, having seen that the mirror then holds these rows and went the way meant."""
    started = time.perf_counter()
    refresh(settings, full=full)
    seconds = time.perf_counter() - started
    tables = system.tables(Mirror(mirror_folder(settings), settings))
    found = tables.row(by_predicate=pl.col("table_name") == TABLE, named=True)
    wanted = "full" if full else "incremental"
    if (found["rows"], found["mode"]) != (rows, wanted):
        raise RuntimeError(f"A {wanted} refresh to {rows:,} rows came out as {found['mode']}, {found['rows']:,} rows.")
    return seconds
