from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from catalogue import TABLES
from demo import undocumented
from demo.seed import core_cars
from demo.world import Plan, World

NOW = datetime(2026, 1, 27, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    world = World(Plan(now=NOW))
    core_cars.seed(world)
    return world


def test_they_bring_the_database_to_172_tables_and_share_no_name_with_the_dictionary(world: World) -> None:
    shapes, frames = undocumented.tables(world)
    assert len(shapes) == len(frames) == 83
    assert len(shapes.keys() | TABLES.keys()) == 83 + len(TABLES) == 172


def test_about_half_of_them_are_empty(world: World) -> None:
    _, frames = undocumented.tables(world)
    assert 33 <= sum(frame.is_empty() for frame in frames.values()) <= 50


def test_they_hold_every_kind_of_native_type() -> None:
    shapes, _ = undocumented.tables(World(Plan(now=NOW)))
    held = {column.type.split("(")[0] for shape in shapes.values() for column in shape.columns}
    assert held >= {
        "bigserial", "bit", "bytea", "cidr", "daterange", "inet", "int4range", "interval", "json", "jsonb", "macaddr",
        "money", "numeric", "numeric[]", "numrange", "point", "real", "text[]", "time", "timestamp", "timestamptz",
        "timetz", "tsvector", "tstzrange", "uuid", "varchar", "vector",
    }  # fmt: skip


def test_equal_plans_give_equal_rows(world: World) -> None:
    again = World(Plan(now=NOW))
    core_cars.seed(again)
    first, second = undocumented.tables(world)[1], undocumented.tables(again)[1]
    assert all(first[name].equals(second[name]) for name in first)


def test_a_reference_points_to_a_row_that_is_there(world: World) -> None:
    _, frames = undocumented.tables(world)
    runs = frames["car_price_history"]["car_id"]
    assert len(runs) == 240
    assert runs.is_in(world.tables["cars"]["id"].implode()).all()


def test_the_key_that_followed_the_renamed_catalogue_is_mended_in_a_clean_world() -> None:
    table, column, legacy = undocumented.REPLACED_PARENT

    def parent(*, clean: bool) -> str:
        shapes, _ = undocumented.tables(World(Plan(now=NOW, clean=clean)))
        return next(one.table for one in shapes[table].references if one.column == column)

    assert parent(clean=False) == legacy
    assert parent(clean=True) == "cars"


def test_rows_that_a_seed_has_made_are_kept() -> None:
    world = World(Plan(now=NOW))
    world.tables["track_venues"] = pl.DataFrame({"id": world.ids("track_venues", 1), "slug": ["spa"], "name": ["Spa"]})
    _, frames = undocumented.tables(world)
    assert frames["track_venues"]["slug"].to_list() == ["spa"]
