"""Rows of accounts in the order and depth of their tree, shared by every statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from finance_reports.books import ZERO
from finance_reports.statement import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from finance_reports.chart import Account, Chart

    Values = tuple[Decimal, ...]

Detail = Literal["accounts", "groups", "sections"]


def added(values: Sequence[Values], width: int) -> Values:
    """Return the sums of equally wide tuples, place by place."""
    return tuple(sum((one[place] for one in values), ZERO) for place in range(width))


def account_rows(
    chart: Chart,
    shown: Sequence[Account],
    value: Callable[[Account], Values],
    *,
    detail: Detail = "accounts",
    level: int = 1,
) -> list[Row]:
    """Return rows of the accounts to be shown, under the accounts they are part of.

    A group with a single account prints as that account; a group that is booked on itself lists itself too.
    """
    if detail == "sections" or not shown:
        return []
    wanted = {account.id for account in shown}
    children: dict[str | None, list[Account]] = {}
    placed: set[str] = set()
    for account in sorted(shown, key=lambda one: (one.code, one.id)):
        for one in (*chart.ancestors(account), account):
            if one.id not in placed:
                placed.add(one.id)
                children.setdefault(one.parent, []).append(one)
    return _rows(None, children, wanted, value, detail, level)


def _rows(
    parent: str | None,
    children: dict[str | None, list[Account]],
    wanted: set[str],
    value: Callable[[Account], Values],
    detail: Detail,
    level: int,
) -> list[Row]:
    found: list[Row] = []
    for account in children.get(parent, []):
        below = _below(account, children, wanted)
        if len(below) == 1:
            found.append(_plain(below[0], value, level))
        elif detail == "groups":
            found.append(_group(account, below, value, level))
        else:
            found.append(Row("group", account.name, code=account.code, level=level))
            if account.id in wanted:
                found.append(_plain(account, value, level + 1))
            found += _rows(account.id, children, wanted, value, detail, level + 1)
            found.append(_total(account, below, value, level))
    return found


def _below(account: Account, children: dict[str | None, list[Account]], wanted: set[str]) -> list[Account]:
    found = [account] if account.id in wanted else []
    for child in children.get(account.id, []):
        found += _below(child, children, wanted)
    return found


def _plain(account: Account, value: Callable[[Account], Values], level: int) -> Row:
    return Row("account", account.name, value(account), account.code, level, (account.id,))


def _group(account: Account, below: list[Account], value: Callable[[Account], Values], level: int) -> Row:
    values = [value(one) for one in below]
    return Row(
        "account", account.name, added(values, len(values[0])), account.code, level, tuple(one.id for one in below)
    )


def _total(account: Account, below: list[Account], value: Callable[[Account], Values], level: int) -> Row:
    values = [value(one) for one in below]
    return Row(
        "subtotal", f"Total {account.name}", added(values, len(values[0])), "", level, tuple(one.id for one in below)
    )
