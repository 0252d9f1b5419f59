"""What a table of the demo database looks like, and the SQL that makes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.dialects import postgresql

from catalogue import TABLES, note_of
from demo.cluster import READER, WRITER

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa

_POSTGRES: Final = postgresql.dialect()  # type: ignore[no-untyped-call]

WRITABLE: Final = {
    "user_feedback": ("status", "issue_addressed", "priority", "responded_at", "resolved_at", "fixed_at", "updated_at"),
    "application_errors": (
        "status", "is_resolved", "issue_addressed", "resolved_at", "fixed_at", "fixed_in_version", "is_regression",
    ),
    "community_post_comments": ("moderation_status", "moderation_reason"),
    "events": ("status", "approved_at", "updated_at"),
    "scrape_jobs": ("status", "error_message", "scheduled_for", "completed_at"),
    "youtube_ingestion_queue": ("status", "error_message", "processed_at"),
    "app_config": ("value", "updated_at"),
}  # fmt: skip
"""The columns that the writing role may update."""

RECORD: Final = "audit_log"
"""The one table that it may insert into, and never update."""


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """A column with its type as Postgres spells it; `default` is SQL."""

    name: str
    type: str
    comment: str = ""
    not_null: bool = False
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose values are keys of another table."""

    column: str
    table: str
    target: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A table: columns, keys, references, checks (`NOT VALID` where they say so) and what is indexed."""

    name: str
    columns: tuple[ColumnShape, ...]
    primary_key: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    checks: tuple[str, ...] = ()
    indexed: tuple[str, ...] = ()
    comment: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def quoted(name: str) -> str:
    """Return the name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return the text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def documented_shapes() -> dict[str, Shape]:
    """Return the shape of every table of the catalogue, under its documented names."""
    return {name: _shape_of(table) for name, table in TABLES.items()}


def _shape_of(table: sa.Table) -> Shape:
    note = note_of(table)
    return Shape(
        name=table.name,
        columns=tuple(
            ColumnShape(
                column.name, column.type.compile(_POSTGRES), column.comment or "", not_null=bool(column.primary_key)
            )
            for column in table.columns
        ),
        primary_key=tuple(column.name for column in table.primary_key),
        unique=tuple(column.name for column in table.columns if column.unique),
        references=tuple(_reference(column) for column in table.columns if column.foreign_keys),
        indexed=(note.event_time,) if note.event_time and note.event_time in table.columns else (),
        comment=note.grain,
    )


def _reference(column: sa.Column[Any]) -> Reference:
    target, _, key = next(iter(column.foreign_keys)).target_fullname.rpartition(".")
    return Reference(column.name, target, key)


def create_table(shape: Shape) -> str:
    """Return the statement that makes the bare table, without keys."""
    lines = [
        f"{quoted(column.name)} {column.type}"
        + (f" default {column.default}" if column.default is not None else "")
        + (" not null" if column.not_null else "")
        for column in shape.columns
    ]
    return f"create table {quoted(shape.name)} ({', '.join(lines)})"


def comments(shape: Shape) -> str:
    """Return the statements that comment the table and its columns, empty where there is nothing to say."""
    said = [f"comment on table {quoted(shape.name)} is {literal(shape.comment)}"] if shape.comment else []
    said += [
        f"comment on column {quoted(shape.name)}.{quoted(column.name)} is {literal(column.comment)}"
        for column in shape.columns
        if column.comment
    ]
    return "; ".join(said)


def keys(shape: Shape) -> str:
    """Return the statements that add the primary key and the indexes of event times."""
    said = []
    if shape.primary_key:
        said.append(f"alter table {quoted(shape.name)} add primary key ({', '.join(map(quoted, shape.primary_key))})")
    said += [f"create index on {quoted(shape.name)} ({quoted(column)})" for column in shape.indexed]
    return "; ".join(said)


def unique_key(shape: Shape, column: str) -> str:
    """Return the statement that forbids two rows with the same value."""
    return f"alter table {quoted(shape.name)} add unique ({quoted(column)})"


def plain_index(shape: Shape, column: str) -> str:
    """Return the statement that indexes the column, duplicates allowed."""
    return f"create index on {quoted(shape.name)} ({quoted(column)})"


def with_unique(shape: Shape, unique: tuple[str, ...]) -> Shape:
    """Return the shape with these unique keys instead of its own."""
    return replace(shape, unique=unique)


def check(shape: Shape, words: str) -> str:
    """Return the statement that adds a check, `NOT VALID` at its end included where it stands there."""
    return f"alter table {quoted(shape.name)} add check {words}"


def foreign_key(shape: Shape, reference: Reference, *, valid: bool) -> str:
    """Return the statement that adds the foreign key; one that is not valid holds for new rows only."""
    return (
        f"alter table {quoted(shape.name)} add foreign key ({quoted(reference.column)}) "
        f"references {quoted(reference.table)} ({quoted(reference.target)}){'' if valid else ' not valid'}"
    )


def can_reference(shape: Shape, reference: Reference, shapes: dict[str, Shape]) -> bool:
    """Say whether Postgres would take the reference: a key on the other side, of the same type."""
    target = shapes.get(reference.table)
    if target is None or reference.target not in {*target.unique, *target.primary_key[:1]}:
        return False
    types = {column.name: column.type for column in target.columns}
    here = {column.name: column.type for column in shape.columns}
    return here.get(reference.column) == types[reference.target]


def grants(shapes: Iterable[Shape], database: str) -> str:
    """Return the statements that let the suite's roles do what they are for and nothing else."""
    both = f"{READER}, {WRITER}"
    said = [
        f"revoke temporary on database {quoted(database)} from public",
        "revoke create on schema public from public",
        f"grant usage on schema public to {both}",
        f"grant select on all tables in schema public to {both}",
        f"alter default privileges grant select on tables to {both}",
    ]
    for shape in shapes:
        if shape.name == RECORD:
            said.append(f"grant insert on {quoted(shape.name)} to {WRITER}")
        wanted = [quoted(column) for column in WRITABLE.get(shape.name, ()) if column in shape.names]
        if wanted:
            said.append(f"grant update ({', '.join(wanted)}) on {quoted(shape.name)} to {WRITER}")
    return "; ".join(said)
