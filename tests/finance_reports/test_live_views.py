"""Every column of the live ledger views, answered from lines; and snapshots that are stored, proved again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

import catalogue
from finance_reports import pack, stored
from finance_reports.books import open_books
from finance_reports.calendar import Range
from finance_reports.income_statement import income_statement
from queries import finance

COLUMNS = {view.name: list(view.live_columns) for view in catalogue.VIEWS}
ACCOUNTS = """
    id         | account_code | account_name        | account_type | is_active | subcategory | description
    cash       | 1010         | Bank                | asset        | true      | cash        | Current account
    owing      | 1110         | Receivables         | asset        | true      | current     |
    ahead      | 1210         | Prepaid             | asset        | true      | current     |
    machine    | 1510         | Equipment           | asset        | true      | fixed       |
    worn       | 1610         | Depreciation, sum   | asset        | true      | fixed       |
    software   | 1710         | Software            | asset        | true      | intangible  |
    used       | 1790         | Amortization, sum   | asset        | true      | intangible  |
    owed       | 2010         | Payables            | liability    | true      | current     |
    accrued    | 2210         | Accrued             | liability    | true      | current     |
    deferred   | 2410         | Deferred revenue    | liability    | true      | current     |
    loan       | 2710         | Loan                | liability    | true      | long        |
    stock      | 3010         | Common stock        | equity       | true      | stock       |
    capital    | 3110         | Paid-in capital     | equity       | true      | stock       |
    drawn      | 3220         | Distributions       | equity       | true      | earnings    |
    sold       | 4010         | Plans               | revenue      | true      | plans       |
    hosting    | 5010         | Hosting             | expense      | true      | hosting     |
    wear       | 6310         | Depreciation        | expense      | true      | wear        |
    wear2      | 6320         | Amortization        | expense      | true      | wear        |
    research   | 7010         | Research            | expense      | true      | research    |
    interest   | 8010         | Interest received   | revenue      | true      | interest    |
    fees       | 8510         | Bank fees           | expense      | false     | fees        |
    tax        | 9010         | Income tax          | expense      | true      | tax         |
"""
PERIODS = """
    id | start_date | end_date   | fiscal_year | fiscal_month | is_closed
    p1 | 2025-01-01 | 2025-01-31 | 2025        | 1            | true
    p2 | 2025-02-01 | 2025-02-28 | 2025        | 2            | false
"""
BOOKED = (
    ("2025-01-01", "cash", "stock", 1000), ("2025-01-10", "owing", "sold", 300), ("2025-01-12", "hosting", "cash", 80),
    ("2025-01-15", "machine", "cash", 120), ("2025-01-31", "wear", "worn", 10), ("2025-01-20", "software", "owed", 60),
    ("2025-01-21", "ahead", "cash", 12), ("2025-01-22", "cash", "deferred", 50),
    ("2025-01-25", "research", "accrued", 40), ("2025-01-26", "drawn", "cash", 5),
    ("2025-01-27", "cash", "interest", 7), ("2025-01-28", "fees", "cash", 3),
    ("2025-01-29", "tax", "cash", 4), ("2025-01-30", "cash", "capital", 20), ("2025-01-30", "cash", "loan", 100),
    ("2025-01-31", "wear2", "used", 2), ("2025-02-03", "cash", "owing", 300), ("2025-02-04", "cash", "sold", 900),
)  # fmt: skip
"""Day, account debited, account credited, amount; the last one is a draft."""

USERS = """
    id  | created_at
    ann | 2024-12-01 00:00:00+00
    bob | 2025-01-31 23:00:00+00
    cyd | 2025-02-01 00:00:00+00
"""
SUBSCRIPTIONS = """
    id | user_id | plan_id | status | created_at             | current_period_start   | current_period_end
    s1 | ann     | p       | active | 2025-01-02 00:00:00+00 | 2025-01-02 00:00:00+00 | 2025-02-02 00:00:00+00
"""
PLANS = """
    id | price_monthly | price_annual
    p  | 1499          | 14990
