"""Cash flow: where cash came from and went, tied to the change of the cash accounts, by either method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from finance_reports.books import ZERO, Books, amounts, counterparts
from finance_reports.calendar import DAY, Range
from finance_reports.chart import NO_ACCOUNT, Account
from finance_reports.mapping import SECTIONS, Place, Section
from finance_reports.statement import Check, Column, Row, Statement, shown_range
from finance_reports.trial_balance import WITHOUT_ACCOUNT, notes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from finance_reports.books import Amounts
    from replica import Mirror

Method = Literal["indirect", "direct"]
NET_INCOME: Final = "Net income"
TITLES: Final[dict[Section, str]] = {
    "operating": "Operating activities",
    "investing": "Investing activities",
    "financing": "Financing activities",
    "unclassified": "Unclassified",
}


@dataclass(frozen=True, slots=True)
class CashLine:
    """A line of the statement with the accounts behind it; money that came in is positive."""

    section: Section
    line: str
    amount: Decimal
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CashFlow:
    """The cash flow of a range with its proofs."""

    books: Books
    range: Range
    method: Method
    lines: tuple[CashLine, ...]
    opening_cash: Decimal
    closing_cash: Decimal
    checks: tuple[Check, ...]

    def total(self, section: Section) -> Decimal:
        """Return the net cash of a section."""
        return sum((line.amount for line in self.lines if line.section == section), ZERO)

    @property
    def difference(self) -> Decimal:
        """Return the change of cash that the sections do not explain."""
        return self.closing_cash - self.opening_cash - sum((line.amount for line in self.lines), ZERO)


def cash_flow(mirror: Mirror, books: Books, within: Range, *, method: Method = "indirect") -> CashFlow:
    """Return the cash flow of a range."""
    days = (within.first, within.last + DAY)
    found = amounts(mirror, books, days)
    other = counterparts(mirror, books, days) if method == "direct" else found
    return cash_flow_of(books, within, found, other, method=method)


def cash_flow_of(books: Books, within: Range, found: Amounts, other: Amounts, *, method: Method) -> CashFlow:
    """Return the cash flow from amounts bounded at the range's first day and the day after it.

    `other` holds, for the direct method, what the entries that touch cash moved on all other accounts.
    """
    lines = _indirect(books, within, found) if method == "indirect" else _direct(books, within, other)
    cash = [account for account in books.chart.accounts if account.cash]
    opening = sum((found.before(one.id, within.first).net for one in cash), ZERO)
    closing = sum((found.upto(one.id, within.last).net for one in cash), ZERO)
    made = CashFlow(books, within, method, lines, opening, closing, ())
    return CashFlow(
        books, within, method, lines, opening, closing,
        (Check("Cash ties", made.difference, "Change of the cash accounts less all sections."),),
    )  # fmt: skip


def _indirect(books: Books, within: Range, found: Amounts) -> tuple[CashLine, ...]:
    def moved(account_id: str) -> Decimal:
        # Closing entries move earnings from one place of equity to another: net income already holds them.
        return -found.between(account_id, within.first, within.last, closings=False).net

    results = [account for account in books.chart.accounts if account.is_result]
    net = sum((moved(account.id) for account in results), ZERO)
    others = [account for account in books.chart.accounts if not account.is_result and not account.cash]
    first = CashLine("operating", NET_INCOME, net, tuple(account.id for account in results if moved(account.id)))
    return (first, *_placed(others, moved, lambda account: account.indirect, books.mapping.indirect))


def _direct(books: Books, within: Range, other: Amounts) -> tuple[CashLine, ...]:
    def moved(account_id: str) -> Decimal:
        return -other.between(account_id, within.first, within.last).net

    others = [account for account in books.chart.accounts if not account.cash]
    return _placed(others, moved, lambda account: account.direct, books.mapping.direct)


def _placed(
    accounts: list[Account],
    moved: Callable[[str], Decimal],
    place: Callable[[Account], Place | None],
    places: Sequence[Place],
) -> tuple[CashLine, ...]:
    """Return a line per place that anything moved on, in the order of the mapping, then each account without one."""
    grouped: dict[tuple[Section, str], list[Account]] = {}
    for account in accounts:
        if not moved(account.id):
            continue
        found = place(account)
        key: tuple[Section, str] = (
            (found.section, found.line) if found else ("unclassified", f"{account.code} {account.name}".strip())
        )
        grouped.setdefault(key, []).append(account)
    known = {(each.section, each.line): order for order, each in enumerate(places)}
    lines = [
        CashLine(section, line, sum((moved(one.id) for one in group), ZERO), tuple(one.id for one in group))
        for (section, line), group in sorted(grouped.items(), key=lambda item: known.get(item[0], len(known)))
    ]
    if orphans := moved(NO_ACCOUNT):
        lines.append(CashLine("unclassified", WITHOUT_ACCOUNT, orphans))
    return tuple(sorted(lines, key=lambda line: SECTIONS.index(line.section)))


def statement(report: CashFlow) -> Statement:
    """Return the cash flow statement as it is printed."""
    rows: list[Row] = []
    for section in SECTIONS:
        lines = [line for line in report.lines if line.section == section]
        if not lines:
            continue
        rows.append(Row("section", TITLES[section]))
        for line in lines:
            loss = line.line == NET_INCOME and line.amount < 0
            rows.append(Row("line", "Net loss" if loss else line.line, (line.amount,), "", 1, line.accounts))
        rows.append(
            Row(
                "subtotal",
                f"Net cash from {TITLES[section].lower()}",
                (report.total(section),),
                adds=_adds(rows, lines),
            )
        )
    ends = (("Cash at the end", 1), ("Cash at the beginning", -1))
    rows.append(Row("subtotal", "Change in cash", (report.closing_cash - report.opening_cash,), adds=ends))
    rows.append(Row("line", "Cash at the beginning", (report.opening_cash,), "", 1))
    rows.append(Row("total", "Cash at the end", (report.closing_cash,)))
    if report.difference:
        rows.append(Row("warning", "Not explained by any section", (report.difference,)))
    within = report.range
    notes = notes_of(report.books)
    if any(line.section == "unclassified" for line in report.lines):
        notes = ("Unclassified accounts are in no line of mapping.toml; add their codes there.", *notes)
    if not any(account.cash for account in report.books.chart.accounts):
        notes = ("No account counts as cash; mapping.toml says which do.", *notes)
    return Statement(
        "cash-flow", f"Cash flow statement, {report.method} method", report.books.entity,
        shown_range(within.first, within.last), report.books.currency, report.books.status_words, report.books.as_of,
        (Column(within.name, "money", within.first, within.last),), tuple(rows), report.checks, notes,
    )  # fmt: skip


def _adds(rows: list[Row], lines: list[CashLine]) -> tuple[tuple[str, int], ...]:
    """Return the labels of a section's lines, which were printed last."""
    return tuple((row.label, 1) for row in rows[-len(lines) :])
