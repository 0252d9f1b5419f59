"""How each Postgres type is carried into the mirror: by SQL on the Postgres side, so that DuckDB gets safe types."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LiveColumn:
    """A column as the running database has it.

    `type` is the type in words (`format_type`, precision included); `base` the bare name of the type under any
    domain (`numeric`, `timestamptz`; of an array, its element's); `kind` the letter of `pg_type.typtype` of that
    type (b base, c composite, e enum, r range, m multirange).
    """

    name: str
    position: int
    type: str
    base: str
    kind: str = "b"
    array: bool = False
    dimensions: int = 0
    precision: int | None = None
    scale: int | None = None
    domain: str | None = None
    labels: tuple[str, ...] = ()
    not_null: bool = False
    default: str | None = None
    comment: str | None = None
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Lost:
    """Values that cannot be carried as they are: why, and the Postgres predicate that finds them."""

    reason: str
    predicate: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A Postgres expression of a type that DuckDB takes without loss, and what it leaves behind.

    `words` says the conversion to a person, empty when the value travels as it is.
    """

    select_sql: str
    duckdb_type: str
    lost: tuple[Lost, ...] = ()
    words: str = ""
