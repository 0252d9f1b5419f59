"""Whatever is booked, statements tie: random charts of years, entries, drafts, reversals and closings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_reports.balance_sheet import balance_sheet
from finance_reports.books import Treatment, open_books
from finance_reports.calendar import Range
from finance_reports.cash_flow import cash_flow
from finance_reports.equity import equity
from finance_reports.general_ledger import general_ledger
from finance_reports.income_statement import income_statement
from finance_reports.trial_balance import trial_balance

ACCOUNTS = {
    "1010": "asset", "1110": "asset", "1510": "asset", "1610": "asset", "2010": "liability", "2710": "liability",
    "3010": "equity", "3210": "equity", "4010": "revenue", "4910": "revenue", "5010": "expense", "6010": "expense",
    "8010": "revenue", "9010": "expense",
}  # fmt: skip
RESULT = {code for code, kind in ACCOUNTS.items() if kind in {"revenue", "expense"}}
few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Ledger:
    """Entries as (day, status, reference, {code: cents}, reverses), and the fiscal years."""

    year_end: int
    entries: list[tuple[date, str, str, dict[str, int], int | None]] = field(default_factory=list)
    closings: list[str] = field(default_factory=list)

    @property
    def months(self):
        return [date(2022 + (self.year_end + n) // 12, (self.year_end + n) % 12 + 1, 1) for n in range(24)]

    def tables(self, *, backwards=False):
        """Return the tables for `mirror_with`; `backwards` gives the same rows in the opposite order."""
        accounts = [f"{code} | {code} | Account {code} | {kind} | true" for code, kind in ACCOUNTS.items()]
        heads, lines = [], []
        for number, (day, status, reference, amounts, reverses) in enumerate(self.entries):
            heads.append(f"e{number} | {day} | {reference} | {status} | {'' if reverses is None else f'e{reverses}'}")
            for place, (code, cents) in enumerate(amounts.items()):
                sides = (
                    f"{cents // 100}.{cents % 100:02} | 0" if cents > 0 else f"0 | {-cents // 100}.{-cents % 100:02}"
                )
                lines.append(f"l{number}-{place} | e{number} | {code} | {sides}")
        months = self.months
        periods = [
            f"p{n} | {first} | {_next(first) - timedelta(days=1)} | {1 + n // 12} | {n % 12 + 1}"
            for n, first in enumerate(months)
        ]
        turn = -1 if backwards else 1
        return {
            "gl_accounts": _table("id | account_code | account_name | account_type | is_active", accounts[::turn]),
            "journal_entries": _table("id | entry_date | reference | status | reverses_entry_id", heads[::turn]),
            "journal_entry_lines": _table("id | journal_entry_id | account_id | debit | credit", lines[::turn]),
            "fiscal_periods": _table("id | start_date | end_date | fiscal_year | fiscal_month", periods[::turn]),
        }


def _table(head, rows):
    return "\n".join([head, *rows])


def _next(first):
    return (first + timedelta(days=32)).replace(day=1)


@st.composite
def ledgers(draw):
    """Draw a ledger of two fiscal years; the first may be closed."""
    ledger = Ledger(draw(st.integers(1, 12)))
    first, last = ledger.months[0], _next(ledger.months[-1]) - timedelta(days=1)
    codes = st.sampled_from(sorted(ACCOUNTS))
    for number in range(draw(st.integers(1, 14))):
        day = draw(st.dates(first + timedelta(days=1), last))
        debit, credit = draw(st.lists(codes, min_size=2, max_size=2, unique=True))
        cents = draw(st.integers(1, 10**15))
        part = draw(st.integers(0, cents - 1))
        amounts = {debit: cents, credit: part - cents}
        if part:
            third = draw(codes.filter(lambda code, used=(debit, credit): code not in used))
            amounts[third] = -part
        status = draw(st.sampled_from(["posted"] * 5 + ["draft", "void", "reversed"]))
        ledger.entries.append((day, status, f"E{number}", amounts, None))
        if status == "reversed":
            back = {code: -cents for code, cents in amounts.items()}
            ledger.entries.append((draw(st.dates(day, last)), "posted", f"E{number}-R", back, len(ledger.entries) - 1))
    if draw(st.booleans()):
        end = ledger.months[12] - timedelta(days=1)
        left = dict.fromkeys(RESULT, 0)
        for day, status, _, amounts, _ in ledger.entries:
            if day <= end and status in {"posted", "reversed"}:
                for code in RESULT & set(amounts):
                    left[code] -= amounts[code]
        closing = {code: cents for code, cents in left.items() if cents}
        if closing:
            closing["3210"] = -sum(closing.values())
            reference = draw(st.sampled_from(["CLOSE-1", "JE-77"]))
            ledger.entries.append((end, "posted", reference, {code: c for code, c in closing.items() if c}, None))
            if closing["3210"]:
                ledger.closings.append(reference)
    return ledger


@few
@given(ledgers(), st.sampled_from([["posted"], ["posted", "draft", "void"]]))
def test_every_check_of_every_statement_holds(mirror_with, ledger, statuses):
    mirror = mirror_with(**ledger.tables())
    books = open_books(mirror, statuses=statuses)
    first, second = books.calendar.years
    for within in (first, Range("both", first.first, second.last)):
        reports = [
            trial_balance(mirror, books, within),
            income_statement(mirror, books, within, by="quarter"),
            balance_sheet(mirror, books, (within.first, within.last)),
            cash_flow(mirror, books, within),
            cash_flow(mirror, books, within, method="direct"),
            equity(mirror, books, within),
            general_ledger(mirror, books, within),
        ]
        failed = [(check.name, check.difference) for one in reports for check in one.checks if not check.holds]
        assert failed == []


@few
@given(ledgers())
def test_net_income_is_what_was_booked_on_revenue_and_expense_closings_left_out(mirror_with, ledger):
    books = open_books(mirror := mirror_with(**ledger.tables()))
    assert [one.reference for one in books.closings] == ledger.closings
    for year in books.calendar.years:
        booked = sum(
            -cents
            for day, status, reference, amounts, _ in ledger.entries
            if year.first <= day <= year.last and status in {"posted", "reversed"} and reference not in ledger.closings
            for code, cents in amounts.items()
            if code in RESULT
        )
        made = income_statement(mirror, books, year, by="month")
        assert made.net_income[-1] * 100 == booked
        assert sum(made.net_income[:-1]) == made.net_income[-1]


@few
@given(ledgers())
def test_the_order_of_rows_changes_nothing(mirror_with, ledger):
    found = []
    for backwards in (False, True):
        mirror = mirror_with(**ledger.tables(backwards=backwards))
        books = open_books(mirror)
        within = Range("both", books.calendar.years[0].first, books.calendar.years[1].last)
        found.append(
            (
                [row.sides() for row in trial_balance(mirror, books, within).rows],
                [line.amounts for line in balance_sheet(mirror, books, (within.last,)).lines],
                [(line.line, line.amount) for line in cash_flow(mirror, books, within).lines],
            )
        )
    assert found[0] == found[1]


@few
@given(ledgers(), st.integers(5, 9))
def test_paging_changes_nothing(mirror_with, ledger, size):
    mirror = mirror_with(**ledger.tables())
    books = open_books(mirror)
    within = Range("both", books.calendar.years[0].first, books.calendar.years[1].last)
    whole = general_ledger(mirror, books, within)
    pages = [
        row
        for page in range(1, -(-whole.rows // size) + 1)
        for row in general_ledger(mirror, books, within, page=page, page_size=size).lines.rows()
    ]
    assert pages == whole.lines.rows()


@few
@given(ledgers())
def test_calling_a_closing_ordinary_moves_its_result_into_the_statement(mirror_with, ledger):
    mirror = mirror_with(**ledger.tables())
    books = open_books(mirror)
    if not books.closings:
        return
    other = open_books(mirror, treatment=Treatment(ordinary=frozenset(one.entry_id for one in books.closings)))
    year = books.calendar.years[0]
    assert other.closings == ()
    assert income_statement(mirror, other, year).net_income == (Decimal("0.00"),)
