"""Any report by its name, and the month pack of all of them, in every form it can be written."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from finance_reports import (
    balance_sheet,
    cash_flow,
    dashboard,
    equity,
    exceptions,
    general_ledger,
    income_statement,
    stored,
    tables,
    trial_balance,
    written,
)
from finance_reports.books import open_books, read_ahead
from finance_reports.calendar import Range
from finance_reports.paper import pdf
from finance_reports.statement import Column, Row, Statement, shown_range
from finance_reports.workbook import workbook
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from finance_reports.books import Books
    from finance_reports.calendar import Grain
    from finance_reports.cash_flow import Method
    from finance_reports.income_statement import Comparison
    from finance_reports.layout import Detail
    from replica import Mirror

KINDS: Final = (
    "trial-balance", "income-statement", "balance-sheet", "cash-flow", "retained-earnings", "equity",
    "general-ledger", "dashboard", "exceptions", "stored", "pack",
)  # fmt: skip
ROLLING: Final = "Rolling 12 months"
_MOST_PRINTED: Final = 1_000
"""Exceptions that paper shows; all are in CSV, JSON and on the screen."""


class NotWritten(ReplicaError):
    """A form that a report does not have."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Report:
    """A report: how it is printed, and its plain rows; `codes` holds the code of every account by its id."""

    key: str
    statements: tuple[Statement, ...]
    columns: tuple[str, ...]
    plain: list[dict[str, Any]]
    more: dict[str, Any]
    codes: dict[str, str] = field(default_factory=dict)

    def rows(self) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
        """Return the columns and rows of CSV.

        Raises:
            NotWritten: It is several statements, which have no columns in common.
        """
        if not self.columns:
            raise NotWritten("A pack is several statements and no one table.", "Choose xlsx, pdf, json or table.")
        return self.columns, self.plain

    def answer(self) -> dict[str, Any] | list[dict[str, Any]]:
        """Return what JSON holds: rows, subtotals, checks, and what was counted."""
        return self.plain if self.key == "exceptions" else {"report": self.key, **self.more}

    def text(self) -> str:
        """Return the statements for a terminal."""
        return "\n".join(_text(one) for one in self.statements)

    def file(self, form: str) -> bytes:
        """Return the statements as xlsx or pdf."""
        return workbook(self.statements) if form == "xlsx" else pdf(self.statements)


