"""Snapshots that the running application stored, held against the journal: each figure, ours, and the difference."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from finance_reports.balance_sheet import balance_sheet, bounds_of
from finance_reports.books import ZERO, Books, amounts, read_ahead
from finance_reports.calendar import DAY, Range
from finance_reports.cash_flow import cash_flow
from finance_reports.dashboard import dashboard, recent_periods
from finance_reports.income_statement import income_statement
from finance_reports.mapping import fits
from finance_reports.statement import Column, Row, Statement, shown_range
from finance_reports.trial_balance import notes_of
from queries import explorer, finance, system

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from replica import Mirror

View = Literal["v_balance_sheet_current", "v_cash_flow_statement", "v_financial_dashboard"]
Values = dict[str, Any]
Said = Decimal | bool | None
"""An amount, a flag, or nothing known."""

TABLES: Final[dict[str, View]] = {
    "balance_sheet_snapshots": "v_balance_sheet_current",
    "cash_flow_summary": "v_cash_flow_statement",
    "monthly_financial_reports": "v_financial_dashboard",
}
"""What is stored, and the live view that shows it."""

TITLES: Final = {
    "balance_sheet_snapshots": "Stored balance sheet",
    "cash_flow_summary": "Stored cash flow",
    "monthly_financial_reports": "Stored month report",
}
MOST: Final = 24
"""Rows of a table that are held against the journal, the latest."""

_BALANCES: Final[dict[str, tuple[str, ...]]] = {
    "accounts_receivable": ("11xx",),
    "prepaid_expenses": ("12xx",),
    "net_fixed_assets": ("15xx", "16xx"),
    "net_intangible_assets": ("17xx", "18xx", "19xx"),
    "accounts_payable": ("20xx", "21xx"),
    "accrued_liabilities": ("22xx", "23xx"),
    "deferred_revenue": ("24xx",),
    "common_stock": ("30xx",),
    "additional_paid_in_capital": ("31xx",),
}
_FLOWS: Final[dict[str, tuple[str, ...]]] = {
    "depreciation": ("16xx",),
    "amortization": ("179x",),
    "change_ar": ("11xx",),
    "change_ap": ("20xx", "21xx"),
    "change_deferred_revenue": ("24xx",),
    "equipment_purchases": ("15xx",),
    "stock_issuance": ("30xx",),
    "owner_contributions": ("31xx",),
    "owner_distributions": ("322x",),
}
"""Codes of the accounts behind a figure of the view; a flow is what it did to cash."""

_STORED_AS: Final = {
    "change_ar": "change_in_ar", "change_ap": "change_in_ap", "change_deferred_revenue": "change_in_deferred_revenue",
    "revenue": "total_revenue",
}  # fmt: skip
_CENTS: Final = "_cents"
_PLACES: Final = Decimal("0.01")
_KEYS: Final = frozenset(
    {"snapshot_date", "fiscal_year", "fiscal_month", "period_start_date", "period_end_date", "report_date", "status",
     "warnings", "generated_at"}
)  # fmt: skip
"""What names a snapshot, or says how it came about: no figure."""


@dataclass(frozen=True, slots=True)
class Proved:
    """A stored figure beside ours; None where it is not stored, or cannot be said."""

    table: str
    of: str
    figure: str
    stored: Said
    ours: Said

    @property
    def difference(self) -> Decimal | None:
        """Return stored less ours; None where either is unknown, or no amount."""
        both = (self.stored, self.ours)
        if any(one is None or isinstance(one, bool) for one in both):
            return None
        return Decimal(self.stored or 0) - Decimal(self.ours or 0)

    @property
    def agrees(self) -> bool | None:
        """Tell whether both say the same; None where one is unknown."""
        return None if self.stored is None or self.ours is None else self.stored == self.ours


@dataclass(frozen=True, slots=True)
class Stored:
    """Every figure that is stored, and sentences on what could not be held against the journal."""

    books: Books
    figures: tuple[Proved, ...]
    notes: tuple[str, ...]


def balance_view(mirror: Mirror, books: Books, day: date) -> Values:
    """Return what `v_balance_sheet_current` means to say, of a day, from lines."""
    within = Range(f"{day}", _start(books, day), day)
    books = read_ahead(mirror, books, _shared(books, within))
    sheet = balance_sheet(mirror, books, (day,))
    figures = dashboard(mirror, books, within)
    period = next((one for one in books.calendar.periods if one.first <= day <= one.last), None)

    def held(codes: tuple[str, ...]) -> Decimal:
        return sum((one.amounts[0] for one in sheet.lines if fits(one.account.code, codes)), ZERO)

    balances = {name: held(codes) for name, codes in _BALANCES.items()}
    owed = sheet.total("liabilities")[0]
    soon = held(books.mapping.current_liabilities)
    kept = sum((one.amounts[0] for one in sheet.lines if one.account.retained), ZERO)
    working = _measure(figures.measure("working_capital").value)
    return {
        "snapshot_date": day,
        "fiscal_year": period.year if period else None,
        "fiscal_month": period.number if period else None,
        "cash_and_equivalents": _measure(figures.measure("cash").value),
        **balances,
        "total_current_assets": working + soon,
        "total_assets": sheet.assets[0],
        "total_current_liabilities": soon,
        "total_long_term_liabilities": owed - soon,
        "total_liabilities": owed,
        "retained_earnings_prior": kept + sheet.earlier[0],
        "current_year_net_income": sheet.current[0],
        "total_equity": sheet.equity[0],
        "is_balanced": not sheet.difference[0],
        **{name: figures.measure(name.removesuffix("_ratio") if name.startswith("debt") else name).value
           for name in ("current_ratio", "quick_ratio", "debt_to_equity_ratio")},
        "working_capital": working,
    }  # fmt: skip


def cash_view(mirror: Mirror, books: Books, within: Range) -> Values:
    """Return what `v_cash_flow_statement` means to say, of a fiscal period, from lines; money in is positive."""
    books = read_ahead(mirror, books, _shared(books, within))
    flow = cash_flow(mirror, books, within)
    found = amounts(mirror, books, (within.first, within.last + DAY))

    def moved(fitting: Callable[[str], bool]) -> Decimal:
        chosen = [one for one in books.chart.accounts if fitting(one.code) and not one.cash]
        return -found.net(chosen, within.first, within.last, closings=False)

    income = income_statement(mirror, books, within)
    return {
        **_period(books, within),
        "period_start_date": within.first,
        "period_end_date": within.last,
        "net_income": income.net_income[0],
        **{name: moved(lambda code, codes=codes: fits(code, codes))  # type: ignore[misc]
           for name, codes in _FLOWS.items()},
        "capitalized_software": moved(lambda code: fits(code, ("17xx",)) and not fits(code, ("179x",))),
        **{f"net_cash_{section}": flow.total(section) for section in ("operating", "investing", "financing")},
        "net_change_in_cash": flow.closing_cash - flow.opening_cash,
        "beginning_cash": flow.opening_cash,
        "ending_cash": flow.closing_cash,
        "cash_change_matches": not flow.difference,
    }  # fmt: skip


def report_view(mirror: Mirror, books: Books, within: Range) -> Values:
    """Return what `v_financial_dashboard` means to say, of a fiscal period.

    Money is from lines; people and what recurs are from subscriptions. What a customer is worth over a lifetime is
    not said: nothing here tells how long that is.
    """
    books = read_ahead(mirror, books, _shared(books, within))
    figures = dashboard(mirror, books, within)
    sheet = balance_sheet(mirror, books, (within.last,))
    flow = cash_flow(mirror, books, within)
    income = income_statement(mirror, books, within)
    people = finance.people(mirror, first=within.first, last=within.last).row(0, named=True)
    monthly = figures.measure("mrr").value
    paying = people["paying_users"]
    period = next((one for one in books.calendar.periods if (one.first, one.last) == (within.first, within.last)), None)
    failed = [one.name for one in (*sheet.checks, *flow.checks, *income.checks) if not one.holds]
    return {
        **_period(books, within),
        "report_date": within.last,
        **{name: figures.measure(name).value for name in ("revenue", "operating_income", "net_income",
                                                          "current_ratio", "working_capital")},
        "gross_profit": income.subtotal("gross_profit")[0],
        **{f"{name}_percent": _percent(figures.measure(name).value)
           for name in ("gross_margin", "operating_margin", "net_margin")},
        "total_assets": sheet.assets[0],
        "total_liabilities": sheet.total("liabilities")[0],
        "total_equity": sheet.equity[0],
        "is_balanced": not sheet.difference[0],
        "debt_to_equity_ratio": figures.measure("debt_to_equity").value,
        "cash_from_operations": flow.total("operating"),
        "cash_from_investing": flow.total("investing"),
        "cash_from_financing": flow.total("financing"),
        "ending_cash": flow.closing_cash,
        "total_users": Decimal(people["users"]),
        "paying_users": Decimal(paying),
        "new_users": Decimal(people["new_users"]),
        "mrr": monthly,
        "arr": None if monthly is None else monthly * 12,
        "arpu": (monthly / paying).quantize(_PLACES) if monthly is not None and paying else None,
        "ltv": None,
        "status": "closed" if period and period.closed else "open",
        "warnings": [*failed, *(doubt.text for doubt in books.doubts)],
        "generated_at": books.as_of,
    }  # fmt: skip


def stored(mirror: Mirror, books: Books) -> Stored:
    """Return every stored figure beside ours, the latest snapshot of each table first."""
    there = set(system.tables(mirror).filter("found")["table_name"])
    figures: list[Proved] = []
    notes: list[str] = []
    for table in TABLES:
        if table not in there:
            notes.append(f"This database has no table {table}.")
            continue
        frame = explorer.rows(mirror, table, page_size=explorer.LONGEST_PAGE)
        keys = [key for key in ("snapshot_date", "fiscal_year", "fiscal_month") if key in frame.columns]
        frame = frame.sort(keys, descending=True, nulls_last=True) if keys else frame
        if frame.is_empty():
            notes.append(f"{table} is empty: nothing is stored.")
        if frame.height > MOST:
            notes.append(f"The latest {MOST} of {frame.height:,} rows of {table} are held against the journal.")
        for row in frame.head(MOST).iter_rows(named=True):
            of, ours, problem = _ours(mirror, books, table, row)
            notes += [problem] if problem else []
            figures += _proved(table, of, row, ours)
    off = sum(one.agrees is False for one in figures)
    unsaid = sum(one.agrees is None for one in figures)
    if figures:
        notes.insert(0, f"{off:,} of {len(figures):,} stored figures differ from the journal; {unsaid:,} are unknown.")
    return Stored(books, tuple(figures), tuple(notes))


def _ours(mirror: Mirror, books: Books, table: str, row: Values) -> tuple[str, Values, str]:
    """Return what a stored row is of, what the journal says of it, and why it says nothing."""
    if table == "balance_sheet_snapshots":
        day = row.get("snapshot_date")
        if day is None:
            return "no date", {}, f"A row of {table} has no snapshot_date: it is of no day."
        return f"{day}", balance_view(mirror, books, day), ""
    year, month = row.get("fiscal_year"), row.get("fiscal_month")
    of = f"FY{year} month {month}"
    found = next((one for one in books.calendar.periods if (one.year, one.number) == (year, month)), None)
    if found is None:
        return of, {}, f"A row of {table} is of {of}, which is not in fiscal_periods: it cannot be proved."
    within = Range(found.label, found.first, found.last)
    view = cash_view if table == "cash_flow_summary" else report_view
    return of, view(mirror, books, within), ""


def _proved(table: str, of: str, row: Values, ours: Values) -> Iterable[Proved]:
    for figure in ours:
        if figure in _KEYS:
            continue
        name = _STORED_AS.get(figure, figure)
        if f"{name}{_CENTS}" in row:
            value = row[f"{name}{_CENTS}"]
            yield Proved(table, of, figure, None if value is None else Decimal(value) / 100, ours[figure])
        elif name in row:
            value = row[name]
            known = value if value is None or isinstance(value, bool) else Decimal(str(value))
            yield Proved(table, of, figure, known, ours[figure])


def _measure(value: Decimal | None) -> Decimal:
    return ZERO if value is None else value


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else share * 100


def _shared(books: Books, within: Range) -> list[date]:
    """Return the days at which the statements behind a view read amounts."""
    recent = recent_periods(books, within.last)
    ends = [day for one in (within, *([recent] if recent else ())) for day in (one.first, one.last + DAY)]
    return [*ends, *bounds_of(books, within.last)]


def _start(books: Books, day: date) -> date:
    year = books.calendar.year_of(day)
    return year.first if year else min(books.first_day or day, day)


def _period(books: Books, within: Range) -> Values:
    found = next((one for one in books.calendar.periods if one.first <= within.first <= one.last), None)
    return {"fiscal_year": found.year if found else None, "fiscal_month": found.number if found else None}


def statement(report: Stored) -> Statement:
    """Return the stored figures as they are printed; those that differ are marked."""
    rows: list[Row] = []
    before = None
    for one in report.figures:
        if (one.table, one.of) != before:
            before = (one.table, one.of)
            rows.append(Row("section", f"{TITLES[one.table]}, {one.of}"))
        words = {True: "agrees", False: "differs", None: "unknown"}[one.agrees]
        cells = (_cell(one.stored), _cell(one.ours), one.difference, words)
        rows.append(Row("line" if one.agrees is not False else "warning", _label(one.figure), cells, "", 1))
    books = report.books
    days = [day for day in (books.first_day, books.last_day) if day]
    return Statement(
        "stored", "Stored snapshots, proved again", books.entity, shown_range(*days) if days else "No entries",
        books.currency, books.status_words, books.as_of,
        (Column("Stored"), Column("From lines"), Column("Difference"), Column("", "words")), tuple(rows), (),
        (*report.notes, *notes_of(books)),
    )  # fmt: skip


def _cell(value: Said) -> Decimal | str | None:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _label(figure: str) -> str:
    return figure.replace("_", " ").capitalize()
