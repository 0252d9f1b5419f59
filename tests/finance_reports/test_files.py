"""Statements as files: the demo's pack of a year, its workbook opened again, its pages read again."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from finance_reports import pack, written
from finance_reports.books import open_books
from finance_reports.paper import pdf
from finance_reports.workbook import workbook
from replica import Mirror, mirror_folder

pytestmark = pytest.mark.integration
GOLDEN = Path(__file__).with_name("demo_pack_2025.csv")
PAGES = Path(__file__).with_name("demo_pack_2025.txt")
"""The words of every page of the pack in the order in which they are printed, a form feed after each."""


@pytest.fixture(scope="module")
def statements(demo_settings):
    """Return the statements of the demo's fiscal year 2025, as of a fixed moment."""
    mirror = Mirror(mirror_folder(demo_settings), demo_settings)
    books = replace(open_books(mirror), as_of=datetime(2026, 1, 27, tzinfo=UTC))
    return pack.report(mirror, books, "pack", books.calendar.fiscal_year(2025)).statements


def cells(statements):
    """Return every row of every statement as text."""
    for one in statements:
        for row in one.rows:
            yield [one.key, row.kind, row.code, row.label, *("" if cell is None else str(cell) for cell in row.cells)]
        for check in one.checks:
            yield [one.key, "check", "", check.name, str(check.difference)]


def test_the_pack_of_the_demo_is_as_agreed(statements):
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        assert list(cells(statements)) == list(csv.reader(file))


def test_the_workbook_holds_numbers_sums_and_an_outline(statements):
    content = workbook(statements)
    formulas, values = (openpyxl.load_workbook(io.BytesIO(content), data_only=only) for only in (False, True))
    assert len(formulas.sheetnames) == len(statements)
    sums = 0
    for one, sheet, shown in zip(statements, formulas, values, strict=True):
        assert sheet.freeze_panes == "C6"
        for place, row in enumerate(one.rows, start=6):
            for column, cell in enumerate(row.cells, start=3):
                found = shown.cell(place, column).value
                if isinstance(cell, Decimal):
                    assert Decimal(str(found)).quantize(Decimal("0.0001")) == cell.quantize(Decimal("0.0001"))
                sums += str(sheet.cell(place, column).value).startswith("=SUM(")
    assert sums > 60
    assert max(row.outlineLevel for row in formulas["Income statement"].row_dimensions.values()) >= 2


def test_the_pages_repeat_their_heads_and_say_which_of_how_many(statements):
    content = pdf(statements)
    assert pdf(statements) == content
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
    assert all(f"page {number} of {len(pages)}" in text for number, text in enumerate(pages, start=1))
    income = [text for text in pages if "Income statement ·" in text]
    assert len(income) > 1
    assert all("% of revenue" in text for text in income)
    assert any("(437,652.94)" in text for text in income)


def test_the_pages_of_the_demo_are_as_agreed(statements):
    document = pypdfium2.PdfDocument(pdf(statements))
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    assert pages == PAGES.read_text(encoding="utf-8").removesuffix("\f\n").split("\f\n")


def test_text_that_would_be_a_formula_is_defused(statements):
    one = replace(statements[0], rows=(replace(statements[0].rows[0], label="=HYPERLINK(1)", code="+1+1"),))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook([one]))).worksheets[0]
    assert [sheet.cell(6, column).value for column in (1, 2)] == ["'+1+1", "'=HYPERLINK(1)"]
    assert "=HYPERLINK(1)" in pypdfium2.PdfDocument(pdf([one]))[0].get_textpage().get_text_range()


def test_every_figure_of_every_statement_stands_on_its_pages(statements):
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf(statements))]
    for one in statements:
        found = "\n".join(text for text in pages if f"{one.title} ·" in text or text.startswith(one.title))
        assert found, one.title
        kinds = [column.cell for column in one.columns]
        wanted = {
            written.cell(value, kind)
            for row in one.rows
            for value, kind in zip(row.cells, kinds, strict=False)
            if isinstance(value, Decimal) and value
        }
        assert [figure for figure in sorted(wanted) if figure not in found] == []


def test_a_page_is_drawn_with_ink_inside_its_margins(statements):
    document = pypdfium2.PdfDocument(pdf(statements))
    for page in document:
        drawn = page.render(scale=0.5, grayscale=True).to_numpy()
        height, width = drawn.shape
        assert (drawn < 128).any()
        # A table wider than the paper would run to its edge.
        assert (drawn[:, : width // 40] > 200).all()
        assert (drawn[:, -(width // 40) :] > 200).all()
        assert (drawn[: height // 60] > 200).all()
