"""How much faster is a funnel of five steps than in ClickHouse, Postgres and Polars, and than in SQL alone?

Twenty events per user over 90 days, seven of a hundred of them a step; in the skewed shape 200 users have a third.
ClickHouse (chdb) runs in this process. The rows are sorted by user and time for all: ours are kept so.
Every way answers the same question of the same rows, counted alike, and the answers must be equal: how far each actor
came. Which events filled the steps, as medians and lists of people need, ours finds in one more pass; that is told too.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

import numpy as np
import polars as pl
import psycopg
from chdb.session import Session
from psycopg import sql

from benchmarks.pages import opened, run
from benchmarks.report import Result
from benchmarks.served import served
from demo.build import build
from demo.world import Plan
from queries import activity, events, funnels, retention
from queries.funnels import Definition, Log, asof
from queries.funnels.prepared import FUNNELS
from queries.periods import calendar, days_of, physical
from queries.span import Span
from replica.mirror import Mirror
from replica.refresh import refresh
from replica.settings import load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from demo.cluster import EmbeddedPair

    Way = Callable[[], list[int]]

T = TypeVar("T")
NAMES: Final = ("a", "b", "c", "d", "e", *(f"other{number}" for number in range(15)))
SHARES: Final = (0.10, 0.09, 0.08, 0.07, 0.06, *([0.04] * 15))
STEPS: Final = 5
DAY: Final = 86_400
WINDOW: Final = 7 * DAY
SPAN: Final = 90 * DAY
THURSDAY: Final = 3 * DAY
"""1970 began on a Thursday: so many seconds after a Monday."""
BEGIN: Final = 1_760_000_000
PER_USER: Final = 20
HEAVY: Final = 200
ROUNDS: Final = 7
ROUNDS_OF_LARGE: Final = 3
PAGE_WINDOWS: Final = ("1 hour", "1 day", "30 days")
MOST_IN_POSTGRES: Final = 10_000_000
MEMORY: Final = 6 * 1024**3
_OVER: Final = sql.SQL("from {} window earlier as (partition by actor order by second, event rows unbounded preceding)")
DEFINITION: Final[Definition] = funnels.parse({"steps": list(NAMES[:STEPS]), "window_s": WINDOW})


def measure(pair: EmbeddedPair | None, rows: int, folder: Path, say: Callable[[str], None]) -> list[Result]:
    """Compare at this many rows; a server is asked only with a pair, and at ten million rows at most."""
    funnels.compile_kernels()
    results = []
    for shape, skewed in (("20 events per user", False), ("30 % of rows of 200 users", True)):
        say(f"{rows:,} events, {shape}")
        asked = made(rows, skewed=skewed)
        results += _clickhouse(asked, rows, shape, folder, say)
        results += _others(asked, rows, shape, say)
        if pair is not None and rows <= MOST_IN_POSTGRES and not skewed:
            results.append(_postgres(pair, asked, rows, say))
    return [*results, *_first_of_a_page(pair, say)] if pair is not None else results


def _first_of_a_page(pair: EmbeddedPair, say: Callable[[str], None]) -> list[Result]:
    """Time what the page of funnels asks when a funnel is opened first, on the demo, once for each prepared funnel."""
    say("the page's first funnel, demo at scale 1")
    build(pair, "bench", Plan())
    settings = load_settings(
        home=pair.folder.parent, database_url=pair.reader_url("bench"), mirror_name="bench", refresh_seconds=86_400
    )
    refresh(settings, full=True)
    mirror = Mirror(mirror_folder(settings), settings)
    events.stream(mirror)
    today = mirror.freshness().snapshot_at.date()
    span = Span.of(today - timedelta(days=27), today)
    taken = []
    for prepared in FUNNELS:
        begun = time.perf_counter()
        given: dict[str, Any] = {"definition": prepared.definition(), "span": span}
        funnels.steps(mirror, **given)
        funnels.steps(mirror, **given | {"span": span.previous()})
        funnels.durations(mirror, **given)
        funnels.left_out(mirror, **given)
        funnels.trend(mirror, **given)
        funnels.correlation(mirror, **given)
        funnels.people(mirror, **given, which="dropped", step=1)
        taken.append((time.perf_counter() - begun) * 1000)
    questions = Result(
        "Questions of a page's first funnel", taken, "ms", 100, 150,
        "wall time of the seven questions, once per prepared funnel, nothing of it asked before; kernels compiled, the "
        "stream of events built, as the app does after a refresh",
    )  # fmt: skip
    with served(settings) as (server, port), opened(port) as browser:
        # The first run pays for the imports of the page and for the stream of events.
        for _ in range(3):
            run(browser, port, "funnels")
        whole, before = [], server.cpu_times()
        asked = [f"funnel={quote(one.title)}&window={quote(window)}" for one in FUNNELS for window in PAGE_WINDOWS]
        for query in asked:
            begun = time.perf_counter()
            run(browser, port, "funnels", query)
            whole.append((time.perf_counter() - begun) * 1000)
        after = server.cpu_times()
    cpu = (after.user + after.system - before.user - before.system) * 1000 / len(asked)
    return [questions, Result(
        "A funnel's first run on its page", whole, "ms", 100, 150,
        f"wall time in the served app from the request to the last element, every prepared funnel with "
        f"{len(PAGE_WINDOWS)} windows that nobody asked for before, scale 1; {cpu:.0f} ms of CPU each",
    )]  # fmt: skip


def measure_large(rows: int, folder: Path, say: Callable[[str], None]) -> list[Result]:
    """Compare on sorted columns at a size that others only just hold, and look at the memory of ours."""
    say(f"{rows:,} events, ours in a process of its own")
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        seconds, peak, counts = pool.apply(_alone, (rows,))
    say(f"{rows:,} events, ClickHouse")
    asked = made(rows, skewed=False)
    session = _session(str(folder / "chdb-large"))
    try:
        _load(session, asked.frame, folder)
        theirs = []
        for _ in range(ROUNDS_OF_LARGE):
            taken, found = _timed(lambda: _windows(session))
            _same(found, counts)
            theirs.append(taken)
    finally:
        session.close()
    ratios = [their / our for their, our in zip(theirs, seconds, strict=True)]
    million = f"{rows / 1e6:g} M"
    return [
        Result(f"funnel of {million} sorted events, against ClickHouse", ratios, "×", 5, 2, _words(theirs, seconds)),
        Result(f"memory of a funnel of {million} events, of 6 GB", [peak / MEMORY * 100], "%", 80, 100,
               f"{peak / 1024**3:.1f} GB at most, events included"),
    ]  # fmt: skip


def _alone(rows: int) -> tuple[list[float], int, list[int]]:
    asked = made(rows, skewed=False)
    funnels.compile_kernels()
    counts: list[int] = []
    seconds = []
    for _ in range(ROUNDS_OF_LARGE):
        taken, counts = _timed(lambda: ours(asked))
        seconds.append(taken)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, counts


def made(rows: int, *, skewed: bool) -> Log:
    """Make events, the same for the same size."""
    rng = np.random.default_rng(7)
    users = rng.integers(0, max(1, rows // PER_USER), rows, dtype=np.uint32)
    if skewed:
        heavy = rng.random(rows) < 0.3
        users[heavy] = rng.integers(0, HEAVY, int(heavy.sum()), dtype=np.uint32)
        del heavy
    events = rng.choice(len(NAMES), rows, p=SHARES).astype(np.uint8)
    seconds = rng.integers(0, SPAN, rows, dtype=np.int32)
    # One key of user, time and event: numpy sorts it in place.
    key = users.astype(np.uint64) << np.uint64(32) | seconds.astype(np.uint64) << np.uint64(5) | events
    del users, seconds, events
    key.sort()
    frame = _frame(key)
    numbers = pl.Series("actor", np.arange(1, int(frame["actor"].to_numpy()[-1]) + 1, dtype=np.uint32))
    later = datetime.fromtimestamp(BEGIN + SPAN, UTC) + timedelta(days=7)
    return Log(frame, pl.DataFrame({"actor": numbers, "actor_key": numbers}), as_of=later)


def _frame(key: Any) -> pl.DataFrame:
    moments = ((key >> np.uint64(5)) & np.uint64(0x7FFFFFF)).astype(np.int64)
    return pl.DataFrame({
        "actor": ((key >> np.uint64(32)) + np.uint64(1)).astype(np.uint32),
        "happened_at": pl.Series((moments + BEGIN) * 1_000_000).cast(pl.Datetime("us", "UTC")),
        "name": pl.Series((key & np.uint64(31)).astype(np.uint8)).cat.to(pl.Enum(list(NAMES))),
    })  # fmt: skip


def ours(log: Log, follow: Callable[[Log, Definition], funnels.Paths] = funnels.follow) -> list[int]:
    """Return how many reached each step."""
    depths = np.bincount(follow(log, DEFINITION).depths, minlength=STEPS + 1)
    return [int(depths[step:].sum()) for step in range(1, STEPS + 1)]


def _clickhouse(asked: Log, rows: int, shape: str, folder: Path, say: Callable[[str], None]) -> list[Result]:
    session = _session(str(folder / f"chdb-{shape[:2]}"))
    results = []
    ways: tuple[tuple[str, Way, Way], ...]
    try:
        _load(session, asked.frame, folder)
        ways = (
            ("funnel", lambda: ours(asked), lambda: _windows(session)),
            ("retention by week", lambda: _retained(asked), lambda: _retained_there(session)),
            ("active by day, week and month", lambda: _active(asked), lambda: _active_there(session)),
        )
        for name, our_way, their_way in ways:
            our_way()  # whatever is compiled or kept is so before the first round
            our_times, their_times = [], []
            for number in range(ROUNDS):
                say(f"{name}, ClickHouse, round {number + 1} of {ROUNDS}")
                our, counts = _timed(our_way)
                their, found = _timed(their_way)
                _same(found, counts)
                our_times.append(our)
                their_times.append(their)
            ratios = [their / our for their, our in zip(their_times, our_times, strict=True)]
            question = f"{name} of {rows / 1e6:g} M events, {shape}, against ClickHouse"
            words = _words(their_times, our_times)
            if name == "funnel":
                more, _ = _timed(lambda: funnels.follow(asked, DEFINITION).rows.shape)
                words += f"; {more:.2f} s with the events that filled the steps"
            results.append(Result(question, ratios, "×", 2.5, 1.2, words))
    finally:
        session.close()
    return results


def _retained(log: Log) -> list[int]:
    """Return how many of each week's new actors did anything in each week after: cohort, period, count, and so on."""
    found = retention.cells_of(log, retention.Retention(unit="week"))
    told = found.filter(pl.col("retained") > 0).select(pl.col("cohort").rle_id().cast(pl.Int64), "period", "retained")
    return [cell for row in told.iter_rows() for cell in row]


