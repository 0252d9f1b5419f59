"""A statement as it is printed: columns, rows, the checks it passed or failed, and notes. No arithmetic here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

Cell = Literal["money", "percent", "words"]
RowKind = Literal["section", "group", "account", "line", "subtotal", "total", "warning"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of amounts; `first` and `last` are the days behind it where a cell can be traced to its lines."""

    label: str
    cell: Cell = "money"
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row. `accounts` are the ids behind its amounts, empty where a computed line has none.

    `subtotal` carries a single rule above it, `total` a double rule below; `level` is its depth in the outline.
    `adds` names by their labels the rows that it adds (1) or takes off (-1) beside those of its accounts.
    """

    kind: RowKind
    label: str
    cells: tuple[Decimal | str | None, ...] = ()
    code: str = ""
    level: int = 0
    accounts: tuple[str, ...] = ()
    adds: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A proof printed with the statement: it holds when its difference is zero."""

    name: str
    difference: Decimal
    words: str

    @property
    def holds(self) -> bool:
        """Tell whether it does."""
        return self.difference == 0


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement ready for paper, screen or workbook."""

    key: str
    title: str
    entity: str
    period: str
    currency: str
    statuses: str
    as_of: datetime
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Tell whether every check holds."""
        return all(check.holds for check in self.checks)


def shown_range(first: date, last: date) -> str:
    """Return days as a header says them."""
    return f"{first:%d %B %Y} to {last:%d %B %Y}".replace(" 0", " ").lstrip("0")


def shown_day(day: date) -> str:
    """Return a day as a header says it."""
    return f"{day:%d %B %Y}".lstrip("0")
