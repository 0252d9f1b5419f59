"""From measurements to cards and charts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from dashboards import home
from dashboards.view import Computed, Filters
from metrics import METRICS, Measurement
from queries.span import Span

HOW = Computed("How.")
FILTERS = Filters(Span.of(date(2026, 1, 5), date(2026, 1, 7), "UTC"), "previous", "all")
SERIES = pl.DataFrame(
    {"period": [date(2026, 1, 5), date(2026, 1, 6)], "value": [2, None], "complete": [True, True]},
    schema={"period": pl.Date, "value": pl.Int64, "complete": pl.Boolean},
)


def measured(value=7, previous=None, change=None, *, complete=True):
    return Measurement(value, previous, change, complete, SERIES), HOW


def card(key, measurement, filters=FILTERS):
    return home.cards({key: measurement}, filters).numbers[0]


def test_cards_stand_in_the_order_of_the_registry_and_leave_out_what_failed():
    keys = [metric.key for metric in METRICS]
    found = {key: measured() for key in reversed(keys) if key != "cash"}
    assert [number.key for number in home.cards(found, FILTERS).numbers] == [key for key in keys if key != "cash"]


def test_unknown_stays_unknown():
    number = card("cash", measured(None))
    assert (number.value, number.change) == (None, None)
    assert number.sparkline == (2.0,)


def test_money_keeps_its_cents():
    assert card("cash", measured(Decimal("90071992547409.93"))).value == Decimal("90071992547409.93")


def test_fewer_open_errors_are_good():
    assert card("open_errors", measured()).good == "down"


@pytest.mark.parametrize("compare", ["previous", "year", "none"])
def test_a_card_says_what_it_is_compared_with(compare):
    filters = Filters(FILTERS.span, compare, "all")
    assert card("users", measured(7, 5, 0.4), filters).compared_with == home.WORDS[compare]


def test_every_chart_covers_the_range_of_the_page():
    found = {metric.key: measured() for metric in METRICS}
    figures = home.activity(found, FILTERS).figures
    assert [figure.days for figure in figures] == [(date(2026, 1, 5), date(2026, 1, 7))] * len(home.MAIN)
    assert all(figure.alt and figure.chart is not None for figure in figures)


@pytest.mark.parametrize(
    ("documented", "rows", "said"), [(0, 1_234, True), (0, 0, False), (5, 9, False), (0, None, False)]
)
def test_money_from_a_ledger_that_is_not_documented_says_so(documented, rows, said):
    tables = pl.DataFrame(
        {"table_name": ["journal_entries"], "documented_rows": [documented], "rows": [rows]},
        schema={"table_name": pl.String, "documented_rows": pl.Int64, "rows": pl.Int64},
    )
    note = ("Money is of 1,234 journal entries; the data dictionary documents none.",)
    assert home.ledger(tables).notes == (note if said else ())


def test_a_target_is_reached_from_above_where_less_is_better():
    found = {"users": measured(7), "open_errors": measured(7), "cash": measured(None)}
    wanted = {"users": Decimal(7), "open_errors": Decimal(6), "cash": Decimal(1), "nonsense": Decimal(1)}
    view = home.targets(found, wanted)
    assert view.figures[0].table["reached"].to_list() == [True, False, None]
    assert "nonsense" in view.notes[0]


def test_the_segment_that_changed_most_is_named_for_each_metric():
    parts = pl.DataFrame(
        {
            "segment": ["ads", "search"], "value": [Decimal(4), Decimal(2)], "previous": [Decimal(1), Decimal(2)],
            "change": [Decimal(3), Decimal(0)], "share_of_change": [1.0, 0.0],
        }
    )  # fmt: skip
    row = home.changed({"new_users": (parts, HOW)}, FILTERS).figures[0].table.row(0, named=True)
    assert (row["segment"], row["previous"], row["value"], row["grown"], row["share"]) == ("ads", "1", "4", 3.0, 1.0)


def test_runway_is_blank_without_books_and_says_why():
    burn, runway = home.outlook(None, HOW).numbers
    assert (burn.value, runway.value) == (None, None)
    assert "No entry was posted" in runway.computed.definition


def test_findings_are_unknown_before_the_first_run_of_the_checks_and_0_where_none_failed():
    now = datetime(2026, 1, 7, tzinfo=UTC)
    assert [number.value for number in home.trust(None, now).numbers] == [None, None]
    assert [number.value for number in home.trust({}, now).numbers] == [0, 0]
    assert [number.value for number in home.trust({"cars": (1, 2), "parts": (0, 3)}, now).numbers] == [1, 5]
