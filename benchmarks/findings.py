"""How do other judges of the same checks compare, how does the pulse grow, and what do the checks find and miss?"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from benchmarks.judges import by_checkpoints, by_pandera, by_pointblank, column_checks, frame
from benchmarks.report import Result
from benchmarks.trial import Score, Trial
from catalogue import TABLES
from demo.build import build
from demo.world import Plan
from quality.compile import to_sql
from quality.pulse import pulse
from quality.reading import data_ends, known, raw
from replica import Mirror
from replica.refresh import refresh
from replica.settings import load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.cluster import EmbeddedPair

SCALE: Final = 100
SEEDS: Final = (101, 202, 303, 404, 505)


def measure(pair: EmbeddedPair, say: Callable[[str], None], scale: int = SCALE) -> list[Result]:
    """Let every library judge the columns of the demo, the pulse a larger one, and alter clean copies by seeds."""
    return [*_libraries(pair, say), *_larger(pair, say, scale), *_trials(pair, say)]


def _mirror(pair: EmbeddedPair, name: str, plan: Plan) -> Mirror:
    build(pair, name, plan)
    settings = load_settings(
        home=pair.folder.parent, database_url=pair.reader_url(name), mirror_name=name, question_seconds=600
    )
    refresh(settings, full=True)
    return Mirror(mirror_folder(settings), settings)


def _libraries(pair: EmbeddedPair, say: Callable[[str], None]) -> list[Result]:
    say("demo for the other judges")
    mirror = _mirror(pair, "judges", Plan())
    there = known(mirror)
    plan = {table: checks for table in TABLES if (checks := column_checks(table, there))}
    frames = {table: frame(mirror, table) for table in plan}
    count = sum(map(len, plan.values()))

    def ours() -> dict[str, int]:
        found: dict[str, int] = {}
        with raw(mirror) as cursor:
            for table, checks in plan.items():
                row = cursor.execute(to_sql(table, checks, there).sql).fetchone() or ()
                found |= {check.id: int(value or 0) for check, value in zip(checks, row[1:], strict=False)}
        return found

    def others(judge: Callable[..., dict[str, int]]) -> dict[str, int]:
        return {name: rows for table, checks in plan.items() for name, rows in judge(frames[table], checks).items()}

    ways: dict[str, Callable[[], dict[str, int]]] = {
        "pointblank on frames": lambda: others(by_pointblank),
        "pandera on frames": lambda: others(by_pandera),
        "Great Expectations, a checkpoint a table": lambda: by_checkpoints(pair.reader_url("judges"), plan),
    }
    expected, seconds = ours(), _seconds(ours)
    compared = [check.id for checks in plan.values() for check in checks if check.native is not None]
    results = []
    for way, judge in ways.items():
        say(way)
        started = time.perf_counter()
        said = judge()
        ratio = (time.perf_counter() - started) / seconds
        # Of values that repeat, Great Expectations counts the first as well.
        differ = [name for name in compared if said.get(name, expected[name]) != expected[name]]
        raised = len([name for name in compared if name not in said])
        if differ:
            raise AssertionError(f"{way} counts otherwise: {', '.join(differ[:5])}")
        results.append(
            Result(
                f"The same checks of columns by {way}, against ours", [ratio], "×", 5, 1,
                f"{count:,} checks of {len(plan)} tables, frames in memory beforehand, the same counts; ours one "
                f"statement a table, {seconds * 1_000:,.0f} ms; {raised} of {len(compared)} it could not answer",
            )
        )  # fmt: skip
    return results


def _larger(pair: EmbeddedPair, say: Callable[[str], None], scale: int) -> list[Result]:
    say(f"demo at scale {scale} for the pulse")
    mirror = _mirror(pair, "larger", Plan(scale=scale))
    there = known(mirror)
    ends = data_ends(mirror, there)
    rows = sum(table.rows or 0 for table in there.tables.values())
    pulse(mirror, found=there, ends=ends, afresh=True)
    rounds = [_seconds(lambda: pulse(mirror, found=there, ends=ends, afresh=True)) * 1_000 for _ in range(3)]
    return [
        Result(
            f"Pulse over all tables at {scale} times the events, wall time", rounds, "ms", 5_000, 15_000,
            f"{rows:,} rows, everything measured",
        )
    ]  # fmt: skip


def _trials(pair: EmbeddedPair, say: Callable[[str], None]) -> list[Result]:
    say("clean demo, to be altered")
    clean = _mirror(pair, "clean", Plan(clean=True))
    score, trial = Score(), Trial(clean)
    with TemporaryDirectory(prefix="autorev-altered-") as folder:
        for seed in SEEDS:
            trial.judge(trial.drawn(seed).one_of_each(), Path(folder) / str(seed), score)
    weighty = [one for one in pulse(clean) if one.state == "fail" and one.check.severity != "info"]
    how = (
        f"{score.tried.total()} defects of {len(score.tried)} classes at places drawn by {len(SEEDS)} seeds, "
        f"{score.findings} findings of warning or above; {len(weighty)} on the clean twin"
    )
    return [
        Result("Recall of defects at drawn places, by class and place", [100 * score.recall], "%", 100, 95, how),
        Result("Precision of findings on altered databases", [100 * score.precision], "%", 100, 95, how),
    ]


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
