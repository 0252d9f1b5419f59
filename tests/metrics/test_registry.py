"""Each metric is defined once and compared with an equal range."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from metrics import BY_KEY, METRICS, change, measure
from queries.span import Span

SPAN = Span(date(2026, 1, 3), date(2026, 1, 4))
SIGN_UPS = """
    id | created_at
    a  | 2026-01-01 10:00:00+00
    b  | 2026-01-03 10:00:00+00
    c  | 2026-01-04 10:00:00+00
    d  | 2025-01-03 10:00:00+00
"""


def test_keys_name_one_metric_each():
    assert len(BY_KEY) == len(METRICS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_every_metric_answers_on_an_empty_database(mirror_with, metric):
    found = measure(mirror_with(), metric, span=SPAN)
    assert found.value in {0, None}
    assert found.change is None
    assert found.series.height == SPAN.days


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_every_metric_says_in_a_sentence_what_it_counts(metric):
    assert metric.definition.endswith(".")
    assert metric.question.__doc__.strip().split("\n")[0].endswith("?")


@pytest.mark.parametrize(
    ("compare", "previous", "grown"), [("previous", 1, 1.0), ("year", 1, 1.0), ("none", None, None)]
)
def test_a_metric_is_compared_with_the_range_asked_for(mirror_with, compare, previous, grown):
    found = measure(mirror_with(user_profiles=SIGN_UPS), BY_KEY["new_users"], span=SPAN, compare=compare)
    assert (found.value, found.previous, found.change) == (2, previous, grown)


@pytest.mark.parametrize(
    ("value", "previous", "expected"),
    [
        (3, 2, 0.5),
        (0, 2, -1.0),
        (Decimal("-1.00"), Decimal("-2.00"), 0.5),
        (5, 0, None),
        (None, 2, None),
        (2, None, None),
    ],
)
def test_growth_is_blank_where_it_cannot_be_said(value, previous, expected):
    assert change(value, previous) == expected