def _retained_there(session: Any) -> list[int]:
    week = f"intDiv(second + {THURSDAY}, {7 * DAY})"
    answer = session.query(
        f"select cohort, week - cohort as period, count() from (select min({week}) as cohort, "  # noqa: S608
        f"groupUniqArray({week}) as weeks from bench.events group by actor settings optimize_aggregation_in_order = 1) "
        "array join weeks as week group by cohort, period order by cohort, period",
        "CSV",
    )
    rows = [[int(cell) for cell in line.split(",")] for line in str(answer).splitlines()]
    return [cell for cohort, period, count in rows for cell in (cohort - rows[0][0], period, count)]


def _active(log: Log) -> list[int]:
    """Return daily, weekly and monthly active actors of every day."""
    moments = physical(log.frame["happened_at"])
    first, last = days_of(moments, "UTC") or (date.min, date.min)
    days = calendar(first - timedelta(days=activity.MONTH - 1), last, "day", "UTC")
    found = activity.active_of(physical(log.frame["actor"]), moments, days, None)
    return [count for row in found.select("daily", "weekly", "monthly").iter_rows() for count in row]


def _active_there(session: Any) -> list[int]:
    """Ask the same in the same way: a day of an actor counts until its window has passed or the next one begins."""
    answer = session.query(
        f"select step.1 as day, sum(step.2), sum(step.3), sum(step.4) from (select arrayJoin([(d, 1, 1, 1), "  # noqa: S608
        "(least(d + 7, n), 0, -1, 0), (least(d + 30, n), 0, 0, -1)]) as step from (select arraySort(groupUniqArray("
        f"intDiv(second, {DAY}))) as days from bench.events group by actor settings optimize_aggregation_in_order = 1) "
        "array join days as d, arrayShiftLeft(days, 1, toUInt32(1000000)) as n) group by day order by day",
        "CSV",
    )
    changes = {
        int(line.split(",")[0]): [int(cell) for cell in line.split(",")[1:]] for line in str(answer).splitlines()
    }
    first = min(changes)
    last = max(day for day, (daily, _, _) in changes.items() if daily)
    counts: list[int] = []
    weekly = monthly = 0
    for day in range(first, last + 1):
        daily, week, month = changes.get(day, (0, 0, 0))
        weekly, monthly = weekly + week, monthly + month
        counts += (daily, weekly, monthly)
    return counts


