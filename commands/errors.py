"""Recorded errors: which are one fault, and how each stands."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path  # noqa: TC003  typer reads it from the annotation
from typing import Annotated, Any

import polars as pl
import typer

from commands.common import OutputOption, Place, Request
from queries.errors.grouping import SHAPE, group

app = typer.Typer(no_args_is_help=True, help="Recorded errors: which are one fault, and how each stands.")
NOT_JSONL = 'Give a file with one JSON object a line, such as {"error_type": "TypeError", "error_message": "…"}.'


class JsonOnly(StrEnum):
    """How an answer is written that is nothing but JSON."""

    json = "json"


@app.command("group")
def group_events(
    events: Annotated[Path, typer.Option("--events", help="A file with one JSON object a line.")],
    *,
    form: Annotated[JsonOnly, typer.Option("--format", help="How the answer is written.")] = JsonOnly.json,
    output: OutputOption = None,
) -> None:
    """Say of every error in a file which fault it belongs to; no database is needed.

    A line holds error_type, error_message, stack_trace, page_url and, where they are known, fingerprint (a list)
    and digest.
    """
    grouped = group(_read(events))
    columns = ("fingerprint", "key", "normalised", "family", "noise")
    rows = grouped.select(columns).with_row_index("row").iter_rows(named=True)
    Request(Place(), no_refresh=True, form=form, output=output).write_json([*rows])


def _read(file: Path) -> pl.DataFrame:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as unread:
        raise ValueError(f"{file} cannot be read as text: {unread}. {NOT_JSONL}") from unread
    rows = [_row(file, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    return pl.DataFrame(rows, schema=SHAPE, orient="row")


def _row(file: Path, number: int, line: str) -> dict[str, Any]:
    """Return one line's fields; what is not one of them is left out."""
    try:
        told = json.loads(line)
    except ValueError as broken:
        raise ValueError(f"Line {number} of {file} is not JSON: {broken}. {NOT_JSONL}") from broken
    if not isinstance(told, dict):
        raise ValueError(f"Line {number} of {file} holds no JSON object. {NOT_JSONL}")  # noqa: TRY004  wrong input
    row = {name: told.get(name) for name in SHAPE}
    for name, value in row.items():
        fits = (
            isinstance(value, list) and all(isinstance(part, str) for part in value)
            if name == "fingerprint"
            else (isinstance(value, str))
        )
        if value is not None and not fits:
            kind = "a list of texts" if name == "fingerprint" else "a text"
            raise ValueError(f"Line {number} of {file}: {name} is {kind} or null, not {value!r:.60}.")
        # Half a pair of surrogates is JSON, but no text that could be hashed or written.
        if isinstance(value, str):
            row[name] = value.encode("utf-8", "replace").decode("utf-8")
    return row
