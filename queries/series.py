"""Series over the periods of a span: zero-filled flows and carried-on stocks."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import dataframely as dy
import polars as pl

if TYPE_CHECKING:
    from datetime import datetime

    from queries.span import Span


class Counts(dy.Schema):
    """One row per period, and one without a period for the whole range."""

    period = dy.Date(nullable=True, description="First day of the period; null is the whole range.")
    value = dy.Int64(nullable=True, description="How many; null where it is unknown.")
    complete = dy.Bool(description="Whether the period is over and lies whole inside the range.")


class Amounts(dy.Schema):
    """One row per period, and one without a period for the whole range."""

    period = dy.Date(nullable=True, description="First day of the period; null is the whole range.")
    value = dy.Decimal(18, 2, nullable=True, description="Currency units; null where it is unknown.")
    complete = dy.Bool(description="Whether the period is over and lies whole inside the range.")


class Rates(dy.Schema):
    """One row per period, and one without a period for the whole range."""

    period = dy.Date(nullable=True, description="First day of the period; null is the whole range.")
    value = dy.Decimal(18, 6, nullable=True, description="Share, or currency per piece; null where it is unknown.")
    complete = dy.Bool(description="Whether the period is over and lies whole inside the range.")


class SparseCounts(dy.Schema):
    """What the SQL of a count answers: periods without rows are absent."""

    period = dy.Date(nullable=True)
    value = dy.Int64(nullable=True)


def flow(sparse: pl.DataFrame, span: Span, as_of: datetime | None) -> pl.DataFrame:
    """Return one row per period with 0 where nothing happened; the row without a period counts the whole range."""
    filled = _all_periods(span, as_of).join(sparse, on="period", how="left", nulls_equal=True)
    return filled.with_columns(pl.col("value").fill_null(0)).select("period", "value", "complete")


def filled(sparse: pl.DataFrame, span: Span, as_of: datetime | None) -> pl.DataFrame:
    """Return one row per period with every count of it, 0 where nothing happened, and whether it is complete."""
    periods = _all_periods(span, as_of).drop_nulls("period")
    joined = periods.join(sparse, on="period", how="left", maintain_order="left")
    return joined.with_columns(pl.exclude("period", "complete").fill_null(0))


def rate(sparse: pl.DataFrame, span: Span, as_of: datetime | None) -> pl.DataFrame:
    """Return one row per period, null where there is nothing to take a share of."""
    filled = _all_periods(span, as_of).join(sparse, on="period", how="left", nulls_equal=True)
    return filled.select("period", "value", "complete")


def quotient(over: pl.DataFrame, under: pl.DataFrame) -> pl.DataFrame:
    """Divide one series by another, period by period and over the whole range; null where the divisor is 0."""
    both = over.join(under.select("period", divisor="value"), on="period", how="left", nulls_equal=True)
    values = [
        None if part is None or not whole else round(Decimal(part) / Decimal(whole), 6)
        for part, whole in both.select("value", "divisor").iter_rows()
    ]
    return both.with_columns(value=pl.Series(values, dtype=pl.Decimal(18, 6))).select("period", "value", "complete")


def stock(changes: pl.DataFrame, span: Span, as_of: datetime | None) -> pl.DataFrame:
    """Return what stood at the end of each period, and at the end of the range in the row without a period.

    Args:
        changes: Sums of changes by period; the row without a period holds all before the range.
        span: The range.
        as_of: When the data was read.
    """
    opening = changes.filter(pl.col("period").is_null()).get_column("value").sum()
    within = _all_periods(span, as_of).drop_nulls("period").join(changes, on="period", how="left")
    levels = within.with_columns(value=pl.col("value").fill_null(0).cum_sum() + opening)
    whole = levels.tail(1).with_columns(period=pl.lit(None, pl.Date), complete=pl.lit(_is_over(span, as_of)))
    return pl.concat([whole, levels]).select("period", "value", "complete")


def unknown(span: Span, kind: type[pl.DataType] | pl.DataType) -> pl.DataFrame:
    """Return the series of a value that cannot be known: null everywhere, never 0."""
    return _all_periods(span, None).with_columns(value=pl.lit(None, kind)).select("period", "value", "complete")


@lru_cache(maxsize=64)
def _all_periods(span: Span, as_of: datetime | None) -> pl.DataFrame:
    periods = span.periods()
    rows: list[dict[str, Any]] = [{"period": None, "complete": _is_over(span, as_of)}]
    rows += [{"period": period, "complete": span.is_complete(period, as_of)} for period in periods]
    return pl.DataFrame(rows, schema={"period": pl.Date, "complete": pl.Boolean})


def _is_over(span: Span, as_of: datetime | None) -> bool:
    return as_of is not None and span.end <= as_of
