"""Exports that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboards import shell


def cells(frame):
    return list(csv.reader(io.StringIO(shell.csv_bytes(frame).decode(), newline="")))


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=1"])
def test_a_text_that_could_act_as_a_formula_gets_a_quote_before_it(text):
    assert shell.defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.50", "+1,234", "-1e5", "plain", "", "a=b", "2026-01-01"])
def test_numbers_and_plain_texts_stay_as_they_are(text):
    assert shell.defused(text) == text


@given(some.text())
def test_no_exported_text_begins_like_a_formula_unless_it_is_a_number(text):
    safe = shell.defused(text)
    assert not safe.startswith(("=", "@", "\t", "\r"))
    assert safe.removeprefix("'") == text.removeprefix("'")


def test_an_export_keeps_money_days_lists_and_gaps():
    frame = pl.DataFrame(
        {"=amount": [Decimal("-90071992547409.93"), None], "day": [date(2026, 1, 5), None], "tags": [["=a", "b"], []]},
        schema_overrides={"=amount": pl.Decimal(18, 2)},
    )
    assert cells(frame) == [["'=amount", "day", "tags"], ["-90071992547409.93", "2026-01-05", "'=a, b"], ["", "", ""]]
