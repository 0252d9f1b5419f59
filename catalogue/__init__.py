"""The data dictionary as SQLAlchemy Core tables: the single source of names, types, keys and meanings.

Domain modules are gathered from this folder; adding one needs no registration.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from catalogue._declare import ColumnNote, Note, View, metadata

if TYPE_CHECKING:
    import sqlalchemy as sa

for _module in iter_modules(__path__):
    if not _module.name.startswith("_"):
        import_module(f"catalogue.{_module.name}")

TABLES: dict[str, sa.Table] = dict(metadata.tables)
VIEWS: tuple[View, ...] = import_module("catalogue.views").VIEWS


def note_of(table: sa.Table) -> Note:
    """Return what the catalogue knows of a table."""
    note: Note = table.info["note"]
    return note


def column_note(column: sa.Column[Any]) -> ColumnNote:
    """Return what the catalogue knows of a column."""
    note: ColumnNote = column.info["note"]
    return note


def documented_tables() -> list[sa.Table]:
    """Return the tables that the dictionary describes, deprecated ones left out."""
    return [table for table in TABLES.values() if note_of(table).deprecated_for is None]


__all__ = ["TABLES", "VIEWS", "ColumnNote", "Note", "View", "column_note", "documented_tables", "metadata", "note_of"]
