"""What is known of the database at hand: which tables and columns answer, with which keys and constraints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class KnownColumn:
    """A column: its documented name (else the live one), its state in the binding, its type in the database."""

    name: str
    state: str
    live_name: str | None
    live_type: str | None
    mirrored: bool
    not_null: bool
    references: str | None = None


@dataclass(frozen=True, slots=True)
class KnownReference:
    """A foreign key of one column as the database declares it, both ends in documented names where they have any."""

    column: str
    table: str
    target: str
    validated: bool


@dataclass(frozen=True, slots=True)
class Constraint:
    """A rule that the database declares.

    `kind` is unique, check or enum; `words` is the definition, the expression, or the labels as JSON. `broken` are the
    rows that break a check which old rows were never held to, None where they were not counted.
    """

    kind: str
    name: str
    columns: tuple[str, ...]
    words: str
    validated: bool
    broken: int | None = None


@dataclass(frozen=True, slots=True)
class Statistic:
    """What `pg_stats` says of a column: share of NULLs, and the most common values with their shares.

    `different` is the number of different values, or less than 0 their share of the rows, negated.
    """

    null_share: float
    different: float
    common: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownTable:
    """A table: `mode` as the refresh recorded it; `whole` says that every row of it is in the mirror.

    `rows` is the planner's estimate where it is not `exact`; `newest` is the latest event time in it.
    """

    name: str
    domain: str | None
    documented: bool
    found: bool
    mode: str
    rows: int | None
    primary_key: tuple[str, ...]
    columns: Mapping[str, KnownColumn]
    references: tuple[KnownReference, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    statistics: Mapping[str, Statistic] = field(default_factory=dict)
    live: tuple[str, str] | None = None
    exact: bool = True
    newest: datetime | None = None

    @property
    def whole(self) -> bool:
        """Say whether the mirror holds all rows."""
        return self.mode in {"full", "incremental", "unchanged"}

    @property
    def readable(self) -> bool:
        """Say whether our role may read the rows at all."""
        return self.found and self.mode not in {"hidden", "unreadable", "not read", "missing"}


@dataclass(frozen=True, slots=True)
class Known:
    """The database at hand, as of `snapshot_at`."""

    tables: Mapping[str, KnownTable]
    snapshot_at: datetime

    def has(self, name: str) -> bool:
        """Say whether `table.column` answers: the table is readable and the column is bound and mirrored."""
        table, _, column = name.rpartition(".")
        known = self.tables.get(table)
        if known is None or not known.readable:
            return False
        found = known.columns.get(column)
        return found is not None and found.state != "unbound" and found.mirrored


def live_rows(rows: list[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    """Gather rows by one of their values, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found
