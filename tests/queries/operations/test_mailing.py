"""E-mail over time, plans and credit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from queries.operations import billing, mailing
from queries.span import Span

SPAN = Span(date(2026, 1, 3), date(2026, 1, 5))
MAILS = """
    id | recipient_email | status | sent_at | opened_at | created_at
    a | ann@x.example | delivered | 2026-01-03 | 2026-01-04 | 2026-01-03 10:00:00+00
    b | bob@x.example | bounced   | 2026-01-03 |            | 2026-01-03 10:00:00+00
    c | bob@x.example | bounced   | 2026-01-05 |            | 2026-01-05 10:00:00+00
    d | cyd@x.example | complained | 2026-01-05 |           | 2026-01-05 10:00:00+00
    e | dan@x.example | unsubscribed | 2025-01-05 |         | 2025-12-05 10:00:00+00
    f | eve@x.example | skipped   |            |            | 2026-01-05 10:00:00+00
"""


def test_every_period_is_there_and_rates_are_of_the_step_before(mirror_with):
    found = mailing.by_period(mirror_with(email_logs=MAILS), span=SPAN)
    counts = found.select("period", "queued", "sent", "delivered", "opened", "bounced", "complained").rows()
    assert counts == [
        (date(2026, 1, 3), 2, 2, 1, 1, 1, 0),
        (date(2026, 1, 4), 0, 0, 0, 0, 0, 0),
        (date(2026, 1, 5), 3, 2, 1, 0, 1, 1),
    ]
    assert found.select("delivery_rate", "open_rate", "click_rate", "complaint_rate").rows() == [
        (0.5, 1.0, 0.0, 0.0),
        (None, None, None, None),
        (0.5, 0.0, None, 1.0),
    ]


def test_a_recipient_is_suppressed_once_from_the_first_refusal_on(mirror_with):
    found = mailing.suppressed(mirror_with(email_logs=MAILS), span=SPAN)
    assert found.drop_nulls("period")["value"].to_list() == [2, 2, 3]


def test_a_plan_without_a_limit_has_no_number(mirror_with):
    mirror = mirror_with(
        plans="id | name | price_monthly\n p1 | Tuner | 999\n p0 | Free | 0",
        plan_entitlements="""
            id | plan_id | feature_key | enabled | limit
            a  | p1      | chat        | true    |
            b  | p0      | chat        | false   | 3
        """,
    )
    assert billing.entitlements(mirror).rows() == [("chat", "Free", False, 3), ("chat", "Tuner", True, None)]


def test_who_came_to_a_gate_and_subscribed_later(mirror_with):
    mirror = mirror_with(
        user_events="""
            id | user_id | visitor_id | event_type | created_at
            1 | u1 |    | upgrade_gate_shown | 2026-01-03 10:00:00+00
            2 | u1 |    | upgrade_gate_shown | 2026-01-04 10:00:00+00
            3 |    | v9 | upgrade_gate_shown | 2026-01-04 10:00:00+00
            4 | u2 |    | upgrade_gate_shown | 2026-01-04 10:00:00+00
            5 | u1 |    | car_viewed         | 2026-01-04 10:00:00+00
        """,
        subscriptions="id | user_id | created_at\n s1 | u1 | 2026-01-05\n s2 | u2 | 2026-01-01",
    )
    assert billing.gates(mirror, span=SPAN).rows() == [("upgrade_gate_shown", 4, 3, 2, 1)]


def test_credit_bought_is_unknown_without_accounts_and_0_where_nobody_bought(mirror_with):
    assert billing.purchases(mirror_with()).rows() == [(0, 0, None, None)]
    nobody = mirror_with(al_user_credits="id | user_id | purchased_cents\n a | u1 | 0")
    assert billing.purchases(nobody).rows() == [(1, 0, Decimal("0.00"), None)]
    some = mirror_with(al_user_credits="id | user_id | purchased_cents\n a | u1 | 0\n b | u2 | 500\n c | u3 | 250")
    assert billing.purchases(some).rows() == [(3, 2, Decimal("7.50"), Decimal("3.75"))]