def report(  # noqa: PLR0913  what a reader can choose
    mirror: Mirror,
    books: Books,
    key: str,
    within: Range,
    *,
    by: Grain | None = None,
    compare: Sequence[Comparison] = (),
    method: Method = "indirect",
    accounts: Sequence[str] = (),
    ranged: bool = True,
    detail: Detail = "accounts",
) -> Report:
    """Return a report by its name.

    Args:
        mirror: Where to read.
        books: Which entries count.
        key: One of KINDS.
        within: The days; balances are of the last one.
        by: Splits the income statement.
        compare: Columns that the income statement puts beside the range instead of splitting it.
        method: Of the cash flow.
        accounts: Codes that the general ledger is limited to.
        ranged: Whether the days were chosen; without, exceptions are of all time.
        detail: How far income statement and balance sheet unfold.

    Raises:
        UnknownAccount: A code is not in the chart.
    """
    make = {
        "trial-balance": lambda: _trial_balance(mirror, books, within),
        "income-statement": lambda: _income_statement(mirror, books, within, by, detail, compare),
        "balance-sheet": lambda: _balance_sheet(mirror, books, within, detail),
        "cash-flow": lambda: _cash_flow(mirror, books, within, method),
        "retained-earnings": lambda: _equity(mirror, books, within, whole=False),
        "equity": lambda: _equity(mirror, books, within, whole=True),
        "general-ledger": lambda: _general_ledger(mirror, books, within, accounts),
        "dashboard": lambda: _dashboard(mirror, books, within),
        "exceptions": lambda: _exceptions(mirror, books, within if ranged else None),
        "stored": lambda: _stored(mirror, books),
        "pack": lambda: _pack(mirror, books, within),
    }
    codes = {account.id: account.code for account in books.chart.accounts}
    return replace(make[key](), codes=codes)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a reader can choose: the periods by name, latest first, and the one shown without a choice."""

    usual: Range
    periods: dict[str, Range]


def offered(mirror: Mirror) -> Offered:
    """Return the years, quarters and months of the ledger."""
    books = open_books(mirror)
    calendar = books.calendar
    until = books.last_day or books.as_of.date()
    usual = books.default_year()
    found: dict[str, Range] = {ROLLING: calendar.trailing(usual.last)}
    for year in reversed(calendar.years):
        if year.first <= until:
            found[year.name] = year
            for grain in ("quarter", "month"):
                found |= {one.name: one for one in reversed(calendar.split(year, grain)) if one.first <= until}
    return Offered(usual, found)


def printed(  # noqa: PLR0913  what a reader can choose
    mirror: Mirror,
    *,
    key: str,
    first: date,
    last: date,
    name: str,
    statuses: tuple[str, ...],
    by: Grain | None = None,
    compare: tuple[Comparison, ...] = (),
    method: Method = "indirect",
    detail: Detail = "accounts",
) -> Report:
    """Return a report over days under a name; the rest as `report` says."""
    books = open_books(mirror, statuses=statuses)
    return report(mirror, books, key, Range(name, first, last), by=by, compare=compare, method=method, detail=detail)


@dataclass(frozen=True, slots=True)
class Overview:
    """The key figures of a range, its income statement, the ends of its periods, and the closings left out."""

    figures: dashboard.Dashboard
    income: income_statement.IncomeStatement
    ends: tuple[date, ...]
    closings: tuple[str, ...]


def overview(mirror: Mirror, *, first: date, last: date, name: str) -> Overview:
    """Return what the finance page begins with, of posted entries."""
    books = open_books(mirror)
    within = Range(name, first, last)
    return Overview(
        dashboard.dashboard(mirror, books, within),
        income_statement.income_statement(mirror, books, within),
        tuple(one.last for one in books.calendar.split(within, "month")),
        tuple(one.entry_id for one in books.closings),
    )


def outlook(mirror: Mirror, *, last: date) -> dashboard.Dashboard | None:
    """Return the key figures of the fiscal year up to a day, None where no entry was posted by then."""
    books = open_books(mirror)
    if books.first_day is None or last < books.first_day:
        return None
    year = next((one for one in books.calendar.years if one.first <= last <= one.last), None)
    first = max(year.first, books.first_day) if year else books.first_day
    return dashboard.dashboard(mirror, books, Range(f"up to {last}", first, last))


def _trial_balance(mirror: Mirror, books: Books, within: Range) -> Report:
    made = trial_balance.trial_balance(mirror, books, within)
    rows = tables.trial_balance(made)
    more = _more(books, within, rows, made.checks)
    return Report("trial-balance", (trial_balance.statement(made),), tables.TRIAL_BALANCE, rows, more)


def _income_statement(
    mirror: Mirror,
    books: Books,
    within: Range,
    by: Grain | None,
    detail: Detail = "accounts",
    compare: Sequence[Comparison] = (),
) -> Report:
    made = income_statement.income_statement(mirror, books, within, by=by, compare=compare)
    plain = bool(by or compare)
    compared = made if plain else income_statement.income_statement(mirror, books, within, compare=("previous", "year"))
    # A month differs from a year by its length: only ranges of one length have a variance.
    variance = not by and not {"ytd", "trailing"} & set(compare)
    rows = tables.income_statement(made)
    more = _more(books, within, rows, made.checks) | {"subtotals": tables.income_subtotals(made)}
    printed = income_statement.statement(compared, detail=detail, percent=not by, variance=variance)
    return Report("income-statement", (printed,), tables.INCOME_STATEMENT, rows, more)


def _balance_sheet(mirror: Mirror, books: Books, within: Range, detail: Detail = "accounts") -> Report:
    days: list[date] = [within.last, books.calendar.year_earlier(within).last]
    made = balance_sheet.balance_sheet(mirror, books, days)
    rows = tables.balance_sheet(made)
    more = _more(books, within, rows, made.checks[:1]) | {"totals": tables.balance_subtotals(made)[0]}
    return Report(
        "balance-sheet",
        (balance_sheet.statement(made, detail=detail, common_size=True),),
        tables.BALANCE_SHEET,
        rows,
        more,
    )


def _cash_flow(mirror: Mirror, books: Books, within: Range, method: Method) -> Report:
    made = cash_flow.cash_flow(mirror, books, within, method=method)
    rows = tables.cash_flow(made)
    more = _more(books, within, rows, made.checks) | {
        "method": method,
        "totals": {section: made.total(section) for section in cash_flow.TITLES},
    }
    return Report("cash-flow", (cash_flow.statement(made),), tables.CASH_FLOW, rows, more)


def _equity(mirror: Mirror, books: Books, within: Range, *, whole: bool) -> Report:
    made = equity.equity(mirror, books, within)
    rows = tables.retained_earnings(made, whole=whole)
    printed = equity.equity_statement(made) if whole else equity.retained_earnings_statement(made)
    more = _more(books, within, rows, made.checks) | {"net_income": made.net_income}
    return Report("equity" if whole else "retained-earnings", (printed,), tables.RETAINED_EARNINGS, rows, more)


def _general_ledger(mirror: Mirror, books: Books, within: Range, accounts: Sequence[str]) -> Report:
    made = general_ledger.general_ledger(
        mirror, books, within, accounts=general_ledger.chosen(books, accounts) if accounts else None,
        page_size=mirror.settings.row_limit + 1,
    )  # fmt: skip
    rows = tables.general_ledger(made.lines)
    balances = [
        {
            "account_code": one.account.code,
            "account_name": one.account.name,
            "opening": one.opening,
            "debit": one.debit,
            "credit": one.credit,
            "closing": one.closing,
        }
        for one in made.accounts
    ]
    more = _more(books, within, rows, made.checks) | {"accounts": balances}
    return Report("general-ledger", (general_ledger.statement(made),), tables.GENERAL_LEDGER, rows, more)


def _dashboard(mirror: Mirror, books: Books, within: Range) -> Report:
    made = dashboard.dashboard(mirror, books, within)
    columns = ("measure", "value", "unit", "definition", "why_blank")
    rows = [
        dict(zip(columns, (one.key, one.value, one.unit, one.definition, one.why or None), strict=True))
        for one in made.measures
    ]
    return Report("dashboard", (dashboard.statement(made),), columns, rows, _more(books, within, rows, ()))


def _exceptions(mirror: Mirror, books: Books, within: Range | None) -> Report:
    found = [
        one
        for one in exceptions.exceptions(mirror, books)
        if within is None or one.day is None or within.first <= one.day <= within.last
    ]
    rows = tables.exceptions(found)
    shown = found[:_MOST_PRINTED]
    more = () if len(shown) == len(found) else (f"{len(shown):,} of {len(found):,} are printed.",)
    printed = Statement(
        "exceptions", "Exceptions", books.entity, _period(within), books.currency, books.status_words, books.as_of,
        (Column("Rule", "words"), Column("Amount")),
        tuple(Row("line", one.text, (one.rule, one.amount), one.account_code or "") for one in shown),
        (), more or ((f"{len(found):,} exceptions.",) if found else ("Nothing to question.",)),
    )  # fmt: skip
    return Report("exceptions", (printed,), tables.EXCEPTIONS, rows, {})


def _stored(mirror: Mirror, books: Books) -> Report:
    made = stored.stored(mirror, books)
    rows = tables.stored(made)
    more = {**tables.head(books), "rows": rows, "notes": list(made.notes)}
    return Report("stored", (stored.statement(made),), tables.STORED, rows, more)


def _period(within: Range | None) -> str:
    return "All entries" if within is None else shown_range(within.first, within.last)


def _pack(mirror: Mirror, books: Books, within: Range) -> Report:
    """Return all statements of a range together, the general ledger left out."""
    books = read_ahead(mirror, books, _shared(books, within))
    parts = [
        _dashboard(mirror, books, within),
        _income_statement(mirror, books, within, None),
        _balance_sheet(mirror, books, within),
        _cash_flow(mirror, books, within, "indirect"),
        _cash_flow(mirror, books, within, "direct"),
        _equity(mirror, books, within, whole=True),
        _equity(mirror, books, within, whole=False),
        _trial_balance(mirror, books, within),
        _exceptions(mirror, books, within),
    ]
    more = {"reports": [{"report": part.key, **part.more} if part.more else part.plain for part in parts]}
    return Report("pack", tuple(one for part in parts for one in part.statements), (), [], more)


def _shared(books: Books, within: Range) -> list[date]:
    """Return the days at which the statements of a pack read amounts."""
    calendar = books.calendar
    ranges = (within, calendar.previous(within), calendar.year_earlier(within))
    recent = dashboard.recent_periods(books, within.last)
    return [
        day
        for one in (*ranges, *([recent] if recent else ()))
        for day in (one.first, calendar.year_start(one.first), *balance_sheet.bounds_of(books, one.last))
    ]


def _more(books: Books, within: Range, rows: list[dict[str, Any]], checks: Sequence[Any]) -> dict[str, Any]:
    return {
        **tables.head(books),
        "from": within.first,
        "to": within.last,
        "rows": rows,
        "checks": tables.checks(checks),
    }


def _text(one: Statement) -> str:
    drawn = Table(
        title=Text(f"{one.title}\n{one.entity} · {one.period} · {one.currency} · {one.statuses}"), title_justify="left",
        box=None, pad_edge=False, header_style="bold",
    )  # fmt: skip
    drawn.add_column("", no_wrap=True)
    for column in one.columns:
        drawn.add_column(Text(column.label), justify="left" if column.cell == "words" else "right", no_wrap=True)
    for row in one.rows:
        label = Text("  " * row.level + (f"{row.code} " if row.code else "") + row.label)
        kinds = [column.cell for column in one.columns]
        cells = [written.cell(value, kind) for value, kind in zip(row.cells, kinds, strict=False)]
        drawn.add_row(label, *map(Text, cells), style="bold" if row.kind in {"subtotal", "total"} else "")
    buffer = io.StringIO()
    console = Console(file=buffer, width=max(120, 60 + 18 * len(one.columns)))
    console.print(drawn)
    for check in one.checks:
        off = "" if check.holds else f": off by {written.money(check.difference)}"
        console.print(Text(f"{'✓' if check.holds else '✗'} {check.name}{off}"))
    for note in one.notes:
        console.print(Text(note), soft_wrap=True)
    return buffer.getvalue()
