"""Exports that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import polars as pl

from dashboards import shell


def cells(frame):
    return list(csv.reader(io.StringIO(shell.csv_bytes(frame).decode(), newline="")))


def test_an_export_keeps_money_days_lists_and_gaps():
    frame = pl.DataFrame(
        {"=amount": [Decimal("-90071992547409.93"), None], "day": [date(2026, 1, 5), None], "tags": [["=a", "b"], []]},
        schema_overrides={"=amount": pl.Decimal(18, 2)},
    )
    assert cells(frame) == [["'=amount", "day", "tags"], ["-90071992547409.93", "2026-01-05", "'=a, b"], ["", "", ""]]
