"""What an accountant would question: entries, lines, accounts, periods and values, a sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from queries import finance, system

if TYPE_CHECKING:
    from datetime import date

    from finance_reports.books import Books
    from replica import Mirror

TABLES: Final = ("gl_accounts", "journal_entries", "journal_entry_lines", "fiscal_periods", "cost_entries")
WORDS: Final = {
    "unbalanced_entry": "debits and credits differ",
    "one_sided_entry": "every line is on the same side",
    "entry_without_lines": "has no lines",
    "entry_without_date": "has no date: it is in no statement",
    "entry_outside_periods": "is dated in no fiscal period",
    "posted_to_closed_period": "was posted after its period had been closed, or waits in a closed one",
    "stored_period_disagrees": "stores another fiscal year or month than its date falls into",
    "posted_in_other_period": "was posted in another period than its date falls into",
    "draft_with_posting_time": "is a draft and has a time of posting",
    "unknown_status": "has a status that is not known: it is in no statement",
    "reversed_without_reversal": "is called reversed and no entry takes it back",
    "line_without_entry": "belongs to no entry: it is in no statement",
    "line_without_account": "names no account of the chart",
    "inactive_account": "is booked on an inactive account",
    "negative_line": "has a negative amount",
    "line_without_amount": "has no amount; it counts as nothing",
    "zero_line": "has the amount zero",
    "two_sided_line": "has a debit and a credit",
}
"""What each rule says of an entry or line."""


@dataclass(frozen=True, slots=True)
class Questioned:
    """A rule and what breaks it; `amount` is in currency units, of an unbalanced entry debits less credits."""

    rule: str
    entry_id: str | None
    line_id: str | None
    account_code: str | None
    amount: Decimal | None
    text: str
    day: date | None = None


def exceptions(mirror: Mirror, books: Books) -> tuple[Questioned, ...]:
    """Return everything in the books that an accountant would question, by rule."""
    found = [
        Questioned(
            row["rule"], row["entry_id"], row["line_id"], row["account_code"], row["amount"],
            _sentence(row),
            row["day"],
        )
        for row in finance.exceptions(mirror, statuses=books.statuses).iter_rows(named=True)
    ]  # fmt: skip
    found += [Questioned(doubt.rule, None, None, doubt.code or None, None, doubt.text) for doubt in books.doubts]
    found += [
        Questioned(
            "value_not_carried", None, None, None, None,
            f"{row['rows']:,} values of {row['table_name']}.{row['column_name']}: {row['reason']}.",
        )
        for row in system.uncarried(mirror).iter_rows(named=True)
        if row["table_name"] in TABLES
    ]  # fmt: skip
    return tuple(found)


def _sentence(row: dict[str, object]) -> str:
    thing = "Line" if row["line_id"] else "Entry"
    name = row["subject"] or row["line_id"] or row["entry_id"]
    on = f" of {row['day']}" if row["day"] else ""
    by = f" ({row['amount']:,.2f})" if isinstance(row["amount"], Decimal) else ""
    return f"{thing} {name}{on} {WORDS[str(row['rule'])]}{by}."
