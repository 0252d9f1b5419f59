"""How coverage moves: from the daily answers that were kept."""

from __future__ import annotations

from typing import Literal

import dataframely as dy
import polars as pl

KEPT = ("slug", "brand", "coverage")


class Days(dy.Schema):
    """One row per day that was kept."""

    day = dy.Date(primary_key=True, description="The day.")
    coverage = dy.Float64(nullable=True, min=0, max=1, description="Mean over the cars.")
    cars = dy.Int64(min=0, description="Cars.")


class Moves(dy.Schema):
    """One row per make, or per car, whose coverage changed."""

    who = dy.String(primary_key=True, description="The make, or the car's slug.")
    first = dy.Float64(description="Coverage on the first day that was kept.")
    last = dy.Float64(description="Coverage on the last.")
    change = dy.Float64(description="Last less first.")


def by_day(kept: pl.DataFrame) -> dy.DataFrame[Days]:
    """How well was the catalogue covered, day by day?"""
    if "coverage" not in kept.columns:
        return Days.create_empty()
    found = kept.group_by("day").agg(coverage=pl.col("coverage").mean(), cars=pl.len()).sort("day")
    return Days.validate(found.select(Days.column_names()), cast=True)


def moves(kept: pl.DataFrame, by: Literal["brand", "slug"] = "brand") -> dy.DataFrame[Moves]:
    """Which makes (or cars) gained and lost between the first and the last day that were kept, largest change first?

    One that was not there on both days neither gained nor lost.
    """
    if "coverage" not in kept.columns or kept["day"].n_unique() < 2:
        return Moves.create_empty()
    means = kept.drop_nulls(by).group_by(by, "day").agg(coverage=pl.col("coverage").mean())
    ends = [
        means.filter(pl.col("day") == day).select(pl.col(by).alias("who"), pl.col("coverage").alias(name))
        for name, day in (("first", kept["day"].min()), ("last", kept["day"].max()))
    ]
    changed = ends[0].join(ends[1], on="who").with_columns(change=pl.col("last") - pl.col("first"))
    changed = changed.drop_nulls().filter(pl.col("change").abs() > 1e-9)
    return Moves.validate(changed.sort(pl.col("change").abs(), "who", descending=[True, False]), cast=True)
