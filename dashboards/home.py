"""Home: the metrics of the registry as cards, and activity over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboards import charts
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from metrics import METRICS, Measurement, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = {"previous": "vs previous", "year": "vs last year", "none": ""}
MAIN = ("active_users", "visitors", "conversations")


def cards(found: Mapping[str, tuple[Measurement, Computed]], filters: Filters) -> View:
    """Turn measurements into cards, in the order of the registry."""
    return View(tuple(_card(metric, *found[metric.key], filters) for metric in METRICS if metric.key in found))


def ledger(tables: pl.DataFrame) -> View:
    """Say it where the numbers rest on a ledger that the data dictionary does not know; `tables` as system.tables."""
    entries = tables.filter((pl.col("table_name") == "journal_entries") & (pl.col("documented_rows") == 0))
    held = 0 if entries.is_empty() else entries["rows"][0] or 0
    if not held:
        return View()
    return View(notes=(f"Money is of {held:,} journal entries; the data dictionary documents none.",))


def _card(metric: Metric, measured: Measurement, computed: Computed, filters: Filters) -> Number:
    return Number(
        metric.key,
        metric.title,
        measured.value,
        metric.unit,
        computed,
        previous=measured.previous,
        change=measured.change,
        compared_with=WORDS[filters.compare],
        sparkline=tuple(float(value) for value in measured.series["value"].drop_nulls()),
        good=metric.good,
        table=measured.series,
    )


def activity(found: Mapping[str, tuple[Measurement, Computed]], filters: Filters) -> View:
    """Turn active people, visitors and conversations into one chart each over the same range."""
    figures = []
    for metric in METRICS:
        if metric.key not in MAIN or metric.key not in found:
            continue
        measured, computed = found[metric.key]
        figures.append(
            Figure(
                f"{metric.key}-over-time",
                f"{metric.title} by {filters.span.grain}",
                measured.series,
                charts.described(metric.title, measured.series, metric.unit),
                computed,
                charts.lines({metric.title: measured.series}, dark=filters.dark, unit=metric.unit),
                TableSettings(
                    (
                        Column("period", f"First day of the {filters.span.grain}"),
                        Column("value", metric.title, "integer"),
                        Column("complete", "Complete", "flag"),
                    )
                ),
                (filters.span.first, filters.span.last),
            )
        )
    return View(figures=tuple(figures))
