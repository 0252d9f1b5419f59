"""Equity: how earnings kept rolled forward, and how each part of equity changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from finance_reports.books import ZERO, Books, amounts
from finance_reports.calendar import DAY, Range
from finance_reports.statement import Check, Column, Row, Statement, shown_range
from finance_reports.trial_balance import notes_of

if TYPE_CHECKING:
    from decimal import Decimal

    from finance_reports.books import Amounts
    from finance_reports.chart import Account
    from replica import Mirror

NOT_CLOSED: Final = "Earnings not closed"


@dataclass(frozen=True, slots=True)
class EquityRow:
    """A part of equity, credits positive: what it began with, what changed it, what it ended with.

    `account` is None for earnings that no closing entry moved yet.
    """

    account: Account | None
    opening: Decimal
    net_income: Decimal
    closings: Decimal
    other: Decimal
    closing: Decimal


@dataclass(frozen=True, slots=True)
class Equity:
    """The changes of equity over a range with their proofs."""

    books: Books
    range: Range
    rows: tuple[EquityRow, ...]
    net_income: Decimal
    checks: tuple[Check, ...]

    @property
    def retained(self) -> tuple[EquityRow, ...]:
        """Return the rows of earnings: accounts that hold them, and those not closed."""
        return tuple(row for row in self.rows if row.account is None or row.account.retained)


def equity(mirror: Mirror, books: Books, within: Range) -> Equity:
    """Return how equity changed over a range."""
    return equity_of(books, within, amounts(mirror, books, (within.first, within.last + DAY)))


def equity_of(books: Books, within: Range, found: Amounts) -> Equity:
    """Return the changes of equity from amounts bounded at the range's first day and the day after it."""
    rows = []
    for account in books.chart.accounts:
        if account.kind != "equity":
            continue
        opening = -found.before(account.id, within.first).net
        other = -found.between(account.id, within.first, within.last, closings=False).net
        closings = -found.between(account.id, within.first, within.last).net - other
        row = EquityRow(account, opening, ZERO, closings, other, -found.upto(account.id, within.last).net)
        if any((row.opening, row.closings, row.other, row.closing)):
            rows.append(row)
    results = [account for account in books.chart.accounts if account.is_result]
    opening = -sum((found.before(one.id, within.first).net for one in results), ZERO)
    net_income = -found.net(results, within.first, within.last, closings=False)
    closings = -found.net(results, within.first, within.last) - net_income
    closing = -sum((found.upto(one.id, within.last).net for one in results), ZERO)
    rows.append(EquityRow(None, opening, net_income, closings, ZERO, closing))
    others = [account for account in books.chart.accounts if not account.is_result and account.kind != "equity"]
    net_assets = sum((found.upto(one.id, within.last).net for one in others), ZERO)
    total = sum((row.closing for row in rows), ZERO)
    forward = sum((row.opening + row.net_income + row.closings + row.other for row in rows), ZERO)
    return Equity(
        books,
        within,
        tuple(rows),
        net_income,
        (
            Check("Rolls forward", forward - total, "Opening, net income, closings and other changes less the end."),
            Check("Closings move nothing", sum((row.closings for row in rows), ZERO), "What closings took and gave."),
            Check("Equity equals net assets", net_assets - total, "Assets less liabilities, less equity."),
        ),
    )


def equity_statement(report: Equity) -> Statement:
    """Return the statement of changes in equity as it is printed."""
    rows = [_row(row) for row in report.rows]
    rows.append(_sum("Total equity", report.rows))
    return _printed(report, "equity", "Statement of changes in equity", rows)


def retained_earnings_statement(report: Equity) -> Statement:
    """Return the roll-forward of retained earnings as it is printed."""
    rows = [_row(row) for row in report.retained]
    rows.append(_sum("Retained earnings", report.retained))
    return _printed(report, "retained-earnings", "Retained earnings roll-forward", rows)


def _sum(label: str, rows: tuple[EquityRow, ...]) -> Row:
    accounts = tuple(row.account.id for row in rows if row.account)
    return Row("total", label, _total(rows), "", 0, accounts, ((NOT_CLOSED, 1),))


def _total(rows: tuple[EquityRow, ...]) -> tuple[Decimal, ...]:
    cells = [(row.opening, row.net_income, row.closings, row.other, row.closing) for row in rows]
    return tuple(sum(column, ZERO) for column in zip(*cells, strict=True))


def _row(row: EquityRow) -> Row:
    cells = (row.opening, row.net_income, row.closings, row.other, row.closing)
    if row.account is None:
        return Row("line", NOT_CLOSED, cells, "", 0)
    return Row("account", row.account.name, cells, row.account.code, 0, (row.account.id,))


def _printed(report: Equity, key: str, title: str, rows: list[Row]) -> Statement:
    within = report.range
    result = "Net loss" if report.net_income < 0 else "Net income"
    columns = (
        Column("Opening", "money", None, within.first - DAY),
        Column(result),
        Column("Closing entries"),
        Column("Other changes"),
        Column("Closing", "money", None, within.last),
    )
    return Statement(
        key, title, report.books.entity, shown_range(within.first, within.last), report.books.currency,
        report.books.status_words, report.books.as_of, columns, tuple(rows), report.checks, notes_of(report.books),
    )  # fmt: skip
