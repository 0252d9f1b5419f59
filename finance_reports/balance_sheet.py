"""Balance sheet: what is owned and owed at a day, with earnings not closed as computed lines and no plug."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from finance_reports.books import ZERO, Books, amounts
from finance_reports.calendar import DAY
from finance_reports.chart import TITLES, Account, Section
from finance_reports.income_statement import share
from finance_reports.layout import Detail, account_rows, added
from finance_reports.mapping import fits
from finance_reports.statement import Check, Column, Row, Statement, shown_day
from finance_reports.trial_balance import notes_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from finance_reports.books import Amounts
    from replica import Mirror

Values = tuple[Decimal, ...]
EARLIER: Final = "Earnings of earlier years, not closed"
CURRENT: Final = "Earnings of the current year, not closed"
OUT_OF_BALANCE: Final = "Out of balance"


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """An account with its balance at each day, in natural sign."""

    account: Account
    amounts: Values


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """The balance sheet at its days with its proofs.

    `earlier` and `current` are earnings that no closing entry moved into equity.
    """

    books: Books
    days: tuple[date, ...]
    lines: tuple[BalanceLine, ...]
    earlier: Values
    current: Values
    checks: tuple[Check, ...]

    def total(self, *sections: Section) -> Values:
        """Return the sum of sections, computed earnings not included."""
        parts = [line.amounts for line in self.lines if line.account.section in sections]
        return added(parts, len(self.days))

    @property
    def assets(self) -> Values:
        """Return total assets."""
        return self.total("assets", "unclassified")

    @property
    def difference(self) -> Values:
        """Return by how much the sheet is out of balance at each day: debits less credits of all known accounts."""
        return tuple(check.difference for check in self.checks)

    @property
    def equity(self) -> Values:
        """Return total equity, earnings included."""
        return added((self.total("equity"), self.earlier, self.current), len(self.days))


def balance_sheet(mirror: Mirror, books: Books, days: Sequence[date]) -> BalanceSheet:
    """Return the balance sheet at each of the days, the first being the one reported."""
    bounds = [bound for day in days for bound in bounds_of(books, day)]
    return balance_sheet_of(books, tuple(days), amounts(mirror, books, bounds))


def bounds_of(books: Books, day: date) -> tuple[date, ...]:
    """Return the year's first day, its last one, and the day after the one reported."""
    year = books.calendar.year_of(day)
    start = books.calendar.year_start(day)
    return (start, year.last if year else start, day + DAY)


def balance_sheet_of(books: Books, days: tuple[date, ...], found: Amounts) -> BalanceSheet:
    """Return the balance sheet from amounts bounded as `bounds_of` says."""
    chart = books.chart
    results = [account for account in chart.accounts if account.is_result]
    lines = []
    for account in chart.accounts:
        if account.is_result:
            continue
        values = tuple(account.sign * found.upto(account.id, day).net for day in days)
        if books.is_empty or any(values):
            lines.append(BalanceLine(account, values))
    earlier, current = [], []
    for day in days:
        start, end, _ = bounds_of(books, day)
        every = -sum((found.upto(one.id, day).net for one in results), ZERO)
        before = -sum((found.before(one.id, start).net for one in results), ZERO)
        # A closing dated within the year, but not on its last day, closes the years before.
        upto = min(end - DAY, day) if end > start else day
        late = -_closed(found, results, start, upto) if start <= upto else ZERO
        earlier.append(before + late)
        current.append(every - before - late)
    made = BalanceSheet(books, days, tuple(lines), tuple(earlier), tuple(current), ())
    liabilities, equity, assets = made.total("liabilities"), made.equity, made.assets
    checks = tuple(
        Check(
            f"Assets equal liabilities and equity, {day}",
            assets[place] - liabilities[place] - equity[place],
            "Total assets less total liabilities, less total equity with earnings.",
        )
        for place, day in enumerate(days)
    )
    return BalanceSheet(books, days, made.lines, made.earlier, made.current, checks)


