"""Trial balance: what every account brought forward, moved and stands at, in debits and credits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from finance_reports.books import ZERO, Books, amounts
from finance_reports.calendar import DAY, Range
from finance_reports.chart import NO_ACCOUNT
from finance_reports.statement import Check, Column, Row, Statement, shown_range

if TYPE_CHECKING:
    from decimal import Decimal

    from finance_reports.books import Amounts
    from replica import Mirror

EARLIER = "Earnings of earlier years, not closed"
WITHOUT_ACCOUNT = "Lines without an account"


@dataclass(frozen=True, slots=True)
class TrialRow:
    """An account, or what stands without one (`code` empty); balances are debits less credits, movements gross."""

    account_id: str
    code: str
    name: str
    kind: str
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        """Return the balance at the end."""
        return self.opening + self.debit - self.credit

    def sides(self) -> tuple[Decimal, ...]:
        """Return opening, period and closing, each debit then credit; balances on one side only."""
        return (*_sides(self.opening), self.debit, self.credit, *_sides(self.closing))


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The trial balance of a range with its proofs."""

    books: Books
    range: Range
    rows: tuple[TrialRow, ...]
    checks: tuple[Check, ...]

    @property
    def totals(self) -> tuple[Decimal, ...]:
        """Return the sums of the six columns."""
        return (
            tuple(sum(column, ZERO) for column in zip(*(row.sides() for row in self.rows), strict=True)) or (ZERO,) * 6
        )


def trial_balance(mirror: Mirror, books: Books, within: Range) -> TrialBalance:
    """Return the trial balance of a range.

    Balance-sheet accounts bring all that came before; revenue and expense begin at zero with the fiscal year of the
    first day, and what earlier years left unclosed stands in a row without a code.
    """
    start = books.calendar.year_start(within.first)
    found = amounts(mirror, books, (start, within.first, within.last + DAY))
    following = amounts(mirror, replace(books, ahead=None), (within.last + DAY,))
    return trial_balance_of(books, within, found, following)


def trial_balance_of(books: Books, within: Range, found: Amounts, following: Amounts) -> TrialBalance:
    """Return the trial balance from amounts bounded at the year's start, the range's first day and the day after it.

    `following` is bounded at the day after the range alone: the next opening, read anew to prove this closing.
    """
    start = books.calendar.year_start(within.first)
    rows = []
    earlier = ZERO
    differing = ZERO
    for account in books.chart.accounts:
        opening = found.before(account.id, within.first).net
        if account.is_result:
            unclosed = found.before(account.id, start).net
            opening, earlier = opening - unclosed, earlier + unclosed
        moved = found.between(account.id, within.first, within.last)
        rows.append(TrialRow(account.id, account.code, account.name, account.kind, opening, moved.debit, moved.credit))
        differing += abs(
            following.before(account.id, within.last + DAY).net - found.before(account.id, within.last + DAY).net
        )
    shown = [row for row in rows if books.is_empty or any((row.opening, row.debit, row.credit))]
    shown.sort(key=lambda row: (row.code, row.account_id))
    if earlier:
        shown.append(TrialRow("", "", EARLIER, "equity", earlier, ZERO, ZERO))
    orphan_opening = found.before(NO_ACCOUNT, within.first).net
    orphans = found.between(NO_ACCOUNT, within.first, within.last)
    if orphan_opening or orphans.moved:
        shown.append(
            TrialRow(NO_ACCOUNT, "", WITHOUT_ACCOUNT, "unknown", orphan_opening, orphans.debit, orphans.credit)
        )
    made = TrialBalance(books, within, tuple(shown), ())
    totals = made.totals
    return TrialBalance(
        books,
        within,
        made.rows,
        (
            Check("Opening balances", totals[0] - totals[1], "Opening debits less opening credits."),
            Check("Debits equal credits", totals[2] - totals[3], "Debits less credits of the period."),
            Check("Closing balances", totals[4] - totals[5], "Closing debits less closing credits."),
            Check("Closing is the next opening", differing, "Closing balances against those the next day opens with."),
        ),
    )


def statement(report: TrialBalance) -> Statement:
    """Return the trial balance as it is printed."""
    books, within = report.books, report.range
    days = (
        (None, None),
        (None, None),
        (within.first, within.last),
        (within.first, within.last),
        (None, None),
        (None, None),
    )
    labels = ("Opening debit", "Opening credit", "Debit", "Credit", "Closing debit", "Closing credit")
    rows = [
        Row("account", row.name, row.sides(), row.code, 0, (row.account_id,) if row.account_id else ())
        for row in report.rows
    ]
    accounts = tuple(row.account_id for row in report.rows if row.account_id)
    without = tuple((row.name, 1) for row in report.rows if not row.account_id)
    rows.append(Row("total", "Total", report.totals, "", 0, accounts, without))
    return Statement(
        "trial-balance", "Trial balance", books.entity, shown_range(within.first, within.last), books.currency,
        books.status_words, books.as_of,
        tuple(Column(label, "money", first, last) for label, (first, last) in zip(labels, days, strict=True)),
        tuple(rows), report.checks, notes_of(books),
    )  # fmt: skip


def notes_of(books: Books) -> tuple[str, ...]:
    """Return what every statement says of the books it was made from."""
    notes = []
    if books.is_empty:
        notes.append("The ledger holds no entry that counts: no account moved. The chart of accounts is shown instead.")
    notes += [
        f"Opening balance, no flow of the period: {one.reference or one.entry_id} of {one.day}, {one.lines} lines."
        for one in books.openings
    ]
    notes += [
        f"Closing entry, left out of the income statement: {one.reference or one.entry_id} of {one.day}."
        for one in books.closings
    ]
    notes += [doubt.text for doubt in books.doubts]
    return tuple(notes)


def _sides(net: Decimal) -> tuple[Decimal, Decimal]:
    return (net, ZERO) if net >= 0 else (ZERO, -net)
