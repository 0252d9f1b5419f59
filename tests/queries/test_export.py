"""No exported text is taken for a formula; numbers, days and gaps arrive as they were."""

from __future__ import annotations

import csv
import io
import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from queries.export import LONGEST_CELL, csv_bytes, defused, sheet_name, visible, xlsx_bytes

FORMULAS = ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=1", "＝1+1"]
SINCE_1900 = some.datetimes(min_value=datetime(1900, 3, 1), max_value=datetime(2199, 1, 1))  # noqa: DTZ001


def csv_cells(frame):
    return list(csv.reader(io.StringIO(csv_bytes(frame).decode(), newline="")))


def workbook(frame, name="Data"):
    return openpyxl.load_workbook(io.BytesIO(xlsx_bytes(frame, name)))


def xlsx_cells(frame):
    return [[cell.value for cell in row] for row in workbook(frame).active.iter_rows()]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_could_act_as_a_formula_gets_a_quote_before_it(text):
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.50", "+1,234", "-1e5", "plain", "", "a=b", "2026-01-01"])
def test_numbers_and_plain_texts_stay_as_they_are(text):
    assert defused(text) == text


@given(some.text())
def test_no_exported_text_begins_like_a_formula_unless_it_is_a_number(text):
    safe = defused(text)
    assert not safe.startswith(("=", "@", "\t", "\r"))
    assert safe.removeprefix("'") == text.removeprefix("'")


def test_csv_keeps_money_days_lists_and_gaps():
    frame = pl.DataFrame(
        {"=amount": [Decimal("-90071992547409.93"), None], "day": [date(2026, 1, 5), None], "tags": [["=a", "b"], []]},
        schema_overrides={"=amount": pl.Decimal(18, 2)},
    )
    assert csv_cells(frame) == [
        ["'=amount", "day", "tags"],
        ["-90071992547409.93", "2026-01-05", "'=a, b"],
        ["", "", ""],
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_text_begins_a_cell_of_its_own_whatever_the_file_is_split_at(separator):
    text = csv_bytes(pl.DataFrame({"a;=b": [f"x{separator}=HYPERLINK(1)"]})).decode()
    cells = [cell for line in csv.reader(io.StringIO(text), delimiter=separator) for cell in line]
    assert not any(cell.startswith("=") for cell in cells)


def test_a_workbook_holds_text_as_text_and_numbers_days_and_moments_as_such():
    frame = pl.DataFrame(
        {
            "=name": FORMULAS[:1],
            "count": [-3],
            "share": [0.125],
            "amount": [Decimal("-9007199254740.93")],
            "day": [date(2026, 1, 5)],
            "at": [datetime(2026, 1, 5, 23, 59, 58, tzinfo=UTC)],
            "yes": [True],
            "tags": [["@a", "b"]],
            "unknown": [None],
        },
        schema_overrides={"amount": pl.Decimal(18, 2)},
    )
    head, row = xlsx_cells(frame)
    assert head == ["'=name", "count", "share", "amount", "day", "at", "yes", "tags", "unknown"]
    days = [datetime(2026, 1, 5), datetime(2026, 1, 5, 23, 59, 58)]  # noqa: DTZ001  a workbook knows no zones
    assert row == ["'=HYPERLINK(1)", -3, 0.125, -9007199254740.93, *days, True, "'@a, b", None]
    kinds = [cell.data_type for cell in workbook(frame).active[2]]
    assert kinds == ["s", "n", "n", "n", "d", "d", "b", "s", "n"]


def test_numbers_of_more_digits_than_a_spreadsheet_keeps_are_written_digit_by_digit():
    frame = pl.DataFrame(
        {"id": [2**60], "amount": [Decimal("9999999999999999.99")], "ratio": [math.inf], "day": [date(1850, 1, 1)]},
        schema_overrides={"amount": pl.Decimal(18, 2)},
    )
    assert xlsx_cells(frame)[1] == ["1152921504606846976", "9999999999999999.99", "inf", "1850-01-01"]


def test_a_text_longer_than_a_cell_is_cut_visibly():
    assert xlsx_cells(pl.DataFrame({"text": ["=" + "x" * 1_000_000]}))[1][0] == f"'={'x' * (LONGEST_CELL - 3)}…"
    assert xlsx_cells(pl.DataFrame({"text": ["🚗" * LONGEST_CELL]}))[1][0] == "🚗" * (LONGEST_CELL // 2) + "…"


@settings(max_examples=60, deadline=None)
@given(some.text())
def test_a_workbook_opens_again_whatever_text_it_holds(text):
    book = workbook(pl.DataFrame({f"{text} ": [text]}), text)
    for cell in (book.active["A1"], book.active["A2"]):
        assert cell.data_type in {"s", "n"}
        assert not str(cell.value).startswith(("=", "@", "\t", "\r"))


@settings(max_examples=60, deadline=None)
@given(
    some.floats(-1e300, 1e300),
    some.decimals(min_value=-(10**12), max_value=10**12, places=2),
    some.integers(min_value=-(10**15) + 1, max_value=10**15 - 1),
    SINCE_1900,
)
def test_what_goes_into_a_workbook_as_a_number_comes_out_the_same(measured, amount, count, moment):
    frame = pl.DataFrame(
        {"measured": [measured], "amount": [amount], "count": [count], "at": [moment]},
        schema_overrides={"amount": pl.Decimal(18, 2)},
    )
    found = xlsx_cells(frame)[1]
    assert found[0] == pytest.approx(measured, rel=1e-15)
    assert Decimal(str(found[1])) == amount
    assert found[2] == count
    assert abs((found[3] - moment).total_seconds()) < 0.001


@given(some.text())
def test_a_sheet_has_a_name_that_spreadsheets_accept(text):
    name = sheet_name(text)
    assert 1 <= len(name) <= 31
    assert not re.search(r"[\[\]:*?/\\]", name)
    assert not name.startswith("'")
    assert not name.endswith("'")
    assert name.lower() != "history"


@given(some.text())
def test_nothing_that_a_terminal_obeys_is_left_in_what_is_visible(text):
    shown = visible(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


def test_what_is_invisible_is_spelled():
    assert visible("a\x1b[31mb\x9b0m\u202ec\u200bd\U000e0041\te") == (
        r"a\u001b[31mb\u009b0m\u202ec\u200bd\U000e0041" + "\te"
    )
