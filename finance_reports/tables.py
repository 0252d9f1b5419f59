"""Statements as plain rows and as nested answers: what CSV and JSON hold, money as exact decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from finance_reports.balance_sheet import CURRENT, EARLIER, OUT_OF_BALANCE
from finance_reports.income_statement import SECTIONS, SUBTOTALS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    import polars as pl

    from finance_reports.balance_sheet import BalanceSheet
    from finance_reports.books import Books
    from finance_reports.cash_flow import CashFlow
    from finance_reports.equity import Equity
    from finance_reports.exceptions import Questioned
    from finance_reports.income_statement import IncomeStatement
    from finance_reports.statement import Check
    from finance_reports.stored import Said, Stored
    from finance_reports.trial_balance import TrialBalance

Rows = list[dict[str, Any]]
TRIAL_BALANCE: Final = (
    "account_code", "account_name", "account_type", "opening_debit", "opening_credit", "period_debit", "period_credit",
    "closing_debit", "closing_credit",
)  # fmt: skip
INCOME_STATEMENT: Final = ("section", "account_code", "account_name", "period", "amount")
BALANCE_SHEET: Final = ("section", "account_code", "account_name", "amount")
CASH_FLOW: Final = ("section", "line", "amount")
RETAINED_EARNINGS: Final = (
    "account_code", "account_name", "opening", "net_income", "closing_entries", "other_changes", "closing",
)  # fmt: skip
GENERAL_LEDGER: Final = (
    "account_code", "account_name", "entry_date", "reference", "description", "debit", "credit", "balance", "status",
    "entry_id", "line_id",
)  # fmt: skip
STORED: Final = ("table", "of", "figure", "stored", "from_lines", "difference")
EXCEPTIONS: Final = ("rule", "entry_id", "line_id", "account_code", "amount", "text")


def trial_balance(report: TrialBalance) -> Rows:
    """Return a row per account with any amount, by code; what stands without an account has an empty code."""
    return [dict(zip(TRIAL_BALANCE, (row.code, row.name, row.kind, *row.sides()), strict=True)) for row in report.rows]


def income_statement(report: IncomeStatement) -> Rows:
    """Return a row per account and column, amounts in natural sign; the whole beside its parts is left out."""
    places = [place for place, column in enumerate(report.columns) if column != report.whole]
    lines = sorted(report.lines, key=lambda line: (SECTIONS.index(line.account.section), line.account.code))
    return [
        {
            "section": line.account.section,
            "account_code": line.account.code,
            "account_name": line.account.name,
            "period": report.columns[place].name,
            "amount": line.amounts[place],
        }
        for line in lines
        for place in places
        if not report.books.is_empty
    ]


def balance_sheet(report: BalanceSheet) -> Rows:
    """Return a row per account with a balance, in natural sign, then computed earnings and the imbalance."""
    found = [
        {
            "section": line.account.section,
            "account_code": line.account.code,
            "account_name": line.account.name,
            "amount": line.amounts[0],
        }
        for section in ("assets", "unclassified", "liabilities", "equity")
        for line in report.lines
        if line.account.section == section and not report.books.is_empty
    ]
    computed = [("equity", EARLIER, report.earlier[0]), ("equity", CURRENT, report.current[0])]
    if report.difference[0]:
        computed.append(("check", OUT_OF_BALANCE, report.difference[0]))
    found += [
        {"section": section, "account_code": "", "account_name": name, "amount": amount}
        for section, name, amount in computed
    ]
    return found


def cash_flow(report: CashFlow) -> Rows:
    """Return a row per line, then cash at both ends and what no section explains."""
    found: Rows = [{"section": line.section, "line": line.line, "amount": line.amount} for line in report.lines]
    found += [
        {"section": "opening_cash", "line": "Cash at the beginning", "amount": report.opening_cash},
        {"section": "closing_cash", "line": "Cash at the end", "amount": report.closing_cash},
        {"section": "check", "line": "Change of cash that no section explains", "amount": report.difference},
    ]
    return found


def retained_earnings(report: Equity, *, whole: bool = False) -> Rows:
    """Return a row per account that keeps earnings, and one for earnings not closed; `whole` gives all of equity."""
    return [
        {
            "account_code": row.account.code if row.account else "",
            "account_name": row.account.name if row.account else "Earnings not closed",
            "opening": row.opening,
            "net_income": row.net_income,
            "closing_entries": row.closings,
            "other_changes": row.other,
            "closing": row.closing,
        }
        for row in (report.rows if whole else report.retained)
    ]


def general_ledger(lines: pl.DataFrame) -> Rows:
    """Return a row per line with the running balance of its account, debits less credits."""
    return lines.select(GENERAL_LEDGER).to_dicts()


def exceptions(found: Iterable[Questioned]) -> Rows:
    """Return a row per rule and what breaks it."""
    return [{column: getattr(one, column) for column in EXCEPTIONS} for one in found]


def stored(report: Stored) -> Rows:
    """Return a row per stored figure, flags as true and false; the difference is stored less ours."""
    return [
        dict(
            zip(STORED, (one.table, one.of, one.figure, _said(one.stored), _said(one.ours), one.difference),
                strict=True)
        )
        for one in report.figures
    ]  # fmt: skip


def _said(value: Said) -> Decimal | str | None:
    return str(value).lower() if isinstance(value, bool) else value


def head(books: Books) -> dict[str, Any]:
    """Return whose books they are and what was counted, for JSON."""
    special = {
        "openings": [{"entry_id": one.entry_id, "day": one.day, "reference": one.reference} for one in books.openings],
        "closings": [{"entry_id": one.entry_id, "day": one.day, "reference": one.reference} for one in books.closings],
    }
    return {
        "entity": books.entity,
        "currency": books.currency,
        "statuses": list(books.statuses),
        "as_of": books.as_of,
        **special,
        "warnings": [doubt.text for doubt in books.doubts],
    }


def checks(found: Iterable[Check]) -> Rows:
    """Return the proofs of a statement."""
    return [{"check": one.name, "holds": one.holds, "difference": one.difference, "says": one.words} for one in found]


def income_subtotals(report: IncomeStatement) -> Rows:
    """Return the subtotals of each column, and the total of each section."""
    return [
        {
            "period": column.name,
            "sections": {section: report.section(section)[place] for section in SECTIONS},
            **{name: report.subtotal(name)[place] for name in SUBTOTALS},
        }
        for place, column in enumerate(report.columns)
    ]


def balance_subtotals(report: BalanceSheet) -> Rows:
    """Return the totals at each day."""
    return [
        {
            "as_of": day,
            "assets": report.assets[place],
            "liabilities": report.total("liabilities")[place],
            "equity": report.equity[place],
            "earnings_earlier_years": report.earlier[place],
            "earnings_current_year": report.current[place],
            "out_of_balance": report.difference[place],
        }
        for place, day in enumerate(report.days)
    ]
