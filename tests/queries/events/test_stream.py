"""The event stream: who did what when, from eleven tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from queries import events
from queries.events.names import ALIASES, KNOWN


def listed(stream, *columns):
    named = stream.frame.join(stream.actors.select("actor", "actor_key"), on="actor", maintain_order="left")
    return [tuple(map(str, row)) for row in named.select(*columns).rows()]


def test_a_visitor_is_the_user_who_signs_in_later_on_the_same_browser(mirror_with, uuid_of):
    mirror = mirror_with(
        page_views="""
            id | user_id | visitor_id | session_id | created_at          | page_url
            p1 | null    | v1         | s1         | 2026-01-01 10:00:00 | https://autorev.app/cars/miata?x=1
            p2 | u1      | v1         | s2         | 2026-01-02 10:00:00 | /garage
            p3 | null    | v2         | s3         | 2026-01-02 10:00:00 | /
        """
    )
    assert listed(events.stream(mirror), "actor_key", "page", "route") == [
        (uuid_of("u1"), "/cars/miata", "/cars/{slug}"),
        (uuid_of("u1"), "/garage", "/garage"),
        ("visitor v2", "/", "/"),
    ]


def test_a_browser_of_two_users_speaks_for_neither_but_a_session_of_one_does(mirror_with, uuid_of):
    mirror = mirror_with(
        page_views="""
            id | user_id | visitor_id | session_id | created_at
            p1 | u1      | v1         | s1         | 2026-01-01 10:00:00
            p2 | u2      | v1         | s2         | 2026-01-02 10:00:00
            p3 | null    | v1         | s1         | 2026-01-03 10:00:00
            p4 | null    | v1         | s3         | 2026-01-04 10:00:00
        """
    )
    assert sorted(listed(events.stream(mirror), "actor_key", "source_id")) == sorted([
        (uuid_of("u1"), uuid_of("p1")),
        (uuid_of("u2"), uuid_of("p2")),
        (uuid_of("u1"), uuid_of("p3")),
        ("visitor v1", uuid_of("p4")),
    ])  # fmt: skip


def test_an_engagement_row_takes_its_actor_from_its_view_else_from_its_session(mirror_with):
    mirror = mirror_with(
        page_views="""
            id | visitor_id | session_id | created_at          | page_url
            p1 | v1         | s1         | 2026-01-01 10:00:00 | /a
        """,
        page_engagement="""
            id | page_view_id | session_id | created_at          | scroll_depth
            e1 | p1           | null       | 2026-01-01 10:01:00 | 80
            e2 | null         | s1         | 2026-01-01 10:02:00 | 20
            e3 | null         | s2         | 2026-01-01 10:03:00 | 10
        """,
    )
    assert listed(events.stream(mirror), "actor_key", "name", "page", "depth") == [
        ("session s2", "page_engagement", "None", "10"),
        ("visitor v1", "page_view", "/a", "None"),
        ("visitor v1", "page_engagement", "/a", "80"),
        ("visitor v1", "page_engagement", "None", "20"),
    ]


def test_three_spellings_are_one_name_and_a_strange_one_is_listed(mirror_with):
    mirror = mirror_with(
        user_events="""
            id | user_id | event_type          | created_at
            e1 | u1      | garage_added        | 2026-01-01 10:00:00
            e2 | u1      | Garage Vehicle Added| 2026-01-01 10:01:00
            e3 | u1      | garage-added        | 2026-01-01 10:02:00
            e4 | u1      | onboarding_step_3   | 2026-01-01 10:03:00
            e5 | u1      | Dyno Uploaded       | 2026-01-01 10:04:00
            e6 | u1      | Page Viewed         | 2026-01-01 10:05:00
        """
    )
    assert listed(events.stream(mirror), "name", "raw_name") == [
        ("garage_added", "garage_added"),
        ("garage_added", "Garage Vehicle Added"),
        ("garage_added", "garage-added"),
        ("onboarding_step_completed", "onboarding_step_3"),
        ("dyno_uploaded", "Dyno Uploaded"),
        ("page_view_reported", "Page Viewed"),
    ]
    strange = events.unmapped(mirror).filter(~events.pl.col("mapped"))
    assert strange.select("raw_name", "name", "events").rows() == [("Dyno Uploaded", "dyno_uploaded", 1)]


def test_every_alias_leads_to_a_known_name_and_no_known_name_is_an_alias_of_another():
    assert set(ALIASES.values()) <= set(KNOWN)
    assert {alias for alias in ALIASES if alias in KNOWN} == {"page_view"}, "page_view is measured by its own table"


def test_the_readers_clock_counts_within_a_day_of_the_servers(mirror_with):
    mirror = mirror_with(
        user_events="""
            id | user_id | event_type | created_at          | event_data
            e1 | u1      | a          | 2026-01-02 10:00:00 | {"client_timestamp": "2026-01-02T09:00:00Z"}
            e2 | u1      | b          | 2026-01-02 10:00:00 | {"client_timestamp": "1999-01-01T00:00:00Z"}
            e3 | u1      | c          | 2026-01-02 10:00:00 | {"client_timestamp": "noon"}
        """
    )
    assert listed(events.stream(mirror), "name", "happened_at") == [
        ("a", "2026-01-02 09:00:00+00:00"),
        ("b", "2026-01-02 10:00:00+00:00"),
        ("c", "2026-01-02 10:00:00+00:00"),
    ]


@pytest.fixture
def mixed(mirror_with):
    return mirror_with(
        user_profiles="""
            id | is_staff
            u1 | true
            u2 | false
        """,
        page_views="""
            id | user_id | visitor_id | session_id | is_bot | created_at
            p1 | u1      | v1         | s1         | false  | 2026-01-01 10:00:00
            p2 | u2      | v2         | s2         | false  | 2026-01-01 10:00:00
            p3 | null    | v3         | s3         | true   | 2026-01-01 10:00:00
            p4 | null    | v3         | s4         | false  | 2026-01-01 10:05:00
            p5 | null    | null       | null       | false  | 2026-01-01 10:00:00
            p6 | u2      | v2         | s2         | false  | null
        """,
    )


def test_staff_and_bots_are_left_out_and_what_is_left_out_is_counted(mixed, uuid_of):
    found = events.stream(mixed)
    assert listed(found, "actor_key") == [(uuid_of("u2"),)]
    # The profiles' rows have no time either: an account that says nothing of its opening.
    assert found.left_out == events.LeftOut(3, 1, 1, 1, 2)
    assert found.left_out.sentence.startswith("Left out: 1 events of 1 staff, 2 events of bots")


def test_the_settings_may_count_them(mixed):
    counting = type(mixed)(mixed.folder, mixed.settings.model_copy(update={"count_staff": True, "count_bots": True}))
    found = events.stream(counting)
    assert found.frame.height == 4
    assert found.of("anonymous").frame.height == 2
    assert found.of("signed_in").actors.height == 2


def test_a_milestone_is_proven_by_its_table(mirror_with):
    mirror = mirror_with(
        user_profiles="""
            id | created_at          | onboarding_completed_at | subscription_started_at
            u1 | 2026-01-01 10:00:00 | 2026-01-01 10:10:00     | 2026-01-05 10:00:00
        """,
        user_vehicles="""
            id | user_id | matched_car_slug | created_at
            x1 | u1      | miata            | 2026-01-02 10:00:00
        """,
        user_favorites="""
            id | user_id | car_slug | created_at
            f1 | u1      | miata    | 2026-01-03 10:00:00
        """,
        al_conversations="""
            id | user_id | created_at
            c1 | u1      | 2026-01-04 10:00:00
        """,
        al_messages="""
            id | conversation_id | role      | created_at
            m1 | c1              | user      | 2026-01-04 10:01:00
            m2 | c1              | assistant | 2026-01-04 10:01:05
        """,
    )
    assert [name for (name,) in listed(events.stream(mirror), "name")] == [
        "account_recorded", "onboarding_recorded", "vehicle_recorded", "favorite_recorded", "conversation_recorded",
        "message_recorded", "subscription_recorded",
    ]  # fmt: skip


def test_a_pause_over_half_an_hour_and_a_day_end_a_session(mirror_with):
    rows = ["id | visitor_id | session_id | created_at", "a | v1 | s1 | 2026-01-01 10:00:00"]
    rows += ["b | v1 | s1 | 2026-01-01 10:30:00", "c | v1 | s1 | 2026-01-01 11:00:01", "d | v2 | s2 | 2026-01-02 00:00"]
    rows += [f"e{n} | v2 | s2 | 2026-01-02 {n // 2:02}:{30 * (n % 2):02}" for n in range(1, 48)]
    rows += ["f | v2 | s2 | 2026-01-03 00:00"]
    mirror = mirror_with(page_views="\n".join(rows))
    sessions = events.stream(mirror).frame["session"].to_list()
    assert sessions[:3] == [1, 1, 2]
    assert sessions[3:] == [3] * 48 + [4]
    found = events.session_disagreements(mirror).select("recorded_session", "events", "actors", "sessions").rows()
    assert found == [("s2", 49, 1, 2), ("s1", 3, 1, 2)]


def test_recorded_sessions_that_share_a_computed_one_disagree(mirror_with):
    mirror = mirror_with(
        page_views="""
            id | visitor_id | session_id | created_at
            p1 | v1         | s1         | 2026-01-01 10:00:00
            p2 | v1         | s2         | 2026-01-01 10:01:00
            p3 | v2         | s3         | 2026-01-01 10:01:00
        """
    )
    found = events.session_disagreements(mirror).select("recorded_session", "recorded_together").rows()
    assert found == [("s1", 2), ("s2", 2)]


def test_a_missing_table_leaves_the_others_standing(mirror_with):
    mirror = mirror_with(
        missing=frozenset({"page_engagement", "subscriptions"}),
        unbound=frozenset({"page_views.visitor_id"}),
        page_views="""
            id | session_id | created_at
            p1 | s1         | 2026-01-01 10:00:00
        """,
    )
    assert listed(events.stream(mirror), "actor_key") == [("session s1",)]


def test_the_answer_is_kept_and_still_says_what_it_was_computed_from(mixed):
    first = events.stream(mixed)
    with mixed.trace() as trace:
        again = events.stream(mixed)
    assert again.frame is first.frame
    assert [one.name for one in trace.questions] == ["events/stream"]
    assert "page_views" in trace.questions[0].tables


def test_no_events_are_no_actors(mirror_with):
    found = events.stream(mirror_with())
    assert (found.frame.height, found.actors.height, found.names) == (0, 0, ())
    assert events.unmapped(found.mirror).is_empty()
    assert found.left_out.sentence == "Nothing was left out."


@pytest.mark.integration
def test_the_demo_has_its_milestones_as_events(demo_mirror):
    found = events.stream(demo_mirror)
    assert {"signup_completed", "page_view", "click", "page_engagement", "vehicle_recorded"} <= set(found.names)
    assert found.left_out.staff_events > 0
    assert found.left_out.bot_events > 0
    assert found.frame["actor"].is_sorted()
    assert found.actors["events"].sum() == found.frame.height


def test_the_stream_of_a_new_generation_is_built_ahead_only_while_somebody_asks(mixed, monkeypatch):
    built = []
    build = events._built
    monkeypatch.setattr(events, "_built", lambda mirror: built.append(1) or build(mirror))
    events.renew(mixed)
    events.renew(mixed)
    assert len(built) == 1, "it was never built, and then it was there"
    monkeypatch.setattr(type(mixed), "edition", (99, datetime.max.replace(tzinfo=UTC)))
    events.renew(mixed)
    assert len(built) == 1, "nobody asked for the one before"
    events.stream(mixed)
    monkeypatch.setattr(type(mixed), "edition", (100, datetime.max.replace(tzinfo=UTC)))
    events.renew(mixed)
    assert len(built) == 3
