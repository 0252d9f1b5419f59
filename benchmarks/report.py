"""What was measured, beside what was aimed at, printed and kept with the machine it was measured on."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, Literal

import psutil
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

RESULTS: Final = Path(__file__).with_name("results.md")
Verdict = Literal["aim", "floor", "missed"]
Unit = Literal["×", "%", "ms", "MB"]

_HEADER: Final = """\
# Results of `make bench` and `make bench-full`

Newest first. A row compares two ways that took turns in one run; *measured* is the median of the rounds, *spread* the
lowest and the highest. × and % are ratios; ms is CPU time of the server process, user
and system, per page run, unless the row says wall time.
The verdict is *aim* or *floor* where that was reached, else *missed*.
"""
_HEAD: Final = ("question", "measured", "spread", "aim", "floor", "verdict", "how")


@dataclass(frozen=True, slots=True)
class Result:
    """A measurement: one figure per round, in the unit; less is better where the aim lies below the floor."""

    question: str
    rounds: Sequence[float]
    unit: Unit
    aim: float
    floor: float
    how: str

    @property
    def measured(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)

    @property
    def verdict(self) -> Verdict:
        """What the median reached."""
        for name, bound in (("aim", self.aim), ("floor", self.floor)):
            if self.measured <= bound if self.aim < self.floor else self.measured >= bound:
                return "aim" if name == "aim" else "floor"
        return "missed"

    def cells(self) -> tuple[str, ...]:
        """Return the row as text, in the order of the table's head."""
        relation = "≤" if self.aim < self.floor else "≥"
        return (
            self.question,
            self._figure(self.measured),
            f"{self._figure(min(self.rounds))} – {self._figure(max(self.rounds))}",
            f"{relation} {self._figure(self.aim)}",
            f"{relation} {self._figure(self.floor)}",
            self.verdict,
            self.how,
        )

    def _figure(self, value: float) -> str:
        digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
        text = f"{value:.{digits}f}"
        return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {self.unit}"


def show(results: Sequence[Result]) -> None:
    """Print the table."""
    table = Table(*_HEAD)
    for result in results:
        table.add_row(*result.cells())
    Console(width=None if os.isatty(1) else 200).print(table)


def keep(results: Sequence[Result], sizes: str, minutes: float, file: Path = RESULTS) -> None:
    """Put the table above the earlier ones in the file; `sizes` says in words what was measured on."""
    rows = ["| " + " | ".join(cells) + " |" for cells in (_HEAD, ("---",) * len(_HEAD), *(r.cells() for r in results))]
    entry = "\n".join([f"## {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {sizes}", "", machine(minutes), "", *rows, ""])
    earlier = re.split(r"^(?=## )", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:] if file.exists() else []
    file.write_text("\n".join([_HEADER, entry, *earlier]).rstrip() + "\n", encoding="utf-8")


def machine(minutes: float) -> str:
    """Return in one line what this ran on and how busy it was; the load is that of the last minutes, ours included."""
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[2]
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "polars", "psycopg", "streamlit"))
    return (
        f"{len(psutil.Process().cpu_affinity() or []) or os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB "
        f"memory, load {load:.1f} over 15 minutes; Python {platform.python_version()}, {packages}; "
        f"{minutes:.0f} minutes."
    )


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()
