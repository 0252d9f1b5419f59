"""Coverage over the days that were kept: the mean of each day, and who moved between the first and the last."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from queries.content import trend

KEPT = pl.DataFrame(
    [
        (date(2026, 1, 1), "miata", "Mazda", 0.2),
        (date(2026, 1, 1), "rx7", "Mazda", 0.4),
        (date(2026, 1, 1), "supra", "Toyota", 0.6),
        (date(2026, 1, 1), "gone", "Rover", 0.9),
        (date(2026, 1, 2), "miata", "Mazda", None),
        (date(2026, 1, 5), "miata", "Mazda", 0.5),
        (date(2026, 1, 5), "rx7", "Mazda", 0.3),
        (date(2026, 1, 5), "supra", "Toyota", 0.6),
        (date(2026, 1, 5), "new", "Kia", 0.1),
    ],
    schema=["day", "slug", "brand", "coverage"],
    orient="row",
)


def test_a_day_is_the_mean_of_its_cars_and_unknown_where_none_can_be_known():
    assert trend.by_day(KEPT).rows() == [
        (date(2026, 1, 1), pytest.approx(0.525), 4),
        (date(2026, 1, 2), None, 1),
        (date(2026, 1, 5), pytest.approx(0.375), 4),
    ]


def test_makes_and_cars_that_were_there_on_both_days_gain_and_lose():
    assert trend.moves(KEPT).rows() == [("Mazda", pytest.approx(0.3), pytest.approx(0.4), pytest.approx(0.1))]
    assert trend.moves(KEPT, by="slug").select("who", "change").rows() == [
        ("miata", pytest.approx(0.3)),
        ("rx7", pytest.approx(-0.1)),
    ]


def test_one_day_moves_nobody_and_no_day_is_no_trend():
    assert trend.moves(KEPT.filter(pl.col("day") == date(2026, 1, 1))).is_empty()
    nothing = pl.DataFrame(schema={"day": pl.Date})
    assert trend.by_day(nothing).is_empty()
    assert trend.moves(nothing).is_empty()
