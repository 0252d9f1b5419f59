"""How amounts are written: parentheses below zero, a dash for zero, nothing where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from decimal import Decimal

    from finance_reports.statement import Cell

ZERO_SIGN: Final = "–"


def money(amount: Decimal) -> str:
    """Write an amount as accountants do: 1,234.50, (1,234.50), and a dash for zero."""
    if amount == 0:
        return ZERO_SIGN
    text = f"{abs(amount):,.2f}"
    return f"({text})" if amount < 0 else text


def percent(share: Decimal) -> str:
    """Write a share as percent: 12.3 %, (12.3 %), and a dash for zero."""
    if share == 0:
        return ZERO_SIGN
    text = f"{abs(share) * 100:,.1f} %"
    return f"({text})" if share < 0 else text


def cell(value: Decimal | str | None, kind: Cell) -> str:
    """Write a cell of a statement; what is unknown stays empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return percent(value) if kind == "percent" else money(value)
