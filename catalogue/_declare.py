"""The words a domain module is written in: `table`, `column`, `assumed`, the dictionary's types and notes.

A column is stated once, here; DDL, binding, checks, the explorer and the documentation page derive from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import UserDefinedType

metadata: Final = sa.MetaData()


class Vector(UserDefinedType[str]):
    """A pgvector embedding of any length; carried nowhere, counted only."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type as Postgres spells it."""
        return "vector"


@dataclass(frozen=True, slots=True)
class DocumentedType:
    """A type as the dictionary spells it, with the SQLAlchemy type it stands for."""

    spelling: str
    sqlalchemy: sa.types.TypeEngine[Any]


TEXT: Final = DocumentedType("TEXT", sa.Text())
INTEGER: Final = DocumentedType("INTEGER", sa.BigInteger())
DECIMAL: Final = DocumentedType("DECIMAL", sa.Numeric())
MONEY: Final = DocumentedType("DECIMAL", sa.Numeric(18, 2))
"""A DECIMAL that holds currency units: exact to the cent, never a float."""
BOOLEAN: Final = DocumentedType("BOOLEAN", sa.Boolean())
UUID: Final = DocumentedType("UUID", sa.Uuid(as_uuid=False))
JSONB: Final = DocumentedType("JSONB", postgresql.JSONB())
TIMESTAMP: Final = DocumentedType("TIMESTAMP", sa.TIMESTAMP(timezone=True))
DATE: Final = DocumentedType("DATE", sa.Date())
TIME: Final = DocumentedType("TIME", sa.Time())
TEXT_ARRAY: Final = DocumentedType("TEXT[]", postgresql.ARRAY(sa.Text()))
UUID_ARRAY: Final = DocumentedType("UUID[]", postgresql.ARRAY(sa.Uuid(as_uuid=False)))
VECTOR: Final = DocumentedType("VECTOR", Vector())

Personal = Literal[
    "email", "phone", "name", "vin", "location", "region", "network", "identifier", "message", "free text", "pseudonym"
]
"""The kinds of personal data; `catalogue.personal.KINDS` says what each is and what is shown in its place."""


@dataclass(frozen=True, slots=True)
class Alias:
    """The same values under another name in the running database."""

    name: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A value computed from other live columns.

    `sql` is a Postgres expression with each live column in braces (`{debit_amount_cents}`); `words` says the
    conversion to a person ("cents to dollars").

    `when_type` limits the conversion to a live column (the first of `needs`) of that type, spelled as
    `information_schema.columns.data_type` spells it ("text", "ARRAY", "jsonb", "USER-DEFINED", "date").
    `always` applies it even where the documented name exists, since it passes documented values unchanged.
    """

    needs: tuple[str, ...]
    sql: str
    words: str
    when_type: str | None = None
    always: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value found in another table: `value` of the row of `table` whose `on` equals this row's `key`."""

    key: str
    table: str
    on: str
    value: str


Counterpart = Alias | Derived | Lookup


@dataclass(frozen=True, slots=True)
class ColumnNote:
    """What the catalogue knows of a column beyond its name and type (in `Column.info["note"]`)."""

    spelling: str
    documented: bool
    one_of: tuple[str, ...] = ()
    unit: str | None = None
    personal: Personal | None = None
    elements_of: str | None = None
    mirrored: bool = True
    live: tuple[Counterpart, ...] = ()
    homonym_beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What the catalogue knows of a table (in `Table.info["note"]`).

    `rows` and `columns` are as documented on 27 January 2026; `columns_at_least` marks counts written "12+".
    """

    title: str
    domain: str
    grain: str
    rows: int | None = None
    columns: int | None = None
    columns_at_least: bool = False
    event_time: str | None = None
    append_only: bool = False
    deprecated_for: str | None = None
    live: tuple[str, ...] = ()


def column(  # noqa: PLR0913  one declaration holds all that is known of a column
    name: str,
    type_: DocumentedType,
    comment: str,
    *,
    references: str | None = None,
    primary_key: bool = False,
    unique: bool = False,
    one_of: tuple[str, ...] = (),
    unit: str | None = None,
    personal: Personal | None = None,
    elements_of: str | None = None,
    mirrored: bool = True,
    live: Counterpart | tuple[Counterpart, ...] = (),
    homonym_beside: tuple[str, ...] = (),
    documented: bool = True,
) -> sa.Column[Any]:
    """Declare a documented column.

    Args:
        name: As the dictionary spells it.
        type_: One of the types of this module.
        comment: What the value means, in one sentence of our own.
        references: `table.column` that the value points to.
        primary_key: Whether it identifies the row.
        unique: Whether no two rows share it.
        one_of: The allowed values of an enumeration.
        unit: Of a quantity ("cents", "miles", "seconds", "share 0-1").
        personal: The kind of personal data it holds.
        elements_of: `table.column` that each element of an array points to.
        mirrored: False for what no question reads (embeddings, raw transcripts).
        live: Where the running database keeps it under another name or shape, best first.
        homonym_beside: Live columns whose presence means that the column of this name is something else.
        documented: False where the dictionary leaves the column out and the work needs it.
    """
    counterparts = live if isinstance(live, tuple) else (live,)
    note = ColumnNote(
        type_.spelling, documented, one_of, unit, personal, elements_of, mirrored, counterparts, homonym_beside
    )
    keys = [sa.ForeignKey(references)] if references else []
    return sa.Column(
        name, type_.sqlalchemy, *keys, primary_key=primary_key, unique=unique or None, comment=comment,
        nullable=not primary_key, info={"note": note},
    )  # fmt: skip


def assumed(name: str, type_: DocumentedType, comment: str, **rest: Any) -> sa.Column[Any]:
    """Declare a column that the dictionary leaves out and the work needs (ids, `created_at`, …)."""
    return column(name, type_, comment, documented=False, **rest)


def table(name: str, note: Note, *columns: sa.Column[Any]) -> sa.Table:
    """Declare a documented table."""
    return sa.Table(name, metadata, *columns, comment=note.grain, info={"note": note})


@dataclass(frozen=True, slots=True)
class View:
    """A view of the dictionary's appendix: what it is for and which question answers it here."""

    name: str
    purpose: str
    materialized: bool = False
    documented_rows: int | None = None
    answered_by: str = "not yet"
    live_columns: tuple[str, ...] = field(default=())
