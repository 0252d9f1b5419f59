"""Income statement: revenue down to net income, over any columns of days, closing entries left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from finance_reports.books import ZERO, Books, amounts
from finance_reports.calendar import DAY, Grain, Range
from finance_reports.chart import CREDIT_SECTIONS, TITLES, Account, Section
from finance_reports.layout import Detail, account_rows
from finance_reports.statement import Check, Column, Row, Statement, shown_range
from finance_reports.trial_balance import notes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from finance_reports.books import Amounts
    from replica import Mirror

Comparison = Literal["previous", "year", "ytd", "trailing"]
Values = tuple[Decimal, ...]
SECTIONS: Final[tuple[Section, ...]] = (
    "revenue", "cost_of_revenue", "operating_expenses", "research_and_development", "other_income", "other_expense",
    "taxes",
)  # fmt: skip
SUBTOTALS: Final[dict[str, tuple[Section, ...]]] = {
    "gross_profit": SECTIONS[:2],
    "operating_income": SECTIONS[:4],
    "income_before_taxes": SECTIONS[:6],
    "net_income": SECTIONS,
}
"""What each subtotal adds up, as contributions to net income."""

_AFTER: Final[dict[Section, str]] = {
    "cost_of_revenue": "gross_profit",
    "research_and_development": "operating_income",
    "other_expense": "income_before_taxes",
    "taxes": "net_income",
}
_NAMES: Final = {
    "gross_profit": ("Gross profit", "Gross loss"),
    "operating_income": ("Operating income", "Operating loss"),
    "income_before_taxes": ("Income before taxes", "Loss before taxes"),
    "net_income": ("Net income", "Net loss"),
}
_ADDS: Final[dict[str, tuple[str | None, tuple[Section, ...]]]] = {
    "gross_profit": (None, SECTIONS[:2]),
    "operating_income": ("gross_profit", SECTIONS[2:4]),
    "income_before_taxes": ("operating_income", SECTIONS[4:6]),
    "net_income": ("income_before_taxes", SECTIONS[6:]),
}


@dataclass(frozen=True, slots=True)
class IncomeLine:
    """An account with what it contributed to net income (credits less debits) in each column."""

    account: Account
    contributions: Values

    @property
    def amounts(self) -> Values:
        """Return the amounts in natural sign: credits of revenue positive, debits of expense positive."""
        return self.contributions if self.account.kind == "revenue" else tuple(-one for one in self.contributions)


@dataclass(frozen=True, slots=True)
class IncomeStatement:
    """The income statement over its columns, with its proofs; the first column is the one compared.

    `whole` is the column of the range itself where others split it.
    """

    books: Books
    columns: tuple[Range, ...]
    lines: tuple[IncomeLine, ...]
    checks: tuple[Check, ...]
    by: Grain | None = None
    whole: Range | None = None

    def contribution(self, sections: Iterable[Section]) -> Values:
        """Return what these sections add to net income, per column."""
        wanted = set(sections)
        parts = [line.contributions for line in self.lines if line.account.section in wanted]
        return tuple(sum((part[place] for part in parts), ZERO) for place in range(len(self.columns)))

    def section(self, section: Section) -> Values:
        """Return a section's total as it is printed: revenue and other income by credits, the rest by debits."""
        found = self.contribution((section,))
        return found if section in CREDIT_SECTIONS else tuple(-one for one in found)

    def subtotal(self, name: str) -> Values:
        """Return gross_profit, operating_income, income_before_taxes or net_income, per column."""
        return self.contribution(SUBTOTALS[name])

    @property
    def net_income(self) -> Values:
        """Return the net income of each column."""
        return self.subtotal("net_income")


def income_statement(
    mirror: Mirror, books: Books, within: Range, *, by: Grain | None = None, compare: Sequence[Comparison] = ()
) -> IncomeStatement:
    """Return the income statement of a range.

    Args:
        mirror: Where to read.
        books: Which entries count.
        within: The days.
        by: Split the range into the months, quarters or years of `fiscal_periods`.
        compare: Further columns: the periods before, the same of a year before, the fiscal year to date, the last
            twelve periods.
    """
    parts = books.calendar.split(within, by) if by else ()
    whole = within if len(parts) > 1 else None
    columns = (*parts, within) if whole else parts or (within,)
    columns = tuple(dict.fromkeys((*columns, *(_compared(books, within, one) for one in compare))))
    found = amounts(mirror, books, [day for one in columns for day in (one.first, one.last + DAY)])
    return income_statement_of(books, columns, found, by=by, whole=whole)


def income_statement_of(
    books: Books, columns: tuple[Range, ...], found: Amounts, *, by: Grain | None = None, whole: Range | None = None
) -> IncomeStatement:
    """Return the income statement from amounts bounded at both ends of every column."""
    lines = []
    for account in books.chart.of(SECTIONS):
        sums = [found.between(account.id, one.first, one.last, closings=False) for one in columns]
        if books.is_empty or any(one.moved for one in sums):
            lines.append(IncomeLine(account, tuple(-one.net for one in sums)))
    made = IncomeStatement(books, columns, tuple(lines), (), by, whole)
    return replace(made, checks=_checks(made, found))


