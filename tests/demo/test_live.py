from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from pydantic import SecretStr

from catalogue import TABLES, column_note
from demo import ddl, live
from demo.build import contents
from demo.world import Plan, World
from replica.binding import Binding, bind, introspect
from replica.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.cluster import EmbeddedPair

NOW = datetime(2026, 1, 27, tzinfo=UTC)

WITHOUT_COUNTERPART = {
    "application_errors.user_id",
    "cars.category",
    "cars.score_aftermarket",
    "cars.score_driver_fun",
    "cars.score_interior",
    "cars.score_reliability",
    "cars.score_sound",
    "cars.score_track",
    "cars.score_value",
    "cars.tier",
    "cars.zero_to_sixty",
    "gl_accounts.normal_balance",
    "gl_accounts.parent_account_id",
    "page_views.duration_ms",
    "user_projects.final_zero_to_sixty",
    "user_projects.stock_hp",
    "user_projects.stock_zero_to_sixty",
}


class Bound:
    """A database read through its binding, as the mirror reads it."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)
        self.connection.execute("set timezone = 'UTC'")
        self.binding: Binding = bind(introspect(self.connection), Settings(database_url=SecretStr(url)))

    def carried(self, table: str) -> set[str]:
        return {column.column for column in self.binding.tables[table].columns if column.state != "unbound"}

    def rows(self, table: str, columns: list[str]) -> dict[tuple[str, ...], dict[str, Any]]:
        keys = [column.name for column in TABLES[table].primary_key]
        found = self.connection.execute(self.binding.tables[table].select_sql(columns).encode()).fetchall()
        rows = [dict(zip(columns, row, strict=True)) for row in found]
        return {tuple(str(row[key]) for key in keys): row for row in rows}


@pytest.fixture(scope="module")
def documented(embedded_pair: EmbeddedPair, built: Callable[..., str]) -> Bound:
    return Bound(embedded_pair.reader_url(built("clean", clean=True)))


@pytest.fixture(scope="module")
def running(embedded_pair: EmbeddedPair, built: Callable[..., str]) -> Bound:
    return Bound(embedded_pair.reader_url(built("clean_live", names="live", clean=True)))


def same(column: str, first: Any, second: Any) -> bool:
    table, name = column.split(".")
    if column_note(TABLES[table].columns[name]).spelling == "JSONB":
        first, second = _json(first), _json(second)
    return bool(first == second)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


@pytest.mark.integration
def test_only_what_has_no_counterpart_stays_unbound(running: Bound) -> None:
    unbound = {
        f"{name}.{column.column}"
        for name, table in running.binding.tables.items()
        for column in table.columns
        if column.state == "unbound"
    }
    assert running.binding.tables.keys() == TABLES.keys()
    assert unbound == WITHOUT_COUNTERPART


@pytest.mark.integration
@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_bound_column_has_the_documented_values(documented: Bound, running: Bound, table: str) -> None:
    both = documented.carried(table) & running.carried(table)
    columns = [column.name for column in TABLES[table].columns if column.name in both]
    first, second = documented.rows(table, columns), running.rows(table, columns)
    assert first.keys() == second.keys()
    different = {
        f"{table}.{column}"
        for column in columns
        if any(not same(f"{table}.{column}", row[column], second[key][column]) for key, row in first.items())
    }
    assert different - live.LOSSY.keys() == set()


def test_every_lossy_column_is_documented() -> None:
    for name in live.LOSSY:
        table, column = name.split(".")
        assert column in TABLES[table].columns


def test_renamed_columns_are_gone_under_their_documented_name() -> None:
    shapes, _ = live.under_live_names(ddl.documented_shapes(), {})
    for name, change in live.CHANGES.items():
        columns = shapes[change.name or name].names
        gone = ({*change.renamed, *change.dropped}) - {*change.renamed.values(), *change.added}
        assert gone.isdisjoint(columns), name
        assert {*change.renamed.values(), *change.added, *change.retyped} <= set(columns), name


def test_cents_are_whole_numbers_and_enumerations_are_native(
    embedded_pair: EmbeddedPair, built: Callable[..., str]
) -> None:
    with psycopg.connect(embedded_pair.reader_url(built("clean_live", names="live", clean=True))) as connection:
        rows: list[tuple[str, str]] = connection.execute(
            "select table_name || '.' || column_name, coalesce(nullif(data_type, 'USER-DEFINED'), udt_name) "
            "from information_schema.columns where table_schema = 'public'"
        ).fetchall()
    types = dict(rows)
    assert types["journal_entry_lines.debit_amount_cents"] == "bigint"
    assert types["cost_entries.amount_cents"] == "bigint"
    assert types["parts.category"] == "part_category"
    assert types["al_messages.tool_calls"] == "ARRAY"
    assert types["car_safety_data.safety_grade"] == "character"
    assert types["car_track_lap_times.conditions"] == "jsonb"


def test_both_builds_have_the_same_number_of_tables() -> None:
    world = World(Plan(now=NOW))
    both = [contents(world, names).shapes for names in ("documented", "live")]
    assert [len(shapes) for shapes in both] == [172, 172]
    assert both[0].keys() ^ both[1].keys() == set()
    assert both[1]["track_venues"].names == both[0]["tracks"].names
