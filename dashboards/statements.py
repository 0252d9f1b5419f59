"""Statements: which can be chosen, and one of them as a figure with its files."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl

from dashboards import printed
from dashboards.view import Column, Computed, Figure, File, TableSettings, View

if TYPE_CHECKING:
    from finance_reports.calendar import Range
    from finance_reports.income_statement import Comparison
    from finance_reports.pack import Offered, Report
    from queries.span import Span

KINDS: Final = {
    "Income statement": "income-statement",
    "Balance sheet": "balance-sheet",
    "Cash flow, indirect": "cash-flow",
    "Cash flow, direct": "cash-flow-direct",
    "Trial balance": "trial-balance",
    "Retained earnings": "retained-earnings",
    "Equity": "equity",
    "Key figures": "dashboard",
    "Exceptions": "exceptions",
    "Stored snapshots": "stored",
    "Month pack": "pack",
}
SPLITS: Final[dict[str, Literal["month", "quarter", "year"]]] = {
    "Months": "month",
    "Quarters": "quarter",
    "Years": "year",
}
COMPARED: Final[dict[str, tuple[Comparison, ...]]] = {"Beside year to date and 12 months": ("ytd", "trailing")}
COLUMNS: Final = (*SPLITS, *COMPARED)
DETAILS: Final[dict[str, Literal["groups", "sections"]]] = {"Groups of accounts": "groups", "Sections": "sections"}
ENTRIES: Final = {
    "With drafts": ("posted", "draft"),
    "With drafts and voids": ("posted", "draft", "void"),
    "Drafts alone": ("draft",),
}
ABOVE: Final = "Date range above"
COMPUTED: Final = (
    "From the lines of the journal alone. Entries count by their date; posted ones unless chosen otherwise, a reversed "
    "one beside its reversal. Openings are balances, closings are left out of the income statement. A click on an "
    "amount opens the lines behind it."
)
_MIME: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def asked(kind: str | None, split: str | None, detail: str | None) -> dict[str, Any]:
    """Return what the choices mean to `finance_reports.pack.printed`."""
    key = KINDS[kind or "Income statement"]
    return {
        "key": "cash-flow" if key == "cash-flow-direct" else key,
        "method": "direct" if key == "cash-flow-direct" else "indirect",
        "by": SPLITS.get(split or ""),
        "compare": COMPARED.get(split or "", ()),
        "detail": DETAILS[detail] if detail else "accounts",
    }


def statuses(entries: str | None) -> tuple[str, ...]:
    """Return the statuses of the entries that count."""
    return ENTRIES[entries] if entries else ("posted",)


def within(offered: Offered, period: str | None, span: Span) -> Range:
    """Return the days that a choice of period means."""
    if period is None:
        return offered.usual
    if period == ABOVE:
        return type(offered.usual)(f"{span.first}/{span.last}", span.first, span.last)
    return offered.periods[period]


def view(report: Report, computed: Computed, entries: str | None) -> View:
    """Return a report as figures, one per statement; the files hold all of them."""
    figures = []
    for place, statement in enumerate(report.statements):
        frame = pl.DataFrame(report.plain, infer_schema_length=None) if report.plain and not place else pl.DataFrame()
        name = f"{report.key}-{statement.as_of:%Y-%m-%d}"
        figures.append(
            Figure(
                f"{report.key}-{place}" if place else report.key,
                statement.title,
                frame,
                f"{statement.title}, {statement.period}: {len(statement.rows)} rows.",
                computed,
                settings=TableSettings(tuple(_column(one, frame) for one in frame.columns)),
                markup=printed.markup(statement, report.codes, entries or ""),
                files=()
                if place
                else tuple(File(f"{name}.{form}", kind, partial(report.file, form)) for form, kind in _MIME.items()),
            )
        )
    return View(figures=tuple(figures))


def _column(name: str, frame: pl.DataFrame) -> Column:
    label = name.replace("_", " ").capitalize()
    return Column(name, label, "plain" if frame.schema[name] in (pl.Decimal, pl.Date) else "text")
