"""How the books are read, one rule each, on ledgers small enough to check by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from finance_reports import pack
from finance_reports.balance_sheet import balance_sheet
from finance_reports.books import UnknownStatus, open_books
from finance_reports.calendar import UnknownPeriod
from finance_reports.cash_flow import cash_flow
from finance_reports.dashboard import dashboard
from finance_reports.exceptions import exceptions
from finance_reports.income_statement import income_statement
from finance_reports.tables import income_statement as income_rows
from finance_reports.trial_balance import trial_balance
from replica.errors import UnboundColumn

ACCOUNTS = """
    id   | account_code | account_name      | account_type | is_active | parent_account_id
    cash | 1010         | Bank              | asset        | true      |
    owed | 2010         | Payables          | liability    | true      |
    own  | 3010         | Common stock      | equity       | true      |
    kept | 3210         | Retained earnings | equity       | true      |
    sold | 4010         | Plans             | revenue      | true      |
    back | 4910         | Refunds           | revenue      | true      |
    rent | 6310         | Rent              | expense      | false     |
"""
PERIODS = """
    id | start_date | end_date   | fiscal_year | fiscal_month
    p1 | 2025-01-01 | 2025-06-30 | 2025        | 1
    p2 | 2025-07-01 | 2025-12-31 | 2025        | 2
    p3 | 2026-01-01 | 2026-06-30 | 2026        | 1
"""
ENTRIES = """
    id | entry_date | reference  | status
    e1 | 2025-01-01 | OPEN       | posted
    e2 | 2025-03-05 | SALE       | posted
    e3 | 2025-08-09 | RENT       | Posted
    e4 | 2025-12-31 | JE-9       | posted
    e5 | 2026-02-01 | SALE-2     | posted
    e6 | 2026-02-02 | DRAFT      | draft
"""
LINES = """
    id | journal_entry_id | account_id | debit  | credit
    l1 | e1               | cash       | 100.00 |
    l2 | e1               | own        |        | 100.00
    l3 | e2               | cash       | 50.00  |
    l4 | e2               | sold       |        | 50.00
    l5 | e3               | rent       | 20.00  |
    l6 | e3               | owed       |        | 20.00
    l7 | e4               | sold       | 50.00  |
    l8 | e4               | rent       |        | 20.00
    l9 | e4               | kept       |        | 30.00
    m1 | e5               | cash       | 7.00   |
    m2 | e5               | sold       |        | 7.00
    m3 | e6               | cash       | 900.00 |
    m4 | e6               | sold       |        | 900.00
