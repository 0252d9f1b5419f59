"""How much faster does the mirror answer Home's questions than the standby answers the same SQL?"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
import sqlglot
from sqlglot import exp

from benchmarks.report import Result
from demo.build import build
from demo.world import Plan
from metrics import METRICS
from metrics import measure as measure_metric
from queries.span import Span
from replica import Mirror
from replica.mirror import forget
from replica.refresh import refresh
from replica.settings import load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    import polars as pl

    from demo.cluster import EmbeddedPair
    from replica.settings import Settings

ROUNDS: Final = 5
RANGES: Final = {"28 days, as Home opens": 28, "12 months": 365}


@dataclass(frozen=True, slots=True)
class _Question:
    """One question as a metric puts it to the mirror, and the same statement for Postgres."""

    put: Callable[[Mirror], pl.DataFrame]
    name: str
    parameters: Mapping[str, Any]
    postgres: str


class _Noting(Mirror):
    """A mirror that keeps how it was asked."""

    put: list[Callable[[Mirror], pl.DataFrame]]

    def ask(self, *given: Any, **more: Any) -> Any:
        self.put.append(lambda asked: asked.ask(*given, **more))
        return super().ask(*given, **more)


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
    asked = _questions(mirror, span)
    for question in asked:
        _agree(question, mirror, standby)
    ratios = []
    for number in range(ROUNDS):
        say(f"Home over {words}, round {number + 1} of {ROUNDS}")
        ours = theirs = 0.0
        for question in asked:
            forget(mirror.folder)
            ours += _seconds(_of_mirror, question, mirror)
            theirs += _seconds(_of_standby, question, standby)
        ratios.append(theirs / ours)
    return Result(
        f"Home's questions, mirror against standby ({words})", ratios, "×", 10, 3,
        f"{len(asked)} statements over the range and the one before, scale {scale}; SQL to checked frame over the same "
        "SQL to fetched rows; answers compared first",
    )  # fmt: skip


def _questions(mirror: Mirror, span: Span) -> list[_Question]:
    """Return every statement that Home's metrics put, as they put it."""
    noting = _Noting(mirror.folder, mirror.settings)
    noting.put = []
    with noting.trace() as trace:
        for metric in METRICS:
            measure_metric(noting, metric, span=span)
    return [
        _Question(put, one.name, one.parameters, for_postgres(one.sql))
        for put, one in zip(noting.put, trace.questions, strict=True)
    ]


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


def _of_mirror(question: _Question, mirror: Mirror) -> list[tuple[Any, ...]]:
    return question.put(mirror).rows()


def _of_standby(question: _Question, standby: psycopg.Connection[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return standby.execute(question.postgres.encode(), question.parameters).fetchall()


def _agree(question: _Question, mirror: Mirror, standby: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Refuse to time two statements that are not the same question; warms both sides up on the way."""
    ours, theirs = (
        sorted(rows, key=lambda row: str(row[0]))
        for rows in (_of_mirror(question, mirror), _of_standby(question, standby))
    )
    if ours != theirs:
        raise RuntimeError(f"Mirror and standby answer {question.name} differently: {ours[:3]} and {theirs[:3]}.")


def _seconds(work: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started
