"""Frames as the CSV text that Postgres's COPY reads: lists as array literals, NULL as nothing, "" as an empty text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import polars as pl

from demo.errors import DemoError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.ddl import Shape

_ROWS_AT_ONCE: Final = 50_000
_TYPES: Final[dict[str, type[pl.DataType] | pl.DataType]] = {
    "BIGINT": pl.Int64,
    "NUMERIC": pl.Float64,
    "NUMERIC(18, 2)": pl.Decimal(18, 2),
    "BOOLEAN": pl.Boolean,
    "DATE": pl.Date,
    "TIME WITHOUT TIME ZONE": pl.Time,
    "TIMESTAMP WITH TIME ZONE": pl.Datetime("us", "UTC"),
    "TEXT[]": pl.List(pl.String),
    "UUID[]": pl.List(pl.String),
}


def fitted(frame: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """Return the frame with exactly the columns of the shape that it has values for, in the table's order.

    Raises:
        DemoError: The frame has a column that the table does not.
    """
    unknown = sorted(set(frame.columns) - set(shape.names))
    if unknown:
        raise DemoError(
            f"The made-up rows of {shape.name} have columns that the table does not: {', '.join(unknown)}.",
            "Declare them in the catalogue or leave them out of the seed.",
        )
    return frame.select(name for name in shape.names if name in frame.columns)


def completed(frame: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """Return the frame with every column of the shape, those it has no values for as NULL of a fitting type."""
    have = fitted(frame, shape)
    missing = [
        pl.lit(None, dtype=_TYPES.get(column.type.upper(), pl.String)).alias(column.name)
        for column in shape.columns
        if column.name not in have.columns
    ]
    return have.with_columns(missing).select(shape.names)


def csv_of(frame: pl.DataFrame) -> Iterator[bytes]:
    """Yield the rows as CSV without a header, some at a time."""
    ready = frame.with_columns(
        _array_literal(name, kind) for name, kind in frame.schema.items() if isinstance(kind, pl.List)
    )
    for part in ready.iter_slices(_ROWS_AT_ONCE):
        text = io.BytesIO()
        part.write_csv(text, include_header=False, quote_style="necessary")
        yield text.getvalue()


def _array_literal(name: str, kind: pl.List) -> pl.Expr:
    element = pl.element().cast(pl.String)
    if kind.inner == pl.String:
        escaped = element.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
        element = pl.concat_str(pl.lit('"'), escaped, pl.lit('"'))
    listed = pl.col(name).list.eval(element.fill_null("NULL")).list.join(",")
    return pl.when(pl.col(name).is_not_null()).then(pl.concat_str(pl.lit("{"), listed, pl.lit("}"))).alias(name)
