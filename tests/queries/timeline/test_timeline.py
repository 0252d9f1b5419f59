"""One actor's timeline: across tables, before and after signing in, in the range and of nobody else."""

from __future__ import annotations

from datetime import date

import pytest

import catalogue
from queries import timeline
from queries.span import Span
from queries.timeline import HERE
from replica.lineage import reads

SPAN = Span(date(2026, 1, 1), date(2026, 1, 31))
TABLES = {
    "user_profiles": "id | subscription_tier | created_at\nu1 | tuner | 2026-01-02 10:05:00",
    "page_views": """
        id | user_id | visitor_id | session_id | created_at          | page_url    | referrer
        p1 |         | v1         | s1         | 2026-01-02 10:00:00 | /           | https://t.co/
        p2 | u1      | v1         | s1         | 2026-01-02 10:06:00 | /cars/miata |
        p3 | u1      | v1         | s2         | 2026-01-05 10:00:00 | /garage     |
        p4 |         | v2         | s3         | 2026-01-05 10:00:00 | /           |
    """,
    "click_events": """
        id | visitor_id | session_id | created_at          | page_url | element_id | element_type
        c1 | v1         | s2         | 2026-01-05 10:01:00 | /garage  | add        | button
    """,
    "email_logs": """
        id | user_id | template_slug | status | sent_at             | opened_at
        m1 | u1      | welcome       | sent   | 2026-01-03 09:00:00 | 2026-01-03 12:00:00
        m2 | u2      | welcome       | sent   | 2026-01-03 09:00:00 |
    """,
    "user_feedback": """
        id | user_id | feedback_type | page_url | created_at
        f1 | u1      | bug           | /garage  | 2026-02-03 09:00:00
    """,
}


@pytest.fixture
def mirror(mirror_with):
    return mirror_with(**TABLES)


def told(mirror, key, span=SPAN):
    found = timeline.timeline(mirror, actor_key=key, span=span)
    return found.select("what", "about", "session").rows()


def test_an_account_has_what_it_did_in_all_tables_newest_first(mirror, uuid_of):
    assert told(mirror, uuid_of("u1")) == [
        ("click", "/garage", 2), ("page_view", "/garage", 2), ("email_opened", "welcome", None),
        ("email_sent", "welcome", None), ("page_view", "/cars/miata", 1), ("account_recorded", None, 1),
        ("page_view", "/", 1),
    ]  # fmt: skip


def test_another_range_has_other_entries(mirror, uuid_of):
    later = Span(date(2026, 2, 1), date(2026, 2, 28))
    assert told(mirror, uuid_of("u1"), later) == [("feedback_sent", "/garage", None)]


def test_somebody_unknown_has_a_timeline_too_and_a_stranger_has_none(mirror):
    assert told(mirror, "visitor v2") == [("page_view", "/", 1)]
    assert told(mirror, "nobody") == []
    assert timeline.actor(mirror, actor_key="nobody").is_empty()


def test_an_actor_is_told_over_all_of_time_and_by_week(mirror, uuid_of):
    key = uuid_of("u1")
    one = timeline.actor(mirror, actor_key=key).row(0, named=True)
    assert (one["tier"], one["events"], one["sessions"]) == ("tuner", 5, 2)
    assert timeline.weeks(mirror, actor_key=key).rows() == [(date(2025, 12, 29), 3, 1, 1), (date(2026, 1, 5), 2, 1, 1)]


def test_who_did_anything_is_listed_the_latest_first_and_found_by_key(mirror, uuid_of):
    found = timeline.actors(mirror, span=SPAN)
    assert found.select("actor_key", "events", "sessions").rows() == [(uuid_of("u1"), 5, 2), ("visitor v2", 1, 1)]
    assert timeline.actors(mirror, span=SPAN, words="V2")["actor_key"].to_list() == ["visitor v2"]
    assert timeline.actors(mirror, span=SPAN, segment="anonymous")["actor_key"].to_list() == ["visitor v2"]


def test_a_database_without_the_further_tables_still_tells_the_stream(mirror_with, uuid_of):
    needed = reads((HERE / "recorded.sql").read_text(encoding="utf-8")).tables
    mirror = mirror_with(missing=frozenset(needed), page_views=TABLES["page_views"])
    assert [what for what, _, _ in told(mirror, uuid_of("u1"))] == ["page_view"] * 3


def test_every_table_that_names_a_user_and_a_moment_is_on_the_timeline():
    """What has no moment of its own (balances, levels, summaries computed of other rows) is no act."""
    stream = HERE.parent / "events" / "stream.sql"
    known = {
        name for path in (HERE / "recorded.sql", stream) for name in reads(path.read_text(encoding="utf-8")).tables
    }
    naming = {table.name for table in catalogue.TABLES.values() if "user_id" in table.columns}
    assert naming - known == {"al_user_credits", "user_profile_summary", "user_streaks", "user_xp"}