def _checks(made: IncomeStatement, found: Amounts) -> tuple[Check, ...]:
    """Return whether net income equals the change of net assets that is no transaction with owners."""
    balance = [account for account in books_balance(made.books) if account.kind != "equity"]
    equity = [account for account in made.books.chart.accounts if account.kind == "equity"]
    checks = []
    for column, net in zip(made.columns, made.net_income, strict=True):
        assets = found.net(balance, column.first, column.last)
        owners = -found.net(equity, column.first, column.last, closings=False)
        # What closings took out of the result went into equity; both sides leave it out.
        closed = found.net(made.books.chart.accounts, column.first, column.last) - found.net(
            made.books.chart.accounts, column.first, column.last, closings=False
        )
        checks.append(
            Check(
                f"Net income explains net assets, {column.name}",
                assets - owners - net - closed,
                "Change of assets less liabilities, less what owners put in or took out, less net income.",
            )
        )
    if made.whole is not None:
        whole = made.columns.index(made.whole)
        difference = sum(made.net_income[:whole], ZERO) - made.net_income[whole]
        checks.append(Check("Columns add up", difference, "The periods together less the range as a whole."))
    return tuple(checks)


def books_balance(books: Books) -> list[Account]:
    """Return the accounts of the balance sheet."""
    return [account for account in books.chart.accounts if not account.is_result]


def statement(
    report: IncomeStatement, *, detail: Detail = "accounts", percent: bool = False, variance: bool = False
) -> Statement:
    """Return the income statement as it is printed.

    Args:
        report: The amounts.
        detail: Every account, groups of accounts, or sections alone.
        percent: Put beside each column what share of its revenue each row is.
        variance: Put beside each later column by how much the first differs from it, and whether that is favourable.
    """
    layout = _Layout(report, percent=percent, variance=variance)
    rows: list[Row] = []
    for section in SECTIONS:
        lines = {line.account.id: line for line in report.lines if line.account.section == section}
        sign = 1 if section in CREDIT_SECTIONS else -1
        total = report.section(section)
        if lines:
            rows.append(Row("section", TITLES[section]))
            rows += [
                layout.row(row, sign)
                for row in account_rows(
                    report.books.chart,
                    [line.account for line in lines.values()],
                    lambda account, lines=lines, sign=sign: tuple(  # type: ignore[misc]
                        sign * one for one in lines[account.id].contributions
                    ),
                    detail=detail,
                )
            ]
            accounts = tuple(lines)
            rows.append(layout.row(Row("subtotal", f"Total {TITLES[section].lower()}", total, "", 0, accounts), sign))
        if section in _AFTER:
            name = _AFTER[section]
            values = report.subtotal(name)
            label = _NAMES[name][values[0] < 0]
            kind: Literal["total", "subtotal"] = "total" if name == "net_income" else "subtotal"
            earlier, sections = _ADDS[name]
            adds = tuple((f"Total {TITLES[one].lower()}", 1 if one in CREDIT_SECTIONS else -1) for one in sections)
            adds += ((_NAMES[earlier][report.subtotal(earlier)[0] < 0], 1),) if earlier else ()
            rows.append(layout.row(Row(kind, label, values, adds=adds), 1))
    notes = notes_of(report.books)
    if not any(report.contribution(("revenue",))):
        notes = ("There is no revenue in this range: shares of revenue are blank.", *notes)
    first = report.columns[0] if not report.by else Range("", report.columns[0].first, _end(report))
    return Statement(
        "income-statement", "Income statement", report.books.entity, shown_range(first.first, first.last),
        report.books.currency, report.books.status_words, report.books.as_of, layout.columns, tuple(rows),
        report.checks, notes,
    )  # fmt: skip


def _end(report: IncomeStatement) -> date:
    return max(one.last for one in report.columns)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the columns of amounts become printed columns."""

    report: IncomeStatement
    percent: bool
    variance: bool

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the printed columns."""
        found: list[Column] = []
        for place, one in enumerate(self.report.columns):
            found.append(Column(one.name, "money", one.first, one.last))
            if self.percent:
                found.append(Column("% of revenue", "percent"))
            if self.variance and place:
                found += [Column("Variance"), Column("Variance %", "percent"), Column("F/U", "words")]
        return tuple(found)

    def row(self, row: Row, sign: int) -> Row:
        """Return the row with its shares and variances; `sign` is 1 where more is favourable."""
        if not row.cells:
            return row
        revenue = self.report.contribution(("revenue",))
        cells: list[Decimal | str | None] = []
        values = [one for one in row.cells if isinstance(one, Decimal)]
        for place, value in enumerate(values):
            cells.append(value)
            if self.percent:
                cells.append(share(value, revenue[place]))
            if self.variance and place:
                difference = values[0] - value
                better = "" if not difference else "F" if difference * sign > 0 else "U"
                cells += [difference, share(difference, abs(value)), better]
        return replace(row, cells=tuple(cells))


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return a share with four places; None where there is nothing to be a share of."""
    return None if whole == 0 else (part / whole).quantize(Decimal("0.0001"))


def _compared(books: Books, within: Range, how: Comparison) -> Range:
    calendar = books.calendar
    if how == "previous":
        return calendar.previous(within)
    if how == "year":
        return calendar.year_earlier(within)
    if how == "ytd":
        year = calendar.year_of(within.last)
        return Range(f"{year.name} to date" if year else "To date", year.first if year else within.first, within.last)
    return calendar.trailing(within.last)