def _others(asked: Log, rows: int, shape: str, say: Callable[[str], None]) -> list[Result]:
    million = f"{rows / 1e6:g} M sorted events, {shape}"
    results = []
    for name, way in (
        ("Polars", lambda: _polars(asked.frame)),
        ("SQL alone", lambda: ours(asked, asof.follow)),
    ):
        say(f"{name}, {million}")
        our, counts = _timed(lambda: ours(asked))
        their, found = _timed(way)
        _same(found, counts)
        results.append(Result(f"funnel of {million}, against {name}", [their / our], "×", 2, 1, _words([their], [our])))
    return results


def _session(place: str) -> Any:
    return Session(place)  # type: ignore[no-untyped-call]


def _load(session: Any, frame: pl.DataFrame, folder: Path) -> None:
    path = folder / "events.parquet"
    frame.select(
        "actor", second=(pl.col("happened_at").to_physical() // 1_000_000).cast(pl.UInt32),
        event=pl.col("name").to_physical().cast(pl.UInt8),
    ).write_parquet(path, compression="lz4")  # fmt: skip
    session.query("create database if not exists bench")
    session.query(
        "create table bench.events (actor UInt32, second UInt32, event UInt8) "
        "engine = MergeTree order by (actor, second)"
    )
    session.query(f"insert into bench.events select * from file('{path}')")  # noqa: S608  a path of ours
    session.query("optimize table bench.events final")
    path.unlink()


def _windows(session: Any) -> list[int]:
    conditions = ", ".join(f"event = {step}" for step in range(STEPS))
    answer = session.query(
        f"select level, count() from (select windowFunnel({WINDOW})(second, {conditions}) as level "  # noqa: S608
        f"from bench.events where event < {STEPS} group by actor settings optimize_aggregation_in_order = 1) "
        "group by level",
        "CSV",
    )
    counts = [0] * (STEPS + 1)
    for line in str(answer).splitlines():
        level, count = line.split(",")
        counts[int(level)] = int(count)
    return [sum(counts[step:]) for step in range(1, STEPS + 1)]


def _polars(frame: pl.DataFrame) -> list[int]:
    """Carry the latest entry that can feed each step forward, step by step."""
    moment = pl.col("happened_at").to_physical()
    code = pl.col("name").to_physical()
    events = frame.lazy().filter(code < STEPS).select("actor", moment=moment, code=code)
    events = events.with_columns(level0=pl.when(pl.col("code") == 0).then("moment").forward_fill().over("actor"))
    for step in range(1, STEPS):
        before = pl.col(f"level{step - 1}")
        fed = (pl.col("code") == step) & (pl.col("moment") - before <= WINDOW * 1_000_000)
        events = events.with_columns(pl.when(fed).then(before).forward_fill().over("actor").alias(f"level{step}"))
    reached = events.group_by("actor").agg(pl.col("^level.*$").is_not_null().any())
    sums = reached.select(pl.col("^level.*$").sum()).collect()
    return [int(count) for count in sums.row(0)]


def _postgres(pair: EmbeddedPair, asked: Log, rows: int, say: Callable[[str], None]) -> Result:
    """Ask the standby the same, by windows within windows."""
    say(f"{rows:,} events into Postgres")
    sorted_rows = asked.frame.select(
        "actor", (pl.col("happened_at").to_physical() // 1_000_000), pl.col("name").to_physical()
    )
    with psycopg.connect(pair.primary_url("postgres"), autocommit=True) as primary:
        primary.execute("create table funnel_events (actor int, second int, event smallint)")
        with primary.cursor() as cursor, cursor.copy("copy funnel_events from stdin (format csv)") as copy:
            for part in sorted_rows.iter_slices(500_000):
                copy.write(part.write_csv(include_header=False))
        primary.execute("grant select on funnel_events to public")
        primary.execute("analyze funnel_events")
        primary.execute("checkpoint")
        written = primary.execute("select pg_current_wal_lsn()").fetchone()
    say("Postgres on the standby")
    with psycopg.connect(pair.reader_url("postgres"), autocommit=True) as standby:
        while standby.execute("select pg_last_wal_replay_lsn() >= %s::pg_lsn", written).fetchone() == (False,):
            time.sleep(0.2)
        their, found = _timed(lambda: [int(one) for one in standby.execute(_in_postgres()).fetchone() or ()])
    our, counts = _timed(lambda: ours(asked))
    _same(found, counts)
    question = f"funnel of {rows / 1e6:g} M sorted events, against Postgres on the standby"
    return Result(question, [their / our], "×", 10, 2, _words([their], [our]))


def _in_postgres() -> sql.Composed:
    """Return the question: each level carries on the latest entry that can feed it, one window over the other."""
    names = [sql.Identifier(f"start{step}") for step in range(STEPS)]
    levels = sql.SQL("select actor, second, event, max(case when event = 0 then second end) over earlier as start0 {}")
    asked = levels.format(_OVER.format(sql.SQL("funnel_events where event < {}").format(STEPS)))
    for step in range(1, STEPS):
        asked = sql.SQL(
            "select told.*, max(case when event = {step} and second - {before} <= {window} then {before} end) "
            "over earlier as {here} {over}"
        ).format(
            step=step, before=names[step - 1], here=names[step], window=WINDOW,
            over=_OVER.format(sql.SQL("({}) as told").format(asked)),
        )  # fmt: skip
    flags = sql.SQL(", ").join(sql.SQL("count({0}) > 0 as {0}").format(name) for name in names)
    sums = sql.SQL(", ").join(sql.SQL("count(*) filter (where {})").format(name) for name in names)
    return sql.SQL("select {} from (select {} from ({}) as levels group by actor) as flags").format(sums, flags, asked)


def _timed(way: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    found = way()
    return time.perf_counter() - begun, found


def _same(found: list[int], counts: list[int]) -> None:
    if found != counts:
        raise AssertionError(f"The answers differ: {found} beside ours, {counts}.")


def _words(theirs: list[float], ours: list[float]) -> str:
    return f"{np.median(theirs):.2f} s against {np.median(ours):.2f} s"
