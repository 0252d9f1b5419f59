"""The figures founders ask of the books: margins, burn, runway, ratios; blank where they cannot be said."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from finance_reports.balance_sheet import balance_sheet, bounds_of
from finance_reports.books import ZERO, Books, read_ahead
from finance_reports.calendar import Range
from finance_reports.cash_flow import cash_flow
from finance_reports.income_statement import income_statement, share
from finance_reports.mapping import fits
from finance_reports.statement import Column, Row, Statement, shown_range
from finance_reports.trial_balance import notes_of
from queries import finance
from replica.errors import UnboundColumn

if TYPE_CHECKING:
    from datetime import date

    from finance_reports.balance_sheet import BalanceSheet
    from finance_reports.calendar import Period
    from replica import Mirror

Unit = Literal["currency", "share", "months", "ratio"]
BURN_PERIODS: Final = 3
_PLACES: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure with its definition; `value` is None where it cannot be said, and `why` says why."""

    key: str
    title: str
    value: Decimal | None
    unit: Unit
    definition: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The figures of a range."""

    books: Books
    range: Range
    measures: tuple[Measure, ...]

    def measure(self, key: str) -> Measure:
        """Return a figure by its key."""
        return next(one for one in self.measures if one.key == key)


def dashboard(mirror: Mirror, books: Books, within: Range) -> Dashboard:
    """Return the figures of a range, balances as of its last day."""
    recent = recent_periods(books, within.last)
    spans = [one for one in (within, recent, _last_whole(books, recent)) if one]
    books = read_ahead(mirror, books, [day for one in spans for day in (one.first, *bounds_of(books, one.last))])
    result = income_statement(mirror, books, within)
    sheet = balance_sheet(mirror, books, (within.last,))
    flow = cash_flow(mirror, books, within)
    burned = cash_flow(mirror, books, recent) if recent else None
    revenue = result.section("revenue")[0]
    cash = flow.closing_cash
    months = _months(books, recent) if recent else 0
    spent = -(burned.total("operating") + burned.total("investing")) if burned else ZERO
    burn = (spent / months).quantize(_PLACES) if months and spent > 0 else None
    runway = (cash / burn).quantize(Decimal("0.1")) if burn and cash > 0 else None
    no_revenue = "" if revenue else "There is no revenue in the range."
    calm = "" if burn else "No more cash goes out than comes in, or the periods are unknown."
    current, quick, owed = (_current(sheet, books, kind) for kind in ("assets", "quick", "liabilities"))
    equity = sheet.equity[0]
    monthly, no_plans = _recurring(mirror, within.last)
    booked, period = _booked(mirror, books, recent)
    gap = None if monthly is None or booked is None else monthly - booked
    return Dashboard(
        books,
        within,
        (
            _money("revenue", "Revenue", revenue, "Accounts 4xxx, less what reduces them."),
            _share("gross_margin", "Gross margin", share(result.subtotal("gross_profit")[0], revenue),
                   "Gross profit per revenue.", no_revenue),
            _money("operating_income", "Operating income", result.subtotal("operating_income")[0],
                   "Gross profit less operating expenses and research."),
            _share("operating_margin", "Operating margin", share(result.subtotal("operating_income")[0], revenue),
                   "Operating income per revenue.", no_revenue),
            _money("net_income", "Net income", result.net_income[0], "Revenue less all expense; closings left out."),
            _share("net_margin", "Net margin", share(result.net_income[0], revenue), "Net income per revenue.",
                   no_revenue),
            _money("cash", "Cash", cash, "Cash accounts at the end of the range."),
            Measure("burn", "Burn a month", burn, "currency",
                    f"Cash out of operating and investing, a month, over the last {BURN_PERIODS} whole periods.", calm),
            Measure("runway", "Runway", runway, "months", "Cash per burn a month.", calm),
            _ratio("current_ratio", "Current ratio", current, owed, "Current assets per current liabilities."),
            _ratio("quick_ratio", "Quick ratio", quick, owed, "Cash and receivables per current liabilities."),
            _ratio("debt_to_equity", "Debt to equity", sheet.total("liabilities")[0], equity,
                   "Liabilities per equity; blank where equity is not above zero."),
            Measure("mrr", "Monthly recurring revenue", monthly, "currency",
                    "Subscriptions and plans at the end of the range; no number of the ledger.", no_plans),
            Measure("mrr_to_booked", "Recurring less booked revenue", gap, "currency",
                    f"Monthly recurring revenue less accounts 4xxx of {period}: yearly plans, deferrals, refunds and "
                    "other sales explain it.", no_plans or ("" if booked is not None else "No whole period is known.")),
            _money("working_capital", "Working capital", current - owed, "Current assets less current liabilities."),
        ),
    )  # fmt: skip


def _recurring(mirror: Mirror, day: date) -> tuple[Decimal | None, str]:
    """Return what recurs monthly at a day; or None and why it cannot be said."""
    try:
        found = finance.recurring_revenue(mirror, ends=[day])
    except UnboundColumn as lacking:
        return None, f"The database cannot tell: {lacking}"
    return (found["closing"][-1], "") if found.height else (None, "Nobody had ever subscribed by then.")


def _booked(mirror: Mirror, books: Books, recent: Range | None) -> tuple[Decimal | None, str]:
    """Return the revenue of the last whole period, and its name."""
    last = _last_whole(books, recent)
    if last is None:
        return None, "the last whole period"
    made = income_statement(mirror, books, Range(last.label, last.first, last.last))
    return made.section("revenue")[0], last.label


def _last_whole(books: Books, recent: Range | None) -> Period | None:
    return next((one for one in reversed(books.calendar.periods) if recent and one.last == recent.last), None)


def _money(key: str, title: str, value: Decimal, definition: str) -> Measure:
    return Measure(key, title, value, "currency", definition)


def _share(key: str, title: str, value: Decimal | None, definition: str, why: str) -> Measure:
    return Measure(key, title, value, "share", definition, why)


def _ratio(key: str, title: str, part: Decimal, whole: Decimal, definition: str) -> Measure:
    value = (part / whole).quantize(_PLACES) if whole > 0 else None
    return Measure(
        key, title, value, "ratio", definition, "" if whole > 0 else "What it is a ratio to is not above zero."
    )


def recent_periods(books: Books, last: date) -> Range | None:
    """Return the last whole periods up to a day, None where there are none."""
    whole = [period for period in books.calendar.periods if period.last <= last]
    begun = [period for period in whole if books.first_day and period.last >= books.first_day][-BURN_PERIODS:]
    return Range(f"{begun[0].label} to {begun[-1].label}", begun[0].first, begun[-1].last) if begun else None


def _months(books: Books, recent: Range) -> int:
    return sum(recent.first <= period.first and period.last <= recent.last for period in books.calendar.periods)


def _current(sheet: BalanceSheet, books: Books, kind: str) -> Decimal:
    mapping = books.mapping
    patterns = {
        "assets": mapping.current_assets,
        "quick": mapping.quick_assets,
        "liabilities": mapping.current_liabilities,
    }
    section = "liabilities" if kind == "liabilities" else "assets"
    return sum(
        (
            line.amounts[0]
            for line in sheet.lines
            if line.account.section == section and (fits(line.account.code, patterns[kind]) or (line.account.cash))
        ),
        ZERO,
    )


def statement(report: Dashboard) -> Statement:
    """Return the figures as they are printed."""
    rows = tuple(
        Row("line", one.title, (_words(one), one.definition if one.value is not None else one.why))
        for one in report.measures
    )
    return Statement(
        "dashboard", "Key figures", report.books.entity, shown_range(report.range.first, report.range.last),
        report.books.currency, report.books.status_words, report.books.as_of,
        (Column("Value", "words"), Column("What it is", "words")), rows, (), notes_of(report.books),
    )  # fmt: skip


def _words(one: Measure) -> str:
    if one.value is None:
        return "–"
    if one.unit == "currency":
        return f"({abs(one.value):,.2f})" if one.value < 0 else f"{one.value:,.2f}"
    if one.unit == "share":
        return f"{one.value * 100:,.1f} %"
    return f"{one.value:,} months" if one.unit == "months" else f"{one.value:,}"
