"""The finance page's views: costs month by month, and language models beside what is booked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from dashboards import finance
from dashboards.view import Computed

COMPUTED = Computed("", (), 0, "", datetime(2026, 1, 27, tzinfo=UTC))
LOGGED = pl.DataFrame({"model": ["m"], "requests": [3], "amount": [Decimal("4.50")]})
BOOKED = pl.DataFrame({"account_code": ["5110", "6010"], "booked": [Decimal("20.00"), Decimal("9.00")]})


@pytest.mark.parametrize(
    ("category", "words"),
    [
        ("AI", "Logged 4.50; booked 20.00 on the accounts that recorded costs of category ai belong on: 5110."),
        ("rent", "Logged 4.50; no cost of category ai was recorded, so no account stands beside it."),
    ],
)
def test_logged_use_of_models_stands_beside_what_is_booked(category, words):
    recorded = pl.DataFrame({"category": [category], "account_code": ["5110"]})
    assert finance.assistant(LOGGED, recorded, BOOKED, COMPUTED).notes == (words,)


def test_costs_are_drawn_by_category_and_by_whether_they_come_back():
    frame = pl.DataFrame(
        {
            "month": [date(2025, 1, 1), date(2025, 1, 1), date(2025, 3, 1)],
            "category": ["ai", "rent", "ai"],
            "vendor": ["a", "b", "a"],
            "recurring": [True, False, True],
            "amount": [Decimal("2.00"), Decimal("5.00"), Decimal("3.00")],
            "costs": [1, 1, 2],
        }
    )
    by_category, by_kind, by_vendor = finance.spent(frame, COMPUTED, dark=False).figures
    drawn = [{bar.name: list(bar.y) for bar in one.chart.data} for one in (by_category, by_kind, by_vendor)]
    assert drawn == [
        {"rent": [5, 0], "ai": [2, 3]}, {"Recurring": [2, 3], "One-off": [5, 0]}, {"a": [2, 3], "b": [5, 0]},
    ]  # fmt: skip
    assert by_vendor.table.rows() == [("a", Decimal("5.00"), 3), ("b", Decimal("5.00"), 1)]
    assert by_category.alt == "Costs of 10.00 in 2 months, 5.00 of them recurring."


def test_small_vendors_share_a_colour_and_no_amount_is_lost():
    frame = pl.DataFrame(
        {
            "month": [date(2025, 1, 1)] * 9,
            "category": ["ai"] * 9,
            "vendor": list("abcdefghi"),
            "recurring": [True] * 9,
            "amount": [Decimal(f"{place}.10") for place in range(1, 10)],
            "costs": [1] * 9,
        }
    )
    _, _, by_vendor = finance.spent(frame, COMPUTED, dark=False).figures
    drawn = {bar.name: bar.y[0] for bar in by_vendor.chart.data}
    assert [*drawn] == [*"ihgfed", finance.OTHERS]
    assert drawn[finance.OTHERS] == Decimal("6.30")
    assert sum(drawn.values()) == frame["amount"].sum()
