"""What a check is, what it found, and the words both are said in.

A check is one statement about one table. Its SQL is written once, in the part of the language that DuckDB and Postgres
read alike, over documented names: `⟦cars⟧` stands for the table `cars`, `⟦now⟧` for the moment the data ends at. The
two compilers put in what each engine needs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

Severity = Literal["critical", "warning", "info"]
State = Literal["pass", "fail", "error", "muted"]
Provenance = Literal[
    "documented", "db_enforced", "not_validated", "inferred", "stats_suggested", "accepted", "history"
]  # fmt: skip
"""Where a check comes from: the dictionary, a constraint (one that old rows were never held to is not_validated), names
and types, statistics, a suggestion that somebody accepted, a table's own past."""
Dimension = Literal["schema", "key", "completeness", "references", "validity", "range", "freshness", "volume"]
DIMENSIONS: Final[tuple[Dimension, ...]] = (
    "schema", "key", "completeness", "references", "validity", "range", "freshness", "volume",
)  # fmt: skip
SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "warning", "info")
"""Worst first."""

CLASSES: Final[Mapping[str, Dimension]] = {
    "orphan_reference": "references",
    "missing_reference": "completeness",
    "non_canonical_slug": "references",
    "element_reference": "references",
    "replaced_parent": "references",
    "concentration": "references",
    "duplicate": "key",
    "entity_surplus": "key",
    "coverage_gap": "completeness",
    "empty_column": "completeness",
    "short_text": "completeness",
    "unexpected_emptiness": "completeness",
    "enumeration": "validity",
    "catch_all": "validity",
    "constant_column": "validity",
    "equal_counts": "validity",
    "placeholder": "validity",
    "contradiction": "validity",
    "range": "range",
    "unit": "range",
    "freshness": "freshness",
    "sibling_ratio": "volume",
    "volume_jump": "volume",
    "time_order": "freshness",
    "ledger": "validity",
    "schema": "schema",
    "key": "key",
    "not_null": "completeness",
    "row_count": "volume",
}
"""Every class of finding and the column of the matrix it is shown in."""


@dataclass(frozen=True, slots=True)
class Native:
    """The expectation of Great Expectations that says the same as a check's SQL, by name and arguments."""

    name: str
    arguments: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """How the number of values in the check's column answers it, so that one count serves several checks.

    Offending rows are, of `absent`, those without a value; of `empty`, all, when there are `least` rows and no value;
    of `constant`, those with a value, when there are `least` of them and all are the same.
    """

    by: Literal["absent", "empty", "constant"]
    least: int = 0

    def offended(self, rows: int, values: int, *, same: bool | None) -> int | None:
        """Return how many rows offend, None when all is well, by the numbers of rows and of values."""
        if self.by == "absent":
            return rows - values
        if self.by == "empty":
            return rows if rows >= self.least and values == 0 else None
        return values if values >= self.least and same else None


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why a check does not apply, and until when."""

    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One statement about a table.

    One of `where`, `tally`, `measure` and `live` is given. `where` is a predicate over `t`, true for a row that
    offends. `tally` is an aggregate over the rows of `t` and `measure` a scalar of its own: NULL when all is well, else
    how many rows (or sources, or entities) offend, which may be 0 where too few rows are the fault. `live` is such a
    scalar that Postgres answers from its catalogue, and `fixed` what the last refresh saw of the same.
    `screen` is such an aggregate or scalar, in the mirror's dialect, that is false only where nothing can offend: the
    pulse asks it first.
    `told` says how the number of values in `column` answers the same.
    `sample` selects the keys of what offends, where `where` does not tell. `of` is the number that a share is taken of,
    a scalar; rows when None. `native` says the same in the words of Great Expectations.
    `needs` names the documented columns (`table.column`) without which the question makes no sense; one that the
    database lacks takes the check away.
    """

    table: str
    column: str | None
    klass: str
    rule: str
    severity: Severity = "warning"
    where: str | None = None
    tally: str | None = None
    measure: str | None = None
    screen: str | None = None
    told: Told | None = None
    live: str | None = None
    fixed: int | None = None
    needs: tuple[str, ...] = ()
    provenance: Provenance = "documented"
    native: Native | None = None
    sample: str | None = None
    of: str | None = None
    variant: str = ""
    exemption: Exemption | None = None

    @property
    def id(self) -> str:
        """Return the stable name of the check: `table.column.class`, and a variant where there are several."""
        return ".".join(filter(None, (self.table, self.column or "*", self.klass, self.variant)))

    @property
    def dimension(self) -> Dimension:
        """Return the column of the matrix that the check is shown in."""
        return CLASSES[self.klass]

    @property
    def past(self) -> bool:
        """Say whether what does not offend now never will, its rows being the same: what is past stays so."""
        return (self.klass, self.variant) == ("time_order", "future")

    def exempt(self, reason: str) -> Check:
        """Return the check with a reason why it does not apply."""
        return replace(self, exemption=Exemption(reason))


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found.

    `rows` are the rows that offend, None in an error; `share` is taken of the rows (or entities) looked at, None when
    there are none. `words` say an error, or what is known beyond the rule.
    """

    check: Check
    state: State
    rows: int | None
    share: float | None
    sql: str
    measured_at: datetime
    sample_keys: tuple[str, ...] = ()
    words: str = ""


def q(name: str) -> str:
    """Return a name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def listed(values: tuple[str, ...]) -> str:
    """Return texts as a list of literals, without the brackets."""
    return ", ".join(map(text, values))


def owner(domain: str | None) -> str:
    """Return which of the roles looks after a domain of the dictionary."""
    return _OWNERS.get(domain or "", "ops")


_OWNERS: Final = {
    "Core Car Data": "content",
    "Parts & Upgrades": "content",
    "Knowledge Base": "content",
    "YouTube & Media": "content",
    "Track & Performance": "content",
    "Forum Intelligence": "content",
    "Events": "content",
    "Maintenance": "content",
    "Financial System": "finance",
    "Subscription & Billing": "finance",
}
