"""Plans, points, jobs, vendors' words and the replaced table: documented counts, links that hold, no future."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from catalogue import TABLES, column_note, note_of
from demo.seed import billing, core_cars, deprecated, gamification, parts, system, users
from demo.world import Plan, World

NOW = datetime(2026, 1, 27, tzinfo=UTC)
DOMAINS = {
    "Subscription & Billing": billing,
    "Gamification": gamification,
    "System & Configuration": system,
}
MADE = [name for name, table in TABLES.items() if note_of(table).domain in DOMAINS]


def made() -> World:
    world = World(Plan(now=NOW))
    for domain in (core_cars, parts, users, *DOMAINS.values(), deprecated):
        domain.seed(world)
    return world


@pytest.fixture(scope="module")
def world() -> World:
    return made()


@pytest.mark.parametrize("name", MADE)
def test_each_table_has_its_documented_rows(world: World, name: str) -> None:
    assert world.tables[name].height == note_of(TABLES[name]).rows


@pytest.mark.parametrize("name", [*MADE, "vehicle_known_issues"])
def test_columns_are_of_the_catalogue_and_moments_before_the_anchor(world: World, name: str) -> None:
    frame = world.tables[name]
    assert set(frame.columns) <= {column.name for column in TABLES[name].columns}
    for column in frame.select(pl.col(pl.Datetime)).iter_columns():
        assert (column.drop_nulls() < NOW).all(), column.name


@pytest.mark.parametrize("name", [*MADE, "vehicle_known_issues"])
def test_enumerations_and_references_hold(world: World, name: str) -> None:
    frame = world.tables[name]
    for column in TABLES[name].columns:
        if column.name not in frame.columns:
            continue
        values = set(frame[column.name].drop_nulls()) if frame[column.name].dtype != pl.List else set()
        if allowed := column_note(column).one_of:
            assert values <= set(allowed)
        for key in column.foreign_keys:
            owner, _, identity = key.target_fullname.partition(".")
            assert values <= set(world.tables[owner][identity])


def test_the_level_is_the_highest_that_the_points_reach(world: World) -> None:
    levels = world.tables["xp_levels"].sort("xp_required")
    reached = (
        world.tables["user_xp"]
        .sort("total_xp")
        .join_asof(levels, left_on="total_xp", right_on="xp_required", strategy="backward")
    )
    assert reached["current_level"].to_list() == reached["level"].to_list()
    assert reached["level"].n_unique() > 2


def test_a_job_says_why_it_failed_and_only_then(world: World) -> None:
    jobs = world.tables["scrape_jobs"]
    assert set(jobs["status"]) == {"pending", "running", "completed", "failed"}
    assert jobs.filter((pl.col("status") == "failed") != pl.col("error_message").is_not_null()).is_empty()


def test_a_job_runs_in_the_order_queued_started_ended(world: World) -> None:
    jobs = world.tables["scrape_jobs"]
    assert jobs.filter(
        (pl.col("created_at") > pl.col("scheduled_for"))
        | (pl.col("scheduled_for") > pl.col("started_at"))
        | (pl.col("started_at") > pl.col("completed_at"))
    ).is_empty()
    ended = pl.col("status").is_in(["completed", "failed"])
    assert jobs.filter(ended != pl.col("completed_at").is_not_null()).is_empty()


def test_slug_and_id_of_a_job_name_the_same_car(world: World) -> None:
    jobs = world.tables["scrape_jobs"].drop_nulls("car_id")
    cars = world.tables["cars"].select(car_id="id", slug="slug")
    assert len(jobs) > 100
    assert jobs.join(cars, on="car_id").filter(pl.col("slug") != pl.col("car_slug")).is_empty()


def test_a_vendor_maps_each_word_once_and_a_variant_to_its_own_car(world: World) -> None:
    tags = world.tables["fitment_tag_mappings"]
    assert tags.select("vendor_key", "tag").is_unique().all()
    variants = world.tables["car_variants"].select(car_variant_id="id", of="car_id")
    trims = tags.join(variants, on="car_variant_id")
    assert len(trims) > 10
    assert (trims["of"] == trims["car_id"]).all()


def test_a_year_of_a_plan_costs_ten_months(world: World) -> None:
    plans = world.tables["plans"]
    assert (plans["price_annual"] == plans["price_monthly"] * 10).all()
    assert all(json.loads(features) for features in plans["features"])


def test_what_a_plan_withholds_has_no_limit(world: World) -> None:
    withheld = world.tables["plan_entitlements"].filter(~pl.col("enabled"))
    assert 0 < len(withheld) == withheld["limit"].null_count()


def test_the_replaced_table_holds_what_car_issues_took_over(world: World) -> None:
    former, issues = world.tables["vehicle_known_issues"], world.tables["car_issues"]
    kept = former.join(issues, on=["car_slug", "title", "description"], how="semi")
    assert len(kept) == len(former) > 24


def test_the_same_plan_makes_the_same_rows(world: World) -> None:
    again = made()
    for name in [*MADE, "vehicle_known_issues"]:
        assert_frame_equal(again.tables[name], world.tables[name])
