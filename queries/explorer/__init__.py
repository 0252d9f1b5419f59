"""Any table of the mirror: profile of its columns, and rows by filters, sort and page from allow-lists.

A name reaches SQL only after it was found in the mirror's own list of columns; every value is bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from queries import system
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.sql.compiler import SQLCompiler

    from replica import Mirror

LONGEST_PAGE: Final = 1_000
LAST_PAGE: Final = 2**40
LONGEST_VALUE: Final = 200
TOP_VALUES: Final = 5

Text = sa.ColumnElement[str]


class NotAllowed(ReplicaError):
    """A filter, sort or page that names something that is not on the allow-list."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Operator:
    """How a filter compares, in SQL and in words."""

    words: str
    condition: Callable[[Text, str], sa.ColumnElement[bool]]
    takes_value: bool = True


OPERATORS: Final[dict[str, Operator]] = {
    "is": Operator("is", lambda column, value: column == value),
    "is_not": Operator("is not", lambda column, value: column.is_distinct_from(value)),
    "contains": Operator("contains", lambda column, value: column.icontains(value, autoescape=True)),
    "starts": Operator("starts with", lambda column, value: column.istartswith(value, autoescape=True)),
    "at_least": Operator("is at least", lambda column, value: column >= value),
    "at_most": Operator("is at most", lambda column, value: column <= value),
    "missing": Operator("is missing", lambda column, _: column.is_(None), takes_value=False),
    "present": Operator("is present", lambda column, _: column.is_not(None), takes_value=False),
}
ORDERED: Final = {"at_least", "at_most"}


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on a column."""

    column: str
    operator: str
    value: str = ""

    @property
    def words(self) -> str:
        """Return the condition as a person reads it."""
        operator = OPERATORS[self.operator]
        return f"{self.column} {operator.words} {self.value}".rstrip()


@dataclass(frozen=True, slots=True)
class Explored:
    """A table of the mirror with the columns that may be named."""

    name: str
    table: sa.TableClause
    columns: tuple[str, ...]

    def column(self, name: str) -> sa.ColumnClause[Any]:
        """Return a column of the table.

        Raises:
            NotAllowed: The table has no mirrored column of that name.
        """
        if name not in self.columns:
            raise NotAllowed(f"{self.name} has no column {name!r} to ask for.", "Choose one of its listed columns.")
        return self.table.c[name]


def explored(mirror: Mirror, table_name: str) -> Explored:
    """Look a table up in the mirror's own list.

    Raises:
        NotAllowed: No table of that name was copied.
    """
    tables = system.tables(mirror).filter(pl.col("table_name") == table_name, pl.col("found"))
    if tables.is_empty():
        raise NotAllowed(f"There is no table {table_name!r} to show.", "Choose one from the list of tables.")
    # An unbound column has no values to ask for.
    columns = system.columns(mirror, table_name=table_name).filter("mirrored", pl.col("state") != "unbound")
    names = tuple(columns.get_column("column_name"))
    schema = "main" if tables.item(0, "documented") else "other"
    clause = sa.table(table_name, *(sa.column(name) for name in names), schema=schema)
    return Explored(table_name, clause, names)


def profile(mirror: Mirror, table_name: str) -> pl.DataFrame:
    """How full and how varied is each column?

    Returns one row per copied column: column_name, rows, nulls, null_share (0-1), distinct (approximate),
    distinct_share (of the values that are there), top_values (most frequent first, text, at most five).
    """
    found = explored(mirror, table_name)
    if not found.columns:
        return _profile_frame([])
    counts: list[sa.ColumnElement[Any]] = [sa.func.count().label("rows")]
    for place, name in enumerate(found.columns):
        column = found.column(name)
        counts += [
            sa.func.count(column).label(f"present_{place}"),
            sa.func.approx_count_distinct(_text(column)).label(f"distinct_{place}"),
            sa.func.approx_top_k(sa.func.left(_text(column), LONGEST_VALUE), TOP_VALUES).label(f"top_{place}"),
        ]
    row = mirror.ask_select(sa.select(*counts).select_from(found.table)).row(0, named=True)
    return _profile_frame(
        [
            _profile_row(name, row["rows"], row[f"present_{n}"], row[f"distinct_{n}"], row[f"top_{n}"])
            for n, name in enumerate(found.columns)
        ]
    )


def rows(
    mirror: Mirror,
    table_name: str,
    *,
    filters: Sequence[Filter] = (),
    sort: str | None = None,
    descending: bool = False,
    page: int = 1,
    page_size: int = 50,
) -> pl.DataFrame:
    """Which rows of a table meet all filters? One page of them, sorted, missing values last.

    Raises:
        NotAllowed: An unknown column or operator, or a page that cannot be.
    """
    if not 1 <= page <= LAST_PAGE or not 1 <= page_size <= LONGEST_PAGE:
        raise NotAllowed(
            f"Page {page} of {page_size} rows cannot be shown.", f"Ask for page 1 on, at most {LONGEST_PAGE} rows."
        )
    found = explored(mirror, table_name)
    select = sa.select(*(found.column(name) for name in found.columns)).where(*_conditions(found, filters))
    order = [found.column(name) for name in dict.fromkeys([*([sort] if sort else []), *found.columns[:1]])]
    ordered = [column.desc() if descending and column.name == sort else column.asc() for column in order]
    return mirror.ask_select(
        select.order_by(*(column.nulls_last() for column in ordered)).limit(page_size).offset((page - 1) * page_size)
    )


def matching(mirror: Mirror, table_name: str, *, filters: Sequence[Filter] = ()) -> int:
    """How many rows of a table meet all filters?"""
    found = explored(mirror, table_name)
    select = sa.select(sa.func.count().label("rows")).select_from(found.table).where(*_conditions(found, filters))
    return int(mirror.ask_select(select).item())


def _conditions(found: Explored, filters: Sequence[Filter]) -> list[sa.ColumnElement[bool]]:
    conditions = []
    for one in filters:
        operator = OPERATORS.get(one.operator)
        if operator is None:
            raise NotAllowed(f"There is no filter {one.operator!r}.", f"Use one of {', '.join(OPERATORS)}.")
        column = found.column(one.column)
        if one.operator in ORDERED and (number := _number(one.value)) is not None:
            value = sa.cast(sa.literal(number, sa.Text), sa.Double)
            numeric = sa.try_cast(column, sa.Double)
            conditions.append(numeric >= value if one.operator == "at_least" else numeric <= value)
        else:
            conditions.append(operator.condition(_text(column), one.value))
    return conditions


def _text(column: sa.ColumnElement[Any]) -> Text:
    return sa.cast(column, sa.Text)


@compiles(sa.TryCast, "postgresql")
def _try_cast(element: sa.TryCast[Any], compiler: SQLCompiler, **rest: Any) -> str:
    """Spell TRY_CAST, which DuckDB has and SQLAlchemy's Postgres dialect does not."""
    return f"TRY_{compiler.process(sa.cast(element.clause, element.type), **rest)}"


def _number(value: str) -> str | None:
    try:
        return str(float(value))
    except ValueError:
        return None


def _profile_row(name: str, total: int, present: int, distinct: int, top: list[str] | None) -> dict[str, Any]:
    return {
        "column_name": name,
        "rows": total,
        "nulls": total - present,
        "null_share": (total - present) / total if total else None,
        "distinct": min(distinct, present),
        "distinct_share": min(distinct, present) / present if present else None,
        "top_values": top or [],
    }


def _profile_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={
            "column_name": pl.String,
            "rows": pl.Int64,
            "nulls": pl.Int64,
            "null_share": pl.Float64,
            "distinct": pl.Int64,
            "distinct_share": pl.Float64,
            "top_values": pl.List(pl.String),
        },
    )