"""


@pytest.fixture
def ledger(mirror_with):
    """Return a maker of the ledger above, single tables of it replaced."""

    def make(**tables):
        usual = {
            "gl_accounts": ACCOUNTS, "fiscal_periods": PERIODS, "journal_entries": ENTRIES,
            "journal_entry_lines": LINES,
        }  # fmt: skip
        return mirror_with(**usual | tables)

    return make


def rules(mirror, **asked):
    return [(one.rule, one.amount) for one in exceptions(mirror, open_books(mirror, **asked))]


def test_an_opening_is_a_balance_and_a_closing_no_part_of_the_income_statement(ledger):
    books = open_books(mirror := ledger())
    assert [one.reference for one in (*books.openings, *books.closings)] == ["OPEN", "JE-9"]
    year = books.calendar.fiscal_year(2025)
    rows = {row.code: row.sides() for row in trial_balance(mirror, books, year).rows}
    assert rows["1010"] == (100, 0, 50, 0, 150, 0)
    assert rows["4010"] == (0, 0, 50, 50, 0, 0)
    assert income_statement(mirror, books, year).net_income == (30,)
    made = cash_flow(mirror, books, year)
    assert (made.opening_cash, made.closing_cash, made.total("operating")) == (100, 150, 50)


def test_earnings_not_closed_stand_in_the_balance_sheet_by_year(ledger):
    without = ENTRIES.replace("e4 | 2025-12-31 | JE-9       | posted", "e4 | 2025-12-31 | JE-9       | void")
    books = open_books(mirror := ledger(journal_entries=without))
    made = balance_sheet(mirror, books, (date(2025, 12, 31), date(2026, 3, 1)))
    assert (made.earlier, made.current) == ((0, 30), (30, 7))
    rows = trial_balance(mirror, books, books.calendar.fiscal_year(2026)).rows
    assert [(row.code, row.opening) for row in rows if not row.code] == [("", -30)]


def test_drafts_count_only_when_asked_for_and_the_statement_says_so(ledger):
    mirror = ledger()
    for statuses, net, words in (
        (["posted"], 7, "Posted entries"),
        (["posted", "draft"], 907, "NOT FINAL: posted, draft entries"),
    ):
        books = open_books(mirror, statuses=statuses)
        assert income_statement(mirror, books, books.calendar.fiscal_year(2026)).net_income == (net,)
        assert books.status_words == words


def test_a_reversed_entry_counts_beside_its_reversal(ledger):
    entries = ENTRIES.replace("SALE       | posted", "SALE       | reversed")
    mirror = ledger(journal_entries=entries)
    assert income_statement(mirror, open_books(mirror), open_books(mirror).calendar.fiscal_year(2025)).net_income == (
        30,
    )
    assert ("reversed_without_reversal", Decimal(50)) in rules(mirror)


def test_stock_paid_as_wages_on_the_last_day_is_no_closing(ledger):
    lines = LINES + "    x1 | e7 | rent | 5.00 |\n    x2 | e7 | own | | 5.00\n"
    mirror = ledger(journal_entries=ENTRIES + "    e7 | 2025-12-31 | GRANT | posted\n", journal_entry_lines=lines)
    assert [one.reference for one in open_books(mirror).closings] == ["JE-9"]


def test_an_entry_called_closing_counts_as_one_on_any_day(ledger):
    lines = LINES + "    x1 | e7 | sold | 7.00 |\n    x2 | e7 | kept | | 7.00\n"
    mirror = ledger(journal_entries=ENTRIES + "    e7 | 2026-03-31 | Closing Q1 | posted\n", journal_entry_lines=lines)
    assert [one.reference for one in open_books(mirror).closings] == ["JE-9", "Closing Q1"]


def test_a_refund_nets_in_revenue_and_an_inactive_account_prints(ledger):
    lines = LINES + "    x1 | e7 | back | 4.00 |\n    x2 | e7 | cash | | 4.00\n"
    mirror = ledger(journal_entries=ENTRIES + "    e7 | 2025-04-01 | REF | posted\n", journal_entry_lines=lines)
    books = open_books(mirror)
    rows = income_rows(income_statement(mirror, books, books.calendar.fiscal_year(2025)))
    assert [(row["section"], row["account_code"], row["amount"]) for row in rows] == [
        ("revenue", "4010", 50), ("revenue", "4910", -4), ("operating_expenses", "6310", 20),
    ]  # fmt: skip
    assert ("inactive_account", Decimal(20)) in rules(mirror)


def test_columns_come_from_the_periods_and_name_the_days_of_none(ledger):
    periods = PERIODS.replace("2025-07-01", "2025-08-01")
    books = open_books(mirror := ledger(fiscal_periods=periods))
    made = income_statement(mirror, books, books.calendar.fiscal_year(2025), by="month")
    assert [(one.first, one.last) for one in made.columns[:3]] == [
        (date(2025, 1, 1), date(2025, 6, 30)),
        (date(2025, 7, 1), date(2025, 7, 31)),
        (date(2025, 8, 1), date(2025, 12, 31)),
    ]
    assert "gap_between_periods" in [rule for rule, _ in rules(mirror)]


def test_a_sheet_out_of_balance_says_by_how_much_and_no_figure_is_a_plug(ledger):
    mirror = ledger(
        journal_entry_lines=LINES.replace(
            "l3 | e2               | cash       | 50.00", "l3 | e2               | cash       | 50.10"
        )
    )
    books = open_books(mirror)
    made = balance_sheet(mirror, books, (date(2025, 12, 31),))
    assert made.difference == (Decimal("0.10"),)
    assert not made.checks[0].holds
    assert rules(mirror)[0] == ("unbalanced_entry", Decimal("0.10"))


@pytest.mark.parametrize(
    ("table", "row", "rule"),
    [
        ("journal_entry_lines", "x | e5 | cash | | \n", "line_without_amount"),
        ("journal_entry_lines", "x | e5 | cash | 0.00 | 0.00\n", "zero_line"),
        ("journal_entry_lines", "x | e5 | cash | -3.00 | \n", "negative_line"),
        ("journal_entry_lines", "x | e5 | cash | 3.00 | 3.00\n", "two_sided_line"),
        ("journal_entry_lines", "x | e5 | | 3.00 | \n", "line_without_account"),
        ("journal_entry_lines", "x | gone | cash | 3.00 | \n", "line_without_entry"),
        ("journal_entries", "x | 2030-01-01 | LATE | posted\n", "entry_outside_periods"),
        ("journal_entries", "x | 2026-01-01 | ODD | pending\n", "unknown_status"),
        ("journal_entries", "x | | NEVER | posted\n", "entry_without_date"),
        ("gl_accounts", "x | 1010 | Bank again | asset | true |\n", "duplicate_code"),
        ("gl_accounts", "x | 1999 | Itself | asset | true | x\n", "parent_cycle"),
        ("gl_accounts", "x | 6999 | Strange | asset | true |\n", "type_against_code"),
        ("fiscal_periods", "x | 2026-06-30 | 2026-07-31 | 2026 | 2\n", "overlapping_periods"),
    ],
)
def test_what_an_accountant_would_question_is_named(ledger, table, row, rule):
    usual = {
        "gl_accounts": ACCOUNTS, "fiscal_periods": PERIODS, "journal_entries": ENTRIES, "journal_entry_lines": LINES,
    }  # fmt: skip
    mirror = ledger(**{table: usual[table] + f"    {row}"})
    books = open_books(mirror)
    assert rule in [found.rule for found in exceptions(mirror, books)]
    assert pack.report(mirror, books, "pack", books.default_year()).text()


def test_lines_of_no_account_stand_in_the_trial_balance(ledger):
    mirror = ledger(journal_entry_lines=LINES.replace("m1 | e5               | cash", "m1 | e5               |     "))
    books = open_books(mirror)
    made = trial_balance(mirror, books, books.calendar.fiscal_year(2026))
    assert [(row.name, row.debit) for row in made.rows if not row.code] == [("Lines without an account", 7)]
    assert all(check.holds for check in made.checks)


def test_a_large_amount_keeps_every_cent(ledger):
    amount = "1000000000000000.01"
    mirror = ledger(
        journal_entry_lines=LINES.replace("| 7.00   |", f"| {amount} |").replace("| 7.00\n", f"| {amount}\n")
    )
    books = open_books(mirror)
    assert income_statement(mirror, books, books.calendar.fiscal_year(2026)).net_income == (Decimal(amount),)


def test_an_empty_ledger_has_statements_and_says_why_they_are_empty(mirror_with):
    mirror = mirror_with(gl_accounts=ACCOUNTS, fiscal_periods=PERIODS)
    books = open_books(mirror)
    for key in pack.KINDS:
        made = pack.report(mirror, books, key, books.default_year())
        assert all(check.holds for one in made.statements for check in one.checks)
    assert "no entry that counts" in pack.report(mirror, books, "trial-balance", books.default_year()).text()
    assert "4910 Refunds" in pack.report(mirror, books, "trial-balance", books.default_year()).text()


def test_runway_is_blank_when_no_cash_burns(ledger):
    mirror = ledger()
    made = dashboard(mirror, books := open_books(mirror), books.calendar.fiscal_year(2025))
    assert (made.measure("burn").value, made.measure("runway").value) == (None, None)
    assert (made.measure("gross_margin").value, made.measure("cash").value) == (1, 150)
    assert made.measure("current_ratio").value == Decimal("7.50")


def test_what_recurs_is_no_number_of_the_ledger_and_stands_beside_what_was_booked(ledger):
    mirror = ledger(
        plans="id | price_monthly | price_annual\n p | 1000 | 12000",
        subscriptions="""
            id | user_id | plan_id | status | created_at | current_period_start | current_period_end
            s  | ann     | p       | active | 2026-03-01 | 2026-06-01           | 2026-07-01
        """,
    )
    books = open_books(mirror)
    made = dashboard(mirror, books, books.calendar.fiscal_year(2026))
    # 10.00 recur; 7.00 were booked as revenue in the last period.
    assert (made.measure("mrr").value, made.measure("mrr_to_booked").value) == (10, 3)
    earlier = dashboard(mirror, books, books.calendar.fiscal_year(2025))
    assert (earlier.measure("mrr").value, earlier.measure("mrr_to_booked").value) == (None, None)
    assert "ever subscribed" in earlier.measure("mrr").why


def test_a_period_or_status_that_is_not_there_is_refused_in_words(ledger):
    books = open_books(mirror := ledger())
    with pytest.raises(UnknownPeriod, match=r"no fiscal year 1999 in fiscal_periods\. There are: 2025, 2026"):
        books.calendar.fiscal_year(1999)
    with pytest.raises(UnknownPeriod, match=r"no period .2025-13."):
        books.calendar.named("2025-13")
    with pytest.raises(UnknownStatus, match="no status 'booked'"):
        open_books(mirror, statuses=["booked"])


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({"unbound": frozenset({"journal_entry_lines.debit"})}, "journal_entry_lines.debit"),
        ({"missing": frozenset({"journal_entry_lines"})}, "journal_entry_lines"),
        ({"missing": frozenset({"gl_accounts"})}, "gl_accounts"),
        ({"missing": frozenset({"fiscal_periods"})}, "fiscal_periods"),
    ],
)
def test_a_table_or_column_that_the_database_lacks_is_named(mirror_with, lacking, words):
    mirror = mirror_with(
        gl_accounts=ACCOUNTS, fiscal_periods=PERIODS, journal_entries=ENTRIES, journal_entry_lines=LINES, **lacking
    )
    with pytest.raises(UnboundColumn) as refused:
        trial_balance(mirror, books := open_books(mirror), books.default_year())
    assert words in str(refused.value)
    assert refused.value.exit_code == 4


def test_no_amount_of_a_report_is_a_float(ledger):
    mirror = ledger()
    books = open_books(mirror)
    for key in pack.KINDS:
        made = pack.report(mirror, books, key, books.default_year())
        found = [made.plain, made.more, [row.cells for one in made.statements for row in one.rows]]
        while found:
            one = found.pop()
            assert not isinstance(one, float)
            found += one.values() if isinstance(one, dict) else one if isinstance(one, (list, tuple)) else ()