"""
JANUARY = Range("2025-01", date(2025, 1, 1), date(2025, 1, 31))


@pytest.fixture
def mirror(mirror_with):
    entries = ["id | entry_date | status | fiscal_year | fiscal_month"]
    lines = ["id | journal_entry_id | account_id | debit | credit"]
    for number, (day, debited, credited, amount) in enumerate(BOOKED):
        status = "draft" if number == len(BOOKED) - 1 else "posted"
        entries.append(f"e{number} | {day} | {status} | 2025 | {int(day[5:7])}")
        lines.append(f"d{number} | e{number} | {debited} | {amount}.00 |")
        lines.append(f"c{number} | e{number} | {credited} | | {amount}.00")
    return mirror_with(
        gl_accounts=ACCOUNTS, fiscal_periods=PERIODS, journal_entries="\n".join(entries),
        journal_entry_lines="\n".join(lines), user_profiles=USERS, subscriptions=SUBSCRIPTIONS, plans=PLANS,
    )  # fmt: skip


@pytest.fixture
def books(mirror):
    return open_books(mirror)


def cents(amount):
    return int(amount * 100)


def numbers(values):
    """Return what can be compared with plain numbers."""
    return {name: value if isinstance(value, bool | str | list) or value is None else Decimal(value)
            for name, value in values.items()}  # fmt: skip


def balances(mirror, books):
    """Return what the three views of balances mean to say, from the trial balance of all days."""
    named = {row["account_code"]: row for row in finance.accounts(mirror).iter_rows(named=True)}
    sections = {account.code: account for account in books.chart.accounts}
    whole = Range("all", date(2024, 12, 31), date(2025, 1, 31))
    for row in pack.report(mirror, books, "trial-balance", whole).plain:
        code = row["account_code"]
        balance = row["closing_debit"] - row["closing_credit"]
        yield {
            "code": code,
            "name": row["account_name"],
            "category": sections[code].section,
            "subcategory": named[code]["subcategory"],
            "account_type": row["account_type"],
            "description": named[code]["description"],
            "balance_cents": cents(balance * sections[code].sign),
            "balance_dollars": balance * sections[code].sign,
            "total_debits_cents": cents(row["opening_debit"] + row["period_debit"]),
            "total_credits_cents": cents(row["opening_credit"] + row["period_credit"]),
        }


@pytest.mark.parametrize("view", ["v_trial_balance", "v_gl_account_balances"])
def test_balances_of_every_account_come_from_posted_lines(mirror, books, view):
    found = {row["code"]: {name: row[name] for name in COLUMNS[view]} for row in balances(mirror, books)}
    assert {row["code"] for row in balances(mirror, books)} == {line.split("|")[1].strip() for line in
                                                                ACCOUNTS.strip().splitlines()[1:]}  # fmt: skip
    bank = {
        "code": "1010", "name": "Bank", "category": "assets", "subcategory": "cash", "account_type": "asset",
        "description": "Current account", "balance_cents": 95300, "balance_dollars": Decimal("953.00"),
        "total_debits_cents": 117700, "total_credits_cents": 22400,
    }  # fmt: skip
    assert found["1010"] == {name: bank[name] for name in COLUMNS[view]}
    # The draft does not count, an inactive account stays, and no sign is turned round.
    assert [found[code]["balance_cents"] for code in ("4010", "8510", "1610", "2010")] == [30000, 300, -1000, 6000]
    assert sum(row["total_debits_cents"] for row in found.values()) == sum(
        row["total_credits_cents"] for row in found.values()
    )


def test_the_summary_of_accounts_is_the_trial_balance_in_short(mirror, books):
    shown = [(row["code"], row["name"], row["account_type"], row["balance_cents"]) for row in balances(mirror, books)]
    assert len(shown) == 22
    assert ("2710", "Loan", "liability", 10000) in shown


def test_the_monthly_income_statement_has_every_column(mirror, books):
    sub = {row["account_code"]: row["subcategory"] for row in finance.accounts(mirror).iter_rows(named=True)}
    periods = {one.label: one for one in books.calendar.periods}
    both = Range("all", date(2025, 1, 1), date(2025, 2, 28))
    rows = [
        {
            "fiscal_year": periods[row["period"]].year,
            "fiscal_month": periods[row["period"]].number,
            "code": row["account_code"],
            "name": row["account_name"],
            "category": row["section"],
            "subcategory": sub[row["account_code"]],
            "amount_cents": cents(row["amount"]),
            "amount_dollars": row["amount"],
        }
        for row in pack.report(mirror, books, "income-statement", both, by="month").plain
    ]
    assert all(list(row) == COLUMNS["v_income_statement_monthly"] for row in rows)
    assert [(row["fiscal_month"], row["code"], row["category"], row["amount_cents"]) for row in rows] == [
        (month, code, section, amount * (month == 1))
        for code, section, amount in (
            ("4010", "revenue", 30000), ("5010", "cost_of_revenue", 8000), ("6310", "operating_expenses", 1000),
            ("6320", "operating_expenses", 200), ("7010", "research_and_development", 4000),
            ("8010", "other_income", 700), ("8510", "other_expense", 300), ("9010", "taxes", 400),
        )
        for month in (1, 2)
    ]  # fmt: skip


def test_profit_and_loss_of_each_month_has_every_column_and_no_margin_without_revenue(mirror, books):
    rows = []
    for period in books.calendar.periods:
        made = income_statement(mirror, books, Range(period.label, period.first, period.last))
        sections = {
            "revenue": "revenue", "cogs": "cost_of_revenue", "opex": "operating_expenses",
            "rd": "research_and_development", "other_income": "other_income", "other_expense": "other_expense",
            "tax": "taxes",
        }  # fmt: skip
        totals = {f"{name}_cents": cents(made.section(section)[0]) for name, section in sections.items()}
        gross, revenue = made.subtotal("gross_profit")[0], made.section("revenue")[0]
        found = {
            **totals,
            "fiscal_year": period.year,
            "fiscal_month": period.number,
            "gross_profit_cents": cents(gross),
            "gross_margin_pct": round(gross / revenue * 100, 2) if revenue else None,
            "operating_income_cents": cents(made.subtotal("operating_income")[0]),
            "pretax_income_cents": cents(made.subtotal("income_before_taxes")[0]),
            "net_income_cents": cents(made.net_income[0]),
        }
        rows.append([found[name] for name in COLUMNS["v_pnl_summary"]])
    assert rows == [
        [2025, 1, 30000, 8000, 22000, Decimal("73.33"), 1200, 4000, 16800, 700, 300, 17200, 400, 16800],
        [2025, 2, 0, 0, 0, None, 0, 0, 0, 0, 0, 0, 0, 0],
    ]


def test_the_balance_sheet_has_every_column(mirror, books):
    found = stored.balance_view(mirror, books, date(2025, 1, 31))
    assert set(found) == set(COLUMNS["v_balance_sheet_current"])
    found.pop("snapshot_date")
    assert numbers(found) == {
        "fiscal_year": 2025, "fiscal_month": 1, "cash_and_equivalents": 953, "accounts_receivable": 300,
        "prepaid_expenses": 12, "total_current_assets": 1265, "net_fixed_assets": 110, "net_intangible_assets": 58,
        "total_assets": 1433, "accounts_payable": 60, "accrued_liabilities": 40, "deferred_revenue": 50,
        "total_current_liabilities": 150, "total_long_term_liabilities": 100, "total_liabilities": 250,
        "common_stock": 1000, "additional_paid_in_capital": 20, "retained_earnings_prior": -5,
        "current_year_net_income": 168, "total_equity": 1183, "is_balanced": True, "current_ratio": Decimal("8.43"),
        "quick_ratio": Decimal("8.35"), "debt_to_equity_ratio": Decimal("0.21"), "working_capital": 1115,
    }  # fmt: skip


def test_the_cash_flow_has_every_column(mirror, books):
    found = stored.cash_view(mirror, books, JANUARY)
    assert set(found) == set(COLUMNS["v_cash_flow_statement"])
    assert (found.pop("period_start_date"), found.pop("period_end_date")) == (JANUARY.first, JANUARY.last)
    assert numbers(found) == {
        "fiscal_year": 2025, "fiscal_month": 1, "net_income": 168, "depreciation": 10, "amortization": 2,
        "change_ar": -300, "change_ap": 60, "change_deferred_revenue": 50, "net_cash_operating": 18,
        "capitalized_software": -60, "equipment_purchases": -120, "net_cash_investing": -180, "stock_issuance": 0,
        "owner_contributions": 20, "owner_distributions": -5, "net_cash_financing": 115, "net_change_in_cash": -47,
        "beginning_cash": 1000, "ending_cash": 953, "cash_change_matches": True,
    }  # fmt: skip


def test_the_report_of_a_month_has_every_column(mirror, books):
    found = stored.report_view(mirror, books, JANUARY)
    assert set(found) == set(COLUMNS["v_financial_dashboard"])
    assert (found.pop("report_date"), found.pop("generated_at")) == (JANUARY.last, books.as_of)
    assert numbers(found) == {
        "fiscal_year": 2025, "fiscal_month": 1, "revenue": 300, "gross_profit": 220,
        "gross_margin_percent": Decimal("73.33"), "operating_income": 168, "operating_margin_percent": 56,
        "net_income": 168, "net_margin_percent": 56, "total_assets": 1433, "total_liabilities": 250,
        "total_equity": 1183, "is_balanced": True, "current_ratio": Decimal("8.43"),
        "debt_to_equity_ratio": Decimal("0.21"), "working_capital": 1115, "cash_from_operations": 18,
        "cash_from_investing": -180, "cash_from_financing": 115, "ending_cash": 953, "total_users": 2,
        "paying_users": 1, "new_users": 1, "mrr": Decimal("14.99"), "arr": Decimal("179.88"),
        "arpu": Decimal("14.99"), "ltv": None, "status": "closed", "warnings": [],
    }  # fmt: skip


def test_a_database_that_stores_no_snapshot_says_so(mirror, books):
    made = stored.stored(mirror, books)
    assert (made.figures, len(made.notes)) == ((), 3)
    assert "no table balance_sheet_snapshots" in made.notes[0]


@pytest.mark.integration
def test_the_zeros_that_the_application_stored_are_shown_beside_what_lines_say(demo_mirror):
    books = open_books(demo_mirror)
    made = stored.stored(demo_mirror, books)
    found = {(one.table, one.of, one.figure): one for one in made.figures}
    assert {table for table, _, _ in found} == set(stored.TABLES)
    assets = [one for one in made.figures if (one.table, one.figure) == ("balance_sheet_snapshots", "total_assets")]
    assert assets
    for one in assets:
        assert (one.stored, one.agrees) == (0, False)
        assert one.difference == -one.ours
    ends = found["cash_flow_summary", "FY2025 month 12", "ending_cash"]
    cash = pack.report(demo_mirror, books, "cash-flow", books.calendar.named("2025-12")).plain
    assert ends.stored == Decimal("2500.00")
    assert ends.ours == next(row["amount"] for row in cash if row["section"] == "closing_cash")
    assert made.notes[0].endswith("are unknown.")
    assert not any("cannot be proved" in note for note in made.notes)
