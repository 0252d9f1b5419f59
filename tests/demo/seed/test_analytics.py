from __future__ import annotations

import itertools
from datetime import timedelta

import polars as pl
import pytest

from demo.seed import seed_all
from demo.world import Plan, World

EVENTS = ("page_views", "click_events", "page_engagement", "user_events", "application_errors", "audit_log")


@pytest.mark.parametrize("table", EVENTS)
def test_events_are_as_many_as_documented_and_reach_up_to_the_anchor(clean_world: World, table: str) -> None:
    frame = clean_world.tables[table]
    newest = frame["changed_at" if table == "audit_log" else "created_at"].max()
    assert frame.height == clean_world.rows(table)
    assert clean_world.now - timedelta(hours=6) < newest <= clean_world.now


def test_every_click_falls_inside_a_page_view_of_its_session(clean_world: World) -> None:
    views = clean_world.tables["page_views"].select("session_id", "page_url", "created_at", opened="created_at")
    clicks = clean_world.tables["click_events"]
    held = clicks.sort("created_at").join_asof(
        views.sort("created_at"), on="created_at", by=["session_id", "page_url"], check_sortedness=False
    )
    assert held["opened"].null_count() == 0
    assert (held["created_at"] - held["opened"]).max() < timedelta(minutes=30)


def test_engagement_lasts_no_longer_than_its_page_view(clean_world: World) -> None:
    views = clean_world.tables["page_views"].select("id", "duration_ms", "is_bot", opened="created_at")
    rows = clean_world.tables["page_engagement"].join(views, left_on="page_view_id", right_on="id")
    assert rows.height == clean_world.rows("page_engagement")
    assert (rows["time_on_page"] * 1000 <= rows["duration_ms"]).drop_nulls().all()
    assert (rows["created_at"] >= rows["opened"]).all()
    assert not rows["is_bot"].any()


def test_a_visitor_becomes_a_user_at_the_signup_and_not_before(clean_world: World) -> None:
    joined = clean_world.tables["user_profiles"].select("id", joined="created_at")
    views = clean_world.tables["page_views"]
    known = views.filter(pl.col("user_id").is_not_null()).join(joined, left_on="user_id", right_on="id")
    assert (known["created_at"] >= known["joined"]).all()
    visitors = known["visitor_id"].unique()
    before = views.filter(pl.col("visitor_id").is_in(visitors.implode()) & pl.col("user_id").is_null())
    assert before.height > 20
    assert known.group_by("visitor_id").agg(pl.col("user_id").n_unique())["user_id"].max() == 1


def test_signup_onboarding_and_payment_happen_in_order(clean_world: World) -> None:
    steps = [
        "signup_started", "signup_completed", "onboarding_step_1", "onboarding_step_5", "onboarding_completed",
        "checkout_started", "subscription_created",
    ]  # fmt: skip
    done = clean_world.tables["user_events"].join(
        clean_world.tables["user_events"].filter(pl.col("event_type") == "signup_completed").select("visitor_id"),
        on="visitor_id",
        how="semi",
    )
    first = done.filter(pl.col("event_type").is_in(steps)).group_by("visitor_id", "event_type").agg(
        pl.col("created_at").max()
    ).pivot("event_type", index="visitor_id", values="created_at")  # fmt: skip
    assert first.height > 10
    for earlier, later in itertools.pairwise(steps):
        assert (first[earlier] <= first[later]).drop_nulls().all(), (earlier, later)


def test_milestones_agree_with_the_tables_they_tell_of(clean_world: World) -> None:
    events = clean_world.tables["user_events"]
    begin = clean_world.now - timedelta(days=90)
    for event, table in (
        ("garage_added", "user_vehicles"),
        ("car_favorited", "user_favorites"),
        ("al_conversation_started", "al_conversations"),
        ("signup_completed", "user_profiles"),
    ):
        rows = clean_world.tables[table].filter(pl.col("created_at") >= begin)
        assert sorted(events.filter(pl.col("event_type") == event)["created_at"]) == sorted(rows["created_at"])


def test_a_tenth_of_the_cars_draws_more_than_half_of_the_views(clean_world: World) -> None:
    slugs = clean_world.tables["page_views"]["page_url"].str.extract("^/cars/([^/?]+)").drop_nulls()
    counts = slugs.value_counts(sort=True)["count"]
    assert counts.head(31).sum() > counts.sum() / 2


def test_settled_errors_are_marked_so_and_end_after_they_were_seen(clean_world: World) -> None:
    errors = clean_world.tables["application_errors"]
    settled = errors["status"].is_in(["fixed", "resolved", "closed", "wont_fix", "duplicate"])
    assert (errors["is_resolved"] == settled).all()
    assert (errors["resolved_at"].is_not_null() == settled).all()
    assert (errors["last_seen_at"] >= errors["first_seen_at"]).all()
    assert (errors["resolved_at"] >= errors["last_seen_at"]).drop_nulls().all()
    assert errors["is_regression"].sum() > 10


def test_stacks_come_in_the_forms_of_three_engines(clean_world: World) -> None:
    stacks = clean_world.tables["application_errors"].select("browser", "stack_trace").drop_nulls()
    forms = {"Chrome": r"\n    at .+\(https?://", "Firefox": r"^\S.*@https?://", "Safari": r"\[native code\]"}
    for browser, form in forms.items():
        told = stacks.filter(pl.col("browser") == browser)["stack_trace"]
        assert told.len() > 50
        assert told.str.contains(form).mean() > 0.9  # type: ignore[operator]


def test_equal_plans_give_equal_rows_and_scale_multiplies_events_only(clean_world: World) -> None:
    twice = World(Plan(now=clean_world.now, clean=True, scale=3))
    seed_all(twice)
    again = World(Plan(now=clean_world.now, clean=True))
    seed_all(again)
    for name, frame in clean_world.tables.items():
        assert frame.equals(again.tables[name]), name
    for table in EVENTS:
        assert twice.tables[table].height == 3 * clean_world.tables[table].height
    assert twice.tables["user_profiles"].height == 70
