"""Recorded costs beside the ledger, and what recurs from subscriptions, on rows small enough to check by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from queries import finance

YEAR = {"first": date(2025, 1, 1), "last": date(2025, 12, 31)}
ACCOUNTS = """
    id   | account_code | account_name | account_type
    host | 5010         | Hosting      | expense
    rent | 6310         | Rent         | expense
    fees | 6410         | Fees         | expense
    cash | 1010         | Bank         | asset
"""
ENTRIES = """
    id | entry_date | reference | status
    e1 | 2025-01-03 | A         | posted
    e2 | 2025-01-03 | B         | posted
    e3 | 2025-02-20 | C         | posted
    e4 | 2025-03-01 | D         | draft
"""
LINES = """
    id | journal_entry_id | account_id | debit | credit
    l1 | e1               | host       | 20.00 |
    l2 | e2               | host       | 20.00 |
    l3 | e3               | rent       | 70.00 |
    l4 | e4               | fees       | 5.00  |
    l5 | e1               | cash       |       | 20.00
"""
COSTS = """
    id | date       | amount | gl_account_id | category | vendor | is_recurring
    c1 | 2025-01-01 | 20.00  | host          | servers  | Fly    | true
    c2 | 2025-01-01 | 20.00  | host          | servers  | Fly    | true
    c3 | 2025-01-02 | 20.00  | host          | servers  | Fly    | false
    c4 | 2025-02-10 | 70.00  | rent          | office   | Owner  | true
    c5 | 2025-03-01 | 5.00   | fees          | bank     |        |
"""


def books(mirror_with):
    return mirror_with(gl_accounts=ACCOUNTS, journal_entries=ENTRIES, journal_entry_lines=LINES, cost_entries=COSTS)


def test_a_cost_is_matched_by_one_posted_line_of_its_amount_within_five_days(mirror_with):
    found = finance.costs(books(mirror_with), **YEAR)
    assert found.height == 5
    # Two lines of 20.00 match two of the three costs; the rent is ten days away, the fees are a draft.
    matched = found.filter("matched")
    assert sorted(matched["reference"]) == ["A", "B"]
    assert set(matched["account_code"]) == {"5010"}
    assert found["recurring"].sum() == 3


def test_accounts_are_matched_or_stand_on_one_side_alone(mirror_with):
    found = finance.booked_costs(books(mirror_with), closings=[], **YEAR)
    assert found.select("account_code", "booked", "recorded", "state").rows() == [
        ("5010", Decimal("40.00"), Decimal("60.00"), "differs"),
        ("6310", Decimal("70.00"), Decimal("70.00"), "matched"),
        ("6410", Decimal("0.00"), Decimal("5.00"), "cost only"),
    ]
    left_out = finance.booked_costs(books(mirror_with), first=date(2025, 2, 15), last=date(2025, 2, 28), closings=[])
    assert left_out["state"].to_list() == ["ledger only"]


def test_costs_add_up_by_month_category_vendor_and_whether_they_come_back(mirror_with):
    found = finance.costs_by_month(books(mirror_with), **YEAR)
    assert found.rows() == [
        (date(2025, 1, 1), "servers", "Fly", False, Decimal("20.00"), 1),
        (date(2025, 1, 1), "servers", "Fly", True, Decimal("40.00"), 2),
        (date(2025, 2, 1), "office", "Owner", True, Decimal("70.00"), 1),
        (date(2025, 3, 1), "bank", "(no vendor)", False, Decimal("5.00"), 1),
    ]


def test_what_recurs_moves_by_new_expansion_contraction_churn_and_reactivation(mirror_with):
    mirror = mirror_with(
        plans="""
            id  | price_monthly | price_annual
            big | 3000          | 30000
            low | 1000          | 12000
        """,
        subscriptions="""
            id | user_id | plan_id | status   | created_at | canceled_at | current_period_start | current_period_end
            s1 | ann     | low     | canceled | 2025-01-05 | 2025-02-05  | 2025-01-05           | 2025-02-05
            s2 | ann     | big     | canceled | 2025-02-05 | 2025-03-05  | 2025-02-05           | 2025-03-05
            s3 | ann     | low     | canceled | 2025-03-05 | 2025-04-05  | 2025-03-05           | 2025-04-05
            s4 | ann     | low     | active   | 2025-05-05 |             | 2025-05-05           | 2026-05-05
            s5 | bob     | big     | trialing | 2025-01-05 |             | 2025-01-05           | 2025-02-05
        """,
    )  # fmt: skip
    ends = [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 31)]
    found = finance.recurring_revenue(mirror, ends=ends)
    moved = found.drop("last_day").rows(named=True)
    names = ("new", "expansion", "contraction", "churn", "reactivation")
    assert [{name: int(row[name]) for name in names if row[name]} for row in moved] == [
        {"new": 10}, {"expansion": 20}, {"contraction": -20}, {"churn": -10}, {"reactivation": 10},
    ]  # fmt: skip
    assert all(row["opening"] + sum(row[name] for name in names) == row["closing"] for row in moved)
    assert [int(row["closing"]) for row in moved] == [10, 30, 10, 0, 10]
