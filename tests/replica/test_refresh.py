"""What each refresh reads again, what it carries over, and what happens when the schema moves."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import pytest

from replica import Refresher, generations, mirror_folder
from replica.errors import NoDocumentedTable, RefreshBusy, ReplicaError, UnboundColumn, Withheld

if TYPE_CHECKING:
    from tests.replica.conftest import Small

pytestmark = pytest.mark.integration

CARS = "create table cars (id uuid primary key default gen_random_uuid(), slug text, name text, hp int)"
VIEWS = """
    create table page_views (
        id uuid primary key default gen_random_uuid(), session_id text, page_url text, created_at timestamptz
    );
    create index on page_views (created_at);
    insert into page_views (session_id, page_url, created_at)
    select 's' || i, '/', timestamptz '2026-01-01' + i * interval '1 hour' from generate_series(0, 239) i
"""


@pytest.fixture
def growing(small: Small) -> Small:
    """Return a database whose page views are read in parts: ten days, 240 rows."""
    small.set(incremental_rows=100, reconcile_seconds=86_400)
    small.run(VIEWS)
    assert small.modes()["page_views"] == "full"
    return small


def reconciled(small: Small) -> str:
    """Refresh with the comparison of days due, and return how page views were read."""
    small.set(reconcile_seconds=0)
    return small.modes()["page_views"]


def same_as_live(small: Small) -> bool:
    everything = "select id::text, session_id, page_url, created_at from page_views order by 1"
    return small.rows(everything) == small.primary.execute(everything).fetchall()


def test_an_unchanged_table_is_carried_over(small: Small) -> None:
    small.run(CARS, "insert into cars (slug, hp) values ('miata', 181)")
    assert small.modes()["cars"] == "full"
    assert small.modes()["cars"] == "unchanged"
    assert small.rows("select slug, hp from cars") == [("miata", 181)]


@pytest.mark.parametrize(
    "change", ["update cars set hp = 184", "delete from cars", "insert into cars (slug) values ('m3')"]
)
def test_a_changed_table_is_read_again(small: Small, change: str) -> None:
    small.run(CARS, "insert into cars (slug, hp) values ('miata', 181)")
    small.refresh()
    small.run(change)
    assert small.modes()["cars"] == "full"
    live = small.primary.execute("select slug, hp from cars order by 1").fetchall()
    assert small.rows("select slug, hp from cars order by 1") == live


def test_a_database_built_anew_under_its_name_is_not_carried_over(small: Small) -> None:
    small.run(CARS, "insert into cars (slug) values ('miata')")
    small.refresh()
    identity = "update meta.refresh set server_identity = 'another'"
    path = generations.current(mirror_folder(small.settings))
    assert path is not None
    with duckdb.connect(str(path)) as kept:
        kept.execute(identity)
    assert small.modes()["cars"] == "full"


def test_new_events_are_read_without_the_old_ones(growing: Small) -> None:
    growing.run(
        "insert into page_views (session_id, created_at) values ('new', '2026-01-11 00:30+00')",
        "update page_views set page_url = '/x' where session_id = 's239'",
        "delete from page_views where session_id = 's238'",
    )
    assert growing.modes()["page_views"] == "incremental"
    assert growing.rows("select count(*) from page_views") == [(240,)]
    assert same_as_live(growing)


@pytest.mark.parametrize(
    "change",
    [
        "insert into page_views (session_id, created_at) values ('late', '2026-01-03 10:30+00')",
        "update page_views set page_url = '/changed' where session_id = 's30'",
        "delete from page_views where session_id in ('s40', 's140')",
        "insert into page_views (session_id, created_at) values ('timeless', null)",
        "update page_views set created_at = 'infinity' where session_id = 's50'",
        "update page_views set created_at = created_at + interval '3 days' where session_id = 's60'",
    ],
)
def test_the_comparison_of_days_finds_what_the_window_misses(growing: Small, change: str) -> None:
    growing.run(change)
    assert reconciled(growing) == "incremental"
    if "infinity" in change:
        assert growing.rows("select count(*), count(created_at) from page_views") == [(240, 239)]
    else:
        assert same_as_live(growing)
    assert growing.modes()["page_views"] == "unchanged"


def test_an_event_in_the_far_future_does_not_hide_the_present(growing: Small) -> None:
    growing.run("insert into page_views (session_id, created_at) values ('2099', '2099-01-01')")
    growing.refresh()
    growing.run("insert into page_views (session_id, created_at) values ('now', now())")
    assert growing.modes()["page_views"] == "incremental"
    assert same_as_live(growing)


def test_an_event_that_moves_into_the_window_is_there_once(growing: Small) -> None:
    growing.run("update page_views set created_at = '2026-01-11' where session_id = 's10'")
    assert growing.modes()["page_views"] == "incremental"
    assert growing.rows("select count(*), count(distinct id) from page_views") == [(240, 240)]


def test_a_moment_that_cannot_be_carried_is_not_read_twice(growing: Small) -> None:
    growing.run("insert into page_views (session_id, created_at) values ('never', 'infinity')")
    reconciled(growing)
    growing.set(reconcile_seconds=86_400)
    growing.refresh()
    assert growing.rows("select count(*) from page_views") == [(241,)]
    assert growing.rows("select column_name, rows from meta.uncarried") == [("created_at", 1)]


def test_full_reads_everything(growing: Small) -> None:
    assert growing.modes(full=True)["page_views"] == "full"
    assert same_as_live(growing)


def test_money_is_never_a_float_and_what_cannot_be_carried_is_counted(small: Small) -> None:
    small.run(
        "create table journal_entry_lines (id uuid default gen_random_uuid(), debit numeric, credit numeric)",
        "insert into journal_entry_lines (debit, credit) values (9999999999999999.99, 0.1), ('NaN', 0.2)",
    )
    small.refresh()
    found = small.rows("select sum(debit), sum(credit), count(debit) from journal_entry_lines")
    assert found == [(Decimal("9999999999999999.99"), Decimal("0.30"), 1)]
    assert small.rows("select table_name, column_name, rows from meta.uncarried") == [
        ("journal_entry_lines", "debit", 1)
    ]


def test_a_renamed_column_is_unbound_and_said(small: Small) -> None:
    small.run(CARS, "insert into cars (slug, hp) values ('miata', 181)")
    small.refresh()
    small.run("alter table cars rename column hp to horses")
    small.refresh()
    with pytest.raises(UnboundColumn, match=r"cars\.hp has no counterpart"):
        small.rows("select hp from cars")
    assert small.rows("select slug from cars") == [("miata",)]
    drift = small.rows("select kind, column_name from meta.drift")
    assert set(drift) == {("column new", "horses"), ("column gone", "hp")}
    small.refresh()
    assert len(small.rows("select * from meta.drift")) == 2


def test_a_dropped_table_is_missing_and_never_empty(small: Small) -> None:
    small.run(CARS, "create table page_views (id uuid, session_id text)", "insert into cars (slug) values ('miata')")
    small.refresh()
    small.run("drop table cars")
    assert small.refresh().missing.count("cars") == 1
    with pytest.raises(UnboundColumn, match=r"cars\."):
        small.rows("select count(*) from cars")
    assert small.rows("select mode, found, rows from meta.tables where table_name = 'cars'") == [
        ("missing", False, None)
    ]


def test_rows_that_row_level_security_hides_are_not_an_empty_table(small: Small) -> None:
    small.run(CARS, "insert into cars (slug) values ('miata')", "alter table cars enable row level security")
    done = small.refresh()
    assert any("cars" in warning for warning in done.warnings)
    with pytest.raises(Withheld, match="rows of cars are withheld"):
        small.rows("select count(*) from cars")


def test_a_table_without_grant_is_withheld(small: Small) -> None:
    small.run(CARS, "create table page_views (id uuid)", "revoke select on cars from autorev_reader")
    small.refresh()
    with pytest.raises(Withheld, match="cars"):
        small.rows("select slug from cars")


def test_undocumented_tables_are_kept_in_part(small: Small) -> None:
    small.set(sample_rows=10)
    small.run(
        CARS,
        "create table mystery as select i, i::numeric / 3 as third, array[i, i] as pair, '{}'::jsonb as j"
        " from generate_series(1, 50) i",
        "create table tiny as select 1 as one",
    )
    small.refresh()
    assert small.rows("select count(*) from other.mystery") == [(10,)]
    assert small.rows("select rows, mode from meta.tables where not documented order by 1") == [
        (1, "full"),
        (50, "sampled"),
    ]
    small.run("drop table tiny")
    small.refresh()
    assert small.rows("select count(*) from duckdb_tables() where schema_name = 'other'") == [(1,)]


def test_without_any_documented_table_the_last_good_mirror_stays(small: Small) -> None:
    small.run(CARS, "insert into cars (slug) values ('miata')")
    small.refresh()
    small.run("drop table cars")
    with pytest.raises(NoDocumentedTable):
        small.refresh()
    assert small.rows("select slug from cars") == [("miata",)]
    freshness = small.mirror.freshness()
    assert freshness.stale
    assert freshness.problem is not None
    assert "no table" in freshness.problem


def test_a_lost_replica_leaves_the_last_good_mirror_marked_stale(small: Small) -> None:
    small.run(CARS, "insert into cars (slug) values ('miata')")
    small.refresh()
    good = small.settings
    small.settings = good.at("postgresql://reader:s3cret@127.0.0.1:1/none", mirror_name=small.name)
    with pytest.raises(ReplicaError):
        small.refresh()
    problem = small.mirror.freshness().problem
    assert problem
    assert "s3cret" not in problem
    assert small.rows("select slug from cars") == [("miata",)]
    small.settings = good
    small.refresh()
    assert not small.mirror.freshness().stale


def test_a_damaged_mirror_is_built_again(small: Small) -> None:
    small.run(CARS, "insert into cars (slug) values ('miata')")
    small.refresh()
    path = generations.current(mirror_folder(small.settings))
    assert path is not None
    path.write_bytes(b"damaged")
    assert small.modes()["cars"] == "full"
    assert small.rows("select slug from cars") == [("miata",)]


def test_a_second_refresher_is_told_to_wait(small: Small) -> None:
    small.run(CARS)
    with generations.lock(mirror_folder(small.settings)), pytest.raises(RefreshBusy):
        small.refresh()


def test_the_background_refresher_keeps_the_mirror_young(small: Small) -> None:
    small.set(refresh_seconds=1)
    small.run(CARS)
    started = datetime.now(UTC)
    refresher = Refresher(small.settings)
    refresher.start()
    try:
        deadline = 60.0
        while (datetime.now(UTC) - started).total_seconds() < deadline:
            if generations.current(mirror_folder(small.settings)) is not None and small.mirror.generation >= 2:
                break
            refresher._stopped.wait(0.1)
        assert small.mirror.generation >= 2
    finally:
        refresher.stop()