def _closed(found: Amounts, results: Sequence[Account], first: date, last: date) -> Decimal:
    return sum(
        (
            found.between(one.id, first, last).net - found.between(one.id, first, last, closings=False).net
            for one in results
        ),
        ZERO,
    )


def statement(report: BalanceSheet, *, detail: Detail = "accounts", common_size: bool = False) -> Statement:
    """Return the balance sheet as it is printed; `common_size` puts the share of total assets beside each column."""
    assets, mapping = report.assets, report.books.mapping
    rows: list[Row] = []
    present = [line.account for line in report.lines if line.account.section == "assets"]
    current = [account for account in present if fits(account.code, mapping.current_assets)]
    parts = [("Current assets", current), ("Other assets", [one for one in present if one not in current])]
    rows.append(Row("section", TITLES["assets"]))
    rows += _parts(report, parts if current else [("", present)], detail)
    unknown = [line.account for line in report.lines if line.account.section == "unclassified"]
    rows += _parts(report, [("Accounts of no known type", unknown)] if unknown else [], detail)
    rows.append(Row("total", "Total assets", assets, "", 0, _ids([*present, *unknown])))
    owed = [line.account for line in report.lines if line.account.section == "liabilities"]
    soon = [account for account in owed if fits(account.code, mapping.current_liabilities)]
    parts = [("Current liabilities", soon), ("Other liabilities", [one for one in owed if one not in soon])]
    rows.append(Row("section", TITLES["liabilities"]))
    rows += _parts(report, parts if soon else [("", owed)], detail)
    rows.append(Row("subtotal", "Total liabilities", report.total("liabilities"), "", 0, _ids(owed)))
    own = [line.account for line in report.lines if line.account.section == "equity"]
    rows.append(Row("section", TITLES["equity"]))
    rows += _parts(report, [("", own)], detail)
    rows += [Row("line", EARLIER, report.earlier, "", 1), Row("line", CURRENT, report.current, "", 1)]
    rows.append(Row("subtotal", "Total equity", report.equity, "", 0, _ids(own), ((EARLIER, 1), (CURRENT, 1))))
    both = added((report.total("liabilities"), report.equity), len(report.days))
    adds = (("Total liabilities", 1), ("Total equity", 1))
    rows.append(Row("total", "Total liabilities and equity", both, adds=adds))
    if any(report.difference):
        rows.append(Row("warning", OUT_OF_BALANCE, report.difference))
    columns: list[Column] = []
    for day in report.days:
        columns.append(Column(f"{day}", "money", None, day))
        if common_size:
            columns.append(Column("% of assets", "percent"))
    if common_size:
        rows = [_with_shares(row, assets) for row in rows]
    return Statement(
        "balance-sheet", "Balance sheet", report.books.entity, f"As of {shown_day(report.days[0])}",
        report.books.currency, report.books.status_words, report.books.as_of, tuple(columns), tuple(rows),
        report.checks, notes_of(report.books),
    )  # fmt: skip


def _parts(report: BalanceSheet, parts: Sequence[tuple[str, list[Account]]], detail: Detail) -> list[Row]:
    values = {line.account.id: line.amounts for line in report.lines}
    rows: list[Row] = []
    for title, accounts in parts:
        if not accounts:
            continue
        rows += account_rows(report.books.chart, accounts, lambda account: values[account.id], detail=detail)
        if title:
            total = added([values[account.id] for account in accounts], len(report.days))
            rows.append(Row("subtotal", f"Total {title[0].lower()}{title[1:]}", total, "", 0, _ids(accounts)))
    return rows


def _ids(accounts: Sequence[Account]) -> tuple[str, ...]:
    return tuple(account.id for account in accounts)


def _with_shares(row: Row, assets: Values) -> Row:
    if not row.cells:
        return row
    cells: list[Decimal | str | None] = []
    for value, whole in zip(row.cells, assets, strict=True):
        cells += [value, share(value, whole) if isinstance(value, Decimal) else None]
    return replace(row, cells=tuple(cells))
