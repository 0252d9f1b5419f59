"""Anyone's books from two CSV files as a database of the finance tables, with monthly fiscal periods."""

from __future__ import annotations

import csv
import re
import uuid
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Final

import polars as pl
import psycopg

from demo import build, ddl
from demo.build import Contents
from demo.errors import DemoError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from demo.build import Progress
    from demo.cluster import EmbeddedPair

TABLES: Final = ("gl_accounts", "journal_entries", "journal_entry_lines", "fiscal_periods", "cost_entries")
ACCOUNTS: Final = ("account_code", "account_name", "account_type")
LINES: Final = ("line_id", "journal_entry_id", "entry_date", "status", "account_code", "debit", "credit")
CASH, NOT_CASH = "cash", "not cash"
_SPACE: Final = uuid.UUID("6f1c3a52-7f0e-4c58-9a0b-3b6de1f5a9c4")
_AMOUNT: Final = re.compile(r"-?\d{1,30}(\.\d{1,20})?")
_DAY: Final = re.compile(r"\d{4,6}-\d{2}-\d{2}")
_TRUE: Final = frozenset({"1", "true", "t", "yes", "y"})
_YEARS_COVERED: Final = 150
"""The longest stretch that gets periods; what is dated beyond it is outside every period, and reported so."""


class BadLedger(DemoError):
    """A file of a ledger cannot be used."""

    exit_code: ClassVar[int] = 2


@dataclass(slots=True)
class _Entry:
    """An entry as its first line states it, and how many lines it has so far."""

    id: str
    stated: tuple[str, ...]
    lines: int = 0


@dataclass(slots=True)
class _Book:
    """The rows of the journal while the lines are read."""

    entries: dict[str, _Entry] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))


def import_ledger(
    pair: EmbeddedPair,
    name: str,
    accounts: Path,
    lines: Path,
    *,
    year_end: int = 12,
    replace_it: bool = False,
    progress: Progress | None = None,
) -> None:
    """Make the database `name` of two files; what is wrong with the books is kept, for the exceptions to name.

    Args:
        pair: The embedded server.
        name: Of the database.
        accounts: One account a row: account_code, account_name, account_type, and where known normal_balance,
            is_active, parent_code, is_cash.
        lines: One line of an entry a row: line_id, journal_entry_id, entry_date, status, account_code, debit, credit,
            and where known posted_at, kind, reference, entry_description, line_description.
        year_end: The month in which the fiscal year ends.
        replace_it: Whether to replace a database of that name.
        progress: Hears of the progress.

    Raises:
        BadLedger: A file cannot be read, lacks a column, or holds a value that no database would take.
        BadName: As `build.build` says.
        DatabaseExists: As `build.build` says.
    """
    if not 1 <= year_end <= 12:
        raise BadLedger(f"The fiscal year cannot end in month {year_end}.", "Give a month from 1 to 12.")
    say = progress or (lambda _step, _done, _total: None)
    build.require_free(pair, name, replace=replace_it)
    chart, ids = _accounts(accounts)
    entries, body, days = _journal(lines, ids)
    periods = _periods(days, year_end)
    stored = entries.join(
        periods.select("start_date", "fiscal_year", "fiscal_month"),
        left_on=pl.col("entry_date").str.head(7),
        right_on=pl.col("start_date").cast(pl.String).str.head(7),
        how="left",
        maintain_order="left",
    ).select(*entries.columns, "fiscal_year", "fiscal_month")
    frames = {"gl_accounts": chart, "journal_entries": stored, "journal_entry_lines": body, "fiscal_periods": periods}
    documented = ddl.documented_shapes()
    shapes = {table: documented[table] for table in TABLES}
    shapes["journal_entry_lines"] = _any_decimals(shapes["journal_entry_lines"])
    note = {"autorev_ledger": {"accounts": accounts.name, "lines": lines.name, "fiscal_year_end": year_end}}
    try:
        build.publish(pair, name, Contents((), shapes, frames), "", note, replace=replace_it, say=say)
    except psycopg.DataError as refused:
        raise BadLedger(
            f"The database does not take a value of {lines.name}: {refused.diag.message_primary}."
        ) from refused


def _any_decimals(shape: ddl.Shape) -> ddl.Shape:
    """Return the shape with amounts of any number of decimals, so that a third one is reported and not rounded away."""
    return replace(
        shape,
        columns=tuple(
            replace(column, type="NUMERIC") if column.name in {"debit", "credit"} else column
            for column in shape.columns
        ),
    )


def _accounts(file: Path) -> tuple[pl.DataFrame, dict[str, str]]:
    """Return gl_accounts and the id of the first account of each code."""
    rows: list[dict[str, Any]] = []
    ids: dict[str, str] = {}
    stated = list(_rows(file, ACCOUNTS))
    for number, row in stated:
        code = row["account_code"]
        key = code if code not in ids else f"{code} of row {number}"
        ids.setdefault(code, _id("account", key))
        cash = row.get("is_cash", "").lower()
        rows.append(
            {
                "id": _id("account", key),
                "account_code": code or None,
                "account_name": row["account_name"] or None,
                "account_type": row["account_type"] or None,
                "normal_balance": row.get("normal_balance") or None,
                "is_active": row.get("is_active", "1").lower() in {*_TRUE, ""},
                "parent_account_id": _id("account", row["parent_code"]) if row.get("parent_code") else None,
                "subcategory": CASH if cash in _TRUE else NOT_CASH if cash and code.startswith("10") else None,
            }
        )
    return pl.DataFrame(rows, schema=dict.fromkeys(_ACCOUNT_COLUMNS, pl.String) | {"is_active": pl.Boolean}), ids


