from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from catalogue import TABLES, column_note
from demo.planted import CATCH_ALL, CROWD, EQUAL, PLANTED
from demo.seed import seed_all
from demo.world import Plan, World

CLASSES = {
    "orphan_reference", "missing_reference", "non_canonical_slug", "element_reference", "replaced_parent",
    "concentration", "duplicate", "entity_surplus", "coverage_gap", "empty_column", "short_text",
    "unexpected_emptiness", "enumeration", "catch_all", "constant_column", "equal_counts", "placeholder",
    "contradiction", "range", "unit", "freshness", "sibling_ratio", "volume_jump", "time_order", "ledger",
}  # fmt: skip


def orphans(world: World) -> dict[str, int]:
    """Count the values of every foreign key that are in no parent row."""
    found = {}
    for name, frame in world.tables.items():
        for column in TABLES[name].columns:
            for key in column.foreign_keys:
                table, target = key.target_fullname.split(".")
                if column.name in frame.columns and target in world.tables[table].columns:
                    values = frame[column.name].drop_nulls()
                    if lost := values.filter(~values.is_in(world.tables[table][target].implode())).len():
                        found[f"{name}.{column.name}"] = lost
    return found


def beyond_the_list(world: World) -> dict[str, set[str]]:
    """Gather the values that are not among the allowed ones of their column."""
    found = {}
    for name, frame in world.tables.items():
        for column in TABLES[name].columns:
            allowed = column_note(column).one_of
            values = frame[column.name].drop_nulls().unique() if column.name in frame.columns else []
            if allowed and (odd := set(values) - set(allowed)):
                found[f"{name}.{column.name}"] = odd
    return found


def test_every_class_of_the_rules_is_planted() -> None:
    assert {defect.klass for defect in PLANTED} == CLASSES


def test_every_place_is_in_the_catalogue_but_the_replaced_parent() -> None:
    for defect in PLANTED:
        if defect.klass != "replaced_parent":
            assert defect.table in TABLES
            assert defect.column is None or defect.column in TABLES[defect.table].columns


def test_a_clean_world_has_no_orphan_and_no_value_beyond_its_list(clean_world: World) -> None:
    assert orphans(clean_world) == {}
    assert beyond_the_list(clean_world) == {}


def test_the_planted_orphans_are_the_only_ones(spoilt_world: World) -> None:
    assert orphans(spoilt_world) == {
        "car_track_lap_times.track_id": 1_232,
        "user_project_parts.part_id": 2,
        "car_slug_aliases.canonical_slug": 38,
        "youtube_video_car_links.car_slug": 9,
    }


def test_the_planted_spellings_are_the_only_ones(spoilt_world: World) -> None:
    assert beyond_the_list(spoilt_world) == {
        "car_issues.severity": {"High"},
        "al_user_credits.subscription_tier": {"Collector"},
    }


def test_all_but_four_of_the_lost_lap_times_match_the_undocumented_venues(spoilt_world: World) -> None:
    venues = spoilt_world.ids("track_venues", 120).implode()
    assert spoilt_world.tables["car_track_lap_times"]["track_id"].is_in(venues).sum() == 1_228


def test_planting_keeps_the_number_of_rows_but_for_the_surplus_and_the_drafts(
    clean_world: World, spoilt_world: World
) -> None:
    grown = {
        name: frame.height - clean_world.tables[name].height
        for name, frame in spoilt_world.tables.items()
        if frame.height != clean_world.tables[name].height
    }
    assert grown.pop("vehicle_maintenance_specs") == 1
    assert set(grown) == {"journal_entries", "journal_entry_lines"}


@pytest.mark.parametrize("table", ["user_profiles", "click_events", "user_events", "al_messages", "user_vehicles"])
def test_planting_leaves_what_the_founders_count_alone(clean_world: World, spoilt_world: World, table: str) -> None:
    assert spoilt_world.tables[table].equals(clean_world.tables[table])


def test_defects_that_write_one_column_change_as_many_rows_as_they_say(clean_world: World, spoilt_world: World) -> None:
    for klass, table, column, rows in (
        ("missing_reference", "community_insights", "car_id", 68),
        ("enumeration", "page_views", "device_info", 340),
        ("placeholder", "events", "venue_name", 46),
        ("contradiction", "vehicle_service_intervals", "dealer_cost_high", 12),
        ("contradiction", "application_errors", "is_resolved", 25),
        ("range", "youtube_videos", "quality_score", 5),
        ("time_order", "events", "status", 501),
        ("volume_jump", "car_dyno_runs", "created_at", 612),
    ):
        old, new = clean_world.tables[table][column], spoilt_world.tables[table][column]
        listed = [each.rows for each in PLANTED if (each.klass, each.table, each.column) == (klass, table, column)]
        assert listed == [rows]
        assert old.ne_missing(new).sum() == rows


@pytest.mark.parametrize(("table", "rows"), [("car_dyno_runs", 6), ("car_recalls", 4)])
def test_repeated_rows_say_the_same(clean_world: World, spoilt_world: World, table: str, rows: int) -> None:
    def repeated(world: World) -> int:
        frame = world.tables[table].drop("id", "created_at")
        return frame.height - frame.n_unique()

    assert repeated(clean_world) == 0
    assert repeated(spoilt_world) == rows


def test_whole_table_defects_hold_as_recorded(spoilt_world: World) -> None:
    tables = spoilt_world.tables
    assert tables["parts"].filter(pl.col("category") == "other").height == CATCH_ALL
    assert tables["car_track_lap_times"]["is_stock"].all()
    assert tables["al_articles"]["hero_image_url"].null_count() == 58
    sizes = tables["upgrade_key_parts"]["upgrade_key"].value_counts()["count"]
    assert (sizes == EQUAL).sum() == 4
    crowded = tables["part_fitments"]["car_id"].value_counts(sort=True)["count"].head(2)
    assert crowded.sum() > CROWD
    assert tables["part_fitments"]["car_id"].n_unique() == 111


def test_ingestion_of_engagement_and_usage_stopped_while_their_siblings_grew(spoilt_world: World) -> None:
    now, tables = spoilt_world.now, spoilt_world.tables
    late = pl.col("created_at") >= now - timedelta(days=10)
    assert tables["page_engagement"].filter(late).height == 1
    assert tables["page_views"].filter(late).height > 500
    month = pl.col("created_at") >= now - timedelta(days=30)
    assert tables["al_usage_logs"].filter(month).height == 0
    assert tables["al_messages"].filter(month).height > 20


def test_posted_entries_balance_but_for_one(spoilt_world: World) -> None:
    posted = spoilt_world.tables["journal_entries"].filter(pl.col("status") != "draft")["id"].implode()
    sums = (
        spoilt_world.tables["journal_entry_lines"]
        .filter(pl.col("journal_entry_id").is_in(posted))
        .group_by("journal_entry_id")
        .agg((pl.col("debit").sum() - pl.col("credit").sum()).alias("difference"))
    )
    assert [str(each) for each in sums["difference"] if each != 0] == ["0.10"]


@pytest.mark.parametrize("plan", [{"as_documented": True}, {"seed": 7}, {"now": datetime(2026, 11, 23, tzinfo=UTC)}])
def test_defects_fit_any_plan(plan: dict[str, Any]) -> None:
    world = World(Plan(**{"now": datetime(2026, 1, 27, tzinfo=UTC), **plan}))
    seed_all(world)
    ledger = {"journal_entries", "journal_entry_lines"} if not world.plan.as_documented else set()
    odd = {name for name, frame in world.tables.items() if frame.height != world.rows(name)}
    assert odd - {"vehicle_known_issues"} == ledger
