"""Rules that every content table keeps."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING

from polars.testing import assert_frame_equal

from catalogue import TABLES, column_note
from demo.world import Plan, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    import sqlalchemy as sa


def columns_of(world: World) -> Iterator[tuple[str, sa.Column[object], pl.Series]]:
    for name, frame in world.tables.items():
        for column in TABLES[name].columns:
            if column.name in frame.columns:
                yield name, column, frame[column.name]


def test_row_counts_are_the_documented_ones_but_for_the_surplus_maintenance_row(content_world):
    wrong = {
        name: frame.height for name, frame in content_world.tables.items() if frame.height != content_world.rows(name)
    }
    assert wrong == {"vehicle_maintenance_specs": 309}


def test_frames_hold_every_column_of_the_catalogue_and_no_other(content_world):
    for name, frame in content_world.tables.items():
        if frame.height:
            assert set(frame.columns) == {column.name for column in TABLES[name].columns}, name


def test_every_reference_is_met(content_world):
    orphans = []
    for name, column, values in columns_of(content_world):
        for key in column.foreign_keys:
            table, parent = key.target_fullname.split(".")
            if table in content_world.tables:
                known = content_world.tables[table][parent]
                orphans += [(name, column.name)] * values.drop_nulls().is_in(known.implode()).not_().sum()
    assert orphans == []


def test_elements_of_arrays_are_references_too(content_world):
    checked = 0
    for name, column, values in columns_of(content_world):
        if target := column_note(column).elements_of:
            table, parent = target.split(".")
            elements = values.explode().drop_nulls()
            assert elements.is_in(content_world.tables[table][parent].implode()).all(), (name, column.name)
            checked += len(elements)
    assert checked > 500


def test_slug_and_id_of_a_car_agree(content_world):
    ids = dict(content_world.tables["cars"].select("slug", "id").iter_rows())
    for name, frame in content_world.tables.items():
        if {"car_slug", "car_id"} <= set(frame.columns):
            pairs = frame.select("car_slug", "car_id").drop_nulls().unique()
            assert all(ids[slug] == key for slug, key in pairs.iter_rows()), name


def test_enumerations_hold_documented_values_only(content_world):
    for name, column, values in columns_of(content_world):
        if allowed := column_note(column).one_of:
            assert set(values.drop_nulls()) <= set(allowed), (name, column.name)


def test_primary_keys_are_unique(content_world):
    for name, column, values in columns_of(content_world):
        if column.primary_key:
            assert values.is_duplicated().sum() == 0, name


def test_nothing_is_written_before_the_product_or_after_now(content_world):
    opened = datetime(2024, 3, 1, tzinfo=UTC)
    for name, column, values in columns_of(content_world):
        if column.name in {"created_at", "updated_at", "processed_at", "recorded_at", "approved_at"} and len(values):
            kept = values.drop_nulls()
            assert opened <= kept.min() <= kept.max() < content_world.now, (name, column.name)


def test_each_cost_pair_is_low_then_high(content_world):
    pairs = 0
    for frame in content_world.tables.values():
        for low in [name for name in frame.columns if name.endswith("_low")]:
            assert (frame[low] <= frame[low.removesuffix("_low") + "_high"]).all()
            pairs += 1
    assert pairs == 4


def test_equal_plans_give_equal_rows(content_world):
    again = World(content_world.plan)
    for domain in ("core_cars", "events"):
        import_module(f"demo.seed.{domain}").seed(again)
    for name in ("cars", "car_issues", "events"):
        assert_frame_equal(again.tables[name], content_world.tables[name])


def test_another_seed_gives_other_rows(content_world):
    other = World(Plan(seed=1, now=content_world.plan.now, clean=True))
    import_module("demo.seed.core_cars").seed(other)
    assert not other.tables["car_issues"].equals(content_world.tables["car_issues"])
