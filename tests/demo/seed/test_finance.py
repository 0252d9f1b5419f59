"""The books of the demo: a chart that keeps its code ranges and a journal that any accountant may check."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from catalogue import TABLES, column_note
from demo.seed import core_cars, finance, parts, users
from demo.world import Plan, World

NOW = datetime(2026, 1, 27, tzinfo=UTC)
CLASS_OF_SECTION = {"1": "asset", "2": "liability", "3": "equity", "4": "revenue"}


def world_of(plan: Plan) -> World:
    world = World(plan)
    for domain in (core_cars, parts, users, finance):
        domain.seed(world)
    return world


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(Plan(now=NOW))


@pytest.fixture(scope="module")
def posted(world: World) -> pl.DataFrame:
    """Return every posted line with its entry and account; `amount` is debit less credit."""
    entries = world.tables["journal_entries"].filter(pl.col("status") == "posted").rename({"id": "journal_entry_id"})
    accounts = world.tables["gl_accounts"].rename({"id": "account_id"})
    return (
        world.tables["journal_entry_lines"]
        .select("journal_entry_id", "account_id", "debit", "credit", amount=pl.col("debit") - pl.col("credit"))
        .join(entries, on="journal_entry_id")
        .join(accounts, on="account_id")
    )


@pytest.mark.parametrize(
    "name", ["gl_accounts", "fiscal_periods", "cost_entries", "journal_entries", "journal_entry_lines"]
)
def test_every_column_is_of_the_catalogue(world: World, name: str) -> None:
    assert set(world.tables[name].columns) == {column.name for column in TABLES[name].columns}


def test_every_account_keeps_the_class_of_its_code_range(world: World) -> None:
    for code, kind in world.tables["gl_accounts"].select("account_code", "account_type").iter_rows():
        expected = CLASS_OF_SECTION.get(code[0], "revenue" if "8000" <= code < "8500" else "expense")
        assert (code, kind) == (code, expected)


def test_cash_is_the_assets_whose_code_begins_with_10(world: World) -> None:
    named = world.tables["gl_accounts"].filter(pl.col("account_code").str.starts_with("10"))
    assert set(named["account_type"]) == {"asset"}
    assert {"Operating Checking", "Reserve Savings"} <= set(named["account_name"])


def test_the_chart_has_the_documented_accounts_each_within_its_group(world: World) -> None:
    chart = world.tables["gl_accounts"]
    assert (len(chart), chart["account_code"].n_unique()) == (174, 174)
    parents = chart.select(parent_account_id="id", group="account_code")
    parts_of = chart.drop_nulls("parent_account_id").join(parents, on="parent_account_id")
    assert len(parts_of) > 100
    assert (parts_of["account_code"].str.head(2) == parts_of["group"].str.head(2)).all()


def test_contra_accounts_stand_on_the_other_side(world: World) -> None:
    side = dict(world.tables["gl_accounts"].select("account_code", "normal_balance").iter_rows())
    assert (side["1510"], side["1610"], side["4110"], side["4910"], side["3140"]) == (
        "debit", "credit", "credit", "debit", "debit",
    )  # fmt: skip


def test_periods_are_named_for_year_and_month_without_a_gap(world: World) -> None:
    periods = world.tables["fiscal_periods"]
    assert len(periods) == 36
    expected = pl.format("FY{}-{}", pl.col("fiscal_year"), pl.col("fiscal_month").cast(pl.String).str.zfill(2))
    assert periods.filter(pl.col("period_name") != expected).is_empty()
    gaps = periods["start_date"].shift(-1) - periods["end_date"]
    assert set(gaps.drop_nulls().dt.total_days()) == {1}


def test_every_entry_balances_to_the_cent(world: World) -> None:
    lines = world.tables["journal_entry_lines"]
    sums = lines.group_by("journal_entry_id").agg(pl.col("debit").sum(), pl.col("credit").sum(), lines=pl.len())
    assert sums.filter(pl.col("debit") != pl.col("credit")).is_empty()
    assert sums["lines"].min() == 2
    assert len(sums) == len(world.tables["journal_entries"])


def test_every_line_stands_on_one_side_in_exact_money(world: World) -> None:
    lines = world.tables["journal_entry_lines"]
    assert lines.schema["debit"] == lines.schema["credit"] == pl.Decimal(18, 2)
    assert lines.filter((pl.col("debit") > 0) == (pl.col("credit") > 0)).is_empty()
    assert lines.filter((pl.col("debit") < 0) | (pl.col("credit") < 0)).is_empty()


def test_cents_become_dollars_without_rounding() -> None:
    cents = pl.Series([0, 1, 100, 9_007_199_254_740_993])
    assert finance.money(cents).to_list() == [
        Decimal("0.00"), Decimal("0.01"), Decimal("1.00"), Decimal("90071992547409.93"),
    ]  # fmt: skip


def test_the_journal_covers_the_24_months_up_to_the_anchor(posted: pl.DataFrame) -> None:
    assert posted["entry_date"].min() == date(2024, 2, 1)
    assert posted["entry_date"].dt.truncate("1mo").n_unique() == 24
    assert posted.filter((pl.col("posted_at") > NOW) | (pl.col("entry_date") > NOW.date())).is_empty()


def test_cash_is_positive_at_every_month_end(posted: pl.DataFrame) -> None:
    cash = posted.filter(pl.col("account_code").str.starts_with("10"))
    ends = cash.group_by(pl.col("entry_date").dt.truncate("1mo")).agg(pl.col("amount").sum()).sort("entry_date")
    assert (ends["amount"].cum_sum() > 0).all()


def test_nothing_is_posted_into_a_closed_period(world: World, posted: pl.DataFrame) -> None:
    periods = world.tables["fiscal_periods"].filter("is_closed")
    both = posted.join(periods, on=["fiscal_year", "fiscal_month"])
    assert len(both) > 1000
    assert both.filter(pl.col("posted_at") > pl.col("closed_at")).is_empty()


def test_nothing_is_posted_to_a_closed_account(posted: pl.DataFrame) -> None:
    assert posted["is_active"].all()


def test_a_closed_year_leaves_nothing_on_revenue_and_expense(posted: pl.DataFrame) -> None:
    year = posted.filter((pl.col("fiscal_year") == 2025) & (pl.col("account_code") >= "4000"))
    left = year.group_by("account_code").agg(pl.col("amount").sum())
    assert set(left["amount"]) == {Decimal("0.00")}
    assert year.filter(~pl.col("reference").str.starts_with("CLOSE"))["amount"].sum() != 0


def test_a_reversal_takes_back_exactly_its_entry(posted: pl.DataFrame) -> None:
    taken_back = posted.drop_nulls("reverses_entry_id")
    original = posted.filter(pl.col("journal_entry_id").is_in(taken_back["reverses_entry_id"].to_list()))
    assert_frame_equal(
        taken_back.select("account_code", "debit", "credit").sort("account_code"),
        original.select("account_code", debit="credit", credit="debit").sort("account_code"),
    )
    assert len(original) == 2


def test_only_what_is_not_a_draft_has_a_moment_of_posting(world: World) -> None:
    entries = world.tables["journal_entries"]
    assert set(entries["status"]) <= set(column_note(TABLES["journal_entries"].c.status).one_of)
    drafts = entries.filter(pl.col("status") == "draft")
    assert 0 < len(drafts) == entries["posted_at"].null_count() == drafts["posted_at"].null_count()


def test_yearly_licenses_are_earned_only_as_far_as_they_were_sold(posted: pl.DataFrame) -> None:
    deferred = posted.filter(pl.col("account_code") == "2420").sort("posted_at")
    assert (deferred["amount"].cum_sum() < 0).all()


def test_scale_splits_the_same_sales_into_more_entries(world: World) -> None:
    larger = world_of(Plan(now=NOW, scale=4))
    ratio = len(larger.tables["journal_entries"]) / len(world.tables["journal_entries"])
    assert 3.5 < ratio < 4.5


def test_the_same_plan_writes_the_same_books(world: World) -> None:
    again = world_of(Plan(now=NOW))
    assert_frame_equal(again.tables["journal_entry_lines"], world.tables["journal_entry_lines"])


def test_the_documented_state_has_no_journal() -> None:
    world = World(Plan(now=NOW, as_documented=True))
    finance.seed(world)
    heights = {name: frame.height for name, frame in world.tables.items()}
    assert heights == {
        "gl_accounts": 174, "fiscal_periods": 36, "cost_entries": 9, "journal_entries": 0, "journal_entry_lines": 0,
    }  # fmt: skip


@pytest.mark.parametrize("day", [1, 28])
def test_the_books_balance_wherever_the_anchor_cuts_them(day: int) -> None:
    world = world_of(Plan(now=datetime(2026, 3, day, tzinfo=UTC)))
    lines = world.tables["journal_entry_lines"]
    assert lines["debit"].sum() == lines["credit"].sum() > 0
    assert (world.tables["journal_entries"]["created_at"] < world.now).all()
