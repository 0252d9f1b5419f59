"""Documented names on any live schema: which live column, or expression over live columns, answers for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from replica.values import LiveColumn, Lost

State = Literal["exact", "alias", "derived", "setting", "unbound"]
Kind = Literal["table", "partitioned table", "view", "materialized view", "foreign table"]


@dataclass(frozen=True, slots=True)
class LiveKey:
    """A foreign key: `columns` of its table point to `references_columns` of another; `validated` for every row."""

    name: str
    columns: tuple[str, ...]
    references_schema: str
    references_table: str
    references_columns: tuple[str, ...]
    validated: bool


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A relation of the running database.

    `rows` is the planner's estimate, None when never counted. `hidden` says that row-level security may withhold
    rows from our role, `readable` that the role may select from it at all.
    """

    schema: str
    name: str
    kind: Kind
    columns: tuple[LiveColumn, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[LiveKey, ...] = ()
    rows: int | None = None
    bytes: int = 0
    comment: str | None = None
    readable: bool = True
    hidden: bool = False

    @property
    def key(self) -> str:
        """Return `schema.table`."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class LiveSchema:
    """All relations that are not the server's own, those of `public` first."""

    tables: tuple[LiveTable, ...]


@dataclass(frozen=True, slots=True)
class BoundColumn:
    """A documented column and what answers for it.

    `expression` is Postgres SQL over `t`, the live table (and the joins of its BoundTable), of a type that DuckDB
    takes safely; None when unbound. `raw` is the same before conversion: compare with it in a `where`, so that an
    index serves. `conversion` says in words what is done, or why nothing binds. `setting` is the line of
    autorev.toml that would bind the column.
    """

    table: str
    column: str
    state: State
    live_table: str | None
    live_name: str | None
    live_type: str | None
    conversion: str
    expression: str | None
    raw: str | None
    duckdb_type: str
    setting: str
    lost: tuple[Lost, ...] = ()
    mirrored: bool = True

    @property
    def name(self) -> str:
        """Return `table.column` in documented names."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class BoundTable:
    """A documented table and the live table that answers for it; `joins` are the lookups its columns need."""

    name: str
    live: LiveTable
    columns: tuple[BoundColumn, ...]
    joins: tuple[str, ...] = ()

    @property
    def live_schema(self) -> str:
        """Return the schema of the live table."""
        return self.live.schema

    @property
    def live_name(self) -> str:
        """Return the name of the live table."""
        return self.live.name

    def column(self, name: str) -> BoundColumn:
        """Return the column of this documented name."""
        return next(column for column in self.columns if column.column == name)


@dataclass(frozen=True, slots=True)
class UnboundTable:
    """A documented table without any live counterpart; all its columns are unbound."""

    name: str
    columns: tuple[BoundColumn, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Binding:
    """What answers for every documented name.

    `unexpected` are live columns of documented tables that nothing binds; `warnings` are sentences on settings that
    bind nothing.
    """

    tables: Mapping[str, BoundTable]
    missing: Mapping[str, UnboundTable]
    undocumented: tuple[LiveTable, ...]
    unexpected: Mapping[str, tuple[LiveColumn, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
