"""Errors in numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from queries import errors
from queries.errors import detail, statistics
from queries.span import Span
from store import Triage

JANUARY = Span.of(date(2026, 1, 1), date(2026, 1, 3))


def test_severities_are_counted_and_none_is_dropped(mirror_with):
    mirror = mirror_with(
        application_errors="""
            id | severity | user_id | occurrence_count | status | last_seen_at
            e1 | major    | u1      | 4                | new    | 2026-01-01 10:00:00+00
            e2 | major    | u1      |                  | closed | 2026-01-02 10:00:00+00
            e3 |          |         | 2                | new    | 2026-01-03 23:59:00+00
            e4 | blocking | u2      | 9                | new    | 2026-01-04 00:00:00+00
        """
    )
    found = statistics.severities(mirror, span=JANUARY)
    assert {row[0]: row[1:5] for row in found.rows()} == {
        None: (3, 2, 7, 1),
        "major": (2, 1, 5, 1),
        "unknown": (1, 1, 2, 0),
    }


def test_rates_have_no_value_where_nobody_came(mirror_with):
    mirror = mirror_with(
        application_errors="id | occurrence_count | last_seen_at\ne1 | 3 | 2026-01-01 10:00:00+00",
        page_views="""
            id | session_id | is_bot | created_at
            p1 | s1         | false  | 2026-01-01 10:00:00+00
            p2 | s1         | false  | 2026-01-01 11:00:00+00
            p3 | s2         | false  | 2026-01-01 11:00:00+00
            p4 | s3         | true   | 2026-01-02 11:00:00+00
        """,
    )
    assert statistics.rates(mirror, span=JANUARY).rows() == [
        (date(2026, 1, 1), 3, 2, 3, 1.5, 1.0),
        (date(2026, 1, 2), 0, 0, 0, None, None),
        (date(2026, 1, 3), 0, 0, 0, None, None),
    ]


def test_occurrences_of_both_tables_are_spread_over_the_hours_of_their_days(mirror_with):
    mirror = mirror_with(
        application_errors="""
            id | occurrence_count | first_seen_at          | last_seen_at
            e1 | 6                | 2026-01-01 22:10:00+00 | 2026-01-02 00:50:00+00
            e2 | 8                | 2025-12-31 23:30:00+00 | 2026-01-01 00:30:00+00
        """,
        user_feedback="""
            id | category   | severity | error_metadata           | created_at
            f1 | auto-error | major    | {"occurrenceCount": 5}   | 2026-01-03 10:00:00+00
            f2 | bug        | major    |                          | 2026-01-03 10:00:00+00
        """,
    )
    assert statistics.rates(mirror, span=JANUARY)["events"].to_list() == [8.0, 2.0, 5.0]
    counted = statistics.severities(mirror, span=JANUARY).filter(severity="major")
    assert counted.select("row_count", "open_rows", "events").rows() == [(1, 1, 5)]


def test_a_session_is_not_error_free_when_its_user_met_an_error_in_it(mirror_with):
    mirror = mirror_with(
        application_errors="""
            id | user_id | first_seen_at       | last_seen_at
            e1 | u1      | 2026-01-01 10:05:00+00 | 2026-01-01 10:05:00+00
            e2 | u2      | 2026-01-01 09:00:00+00 | 2026-01-01 12:00:00+00
        """,
        user_feedback="id | category | user_id | created_at\nf1 | auto-error | u3 | 2026-01-03 10:10:00+00",
        page_views="""
            id | session_id | user_id | created_at
            p1 | s1         | u1      | 2026-01-01 10:00:00+00
            p2 | s2         | u1      | 2026-01-02 10:00:00+00
            p3 | s3         | u2      | 2026-01-01 10:00:00+00
            p4 | s4         |         | 2026-01-01 10:00:00+00
            p5 | s5         | u3      | 2026-01-03 10:00:00+00
        """,
    )
    assert statistics.error_free(mirror, span=JANUARY).rows() == [(4, 2)]


def test_failures_of_jobs_videos_and_emails_are_grouped_by_what_they_said(mirror_with):
    mirror = mirror_with(
        scrape_jobs="""
            id | job_type | status    | error_message        | completed_at
            j1 | lap      | failed    | no answer within 30s | 2026-01-01 10:00:00+00
            j2 | lap      | failed    | no answer within 45s | 2026-01-02 10:00:00+00
            j3 | lap      | completed |                      | 2026-01-02 10:00:00+00
        """,
        youtube_ingestion_queue="""
            id | discovered_via | status | error_message | processed_at
            q1 | search         | failed |               | 2026-01-02 10:00:00+00
        """,
        email_logs="""
            id | template_slug | status  | error_message            | sent_at
            m1 | welcome       | bounced | no mailbox jane@home.org | 2026-01-02 10:00:00+00
            m2 | welcome       | sent    |                          | 2026-01-02 10:00:00+00
        """,
    )
    found = statistics.failures(mirror, span=JANUARY)
    assert found.select("source", "kind", "says", "failures", "wordings").rows() == [
        ("scrape_jobs", "lap", "no answer within <duration>", 2, 2),
        ("email_logs", "welcome", "no mailbox <email>", 1, 1),
        ("youtube_ingestion_queue", "search", "(nothing said)", 1, 1),
    ]


def test_a_page_without_errors_is_told_from_one_never_viewed(mirror_with):
    mirror = mirror_with(
        application_errors="id | page_url\ne1 | https://a.test/cars/bmw-m3?x=1",
        page_views="""
            id | page_url        | created_at
            p1 | /cars/audi-r8   | 2026-01-01 10:00:00+00
            p2 | /cars/bmw-m3    | 2026-01-01 10:00:00+00
            p3 | /garage         | 2026-01-01 10:00:00+00
        """,
    )
    assert statistics.pages_seen(mirror, span=JANUARY).rows() == [
        ("/cars/<slug>", 2, 1, True),
        ("/garage", 1, 0, False),
    ]


@pytest.fixture
def history(mirror_with):
    return mirror_with(
        application_errors="""
            id | error_message | error_hash | status | is_regression | first_seen_at | last_seen_at | fixed_at
            e1 | a 1 | h1 | fixed | false | 2026-01-01 10:00:00+00 | 2026-01-01 10:00:00+00 | 2026-01-01 14:00:00+00
            e2 | a 2 | h2 | fixed | true  | 2026-01-01 10:00:00+00 | 2026-01-01 12:00:00+00 | 2026-01-01 13:00:00+00
            e3 | b   | h3 | new   | false | 2026-01-02 10:00:00+00 | 2026-01-02 10:00:00+00 |
        """
    )


def test_times_to_act_are_means_and_medians_and_unknown_without_an_act(history):
    found = {row[0]: row[1:] for row in statistics.times_to_act(history).rows()}
    assert found == {"acknowledge": (0, None, None), "resolve": (1, 4.0, 4.0)}
    mark = errors.issues(history).filter(title="b")["fingerprint"].item()
    log = [Triage(mark, action, "ann", datetime(2026, 1, 2, hour, tzinfo=UTC)) for action, hour in
           (("assign", 12), ("resolve", 20))]  # fmt: skip
    found = {row[0]: row[1:] for row in statistics.times_to_act(history, log=log).rows()}
    assert found == {"acknowledge": (1, 2.0, 2.0), "resolve": (2, 7.0, 7.0)}


def test_the_live_views_are_answered_beside_ours(history):
    found = {row[0]: (row[2], row[3]) for row in statistics.live_views(history).rows()}
    # Two wordings of one fault are two hashes; only ours knows that what was settled is not regressed.
    assert found == {
        "v_unresolved_errors": (1, 1),
        "v_open_application_errors": (1, 1),
        "v_regression_errors": (1, 0),
        "v_error_summary": (3, 2),
        "v_error_trends": (3, 3),
        "v_top_errors": (1, 2),
        "error_statistics": (3, 3),
    }


def test_days_follow_the_zone_and_end_with_the_unfinished_one(mirror_with):
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    seen = (now - timedelta(hours=2)).isoformat()
    mirror = mirror_with(
        application_errors=f"id | error_message | occurrence_count | last_seen_at\ne1 | x | 3 | {seen}"
    )
    (mark,) = errors.issues(mirror)["fingerprint"]
    found = detail.daily(mirror, mark, timezone="Asia/Tokyo")
    assert (found.height, found["value"].sum(), found["complete"].to_list().count(False)) == (28, 3.0, 1)
