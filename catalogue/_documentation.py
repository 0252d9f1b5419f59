"""The catalogue as one Markdown page for people."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catalogue import TABLES, VIEWS, column_note, note_of
from catalogue._declare import Alias, Counterpart, Derived

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from catalogue import Note

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "data-dictionary.md"

INTRODUCTION: Final = """\
# Data dictionary

Every table of AutoRev that the suite knows, in our own words. Written by `python -m catalogue`; change the
declarations in `catalogue/`, not this page.

Rows and columns are those documented on 27 January 2026. A column is *documented* when the data dictionary of that
day names it, and *assumed* when the suite needs it and the dictionary leaves it out. "In the running database" says
where a column is found when it is not there under its own name.
"""


def page() -> str:
    """Return the whole page, ending with a newline."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield INTRODUCTION
    tables = sorted(TABLES.values(), key=lambda table: (note_of(table).domain, table.name))
    for domain, members in groupby(tables, key=lambda table: note_of(table).domain):
        yield f"## {domain}\n"
        for table in members:
            yield from _table(table)
    yield from _views()


def _table(table: sa.Table) -> Iterator[str]:
    note = note_of(table)
    yield f"### `{table.name}`: {note.title}\n"
    yield f"{note.grain} {_size(note)}\n"
    yield "| Column | Type | Meaning | Unit | Allowed values | Source | In the running database |"
    yield "|---|---|---|---|---|---|---|"
    for column in table.columns:
        about = column_note(column)
        yield _row(
            f"`{column.name}`",
            about.spelling,
            _meaning(column),
            about.unit or "",
            ", ".join(f"`{value}`" for value in about.one_of),
            "documented" if about.documented else "assumed",
            "; ".join(_counterpart(counterpart) for counterpart in about.live),
        )
    yield ""


def _size(note: Note) -> str:
    if note.deprecated_for is not None:
        return f"Deprecated: `{note.deprecated_for}` took its place."
    at_least = "at least " if note.columns_at_least else ""
    when = f" Its time is `{note.event_time}`." if note.event_time else ""
    return f"Documented with {note.rows:,} rows and {at_least}{note.columns} columns.{when}"


def _meaning(column: sa.Column[Any]) -> str:
    about = column_note(column)
    parts = [str(column.comment)]
    if column.primary_key:
        parts.append("Primary key.")
    elif column.unique:
        parts.append("Unique.")
    parts += [f"Refers to `{key.target_fullname}`." for key in column.foreign_keys]
    if about.elements_of:
        parts.append(f"Elements refer to `{about.elements_of}`.")
    if about.personal:
        parts.append(f"Personal ({about.personal}).")
    if not about.mirrored:
        parts.append("Not copied to the mirror.")
    return " ".join(parts)


def _counterpart(counterpart: Counterpart) -> str:
    if isinstance(counterpart, Alias):
        return f"`{counterpart.name}`"
    if isinstance(counterpart, Derived):
        return f"{counterpart.words} ({', '.join(f'`{name}`' for name in counterpart.needs)})"
    return f"`{counterpart.table}.{counterpart.value}` by `{counterpart.key}`"


def _views() -> Iterator[str]:
    yield "## Views\n"
    yield "| View | Purpose | Rows documented | Answered by |"
    yield "|---|---|---|---|"
    for view in VIEWS:
        rows = "" if view.documented_rows is None else f"{view.documented_rows:,}"
        yield _row(f"`{view.name}`", view.purpose, rows, view.answered_by)
    yield ""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
