"""How much faster does the mirror say Home's metrics than the standby answers SQL for the same numbers?"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import psycopg
import sqlglot
from sqlglot import exp

from benchmarks.report import Result
from demo.build import build
from demo.world import Plan
from metrics import METRICS
from metrics import measure as measure_metric
from queries import founders
from queries.series import flow, rate, stock
from queries.span import Span
from replica import Mirror
from replica.mirror import forget
from replica.refresh import refresh
from replica.settings import load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from demo.cluster import EmbeddedPair
    from metrics import Metric
    from replica.settings import Settings

ROUNDS: Final = 5
RANGES: Final = {"28 days, as Home opens": 28, "12 months": 365}


# What a person would write to have each kind of metric by period, the range itself in the row without one.
_DATED: Final = """
with facts as (%s),
dated as (
    select
        *,
        case
            when moment >= %%(since)s then date_trunc(%%(grain)s, timezone(%%(timezone)s, moment))::date
        end as period
    from facts
    where moment < %%(until)s
),
within as (select * from dated where period is not null)
"""
_WRITTEN: Final = {
    "people": "select period, count(distinct actor) from within group by grouping sets ((period), ())",
    "sum": "select period, sum(amount)::decimal(18, 2) from within group by grouping sets ((period), ())",
    "share": "select period, (sum(amount) / nullif(count(amount), 0.0))::decimal(18, 6) "
    "from within group by grouping sets ((period), ())",
    "stock": "select period, sum(amount)::decimal(18, 2) from dated group by period",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One metric over one range, as it is written for Postgres, and the series that its rows make."""

    metric: Metric
    span: Span
    sql: str
    parameters: Mapping[str, Any]

    def rows(self, standby: psycopg.Connection[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Fetch what the standby answers."""
        return standby.execute(self.sql.encode(), self.parameters).fetchall()

    def series(self, rows: Sequence[tuple[Any, ...]], as_of: datetime) -> list[tuple[Any, ...]]:
        """Return period, value and completeness, as the metric says them."""
        kinds: dict[str, pl.DataType] = {"people": pl.Int64(), "share": pl.Decimal(18, 6)}
        value = kinds.get(self.metric.measured, pl.Decimal(18, 2))
        sparse = pl.DataFrame(rows, schema={"period": pl.Date(), "value": value}, orient="row")
        kind = {"people": flow, "sum": flow, "share": rate, "stock": stock}[self.metric.measured]
        return kind(sparse, self.span, as_of).sort("period").rows()


def measure(pair: EmbeddedPair, scale: int, say: Callable[[str], None]) -> list[Result]:
    """Build the demo at this scale, mirror it, and let mirror and standby answer in turns."""
    settings = mirrored(pair, scale, say)
    mirror = Mirror(mirror_folder(settings), settings)
    today = mirror.freshness().snapshot_at.date()
    with psycopg.connect(pair.reader_url("bench"), autocommit=True) as standby:
        standby.execute("set timezone = 'UTC'")
        return [_compared(mirror, standby, words, days, today, scale, say) for words, days in RANGES.items()]


def mirrored(pair: EmbeddedPair, scale: int, say: Callable[[str], None]) -> Settings:
    """Build the demo at this scale and mirror it; returns the settings that read it."""
    say(f"demo at scale {scale}")
    build(pair, "bench", Plan(scale=scale))
    settings = load_settings(
        home=pair.folder.parent,
        database_url=pair.reader_url("bench"),
        mirror_name="bench",
        statement_timeout_seconds=3600,
        question_seconds=600,
    )
    say("the mirror of it")
    refresh(settings, full=True)
    return settings


def _compared(
    mirror: Mirror, standby: psycopg.Connection[tuple[Any, ...]], words: str, days: int, today: date, scale: int,
    say: Callable[[str], None],
) -> Result:  # fmt: skip
    span = Span.of(today.fromordinal(today.toordinal() - days + 1), today)
    written = statements(span, mirror.freshness().snapshot_at)
    agree(written, mirror, standby)
    ratios = []
    for number in range(ROUNDS):
        say(f"Home over {words}, round {number + 1} of {ROUNDS}")
        forget(mirror.folder)
        ours = _seconds(lambda: [measure_metric(mirror, metric, span=span) for metric in METRICS])
        theirs = _seconds(lambda: [one.rows(standby) for one in written])
        ratios.append(theirs / ours)
    return Result(
        f"Home's metrics, mirror against standby ({words})", ratios, "×", 10, 3,
        f"{len(METRICS)} metrics over the range and the one before to checked series, facts by day kept since the "
        f"generation was made ready, over {len(written)} statements written for Postgres to fetched rows, for the "
        f"{len(written) // 2} of them that are no quotient; scale {scale}, answers compared first",
    )  # fmt: skip


def statements(span: Span, as_of: datetime) -> list[Statement]:
    """Return a statement for every metric with facts of its own, over the range and over the one before."""
    return [
        Statement(
            metric, one,
            _DATED % for_postgres(founders.statement(metric.facts)) + _WRITTEN[metric.measured],
            {"since": one.start, "until": one.end, "grain": one.grain, "timezone": one.timezone, "as_of": as_of,
             "by": "", "segment": "all"},
        )
        for metric in METRICS if metric.facts
        for one in (span, span.previous())
    ]  # fmt: skip


def agree(written: Sequence[Statement], mirror: Mirror, standby: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Refuse to time two ways that do not say the same; warms both up on the way."""
    as_of = mirror.freshness().snapshot_at
    for one in written:
        ours = one.metric.question(mirror, span=one.span).sort("period").rows()
        theirs = one.series(one.rows(standby), as_of)
        if ours != theirs and not all(value is None for _, value, _ in ours):
            raise RuntimeError(f"Mirror and standby say {one.metric.key} differently: {ours[:3]} and {theirs[:3]}.")


def for_postgres(statement: str) -> str:
    """Return a statement of DuckDB's dialect in that of Postgres, its `$name` as psycopg's `%(name)s`.

    `group by all` becomes the places of the columns that hold no aggregate, `arg_min` the first of an ordered array.
    """
    tree = sqlglot.parse_one(statement, read="duckdb")
    for found in list(tree.find_all(exp.ArgMin)):
        value, by = (found.args[name].sql("postgres") for name in ("this", "expression"))
        first = f"(array_agg({value} order by {by}) filter (where {value} is not null and {by} is not null))[1]"
        found.replace(sqlglot.parse_one(first, read="postgres"))
    for text in tree.find_all(exp.Literal):
        if text.is_string:
            text.set("this", text.this.replace("%", "%%"))
    for group in tree.find_all(exp.Group):
        if group.args.get("all") and isinstance(group.parent, exp.Select):
            group.set("all", None)
            group.set(
                "expressions",
                [
                    exp.Literal.number(place)
                    for place, column in enumerate(group.parent.selects, start=1)
                    if column.find(exp.AggFunc) is None
                ],
            )
    return tree.sql("postgres", comments=False)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
