from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from demo import views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from demo.cluster import EmbeddedPair

pytestmark = pytest.mark.integration

COLUMNS = {
    "v_trial_balance": 8,
    "v_gl_account_balances": 10,
    "v_income_statement_monthly": 8,
    "v_pnl_summary": 14,
    "v_balance_sheet_current": 26,
    "v_cash_flow_statement": 22,
    "v_financial_dashboard": 31,
    "al_user_balance": 11,
    "city_coverage_report": 16,
    "mv_daily_stats": 4,
    "mv_car_popularity": 9,
    "mv_content_coverage": 17,
    "mv_event_coverage_by_city": 6,
}

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def owner(embedded_pair: EmbeddedPair, built: Callable[..., str]) -> Iterator[Connection]:
    """The clean database on the primary, for changes that are rolled back."""
    with psycopg.connect(embedded_pair.primary_url(built("clean", clean=True))) as connection:
        yield connection
        connection.rollback()


def one(connection: Connection, query: str, *parameters: Any) -> Any:
    row = connection.execute(query.encode(), parameters).fetchone()
    assert row is not None
    return row[0]


@pytest.fixture
def cash(owner: Connection) -> tuple[str, str]:
    row = owner.execute(
        "select id::text, account_code from gl_accounts where account_type = 'asset' and is_active limit 1"
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_each_has_the_columns_that_are_described(owner: Connection) -> None:
    found = {
        name: one(owner, "select count(*) from pg_attribute where attrelid = %s::regclass and attnum > 0", name)
        for name in COLUMNS
    }
    assert found == COLUMNS
    errors = one(
        owner, "select count(*) from pg_attribute where attrelid = 'application_errors'::regclass and attnum>0"
    )
    for name in ("v_unresolved_errors", "v_regression_errors"):
        assert one(owner, f"select count(*) from pg_attribute where attrelid = '{name}'::regclass") == errors  # noqa: S608
    assert {*COLUMNS, "v_unresolved_errors", "v_regression_errors"} == {*views.VIEWS, *views.MATERIALIZED}


def test_the_reader_may_read_them_on_the_standby(embedded_pair: EmbeddedPair, built: Callable[..., str]) -> None:
    with psycopg.connect(embedded_pair.reader_url(built("clean", clean=True))) as reader:
        for name in (*views.VIEWS, *views.MATERIALIZED):
            assert one(reader, f"select count(*) from {name}") >= 0  # noqa: S608  own names


def test_both_namings_give_the_same_statements(embedded_pair: EmbeddedPair, built: Callable[..., str]) -> None:
    def rows(name: str, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(embedded_pair.reader_url(name)) as reader:
            return reader.execute(query.encode()).fetchall()

    clean, live = built("clean", clean=True), built("clean_live", names="live", clean=True)
    for query in (
        "select * from v_pnl_summary order by 1, 2",
        "select code, total_debits_cents, total_credits_cents from v_trial_balance order by 1",
        "select * from mv_content_coverage order by car_slug",
        "select * from mv_car_popularity order by car_slug",
    ):
        found = rows(clean, query)
        assert len(found) > 20
        assert rows(live, query) == found


def test_the_trial_balance_counts_drafts_that_the_income_statement_leaves_out(
    owner: Connection, cash: tuple[str, str]
) -> None:
    account, code = cash
    query = "select total_debits_cents from v_trial_balance where code = %s"
    before = one(owner, query, code)
    entry = one(
        owner,
        "insert into journal_entries (id, status, fiscal_year, fiscal_month) "
        "values (gen_random_uuid(), 'draft', 2026, 1) returning id",
    )
    owner.execute(
        "insert into journal_entry_lines (id, journal_entry_id, account_id, debit, credit) "
        "values (gen_random_uuid(), %s, %s, 12.34, 0)",
        [entry, account],
    )
    assert one(owner, query, code) == before + 1234


def test_the_trial_balance_turns_the_sign_of_assets(owner: Connection, cash: tuple[str, str]) -> None:
    row = owner.execute(
        "select total_debits_cents - total_credits_cents, balance_cents from v_trial_balance "
        "where account_type = 'asset' and total_debits_cents <> total_credits_cents limit 1"
    ).fetchone()
    assert row is not None
    assert row[1] == -row[0]


def test_an_account_that_is_switched_off_vanishes_with_its_history(owner: Connection, cash: tuple[str, str]) -> None:
    account, code = cash
    owner.execute("update gl_accounts set is_active = false where id = %s", [account])
    assert one(owner, "select count(*) from v_trial_balance where code = %s", code) == 0


def test_a_slug_that_another_begins_with_gets_its_views_too(owner: Connection) -> None:
    pair = owner.execute(
        "select a.slug, b.slug from cars a join cars b on starts_with(b.slug, a.slug) and a.slug <> b.slug limit 1"
    ).fetchone()
    if pair is None:
        owner.execute("update cars set slug = 'zz' where id = (select id from cars order by slug limit 1)")
        owner.execute(
            "update cars set slug = 'zz-top' where id = (select id from cars order by slug desc offset 1 limit 1)"
        )
        pair = ("zz", "zz-top")
    owner.execute(
        "insert into page_views (id, page_url, created_at) "
        "select gen_random_uuid(), '/cars/' || %s, max(created_at) from page_views",
        [pair[1]],
    )
    owner.execute("refresh materialized view mv_car_popularity")
    counted = "select page_views_30d from mv_car_popularity where car_slug = %s"
    assert one(owner, counted, pair[0]) >= one(owner, counted, pair[1]) >= 1


def test_the_content_score_passes_a_hundred(owner: Connection) -> None:
    top = one(owner, "select max(coverage_score) from mv_content_coverage")
    assert 100 < top <= 120


def test_a_refilled_paid_tank_is_not_full(owner: Connection) -> None:
    owner.execute("update al_user_credits set subscription_tier = 'collector', balance_cents = 100")
    assert one(owner, "select distinct round(tank_percentage) from al_user_balance") == 67


def test_a_month_without_revenue_has_a_margin_of_zero(owner: Connection) -> None:
    owner.execute("update gl_accounts set account_type = 'liability' where account_type = 'revenue'")
    assert one(owner, "select distinct gross_margin_pct from v_pnl_summary") == 0


def test_the_stored_balance_sheet_says_balanced_whatever_the_ledger_says(owner: Connection) -> None:
    assert owner.execute("select total_assets, is_balanced from v_balance_sheet_current").fetchall() == [(0, True)]


def test_events_that_were_rejected_count_for_a_city(owner: Connection) -> None:
    query = "select sum(track_event_count) from city_coverage_report"
    before = one(owner, query)
    owner.execute("update events set status = 'rejected'")
    assert before > 0
    assert one(owner, query) == before


def test_a_settled_error_is_not_unresolved(owner: Connection) -> None:
    owner.execute("update application_errors set status = 'duplicate'")
    assert one(owner, "select count(*) from v_unresolved_errors") == 0
