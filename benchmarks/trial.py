"""How many defects that nobody chose do the checks find, and how many findings speak of no defect?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demo.altered import Alteration, Alterations, altered, rounds
from quality.compile import reads
from quality.derive import derive
from quality.pulse import pulse
from quality.reading import data_ends, known
from replica import generations
from replica.mirror import Mirror

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from quality.check import Check, Result


@dataclass(slots=True)
class Score:
    """What a trial came to: per class how many alterations there were and how many were found; findings of weight."""

    tried: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[Alteration] = field(default_factory=list)
    findings: int = 0
    strange: list[tuple[str, str]] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Return the share of alterations that were found, by class and place."""
        return self.found.total() / self.tried.total()

    @property
    def precision(self) -> float:
        """Return the share of the new findings of warning or above that speak of an alteration."""
        return 1 - len(self.strange) / self.findings if self.findings else 1.0


class Trial:
    """A clean mirror and what the checks find on it before anything is altered."""

    def __init__(self, clean: Mirror) -> None:
        self.clean = clean
        self._drawn: Alterations | None = None
        self._there = known(clean)
        self._ends = data_ends(clean, self._there)
        self._before = {one.check.id: one for one in pulse(clean, found=self._there, ends=self._ends)}
        self._reads = {
            name: frozenset[str]().union(*map(reads, derive(name, self._there))) for name in self._there.tables
        }

    def drawn(self, seed: int) -> Alterations:
        """Return what may be done to the clean mirror, rows drawn by a seed."""
        path = generations.current(self.clean.folder)
        if path is None:
            raise FileNotFoundError(f"{self.clean.folder} holds no mirror; refresh it first.")
        self._drawn = Alterations(path, seed, self._drawn)
        return self._drawn

    def judge(self, alterations: Iterable[Alteration], folder: Path, score: Score | None = None) -> Score:
        """Alter copies of the clean mirror, as many alterations at once as leave each other alone, and judge each."""
        kept = score or Score()
        for number, group in enumerate(rounds(alterations)):
            place = folder / f"altered-{number}"
            place.mkdir(parents=True)
            altered(self.clean.folder, place, group)
            mirror = Mirror(place, self.clean.settings)
            touched = frozenset[str]().union(*(one.touched for one in group))
            # What reads none of these tables cannot come to another verdict.
            concerned = [name for name, read in self._reads.items() if read & touched]
            after = pulse(mirror, concerned, found=known(mirror), ends=self._ends)
            for file in place.iterdir():
                file.unlink()
            self._count(kept, group, after)
        return kept

    def _count(self, score: Score, group: list[Alteration], after: list[Result]) -> None:
        new = [one for one in after if one.state in {"fail", "muted"} and _differs(one, self._before.get(one.check.id))]
        score.errors += [(one.check.id, one.words) for one in after if one.state == "error"]
        for one in group:
            score.tried[one.klass] += 1
            if any(_is_of(result.check, one) for result in new):
                score.found[one.klass] += 1
            else:
                score.missed.append(one)
        heavy = [one.check for one in new if one.state == "fail" and one.check.severity != "info"]
        score.findings += len(heavy)
        score.strange += [
            (check.id, ", ".join(one.place for one in group if one.touched & reads(check)))
            for check in heavy
            if not any(speaks(check, one) for one in group)
        ]


def _differs(after: Result, before: Result | None) -> bool:
    return before is None or (before.state, before.rows) != (after.state, after.rows)


def _is_of(check: Check, one: Alteration) -> bool:
    placed = check.table == one.table and one.column in {None, check.column}
    return placed and check.klass in {one.klass, *one.beside}


def speaks(check: Check, one: Alteration) -> bool:
    """Say whether a check reads what was altered: the column, or the table where rows came or went."""
    if not one.touched & reads(check):
        return False
    asked = " ".join(filter(None, (check.where, check.tally, check.measure)))
    return one.column is None or one.rows_change or check.column == one.column or one.column in asked
