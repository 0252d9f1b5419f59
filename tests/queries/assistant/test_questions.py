"""What is asked of the assistant, what waits, and what it costs on each plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from queries import assistant
from queries.span import Span

SPAN = Span(date(2026, 1, 1), date(2026, 1, 15))


@pytest.fixture
def mirror(mirror_with):
    return mirror_with(
        user_profiles="id | subscription_tier | is_staff\n u1 | free |\n u2 | free |\n boss | collector | true",
        plans="id | tier | price_monthly\n p1 | tuner | 1000",
        subscriptions="id | user_id | plan_id | status\n s1 | u2 | p1 | active",
        cars="id | slug | brand\n c1 | miata | Mazda",
        al_conversations="""
            id | user_id | initial_car_slug | created_at
            k1 | u1 | miata | 2026-01-02 10:00:00+00
            k2 | u2 |       | 2026-01-02 10:00:00+00
        """,
        al_messages="""
            id | conversation_id | role | sequence_number | created_at
            m1 | k1 | user      | 1 | 2026-01-02 10:00:00+00
            m2 | k1 | assistant | 2 | 2026-01-02 10:00:00+00
            m3 | k2 | user      | 1 | 2026-01-02 10:00:00+00
            m4 | k2 | assistant | 2 | 2026-01-02 10:01:00+00
            m5 | k2 | user      | 3 | 2026-01-02 10:02:00+00
        """,
        al_usage_logs="""
            id | user_id | input_tokens | output_tokens | cost_cents | created_at
            l1 | u1   | 10 | 1 | 40  | 2026-01-02 10:00:00+00
            l2 | u2   | 20 | 2 | 100 | 2026-01-02 10:00:00+00
            l3 | boss | 30 | 3 | 6   | 2026-01-02 10:00:00+00
            l4 |      | 40 | 4 | 8   | 2026-01-02 10:00:00+00
            l5 | u1   | 50 | 5 | 999 | 2025-12-31 10:00:00+00
        """,
    )


def test_questions_answers_people_and_tokens_of_the_range(mirror, mirror_with):
    assert assistant.totals(mirror, span=SPAN).rows() == [(2, 2, 3, 2, 100, 10)]
    assert assistant.totals(mirror_with(), span=SPAN).rows() == [(0, 0, 0, 0, None, None)]


def test_cost_stands_beside_what_the_effective_plan_brings_in(mirror):
    found = assistant.by_plan(mirror, span=SPAN)
    assert found.select("tier", "people", "cost", "cost_in_30_days", "list_price_a_month", "cost_share").rows() == [
        ("tuner", 1, Decimal("1.00"), Decimal("2.00"), Decimal("10.00"), 0.2),
        ("free", 1, Decimal("0.40"), Decimal("0.80"), Decimal("0.00"), None),
        ("nobody", 0, Decimal("0.08"), Decimal("0.16"), None, None),
        ("staff", 1, Decimal("0.06"), Decimal("0.12"), Decimal("0.00"), None),
    ]


def test_topics_are_the_cars_that_conversations_began_from(mirror):
    assert assistant.topics(mirror, span=SPAN).rows() == [
        ("miata", "Mazda", 1, 1, 2, 0.5), ("no car", None, 1, 1, 3, 0.5),
    ]  # fmt: skip


def test_a_conversation_that_ends_with_a_question_waits(mirror, uuid_of):
    assert assistant.waiting(mirror, span=SPAN).select("conversation_id", "messages").rows() == [(uuid_of("k2"), 3)]


def test_a_word_shows_once_five_people_used_it_and_what_fewer_wrote_stays_theirs(mirror_with):
    said = ["How do I tune my ECU?", "ECU or turbo?", "the ecu, the ECU", "Ecu ann@home.org", "an ECU 12345"]
    mirror = mirror_with(
        al_conversations="id | user_id\n" + "\n".join(f"k{n} | u{n}" for n in range(6)),
        al_messages="id | conversation_id | role | content | created_at\n"
        + "\n".join(f"m{n} | k{n} | user | {words} | 2026-01-02" for n, words in enumerate(said))
        + "\nm7 | k1 | user | turbo turbo | 2026-01-03\nm8 | k5 | assistant | ecu | 2026-01-02"
        + "\nm9 | k5 | user | ecu | 2026-02-02",
    )
    assert assistant.words(mirror, span=SPAN).rows() == [("ecu", 5, 5)]
