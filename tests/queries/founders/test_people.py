"""Who counts as a user, a new user, an active user, a visitor."""

from __future__ import annotations

from datetime import date

from queries import founders
from queries.span import Span

SPAN = Span(date(2026, 1, 1), date(2026, 1, 3))
PROFILES = """
    id    | is_staff | created_at
    ann   | false    | 2025-12-01 00:00:00+00
    bob   |          | 2026-01-02 23:59:00+00
    staff | true     | 2025-12-01 00:00:00+00
"""


def values(frame):
    """Return the whole first, then each day."""
    return frame.get_column("value").to_list()


def test_users_are_a_stock_that_carries_on_and_leaves_staff_out(mirror_with):
    mirror = mirror_with(user_profiles=PROFILES)
    assert values(founders.users(mirror, span=SPAN)) == [2, 1, 2, 2]


def test_days_without_sign_ups_are_zero_not_absent(mirror_with):
    mirror = mirror_with(user_profiles=PROFILES)
    assert values(founders.new_users(mirror, span=SPAN)) == [1, 0, 1, 0]


def test_a_sign_up_falls_on_the_viewers_day(mirror_with):
    mirror = mirror_with(user_profiles=PROFILES)
    in_berlin = Span(date(2026, 1, 1), date(2026, 1, 3), "Europe/Berlin")
    assert values(founders.new_users(mirror, span=in_berlin)) == [1, 0, 0, 1]


def test_one_person_is_active_once_however_much_was_done(mirror_with):
    mirror = mirror_with(
        user_profiles=PROFILES,
        page_views="""
            id | user_id | is_bot | created_at
            1  | ann     | false  | 2026-01-01 10:00:00+00
            2  | ann     | false  | 2026-01-02 10:00:00+00
            3  | bob     | true   | 2026-01-02 10:00:00+00
            4  | staff   | false  | 2026-01-02 10:00:00+00
            5  |         | false  | 2026-01-02 10:00:00+00
        """,
        click_events="""
            id | user_id | created_at
            1  | ann     | 2026-01-01 10:01:00+00
            2  | bob     | 2026-01-04 00:00:00+00
        """,
        user_events="""
            id | user_id | created_at
            1  | bob     | 2026-01-03 23:59:00+00
        """,
    )
    assert values(founders.active_users(mirror, span=SPAN)) == [2, 1, 1, 1]


def test_only_the_persons_own_message_to_the_assistant_is_activity(mirror_with):
    mirror = mirror_with(
        user_profiles=PROFILES,
        al_conversations="""
            id | user_id
            c1 | ann
            c2 | bob
        """,
        al_messages="""
            id | conversation_id | role      | created_at
            1  | c1              | user      | 2026-01-01 10:00:00+00
            2  | c2              | assistant | 2026-01-01 10:00:00+00
        """,
    )
    assert values(founders.active_users(mirror, span=SPAN)) == [1, 1, 0, 0]


def test_a_visitor_is_the_user_else_the_cookie_else_the_session(mirror_with):
    mirror = mirror_with(
        user_profiles=PROFILES,
        page_views="""
            id | user_id | visitor_id | session_id | created_at
            1  | ann     | v1         | s1         | 2026-01-01 10:00:00+00
            2  | ann     | v2         | s2         | 2026-01-01 11:00:00+00
            3  |         | v3         | s3         | 2026-01-01 12:00:00+00
            4  |         | v3         | s4         | 2026-01-02 12:00:00+00
            5  |         |            | s5         | 2026-01-02 12:00:00+00
        """,
    )
    assert values(founders.visitors(mirror, span=SPAN)) == [3, 2, 2, 0]
    assert values(founders.visitors(mirror, span=SPAN, segment="signed_in")) == [1, 1, 0, 0]
    assert values(founders.visitors(mirror, span=SPAN, segment="anonymous")) == [2, 1, 2, 0]
