"""`make bench`: measure, print the table, keep it in `results.md`; ends with 1 when a floor is missed."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from benchmarks import coverage, errors, finance, findings, home, load, pages, quality, questions, refresh, report
from demo.cluster import EmbeddedPair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.report import Result

ROWS: Final = 5_000_000
ROWS_IN_FULL: Final = 10_000_000
SCALE: Final = 100
PARTS: Final = (
    "load",
    "refresh",
    "home",
    "questions",
    "quality",
    "findings",
    "pages",
    "funnels",
    "errors",
    "coverage",
    "finance",
)
EVENTS: Final = 10_000_000
EVENTS_IN_FULL: Final = 100_000_000
words: Final = Console(stderr=True, highlight=False)


def main() -> int:
    """Run what the arguments ask for; only a whole run at the agreed sizes is kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"{ROWS_IN_FULL:,} rows instead of {ROWS:,}")
    parser.add_argument("--rows", type=int, help="another size of the event table; nothing is kept")
    parser.add_argument("--scale", type=int, help="another scale of the demo; nothing is kept")
    parser.add_argument("--minutes", type=float, help="minutes of load, and as many idle ones; nothing is kept")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; nothing is kept")
    given = parser.parse_args()
    rows: int = given.rows or (ROWS_IN_FULL if given.full else ROWS)
    scale: int = given.scale or SCALE
    started = time.monotonic()
    parts = given.only or PARTS
    results: list[Result] = []
    with ExitStack() as held:
        # The servers under load idle while the other parts run, and are asked for their memory at the end.
        idling = held.enter_context(_load(given.minutes)) if "load" in parts else None
        for part in parts:
            if part == "errors":
                results += errors.measure(words.print)
            elif part == "finance":
                with _pair(part) as pair:
                    results += finance.measure(
                        pair, words.print, finance.SIZES_IN_FULL if given.full else finance.SIZES
                    )
            elif part == "funnels":
                results += _funnels(given.rows or EVENTS, full=given.full)
            elif part != "load":
                results += _part(part, rows, scale)
        results += idling() if idling else []
    minutes = (time.monotonic() - started) / 60
    report.show(results)
    sys.stdout.write(report.machine(minutes) + "\n")
    if not (given.rows or given.scale or given.only or given.minutes):
        command = "make bench-full" if given.full else "make bench"
        report.keep(results, f"{command}, {rows / 1e6:g} M events, demo at scale {scale}", minutes)
    return int(any(result.verdict == "missed" for result in results))


@contextmanager
def _load(minutes: float | None) -> Iterator[Callable[[], list[Result]]]:
    idle = minutes or load.IDLE_MINUTES
    with _pair("load") as pair, load.measured(pair, words.print, minutes or load.MINUTES, idle) as results:
        yield results


def _part(name: str, rows: int, scale: int) -> list[Result]:  # noqa: PLR0911  one part each
    with _pair(name) as pair:
        match name:
            case "refresh":
                return refresh.measure(pair, rows, words.print)
            case "home":
                return home.measure(pair, scale, words.print)
            case "questions":
                return questions.measure(pair, scale, words.print)
            case "coverage":
                return coverage.measure(pair, words.print)
            case "quality":
                return quality.measure(pair, words.print)
            case "findings":
                return findings.measure(pair, words.print, scale)
            case _:
                return pages.measure(pair, words.print)


def _funnels(rows: int, *, full: bool) -> list[Result]:
    from benchmarks import funnels  # noqa: PLC0415  chdb takes signals of its own; the other parts do without

    with _pair("funnels") as pair, tempfile.TemporaryDirectory(prefix="autorev-bench-chdb-") as folder:
        found = funnels.measure(pair, rows, Path(folder), words.print)
        return found + (funnels.measure_large(EVENTS_IN_FULL, Path(folder), words.print) if full else [])


@contextmanager
def _pair(name: str) -> Iterator[EmbeddedPair]:
    """Yield servers in a folder of their own, which goes with them."""
    home = Path(tempfile.mkdtemp(prefix=f"autorev-bench-{name}-"))
    home.chmod(0o711)  # the system user that serves root's database must get in
    pair = EmbeddedPair(home)
    try:
        yield pair.start()
    finally:
        pair.remove()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