_ACCOUNT_COLUMNS: Final = (
    "id", "account_code", "account_name", "account_type", "normal_balance", "is_active", "parent_account_id",
    "subcategory",
)  # fmt: skip


def _journal(file: Path, ids: dict[str, str]) -> tuple[pl.DataFrame, pl.DataFrame, list[date]]:
    """Return journal_entries, journal_entry_lines and the days that the entries are dated."""
    book = _Book()
    heads: list[tuple[str | None, ...]] = []
    body: list[tuple[Any, ...]] = []
    days: set[date] = set()
    seen: set[str] = set()
    for number, row in _rows(file, LINES):
        where = f"Line {number} of {file.name}"
        if row["line_id"] in seen:
            raise BadLedger(f"{where} repeats the line_id {row['line_id']}.", "Give every line a number of its own.")
        seen.add(row["line_id"] or str(number))
        key = row["journal_entry_id"]
        texts = (row.get("kind", ""), row.get("entry_description", ""))
        stated = (row["entry_date"], row["status"], row.get("posted_at", ""), row.get("reference", ""), *texts)
        entry = book.entries.get(key)
        if entry is None:
            entry = book.entries[key] = _Entry(_id("entry", key), stated)
            if (day := _day(row["entry_date"], where)) is not None:
                days.add(day)
            text = " ".join(part for part in texts if part)
            heads.append(
                (entry.id, row["entry_date"] or None, text or None, row.get("reference") or None,
                 row["status"] or None, row.get("posted_at") or None)
            )  # fmt: skip
        elif entry.stated[:2] != stated[:2]:
            raise BadLedger(
                f"{where} gives entry {key} another date or status than its first line does.",
                "Give every line of an entry the same entry_date and status.",
            )
        entry.lines += 1
        code = row["account_code"]
        body.append(
            (
                _id("line", row["line_id"] or str(number)),
                entry.id,
                ids.get(code) or (_id("account", code) if code else None),
                _amount(row["debit"], "debit", where),
                _amount(row["credit"], "credit", where),
                row.get("line_description") or None,
                entry.lines,
            )
        )
    entries = pl.DataFrame(
        heads,
        schema=dict.fromkeys(("id", "entry_date", "description", "reference", "status", "posted_at"), pl.String),
        orient="row",
    )
    lines = pl.DataFrame(
        body,
        schema=dict.fromkeys(
            ("id", "journal_entry_id", "account_id", "debit", "credit", "description"), pl.String
        ) | {"line_number": pl.Int64},
        orient="row",
    )  # fmt: skip
    return entries, lines, sorted(days)


def _periods(days: list[date], year_end: int) -> pl.DataFrame:
    """Return monthly periods from the month of the first entry to the end of the last one's fiscal year."""
    rows: list[dict[str, Any]] = []
    if days:
        usual = [day for day in days if day.year - days[0].year <= _YEARS_COVERED]
        month, last = days[0].replace(day=1), usual[-1]
        while month <= last or rows[-1]["fiscal_month"] != 12:
            year = month.year + (month.month > year_end)
            place = (month.month - year_end - 1) % 12 + 1
            end = month.replace(day=monthrange(month.year, month.month)[1])
            rows.append(
                {
                    "id": _id("period", f"{month}"),
                    "period_name": f"FY{year}-{place:02}",
                    "start_date": month,
                    "end_date": end,
                    "is_closed": False,
                    "fiscal_year": year,
                    "fiscal_month": place,
                }
            )
            month = date(month.year + (month.month == 12), month.month % 12 + 1, 1)
    return pl.DataFrame(
        rows,
        schema={
            "id": pl.String, "period_name": pl.String, "start_date": pl.Date, "end_date": pl.Date,
            "is_closed": pl.Boolean, "fiscal_year": pl.Int64, "fiscal_month": pl.Int64,
        },
    )  # fmt: skip


def _rows(file: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a file with their line numbers, cells trimmed."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            missing = [column for column in needed if column not in (reader.fieldnames or ())]
            if missing:
                raise BadLedger(
                    f"{file.name} has no column {', '.join(missing)}.", f"Its first line must name {', '.join(needed)}."
                )
            for row in reader:
                if None in row or None in row.values():
                    raise BadLedger(f"Line {reader.line_num} of {file.name} has more or fewer cells than its head.")
                yield reader.line_num, {column: cell.strip() for column, cell in row.items()}
    except (OSError, UnicodeDecodeError, csv.Error) as unreadable:
        raise BadLedger(f"{file} cannot be read: {unreadable}.", "Give two CSV files in UTF-8.") from unreadable


def _amount(text: str, column: str, where: str) -> str | None:
    """Return an amount as Postgres reads it, None where there is none."""
    if not text:
        return None
    if not _AMOUNT.fullmatch(text):
        raise BadLedger(f"{where} has the {column} {text!r}, which is no amount.", "Write it as 1234.50.")
    return str(Decimal(text))


def _day(text: str, where: str) -> date | None:
    """Return the day, None where there is none or no calendar of ours reaches it."""
    if not text:
        return None
    try:
        if _DAY.fullmatch(text) and len(text) > len("2026-01-27"):
            return None
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as wrong:
        raise BadLedger(f"{where} has the entry_date {text!r}, which is no day.", "Write it as 2026-01-27.") from wrong


def _id(kind: str, key: str) -> str:
    """Return the same UUID for the same thing at every import."""
    return str(uuid.uuid5(_SPACE, f"{kind} {key}"))
