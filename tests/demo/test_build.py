from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from catalogue import TABLES, documented_tables, note_of
from demo import build
from demo.cluster import READER, WRITER
from demo.errors import BadName, DatabaseExists
from demo.seed import seed_all
from demo.world import Plan, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.cluster import EmbeddedPair

pytestmark = pytest.mark.integration

NOW = datetime(2026, 1, 27, tzinfo=UTC)

BUILDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from demo import build
from demo.cluster import EmbeddedPair
from demo.world import Plan

def say(step, done, total):
    if step == "keys and comments":
        print("half way", flush=True)
        sys.stdin.readline()

with EmbeddedPair(Path(sys.argv[1])) as pair:
    build.build(pair, "half", Plan(now=datetime(2026, 1, 27, tzinfo=UTC)), progress=say)
"""


def asked(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def counts(url: str) -> dict[str, int]:
    names = [name for (name,) in asked(url, "select tablename from pg_tables where schemaname = 'public'")]
    query = " union all ".join(f"select '{name}', count(*) from {name}" for name in names)  # noqa: S608  own names
    return {name: int(count) for name, count in asked(url, query)}


def test_every_table_has_its_documented_rows_and_a_clean_ledger_may_stay_empty(
    embedded_pair: EmbeddedPair, built: Callable[..., str]
) -> None:
    found = counts(embedded_pair.reader_url(built("as_documented", as_documented=True, clean=True)))
    assert len(found) == 172
    expected = {table.name: note_of(table).rows for table in documented_tables()}
    # 309 cars have one maintenance row each; the documented 310 is a surplus that a clean database lacks
    expected["vehicle_maintenance_specs"] = 309
    assert {name: found[name] for name in expected} == expected
    assert sum(note_of(table).rows or 0 for table in documented_tables()) == 146_470


def test_planted_defects_do_not_change_documented_counts(
    embedded_pair: EmbeddedPair, built: Callable[..., str]
) -> None:
    found = counts(embedded_pair.reader_url(built("demo")))
    ledger = {"journal_entries", "journal_entry_lines"}
    different = {
        table.name: (found[table.name], note_of(table).rows)
        for table in documented_tables()
        if table.name not in ledger and found[table.name] != note_of(table).rows
    }
    assert different == {}
    assert all(found[name] > 100 for name in ledger)


def test_columns_are_the_catalogues_in_its_order_with_their_comments(
    embedded_pair: EmbeddedPair, built: Callable[..., str]
) -> None:
    rows = asked(
        embedded_pair.reader_url(built("demo")),
        "select c.relname, a.attname, col_description(c.oid, a.attnum) from pg_attribute a "
        "join pg_class c on c.oid = a.attrelid where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace "
        "and a.attnum > 0 order by c.relname, a.attnum",
    )
    assert [row for row in rows if row[0] in TABLES] == [
        (name, column.name, column.comment) for name in sorted(TABLES) for column in TABLES[name].columns
    ]


def test_a_foreign_key_is_valid_unless_a_row_breaks_it(embedded_pair: EmbeddedPair, built: Callable[..., str]) -> None:
    url = embedded_pair.reader_url(built("demo"))
    unproven = asked(
        url,
        "select conrelid::regclass::text, a.attname, confrelid::regclass::text, f.attname from pg_constraint c "
        "join pg_attribute a on a.attrelid = conrelid and a.attnum = conkey[1] "
        "join pg_attribute f on f.attrelid = confrelid and f.attnum = confkey[1] "
        "where contype = 'f' and not convalidated",
    )
    assert ("car_track_lap_times", "track_id", "tracks", "id") in unproven
    for table, column, parent, key in unproven:
        orphans = asked(
            url,
            f"select count(*) from {table} c where {column} is not null "  # noqa: S608  own names
            f"and not exists (select from {parent} p where p.{key} = c.{column})",
        )
        assert orphans[0][0] > 0, (table, column)


def test_a_clean_database_has_no_foreign_key_in_doubt(embedded_pair: EmbeddedPair, built: Callable[..., str]) -> None:
    url = embedded_pair.reader_url(built("clean", clean=True))
    assert asked(url, "select conname from pg_constraint where contype = 'f' and not convalidated") == []
    assert asked(url, "select count(*) > 110 from pg_constraint where contype = 'f'") == [(True,)]


def test_event_times_are_indexed(embedded_pair: EmbeddedPair, built: Callable[..., str]) -> None:
    rows = asked(embedded_pair.reader_url(built("demo")), "select tablename, indexdef from pg_indexes")
    for name in ("page_views", "click_events", "user_events", "audit_log"):
        event_time = note_of(TABLES[name]).event_time
        assert any(table == name and f"({event_time})" in words for table, words in rows), name


def test_the_roles_may_do_what_they_are_for_and_nothing_else(
    embedded_pair: EmbeddedPair, built: Callable[..., str]
) -> None:
    name = built("demo")
    refused = psycopg.errors.InsufficientPrivilege
    with psycopg.connect(embedded_pair.writer_url(name)) as writer:
        assert writer.info.user == WRITER
        writer.execute("update user_feedback set status = 'reviewed'")
        writer.execute("update application_errors set status = 'fixed', fixed_at = now()")
        writer.execute("update scrape_jobs set status = 'pending'")
        writer.execute("insert into audit_log (id, action) values (gen_random_uuid(), 'UPDATE')")
        writer.rollback()
        for statement in (
            "update user_feedback set message = 'x'",
            "update cars set name = 'x'",
            "delete from audit_log",
            "create table mine ()",
            "create temporary table mine ()",
        ):
            with pytest.raises(refused):
                writer.execute(statement.encode())
            writer.rollback()
    with psycopg.connect(embedded_pair.primary_reader_url(name)) as reader:
        assert reader.info.user == READER
        for statement in ("update user_feedback set status = 'x'", "create temporary table mine ()"):
            with pytest.raises(refused):
                reader.execute(statement.encode())
            reader.rollback()


def test_equal_plans_give_identical_rows_and_another_seed_others() -> None:
    def rows(seed: int) -> dict[str, Any]:
        world = World(Plan(now=NOW, seed=seed))
        seed_all(world)
        return build.contents(world).frames

    first, second, other = rows(1), rows(1), rows(2)
    assert first.keys() == second.keys()
    assert [name for name in first if not first[name].equals(second[name])] == []
    assert not first["page_views"].equals(other["page_views"])


def test_the_scale_multiplies_what_counts_events_and_nothing_else() -> None:
    once, twice = World(Plan(now=NOW, clean=True)), World(Plan(now=NOW, clean=True, scale=2))
    seed_all(once)
    seed_all(twice)
    assert twice.tables["page_views"].height == 2 * once.tables["page_views"].height
    assert twice.tables["application_errors"].height == 2 * once.tables["application_errors"].height
    assert twice.tables["cars"].height == once.tables["cars"].height
    assert twice.tables["user_profiles"].height == once.tables["user_profiles"].height


def test_an_existing_database_is_kept_unless_it_is_to_be_replaced(
    embedded_pair: EmbeddedPair, built: Callable[..., str]
) -> None:
    name = built("demo")
    before = dict(asked(embedded_pair.primary_url(), "select datname, oid from pg_database"))
    with pytest.raises(DatabaseExists, match="Add --replace") as refused:
        build.build(embedded_pair, name, Plan(now=NOW))
    assert refused.value.exit_code == 2
    assert dict(asked(embedded_pair.primary_url(), "select datname, oid from pg_database"))[name] == before[name]


def test_a_build_that_is_killed_leaves_no_database_and_no_debris(embedded_pair: EmbeddedPair) -> None:
    builder = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(embedded_pair.folder.parent)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert builder.stdout is not None
    assert builder.stdout.readline() == "half way\n"
    builder.send_signal(signal.SIGKILL)
    builder.wait()
    assert "half" not in {found.name for found in build.list_databases(embedded_pair)}
    build.build(embedded_pair, "half", Plan(now=NOW, clean=True))
    time.sleep(0.1)
    left = asked(embedded_pair.primary_url(), "select datname from pg_database where datname like '%building%'")
    assert left == []
    assert asked(embedded_pair.reader_url("half"), "select count(*) from cars") == [(309,)]
    build.build(embedded_pair, "half", Plan(now=NOW, seed=3), replace=True)
    made = {found.name: found for found in build.list_databases(embedded_pair)}["half"]
    assert made.plan == Plan(now=NOW, seed=3)
    assert made.names == "documented"
    assert made.bytes > 10_000_000
    build.drop(embedded_pair, "half")
    assert "half" not in {found.name for found in build.list_databases(embedded_pair)}
    with pytest.raises(BadName, match="no database half"):
        build.drop(embedded_pair, "half")


@pytest.mark.parametrize("name", ["postgres", "template1", "Upper", "1st", "a b", "x" * 41, "", "__building_1", "a;b"])
def test_a_name_that_no_database_can_have_is_refused(embedded_pair: EmbeddedPair, name: str) -> None:
    with pytest.raises(BadName, match="cannot be the name"):
        build.build(embedded_pair, name, Plan(now=NOW))
