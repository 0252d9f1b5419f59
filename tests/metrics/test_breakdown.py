"""Segments of a metric, what each contributed to its change, and the rows behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from metrics import BY_KEY, METRICS, breakdown, measure
from queries import founders
from queries.founders import UnknownDimension
from queries.span import Span

SPAN = Span(date(2026, 1, 3), date(2026, 1, 4))
SIGN_UPS = """
    id    | subscription_tier | is_staff | created_at
    a     | free              | false    | 2026-01-01 10:00:00+00
    b     | tuner             | false    | 2026-01-03 10:00:00+00
    c     | tuner             | false    | 2026-01-04 10:00:00+00
    d     |                   | false    | 2026-01-04 11:00:00+00
    staff | admin             | true     | 2026-01-04 11:00:00+00
"""
COUNTED = [metric for metric in METRICS if metric.facts]
ADDED = [metric for metric in COUNTED if metric.measured in {"sum", "stock"}]


def test_a_segment_that_came_and_one_that_went_are_both_in_the_change(mirror_with):
    found = breakdown(mirror_with(user_profiles=SIGN_UPS), BY_KEY["new_users"], by="tier", span=SPAN)
    assert found.select("segment", "value", "previous", "change", "share_of_change").rows() == [
        ("tuner", 2, 0, 2, 1.0),
        ("free", 0, 1, -1, -0.5),
        ("unknown", 1, 0, 1, 0.5),
    ]


def test_a_stock_is_broken_down_at_the_end_of_the_range(mirror_with):
    found = breakdown(mirror_with(user_profiles=SIGN_UPS), BY_KEY["users"], by="tier", span=SPAN)
    assert dict(found.select("segment", "value").iter_rows()) == {"free": 1, "tuner": 2, "unknown": 1}


def test_the_rows_behind_a_number_are_as_many_as_it_says(mirror_with):
    mirror = mirror_with(user_profiles=SIGN_UPS)
    rows = founders.behind(mirror, facts="profiles", measured="people", span=SPAN)
    assert rows["moment"].is_sorted(descending=True)
    assert rows["record"].n_unique() == measure(mirror, BY_KEY["new_users"], span=SPAN).value == 3


@pytest.mark.parametrize("metric", COUNTED, ids=lambda metric: metric.key)
def test_every_dimension_of_every_metric_answers(mirror_with, metric):
    mirror = mirror_with()
    assert metric.leading in metric.dimensions
    for by in metric.dimensions:
        assert breakdown(mirror, metric, by=by, span=SPAN).is_empty()


@pytest.mark.integration
@pytest.mark.parametrize("metric", ADDED, ids=lambda metric: metric.key)
def test_the_segments_of_a_sum_add_up_to_it(demo_mirror, metric):
    span = Span.of(date(2025, 11, 1), date(2026, 1, 26))
    whole = measure(demo_mirror, metric, span=span).value
    for by in metric.dimensions:
        parts = breakdown(demo_mirror, metric, by=by, span=span, compare="none")["value"].sum()
        assert abs(Decimal(parts or 0) - Decimal(whole or 0)) < Decimal("0.01"), by


def test_a_quotient_names_what_can_be_broken_down_instead(mirror_with):
    with pytest.raises(UnknownDimension, match="quotient") as refused:
        breakdown(mirror_with(), BY_KEY["cost_per_answer"], by="model", span=SPAN)
    assert "AI cost" in refused.value.next_step


def test_an_unknown_dimension_is_refused_with_those_there_are(mirror_with):
    with pytest.raises(UnknownDimension) as refused:
        breakdown(mirror_with(), BY_KEY["new_users"], by="created_at; drop table cars", span=SPAN)
    assert "tier" in refused.value.next_step


def test_cost_per_answer_is_exact_and_unknown_without_answers(mirror_with):
    logs = """
        id | cost_cents | created_at
        1  | 10         | 2026-01-03 10:00:00+00
    """
    answers = """
        id | role      | created_at
        1  | assistant | 2026-01-03 10:00:00+00
        2  | assistant | 2026-01-03 10:00:00+00
        3  | assistant | 2026-01-03 10:00:00+00
        4  | user      | 2026-01-03 10:00:00+00
    """
    metric = BY_KEY["cost_per_answer"]
    found = measure(mirror_with(al_usage_logs=logs, al_messages=answers), metric, span=SPAN, compare="none")
    assert found.value == Decimal("0.033333")
    assert found.series["value"].to_list() == [Decimal("0.033333"), None]
    assert measure(mirror_with(al_usage_logs=logs), metric, span=SPAN, compare="none").value is None


def test_activation_waits_until_seven_days_are_over(mirror_with):
    mirror = mirror_with(
        user_profiles="""
            id   | created_at
            ann  | 2026-01-03 10:00:00+00
            bob  | 2026-01-03 10:00:00+00
            late | 2026-01-04 10:00:00+00
            new  | 2126-01-01 10:00:00+00
        """,
        user_favorites="""
            id | user_id | created_at
            1  | ann     | 2026-01-05 10:00:00+00
            2  | late    | 2026-01-11 10:00:00+00
        """,
        al_conversations="""
            id | user_id | created_at
            1  | ann     | 2026-01-05 10:00:00+00
        """,
    )
    found = measure(mirror, BY_KEY["activation"], span=SPAN, compare="none")
    assert found.value == Decimal("0.333333")
    assert found.series["value"].to_list() == [Decimal("0.5"), Decimal(0)]
    century = Span(date(2126, 1, 1), date(2126, 1, 1))
    assert measure(mirror, BY_KEY["activation"], span=century, compare="none").value is None


def test_only_paid_subscriptions_count_as_paying(mirror_with):
    found = measure(
        mirror_with(
            subscriptions="""
                id | user_id | status   | created_at             | canceled_at            | current_period_end
                1  | ann     | active   | 2026-01-01 00:00:00+00 |                        |
                2  | bob     | trialing | 2026-01-01 00:00:00+00 |                        |
                3  | cyd     | canceled | 2026-01-01 00:00:00+00 | 2026-01-04 00:00:00+00 |
                4  | dan     | unpaid   | 2026-01-01 00:00:00+00 |                        |
            """
        ),
        BY_KEY["paying_users"],
        span=SPAN,
    )
    assert found.series["value"].to_list() == [2, 1]


def test_stickiness_is_active_people_of_a_day_by_those_of_the_period(mirror_with):
    events = """
        id | user_id | created_at
        1  | ann | 2026-01-05 10:00:00+00
        2  | ann | 2026-01-05 11:00:00+00
        3  | ann | 2026-01-06 10:00:00+00
        4  | bob | 2026-01-06 10:00:00+00
    """
    mirror = mirror_with(user_events=events, user_profiles="id\n ann\n bob")
    week = Span(date(2026, 1, 5), date(2026, 1, 11), grain="week")
    found = measure(mirror, BY_KEY["stickiness"], span=week, compare="none")
    assert found.value == found.series["value"][0] == Decimal("0.214286")  # 3 of 2 times 7 days
    by_day = measure(mirror, BY_KEY["stickiness"], span=Span(date(2026, 1, 5), date(2026, 1, 6)), compare="none")
    assert (by_day.value, by_day.series["value"].to_list()) == (Decimal("0.75"), [None, None])


def test_recurring_revenue_stands_at_the_end_of_each_period(mirror_with):
    mirror = mirror_with(
        plans="id | price_monthly | price_annual\n p1 | 1000 | 9600",
        subscriptions="""
            id | user_id | plan_id | status | created_at | canceled_at | current_period_start | current_period_end
            1 | ann | p1 | active   | 2026-01-04 | | 2026-01-04 | 2026-02-04
            2 | bob | p1 | active   | 2026-01-01 | | 2026-01-01 | 2027-01-01
            3 | cyd | p1 | trialing | 2026-01-01 | | 2026-01-01 | 2026-02-01
        """,
    )
    found = measure(mirror, BY_KEY["mrr"], span=SPAN)
    assert found.series["value"].to_list() == [Decimal("8.00"), Decimal("18.00")]
    assert (found.value, found.previous) == (Decimal("18.00"), Decimal("8.00"))
    assert measure(mirror_with(), BY_KEY["mrr"], span=SPAN).value is None


@pytest.mark.parametrize("key", ["mrr", "stickiness"])
def test_a_metric_without_rows_of_its_own_has_no_segments_and_says_what_it_counts(mirror_with, key):
    with pytest.raises(UnknownDimension, match="no segments"):
        breakdown(mirror_with(), BY_KEY[key], by="tier", span=SPAN)
    assert BY_KEY[key].grain
    assert BY_KEY[key].tables


def test_rows_that_can_be_listed_and_broken_down_stand_behind_every_metric():
    assert [metric.key for metric in METRICS if not all(one.facts and one.dimensions for one in metric.behind)] == []
    assert all(metric.behind for metric in METRICS)
