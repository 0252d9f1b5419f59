"""What every export keeps to, whichever program writes it: text never acts, numbers stay exact."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_CELL: Final = 32_767
"""Characters that a cell of a spreadsheet holds."""
MOST_ROWS: Final = 1_048_575
"""Rows that a sheet holds below its header."""

_PLAIN_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)*(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
# The wide forms are what a Japanese or Chinese spreadsheet reads as the narrow ones.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKS: Final = re.compile(
    r"[\\`*_{}\[\]<>#|~$@]|&(?=[#\w])|(?<!\d):(?=\S)|:(?=[^\s\d])|\.(?=[^\W\d])|^[-+](?=\s|-|$)|^=|(?<=-)-"
)
"""What Markdown would obey within a line or at its beginning, addresses included; commas and the like it does not."""
_NUMBERED: Final = re.compile(r"^(\d{1,9})([.)])")
_SEPARATES: Final = re.compile('[",;\t\r\n]')
_NO_TEXT: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f-\x9f\U00010000-\U0010ffff]")
_LONGEST_NAME: Final = 31
_DIGITS: Final = 15
_LARGEST: Final = 1e307
_FIRST_DAY: Final = date(1900, 3, 1)


def defused(text: str) -> str:
    """Return the text with a quote before it where a spreadsheet would take it for a formula."""
    if text.startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def visible(text: str) -> str:
    r"""Return the text with what a terminal would obey, and what turns or hides letters, spelled as \u001b.

    Tabs and line ends stay; the joiners within emoji are spelled too.
    """
    return _UNSEEN.sub(_spelled, text)


def json_visible(text: str) -> str:
    """Return JSON of the same meaning in which what `visible` spells is escaped."""
    return _UNSEEN.sub(lambda found: json.dumps(found.group())[1:-1], text)


def letters(text: str) -> str:
    """Return Markdown of one line, wherever in a line it stands, that shows the text letter by letter."""
    escaped = _MARKS.sub(lambda found: f"\\{found.group()}", " ".join(text.split()))
    return _NUMBERED.sub(r"\1\\\2", escaped)


def literal(text: str) -> str:
    """Return Markdown of one line that shows the text as code: nothing in it is read, not even an address."""
    words = " ".join(text.split())
    fence = "`" * (max((len(run) for run in re.findall("`+", words)), default=0) + 1)
    return f"{fence} {words} {fence}"


def csv_field(text: str) -> str:
    """Return a text as one field of a CSV line, whatever of comma, semicolon and tab the file is split at."""
    return '"' + text.replace('"', '""') + '"' if _SEPARATES.search(text) else text


def _spelled(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """Write a frame as CSV in which no text can act as a formula; numbers, and texts that are numbers, stay.

    Every text stands in quotes: a program that splits at semicolons or tabs cannot begin a cell within one.
    """
    safe = flat(frame).with_columns(pl.col(pl.String).map_elements(defused, return_dtype=pl.String))
    head = ",".join(csv_field(defused(name)) for name in safe.columns)
    return f"{head}\n".encode() + safe.write_csv(include_header=False, quote_style="non_numeric").encode()


def xlsx_bytes(frame: pl.DataFrame, name: str = "Data") -> bytes:
    """Write a frame as a workbook of one sheet: text as text, numbers, days and moments (UTC) as what they are.

    A number of more digits than a spreadsheet keeps is written as text, digit by digit. A text longer than a cell is
    cut and ends in "…". Rows beyond what a sheet holds are left out, and the last row says so.
    """
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(sheet_name(name))
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": 'yyyy-mm-dd hh:mm:ss" UTC"'})
        cells = flat(frame)
        for column, title in enumerate(cells.columns):
            sheet.write_string(0, column, _cell(title), bold)
            sheet.set_column(column, column, min(60, max(10, len(title) + 2)))
            write = _writer(sheet, day, moment)
            for row, value in enumerate(cells.get_column(title).head(MOST_ROWS), start=1):
                write(row, column, value)
        if cells.height > MOST_ROWS:
            sheet.write_string(MOST_ROWS, 0, f"{cells.height - MOST_ROWS + 1:,} more rows do not fit a sheet.")
        sheet.freeze_panes(1, 0)
    return file.getvalue()


def sheet_name(text: str) -> str:
    """Return a name that a spreadsheet accepts: at most 31 characters, none of those it forbids, never empty."""
    plain = _UNSEEN.sub(" ", _FORBIDDEN_IN_NAMES.sub(" ", text))[:_LONGEST_NAME].strip(" '")
    return "History of it" if plain.lower() == "history" else plain or "Data"


def _writer(sheet: Worksheet, day: Format, moment: Format) -> Callable[[int, int, Any], object]:
    def write(row: int, column: int, value: Any) -> object:  # noqa: PLR0911  one way of writing per type
        match value:
            case None:
                return None
            case bool():
                return sheet.write_boolean(row, column, value)
            case int() | float() | Decimal() if _is_kept(value):
                return sheet.write_number(row, column, value)
            case datetime() if value.date() >= _FIRST_DAY:
                naive = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
                return sheet.write_datetime(row, column, naive, moment)
            case date() if not isinstance(value, datetime) and value >= _FIRST_DAY:
                return sheet.write_datetime(row, column, value, day)
            case int() | float() | Decimal() | date() | timedelta():
                return sheet.write_string(row, column, str(value))
            case str():
                return sheet.write_string(row, column, _cell(value))
            case _:
                return sheet.write_string(row, column, _cell(json.dumps(value, default=str, ensure_ascii=False)))

    return write


def _is_kept(value: float | Decimal) -> bool:
    """Say whether a spreadsheet keeps every digit: it has 15 of them, a measured one was never surer than that."""
    if isinstance(value, float):
        return abs(value) < _LARGEST  # NaN is not
    return len(Decimal(value).normalize().as_tuple().digits) <= _DIGITS


def _cell(text: str) -> str:
    safe = _NO_TEXT.sub("\ufffd", defused(text))
    units = safe.encode("utf-16-le")  # a spreadsheet counts an emoji as two or more
    cut = units[: 2 * LONGEST_CELL - 2].decode("utf-16-le", "ignore")
    return safe if len(units) <= 2 * LONGEST_CELL else f"{cut}…"


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with its lists written out, the elements with a comma between them."""
    lists = [name for name, kind in frame.schema.items() if kind == pl.List]
    return frame.with_columns(written_out(pl.col(lists))) if lists else frame


def written_out(lists: pl.Expr) -> pl.Expr:
    """Return lists as text, the elements with a comma between them."""
    return lists.list.eval(pl.element().cast(pl.String)).list.join(", ")
