"""What the refresh asks of Postgres: rows of a table, fingerprints, counts per day; all as `postgres_query` text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from replica.values import carry_any, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from replica.binding import BoundColumn, BoundTable, LiveSchema, LiveTable
    from replica.values import Lost

SNAPSHOT: Final = (
    "select case when not pg_is_in_recovery() or (pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"
    " and exists (select from pg_catalog.pg_stat_wal_receiver where pid is not null))"
    " then now() else coalesce(pg_last_xact_replay_timestamp(), now()) end as snapshot_at"
)
"""What a standby shows is of now only where it has replayed all and still receives."""
_FINGERPRINT: Final = "count(*)::text || ':' || coalesce(sum(hashtext(t.xmin::text)), 0)::text"
"""Equal for two states of a table only if no row was added, changed or deleted between them."""

_MAX_RANGES: Final = 100


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of moments."""

    start: datetime
    end: datetime | None


def source(table: LiveTable, joins: Sequence[str] = ()) -> str:
    """Return the from clause of a live table, `t`, with the lookups its columns need."""
    return " ".join([f"from {quoted(table.schema, table.name)} t", *joins])


def carried(table: BoundTable) -> list[BoundColumn]:
    """Return the columns that the mirror copies."""
    return [column for column in table.columns if column.mirrored and column.expression is not None]


def rows(table: BoundTable, where: str = "") -> str:
    """Return the select of a documented table's mirrored columns under their documented names."""
    columns = ", ".join(f"{column.expression} as {quoted(column.column)}" for column in carried(table))
    return f"select {columns or '1 as nothing'} {source(table.live, table.joins)} {where}".rstrip()


def reading_key(table: BoundTable) -> str:
    """Return a key that changes when the columns or the way of reading them do."""
    types = ",".join(f"{column.column}:{column.duckdb_type}" for column in carried(table))
    return hashlib.sha256(f"{rows(table)}|{types}".encode()).hexdigest()[:16]


def looked_up(table: BoundTable, live: LiveSchema) -> list[LiveTable]:
    """Return the other live tables that a table's columns are computed with; one too many does no harm."""
    text = " ".join(
        [*table.joins, *(c.expression for c in carried(table) if c.expression and "select" in c.expression)]
    )
    return [other for other in live.tables if other.key != table.live.key and other.name in text]


def has_versions(table: LiveTable) -> bool:
    """Return whether its rows carry the transaction that wrote them, so that changes can be seen without reading."""
    return table.kind in {"table", "partitioned table", "materialized view"} and table.readable


def fingerprints(tables: Iterable[LiveTable]) -> str:
    """Return the select of one row per table: `schema.table`, rows, fingerprint."""
    parts = [
        f"select {_literal(table.key)} as key, count(*) as rows, {_FINGERPRINT} as fingerprint {source(table)}"
        for table in tables
    ]
    return " union all ".join(parts) or "select null::text as key, 0::int8 as rows, null::text as fingerprint limit 0"


def days(table: BoundTable, event: BoundColumn) -> str:
    """Return the select of rows, fingerprint and losses per day in UTC of the event.

    Rows without a moment have no day.
    """
    # Whatever zone the session is in, and without a conversion for every row.
    day = f"date_bin('1 day', ({event.expression}), timestamptz '2000-01-01 00:00+00')"
    counts = [f"{day} as day", "count(*) as rows", f"{_FINGERPRINT} as fingerprint", *_loss_counts(table)]
    return f"select {', '.join(counts)} {source(table.live, table.joins)} group by 1"


def possible_losses(table: BoundTable) -> list[tuple[BoundColumn, Lost]]:
    """Return the ways in which values of a table may not be carried, in the order in which they are counted."""
    return [(column, lost) for column in carried(table) for lost in column.lost]


def losses(table: BoundTable) -> str:
    """Return the select of one row with the count of each possible loss."""
    return f"select {', '.join(_loss_counts(table))} {source(table.live, table.joins)}"


def _loss_counts(table: BoundTable) -> list[str]:
    return [
        f"count(*) filter (where {lost.predicate}) as n{number}"
        for number, (_, lost) in enumerate(possible_losses(table))
    ]


def within(event: BoundColumn, spans: Sequence[Span], *, nulls: bool = False) -> str:
    """Return the where clause for rows whose event lies in one of the spans, and with `nulls` those without one."""
    ranges = []
    for span in spans:
        limits = [f"{_comparable(event)} >= {_moment(event, span.start)}"]
        if span.end is not None:
            limits.append(f"{_comparable(event)} < {_moment(event, span.end)}")
        ranges.append(" and ".join(limits))
    chosen = [f"(({' or '.join(f'({one})' for one in ranges)}) and ({event.expression}) is not null)"] if ranges else []
    if nulls:
        # What cannot be carried reads as no moment in the mirror, so it belongs here too.
        chosen.append(f"({event.expression}) is null")
    return f"where {' or '.join(chosen) or 'false'}"


def pages(start: int, end: int | None) -> str:
    """Return the where clause for rows that lie in a range of the table's pages, to its end without `end`."""
    until = "" if end is None else f" and t.ctid < '({end},0)'::tid"
    return f"where t.ctid >= '({start},0)'::tid{until}"


def spans_of(changed: Iterable[date]) -> list[Span] | None:
    """Return days as spans, neighbours joined; None when they are so scattered that reading all is simpler."""
    spans: list[Span] = []
    for day in sorted(changed):
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if spans and spans[-1].end == start:
            spans[-1] = Span(spans[-1].start, start + timedelta(days=1))
        else:
            spans.append(Span(start, start + timedelta(days=1) if day < date.max else None))
    return spans if len(spans) <= _MAX_RANGES else None


def sample(table: LiveTable, limit: int, known_rows: int | None) -> tuple[list[tuple[str, str]], str]:
    """Return the columns (name, DuckDB type) of an undocumented table that can be shown, and the select of them.

    Embeddings stay behind; bytes become their length. A table larger than `limit` is sampled by pages, so that the
    rows are not merely its oldest.
    """
    shown = [column for column in table.columns if column.readable and column.base not in {"vector", "halfvec"}]
    ways = [(column, carry_any(column)) for column in shown]
    columns = ", ".join(f"{way.select_sql} as {quoted(column.name)}" for column, way in ways) or "1 as nothing"
    clause = source(table)
    if known_rows is not None and known_rows > limit and table.kind in {"table", "materialized view"}:
        share = min(100.0, 150.0 * limit / known_rows)
        clause += f" tablesample system ({share:.6f}) repeatable (1)"
    return [(column.name, way.duckdb_type) for column, way in ways], f"select {columns} {clause} limit {limit}"


def _comparable(event: BoundColumn) -> str:
    """Return what to compare: the live column itself where an index on it can serve."""
    if event.raw is not None and (event.live_type or "").startswith("timestamp"):
        return event.raw
    return f"({event.expression})"


def _moment(event: BoundColumn, moment: datetime) -> str:
    text = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f").zfill(26)
    if (
        event.raw is not None
        and (event.live_type or "").startswith("timestamp")
        and "without" in (event.live_type or "")
    ):
        return f"'{text}'::timestamp"
    return f"'{text}+00'::timestamptz"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
