"""General ledger: every line of an account between what it brought forward and what it stands at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import polars as pl

from finance_reports.books import ZERO, Books, amounts, open_books
from finance_reports.calendar import DAY, Range
from finance_reports.statement import Check, Column, Row, Statement, shown_range
from finance_reports.trial_balance import notes_of
from queries import finance
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from finance_reports.chart import Account
    from replica import Mirror

PAGE: Final = 200


class UnknownAccount(ReplicaError):
    """An account that is not in the chart."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class AccountLedger:
    """An account with what it brought forward, moved and stands at, debits less credits."""

    account: Account
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        """Return the balance at the end."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class GeneralLedger:
    """The accounts of a range with one page of their lines; `rows` counts the lines of all pages."""

    books: Books
    range: Range
    accounts: tuple[AccountLedger, ...]
    lines: pl.DataFrame
    rows: int
    page: int
    checks: tuple[Check, ...]


def chosen(books: Books, codes: Sequence[str]) -> tuple[Account, ...]:
    """Return the accounts of these codes with all that are part of them.

    Raises:
        UnknownAccount: No account has the code.
    """
    found: dict[str, Account] = {}
    for code in codes:
        named = books.chart.with_code(code)
        if not named:
            raise UnknownAccount(
                f"There is no account {code!r}.", "`autorev report trial-balance` lists those booked on."
            )
        found.update((one.id, one) for account in named for one in books.chart.below(account))
    return tuple(sorted(found.values(), key=lambda one: (one.code, one.id)))


def matching(books: Books, words: str) -> tuple[Account, ...]:
    """Return the accounts that words name, with commas between them: a code, the beginning of one, or a part of a name.

    A code that an account has means that account and all that are part of it.
    """
    found: dict[str, Account] = {}
    for word in filter(None, (part.strip().lower() for part in words.split(","))):
        exact = [below for one in books.chart.with_code(word.upper()) for below in books.chart.below(one)]
        exact += [below for one in books.chart.with_code(word) for below in books.chart.below(one)]
        near = [one for one in books.chart.accounts if one.code.lower().startswith(word) or word in one.name.lower()]
        found.update((one.id, one) for one in exact or near)
    return tuple(sorted(found.values(), key=lambda one: (one.code, one.id)))


def looked_up(
    mirror: Mirror, *, words: str, first: date, last: date, statuses: tuple[str, ...], page: int = 1
) -> GeneralLedger:
    """Return a page of the lines of the accounts that words name, of all accounts without words."""
    books = open_books(mirror, statuses=statuses)
    accounts = matching(books, words) if words.strip(" ,") else None
    return general_ledger(mirror, books, Range(f"{first}/{last}", first, last), accounts=accounts, page=page)


def general_ledger(
    mirror: Mirror,
    books: Books,
    within: Range,
    *,
    accounts: Sequence[Account] | None = None,
    page: int = 1,
    page_size: int = PAGE,
) -> GeneralLedger:
    """Return a page of the lines of these accounts (of all when None) over a range."""
    start = books.calendar.year_start(within.first)
    sums = amounts(mirror, books, (start, within.first, within.last + DAY))
    of = books.chart.accounts if accounts is None else accounts
    found = []
    for account in of:
        opening = sums.before(account.id, within.first).net
        if account.is_result:
            opening -= sums.before(account.id, start).net
        moved = sums.between(account.id, within.first, within.last)
        if accounts is not None or opening or moved.moved:
            found.append(AccountLedger(account, opening, moved.debit, moved.credit))
    lines = finance.lines(
        mirror,
        first=within.first,
        last=within.last,
        year_start=start,
        statuses=books.statuses,
        accounts=None if accounts is None else [account.id for account in accounts],
        openings=[one.entry_id for one in books.openings],
        page=page,
        page_size=page_size,
    )
    count = finance.count_lines(
        mirror,
        first=within.first,
        last=within.last,
        statuses=books.statuses,
        accounts=None if accounts is None else [account.id for account in accounts],
        openings=[one.entry_id for one in books.openings],
    )
    return GeneralLedger(books, within, tuple(found), lines, count, page, _checks(found, lines, count))


def _checks(found: Sequence[AccountLedger], lines: pl.DataFrame, count: int) -> tuple[Check, ...]:
    """Return whether the lines lead from opening to closing, where the page holds them all."""
    if lines.height < count:
        return ()
    closing = sum((one.closing for one in found), ZERO)
    ends = lines.group_by("account_id", maintain_order=True).agg(pl.col("balance").last())
    last = dict(ends.iter_rows())
    ended = sum((last.get(one.account.id, one.opening) for one in found), ZERO)
    return (
        Check("Lines lead to the balance", closing - ended, "Closing balances less the balance after the last line."),
    )


def statement(report: GeneralLedger) -> Statement:
    """Return the page of the general ledger as it is printed, account by account."""
    rows: list[Row] = []
    by_account = report.lines.partition_by("account_id", as_dict=True, maintain_order=True)
    for ledger in report.accounts:
        lines = by_account.get((ledger.account.id,))
        if lines is None and len(report.accounts) > 1 and report.rows > report.lines.height:
            continue
        rows.append(Row("section", ledger.account.name, code=ledger.account.code))
        rows.append(Row("line", "Brought forward", ("", "", None, None, ledger.opening), "", 1))
        for line in () if lines is None else lines.iter_rows(named=True):
            cells = (str(line["entry_date"]), line["reference"] or "", line["debit"], line["credit"], line["balance"])
            rows.append(Row("line", line["description"] or "", cells, "", 1))
        total = ("", "", ledger.debit, ledger.credit, ledger.closing)
        rows.append(Row("subtotal", f"Balance of {ledger.account.code}", total))
    columns = (
        Column("Date", "words"), Column("Reference", "words"), Column("Debit"), Column("Credit"), Column("Balance"),
    )  # fmt: skip
    notes = notes_of(report.books)
    if report.rows > report.lines.height:
        notes = (f"{report.lines.height:,} of {report.rows:,} lines are shown (page {report.page}).", *notes)
    return Statement(
        "general-ledger", "General ledger", report.books.entity, shown_range(report.range.first, report.range.last),
        report.books.currency, report.books.status_words, report.books.as_of, columns, tuple(rows),
        report.checks, notes,
    )  # fmt: skip
