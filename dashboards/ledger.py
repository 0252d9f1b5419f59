"""Ledger: accounts with their balances, the lines of one page, and an entry with everything it booked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dashboards.view import Column, Computed, Figure, TableSettings, View
from finance_reports.books import ZERO

if TYPE_CHECKING:
    from finance_reports.general_ledger import GeneralLedger

LINES: Final = (
    "Lines of the entries that count, by account, day and document. The balance is debits less credits with this line; "
    "revenue and expense begin at zero with the fiscal year. Search takes codes or parts of names, with commas."
)
ENTRY: Final = "Every line of the entry chosen, whatever its status."
SHOWN: Final = TableSettings(
    (
        Column("account_code", "Account"),
        Column("entry_date", "Date", "plain"),
        Column("reference", "Document"),
        Column("description", "Text", width="large"),
        Column("debit", "Debit", "plain"),
        Column("credit", "Credit", "plain"),
        Column("balance", "Balance", "plain"),
        Column("account_name", "Name"),
        Column("status", "Status"),
        Column("entry_id", "Entry"),
    ),
    opens=("entry_id", "entry"),
)
ACCOUNTS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "code": pl.String,
    "name": pl.String,
    "opening": pl.Decimal(38, 2),
    "debit": pl.Decimal(38, 2),
    "credit": pl.Decimal(38, 2),
    "closing": pl.Decimal(38, 2),
}


def entries(report: GeneralLedger) -> list[str]:
    """Return the entries of the page, each once, in order."""
    return report.lines["entry_id"].unique(maintain_order=True).to_list()


def lines(report: GeneralLedger, computed: Computed) -> View:
    """Return the page of lines, and the balances of the accounts they belong to."""
    accounts = pl.DataFrame(
        [
            (one.account.code, one.account.name, one.opening, one.debit, one.credit, one.closing)
            for one in report.accounts
        ],
        schema=ACCOUNTS,
        orient="row",
    )
    within = report.range
    days = f"{within.first} to {within.last}"
    balances = TableSettings(
        (
            Column("code", "Account"),
            Column("name", "Name", width="large"),
            *(Column(name, name.capitalize(), "plain") for name in ("opening", "debit", "credit", "closing")),
        )
    )
    return View(
        figures=(
            Figure("ledger-accounts", "Accounts", accounts, f"{accounts.height:,} accounts, {days}.", computed,
                   settings=balances, empty="No account was booked on in this range."),
            Figure("ledger-lines", "Lines", report.lines, f"{report.lines.height:,} of {report.rows:,} lines, {days}.",
                   computed, settings=SHOWN, empty="No line in this range."),
        ),
        notes=(f"{report.lines.height:,} of {report.rows:,} lines. Choose one to open its entry.",)
        if report.rows
        else (),
    )  # fmt: skip


def entry(frame: pl.DataFrame, computed: Computed) -> View:
    """Return one entry with its lines and whether it balances."""
    settings = TableSettings(
        (
            Column("account_code", "Account"),
            Column("account_name", "Name", width="large"),
            Column("description", "Text", width="large"),
            Column("debit", "Debit", "plain"),
            Column("credit", "Credit", "plain"),
        )
    )
    notes = []
    if not frame.is_empty():
        first = frame.row(0, named=True)
        off = sum((one for one in frame["debit"] if one), ZERO) - sum((one for one in frame["credit"] if one), ZERO)
        balanced = "It balances." if not off else f"It does not balance: off by {off:,.2f}."
        name = f"{first['reference'] or 'No document'} of {first['entry_date']}, {first['status'] or 'no status'}"
        notes = [f"{name}: {first['entry_description'] or ''}", balanced]
        if first["reverses_entry_id"]:
            notes.append(f"It takes back entry {first['reverses_entry_id']}.")
    figure = Figure(
        "ledger-entry", "Entry", frame, f"{frame.height:,} lines.", computed, settings=settings,
        empty="There is no such entry.",
    )  # fmt: skip
    return View(figures=(figure,), notes=tuple(notes))
