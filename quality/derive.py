"""`derive`: every check that a table of the database at hand deserves."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from catalogue import TABLES
from quality import baseline, shape
from quality.rules import RULES

if TYPE_CHECKING:
    from quality.check import Check
    from quality.known import Known


def derive(table: str, known: Known) -> list[Check]:
    """Return the checks of a table: the catalogue's and the rules' for a documented one, else an automatic baseline.

    A check that needs a column which the database lacks is left out; the column itself is then a finding.
    """
    if table not in TABLES:
        return baseline.checks(table, known)
    found = known.tables.get(table)
    readable = found is not None and found.readable
    asked = [check for check in documented(table) if readable and all(map(known.has, check.needs))]
    return [*shape.checks(table, known), *asked]


@lru_cache(maxsize=256)
def documented(table: str) -> tuple[Check, ...]:
    """Return the checks of a documented table on a database that has every column of it."""
    found: dict[str, Check] = {}
    for module in RULES:
        for check in module.checks(TABLES[table]):
            if check.id in found:
                raise ValueError(f"Two checks are named {check.id}; give one of them a variant.")
            found[check.id] = check
    return tuple(found.values())
