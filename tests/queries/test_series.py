"""Series are zero-filled, and stocks carry on."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as some

from queries.series import flow, stock
from queries.span import Span

SPAN = Span(date(2026, 1, 1), date(2026, 1, 4))


def sparse(rows):
    """Return the rows of (period, value) as SQL would answer them."""
    return pl.DataFrame(rows, schema={"period": pl.Date, "value": pl.Int64}, orient="row")


def test_a_stock_starts_from_what_stood_before_the_range():
    frame = stock(sparse([(None, 5), (date(2026, 1, 2), 1), (date(2026, 1, 4), -2)]), SPAN, None)
    assert frame.get_column("value").to_list() == [4, 5, 6, 6, 4]


def test_a_stock_of_nothing_is_zero_throughout():
    assert stock(sparse([]), SPAN, None).get_column("value").to_list() == [0] * 5


@given(some.lists(some.integers(0, 50), min_size=4, max_size=4))
def test_the_days_of_a_flow_keep_every_value(values):
    rows = [(day, value) for day, value in zip(SPAN.periods(), values, strict=True) if value]
    frame = flow(sparse([(None, sum(values)), *rows]), SPAN, None)
    assert frame.get_column("value").to_list() == [sum(values), *values]
