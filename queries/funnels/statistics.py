"""Shares with their uncertainty: intervals, tests between two groups, corrections for asking often."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

Z95: Final = 1.959963984540054
SMALL_CELL: Final = 5.0


@dataclass(frozen=True, slots=True)
class Table:
    """Two groups, each with how many did and how many did not."""

    did: int
    did_not: int
    others_did: int
    others_did_not: int

    @property
    def smallest_expected(self) -> float:
        """Return the smallest count that would be expected if the groups did not differ."""
        total = self.did + self.did_not + self.others_did + self.others_did_not
        rows = (self.did + self.did_not, self.others_did + self.others_did_not)
        columns = (self.did + self.others_did, self.did_not + self.others_did_not)
        return min((row * column / total for row in rows for column in columns), default=0.0) if total else 0.0


def wilson(did: int, total: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a share after Wilson; None of nobody."""
    if total == 0:
        return None
    share, z2 = did / total, Z95 * Z95
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return max(0.0, centre - half), min(1.0, centre + half)


def two_proportions(table: Table) -> float | None:
    """Return how probable a difference at least this large is by chance, two-sided; None where nothing can differ.

    By the normal approximation with pooled variance, or exactly (Fisher) where fewer than five are expected in a cell.
    """
    if table.smallest_expected == 0:
        return None
    if table.smallest_expected < SMALL_CELL:
        return fisher(table)
    first, second = table.did + table.did_not, table.others_did + table.others_did_not
    pooled = (table.did + table.others_did) / (first + second)
    deviation = math.sqrt(pooled * (1 - pooled) * (1 / first + 1 / second))
    return math.erfc(abs(table.did / first - table.others_did / second) / deviation / math.sqrt(2))


def fisher(table: Table) -> float:
    """Return the two-sided probability of Fisher's exact test: of all tables no likelier than this one."""
    first, second = table.did + table.did_not, table.others_did + table.others_did_not
    did = table.did + table.others_did

    def weight(held: int) -> float:
        return _log_choose(first, held) + _log_choose(second, did - held) - _log_choose(first + second, did)

    here = weight(table.did)
    lowest, highest = max(0, did - second), min(first, did)
    found = sum(math.exp(one) for held in range(lowest, highest + 1) if (one := weight(held)) <= here + 1e-7)
    return min(1.0, found)


def odds_ratio(table: Table) -> tuple[float, float, float]:
    """Return the odds ratio with its 95 % interval, half a case added to each cell (Haldane and Anscombe)."""
    cells = [cell + 0.5 for cell in (table.did, table.did_not, table.others_did, table.others_did_not)]
    logarithm = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    half = Z95 * math.sqrt(sum(1 / cell for cell in cells))
    return math.exp(logarithm), math.exp(logarithm - half), math.exp(logarithm + half)


def holm(probabilities: Sequence[float | None]) -> list[float | None]:
    """Return probabilities corrected after Holm for the number of questions asked; None stays None."""
    known = sorted((p, place) for place, p in enumerate(probabilities) if p is not None)
    found: list[float | None] = [None] * len(probabilities)
    highest = 0.0
    for rank, (p, place) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - rank)))
        found[place] = highest
    return found


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
