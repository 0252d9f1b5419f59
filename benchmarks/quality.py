"""What do the checks cost: the pulse in the mirror, Great Expectations on the replica, the page from its memory?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from benchmarks.report import Result
from demo.build import build
from demo.world import Plan
from quality import history
from quality.derive import derive
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
    # Imports and compiled rules are not what a warm process pays.
    history.record(mirror, run(mirror, "gx"))
    beats, judged, ratios, shown = [], [], [], []
    for number in range(ROUNDS):
        say(f"checks, round {number + 1} of {ROUNDS}")
        beats.append(_milliseconds(lambda: pulse(mirror, found=there, ends=ends)))
        judged.append(_milliseconds(lambda: run(mirror, "gx")))
        ratios.append(judged[-1] / beats[-1])
        shown.append(_milliseconds(lambda: _page(mirror)))
    count = sum(len(derive(name, there)) for name in there.tables)
    how = f"{count:,} checks of {len(there.tables)} tables, demo at scale 1, wall time, warm"
    return [
        Result("Pulse over all tables, wall time", beats, "ms", 500, 1_500, how),
        Result("Great Expectations over all tables, wall time", judged, "ms", 8_000, 16_000, how),
        Result("Great Expectations against the pulse", ratios, "×", 4, 2, how),
        Result(
            "Quality page's questions of its memory, wall time", shown, "ms", 300, 600,
            "latest run with first seen, last passed and flapping, matrix, runs, volumes",
        ),
    ]  # fmt: skip


def _page(mirror: Mirror) -> None:
    stamp = history.stamp(mirror)
    history.matrix(history.latest(mirror, run=stamp))
    history.runs(mirror, run=stamp)
    history.volumes(mirror, run=stamp)


def _milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1_000
