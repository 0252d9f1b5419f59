"""Statements as a workbook: real numbers, sums as formulas with their values, an outline, one sheet per statement."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from queries.export import defused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from finance_reports.statement import Cell, Row, RowKind, Statement

MONEY: Final = '#,##0.00_);(#,##0.00);"–"_)'
PERCENT: Final = '0.0%_);(0.0%);"–"_)'
FIRST: Final = 5
"""The row below the head, counted from 0."""

_DIGITS: Final = Decimal("9999999999999.99")
"""The largest amount whose cents a spreadsheet keeps: it holds fifteen digits."""
_MOST_NAME: Final = 31
_LONGEST: Final = 8000


def workbook(statements: Sequence[Statement]) -> bytes:
    """Return the statements as one XLSX file."""
    buffer = io.BytesIO()
    # Rows are written as they come: memory does not grow with the ledger.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(
            {
                "title": statements[0].title,
                "author": statements[0].entity,
                "created": statements[0].as_of.replace(tzinfo=None),
            }
        )
        formats = _Formats(book)
        for one in statements:
            _sheet(book, one, formats)
    return buffer.getvalue()


class _Formats:
    """The cell formats of a workbook, made once each."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.pale = book.add_format({"font_color": "#5D6B75"})
        self.head = book.add_format({"bold": True, "bottom": 1, "align": "right", "text_wrap": True})
        self.head_left = book.add_format({"bold": True, "bottom": 1})
        self.failed = book.add_format({"font_color": "#A1260D", "bold": True})

    def of(self, row: RowKind, cell: Cell | None, level: int = 0) -> Any:
        """Return the format of a cell (of the label without `cell`) in a row of this kind."""
        key = (row, cell, level)
        if key not in self._made:
            look: dict[str, Any] = {}
            if row in {"section", "group", "subtotal", "total", "warning"}:
                look["bold"] = True
            if row == "warning":
                look["font_color"] = "#A1260D"
            if cell is None:
                look["indent"] = level
            else:
                look["num_format"] = {"money": MONEY, "percent": PERCENT, "words": "@"}[cell]
                look["align"] = "right"
                look |= {"subtotal": {"top": 1}, "total": {"top": 1, "bottom": 6}}.get(row, {})
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _sheet(book: Any, one: Statement, formats: _Formats) -> None:
    sheet = book.add_worksheet(_name(book, one.title))
    sheet.write_string(0, 0, defused(one.title), formats.title)
    sheet.write_string(1, 0, defused(f"{one.entity} · {one.period} · {one.currency}"), formats.pale)
    sheet.write_string(2, 0, f"{one.statuses} · data as of {one.as_of:%Y-%m-%d %H:%M} UTC", formats.pale)
    sheet.write_string(FIRST - 1, 0, "Code", formats.head_left)
    sheet.write_string(FIRST - 1, 1, "", formats.head_left)
    for place, column in enumerate(one.columns):
        sheet.write_string(FIRST - 1, place + 2, defused(column.label), formats.head)
    sheet.freeze_panes(FIRST, 2)
    sheet.outline_settings(visible=True, symbols_below=True)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, len(one.columns) + 1, 16)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST - 1)
    sheet.set_footer("&L&F · &A&RPage &P of &N")
    sums = _Sums(one)
    for place, row in enumerate(one.rows):
        at = FIRST + place
        level = min(row.level + (row.kind in {"account", "line"} and bool(row.level)), 7)
        if level:
            sheet.set_row(at, None, None, {"level": level})
        sheet.write_string(at, 0, defused(row.code), formats.of(row.kind, None))
        sheet.write_string(at, 1, defused(row.label), formats.of(row.kind, None, row.level))
        for number, (value, column) in enumerate(zip(row.cells, one.columns, strict=False)):
            _write(sheet, (at, number + 2), value, sums.formula(place, number), formats.of(row.kind, column.cell))
    at = FIRST + len(one.rows) + 1
    for check in one.checks:
        words = "holds" if check.holds else f"off by {check.difference:,.2f}"
        sheet.write_string(
            at, 1, f"{'✓' if check.holds else '✗'} {check.name}: {words}", None if check.holds else formats.failed
        )
        at += 1
    for note in one.notes:
        sheet.write_string(at, 1, defused(note), formats.pale)
        at += 1


def _write(sheet: Any, at: tuple[int, int], value: Decimal | str | None, formula: str, look: Any) -> None:
    if value is None:
        sheet.write_blank(*at, None, look)
    elif isinstance(value, str):
        sheet.write_string(*at, defused(value), look)
    elif abs(value) > _DIGITS:
        # A spreadsheet would round it: the digits are kept, as text.
        sheet.write_string(*at, f"{value:.2f}", look)
    elif formula:
        sheet.write_formula(*at, formula, look, value)
    else:
        sheet.write_number(*at, value, look)


class _Sums:
    """Which cells a total adds up, wherever the amounts prove it."""

    def __init__(self, one: Statement) -> None:
        self._rows = one.rows
        self._kinds = [column.cell for column in one.columns]
        self._single = {
            row.accounts[0]: place
            for place, row in enumerate(one.rows)
            if row.kind == "account" and len(row.accounts) == 1
        }
        self._shared = {
            row.accounts: place for place, row in enumerate(one.rows) if row.kind == "account" and len(row.accounts) > 1
        }
        self._labels = {row.label: place for place, row in enumerate(one.rows) if row.cells}

    def formula(self, place: int, column: int) -> str:
        """Return the formula of a cell, empty where it is no sum of cells above or they do not add up to it."""
        row = self._rows[place]
        if row.kind not in {"subtotal", "total"} or self._kinds[column] != "money":
            return ""
        added = [(one, 1) for one in self._below(row)]
        added += [(self._labels[label], sign) for label, sign in row.adds if label in self._labels]
        amounts = [self._rows[one].cells[column] for one, _ in added]
        numbers = [
            sign * amount for (_, sign), amount in zip(added, amounts, strict=True) if isinstance(amount, Decimal)
        ]
        if not added or len(numbers) < len(added) or sum(numbers) != row.cells[column]:
            return ""
        if any(abs(number) > _DIGITS for number in numbers):
            return ""
        plus = _ranges([one for one, sign in added if sign > 0], column)
        minus = _ranges([one for one, sign in added if sign < 0], column)
        text = "=" + (f"SUM({plus})" if plus else "0") + (f"-SUM({minus})" if minus else "")
        return text if len(text) < _LONGEST else ""

    def _below(self, row: Row) -> list[int]:
        wanted = set(row.accounts)
        found = [self._single[one] for one in row.accounts if one in self._single]
        found += [place for accounts, place in self._shared.items() if wanted.issuperset(accounts)]
        return sorted(found)


def _ranges(places: list[int], column: int) -> str:
    """Return cells as ranges, neighbours joined."""
    runs: list[list[int]] = []
    for place in sorted(places):
        if runs and place == runs[-1][1] + 1:
            runs[-1][1] = place
        else:
            runs.append([place, place])
    cells = [[xl_rowcol_to_cell(FIRST + end, column + 2) for end in run] for run in runs]
    return ",".join(first if first == last else f"{first}:{last}" for first, last in cells)


def _name(book: Any, title: str) -> str:
    """Return a sheet's name that no other has: what a workbook forbids left out."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", title)[:_MOST_NAME].strip() or "Statement"
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    name, number = plain, 2
    while name.lower() in taken:
        name, number = f"{plain[: _MOST_NAME - 4]} ({number})", number + 1
    return name
