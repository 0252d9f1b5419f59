"""What do the checks cost: the pulse in the mirror, Great Expectations on the replica, the page from its memory?"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

from psycopg.conninfo import conninfo_to_dict

from benchmarks.far import far
from benchmarks.report import Result
from demo.build import build
from demo.world import Plan
from quality import history
from quality.derive import derive
from quality.gx import judge
from quality.pulse import pulse
from quality.reading import data_ends, known
from quality.run import run
from replica import Mirror
from replica.refresh import refresh
from replica.settings import load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.cluster import EmbeddedPair

ROUNDS: Final = 3
ROUND_TRIP: Final = 0.02
_WITH_IMPORT: Final = """
import sys
from pathlib import Path
from quality.run import run
from replica import Mirror
from replica.settings import load_settings, mirror_folder
settings = load_settings(home=Path(sys.argv[1]), database_url=sys.argv[2], mirror_name="checks")
run(Mirror(mirror_folder(settings), settings), "gx")
"""


def measure(pair: EmbeddedPair, say: Callable[[str], None]) -> list[Result]:
    """Build the demo, mirror it, and let both engines judge it in turns; the page's questions are asked afterwards."""
    say("demo for the checks")
    build(pair, "checks", Plan())
    settings = load_settings(
        home=pair.folder.parent, database_url=pair.reader_url("checks"), mirror_name="checks", question_seconds=60
    )
    refresh(settings, full=True)
    mirror = Mirror(mirror_folder(settings), settings)
    there = known(mirror)
    ends = data_ends(mirror, there)
    others = [name for name, table in there.tables.items() if not table.documented]
    # Imports and compiled rules are not what a warm process pays.
    history.record(mirror, run(mirror, "gx"))
    whole, next_ones, baseline, judged, ratios, shown = [], [], [], [], [], []
    for number in range(ROUNDS):
        say(f"checks, round {number + 1} of {ROUNDS}")
        whole.append(_milliseconds(lambda: pulse(mirror, found=there, ends=ends, afresh=True)))
        refresh(settings)
        next_ones.append(_milliseconds(lambda: pulse(mirror)))
        baseline.append(_milliseconds(lambda: pulse(mirror, others, found=there, ends=ends, afresh=True)))
        judged.append(_milliseconds(lambda: run(mirror, "gx")))
        ratios.append(judged[-1] / whole[-1])
        shown.append(_milliseconds(lambda: _page(mirror)))
    say("checks in a new process, and at a distance")
    command = [sys.executable, "-c", _WITH_IMPORT, str(settings.home), pair.reader_url("checks")]
    imported = _milliseconds(lambda: subprocess.run(command, check=True))  # noqa: S603  our own interpreter
    distant = _distant(pair, lambda at: judge(at, there, ends))
    count = sum(len(derive(name, there)) for name in there.tables)
    how = f"{count:,} checks of {len(there.tables)} tables, demo at scale 1, wall time, warm"
    return [
        Result("Pulse over all tables, everything measured, wall time", whole, "ms", 500, 1_500, how),
        Result(
            "Pulse after a refresh that found no table changed, wall time", next_ones, "ms", 500, 1_500,
            "as above, the state of every table read first; what time changes is measured again",
        ),
        Result(
            "Pulse over undocumented tables, their baseline derived, wall time", baseline, "ms", 300, 600,
            f"{len(others)} tables, everything measured",
        ),
        Result("Great Expectations over all tables, wall time", judged, "ms", 8_000, 16_000, how),
        Result(
            "Great Expectations over all tables with imports, wall time", [imported], "ms", 15_000, 30_000,
            "a new process of Python, from its start to its end; samples and sentences as well",
        ),
        Result(
            "Great Expectations over all tables, 20 ms away, wall time", [distant], "ms", 15_000, 30_000,
            "through a proxy that hands every byte on 10 ms late each way, AUTOCOMMIT and 8 threads",
        ),
        Result("Great Expectations against the pulse", ratios, "×", 4, 2, how),
        Result(
            "Quality page's questions of its memory, wall time", shown, "ms", 300, 600,
            "latest run with first seen, last passed and flapping, matrix, runs, volumes",
        ),
    ]  # fmt: skip


def _distant(pair: EmbeddedPair, ask: Callable[..., object]) -> float:
    parts = conninfo_to_dict(pair.reader_url("checks"))
    with far(pair.sockets / "standby" / ".s.PGSQL.5432", ROUND_TRIP) as port:
        url = f"postgresql://{parts['user']}@127.0.0.1:{port}/checks?sslmode=disable&gssencmode=disable"
        settings = load_settings(home=pair.folder.parent, database_url=url, mirror_name="checks")
        return _milliseconds(lambda: ask(settings))


def _page(mirror: Mirror) -> None:
    stamp = history.stamp(mirror)
    history.matrix(history.latest(mirror, run=stamp))
    history.runs(mirror, run=stamp)
    history.volumes(mirror, run=stamp)


def _milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1_000
