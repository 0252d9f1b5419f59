"""Answers whose columns speak for themselves: rows as a table, one row as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboards.view import Column, Figure, Number, TableSettings, View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboards.view import Computed, Kind


def words(name: str) -> str:
    """Return the name of a column as people read it."""
    return name.replace("_", " ").capitalize().replace(" id", "").replace("xp", "XP")


def rows(
    key: str,
    title: str,
    frame: pl.DataFrame,
    computed: Computed,
    *,
    empty: str,
    actor: str | None = None,
    selects: bool = False,
) -> View:
    """Return a table of all columns of an answer, each shown by its type."""
    columns = tuple(Column(name, words(name), _kind(name, dtype)) for name, dtype in frame.schema.items())
    figure = Figure(
        key, title, frame, f"{title}: {frame.height:,} rows.", computed,
        settings=TableSettings(columns, actor=actor, selects=selects), empty=empty,
    )  # fmt: skip
    return View(figures=(figure,))


def numbers(frame: pl.DataFrame, computed: Computed, labels: Mapping[str, tuple[str, str]]) -> View:
    """Return the columns named in `labels` (label and unit) of an answer of one row as numbers."""
    row = frame.row(0, named=True)
    return View(
        tuple(
            Number(name.replace("_", "-"), label, row[name], unit, computed, good="neither", table=frame)
            for name, (label, unit) in labels.items()
        )
    )


def _kind(name: str, dtype: pl.DataType) -> Kind:
    if dtype == pl.Boolean:
        return "flag"
    if dtype == pl.Datetime:
        return "time"
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "percent" if name.endswith(("rate", "share", "tank", "completeness")) else "decimal"
    return "text"


def counted(answers: Sequence[tuple[str, str, pl.DataFrame, Computed, str]]) -> View:
    """Return how many rows each of some answers has; an answer is its key, title, rows, and how they came about."""
    return View(
        tuple(
            Number(f"count-{key}", title, frame.height, "rows", computed, good="neither", table=frame)
            for key, title, frame, computed, _ in answers
        )
    )
