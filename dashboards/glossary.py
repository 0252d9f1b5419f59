"""Metrics: the glossary, and one metric with its trend, its breakdown and the rows behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dashboards import charts, home
from dashboards.view import Column, Computed, Figure, Filters, TableSettings, View
from metrics import METRICS, Metric

if TYPE_CHECKING:
    from metrics import Measurement

GLOSSARY: Final = "Every metric of the suite as the registry defines it; nothing computes one twice."
BROKEN_DOWN: Final = (
    "The metric for each segment alone, now and in the period compared with. Segments of a count of people may "
    "overlap, so that they need not add up to the whole."
)
BEHIND: Final = "The newest 500 rows that the metric counts; a person counts once, however many rows there are."
TITLES: Final = {metric.title: metric for metric in METRICS}
BY_ITSELF: Final = "No breakdown"
_DRAWN: Final = 15


def entries() -> View:
    """Return all metrics with their definitions."""
    rows = [
        {
            "title": metric.title,
            "asks": metric.asks,
            "definition": metric.definition,
            "grain": metric.grain,
            "unit": metric.unit,
            "good": metric.good,
            "owner": metric.owner,
            "tables": ", ".join(metric.tables),
            "dimensions": ", ".join(metric.dimensions.values()),
        }
        for metric in METRICS
    ]
    labels = ("Metric", "Question", "Definition", "What is counted", "Unit", "Good", "Owner", "Tables", "Breakdowns")
    columns = tuple(
        Column(name, label, width="large" if name == "definition" else None)
        for name, label in zip(rows[0], labels, strict=True)
    )
    return View(
        figures=(
            Figure(
                "glossary",
                f"{len(rows)} metrics",
                pl.DataFrame(rows),
                "One row per metric; choose a row to see its trend, its breakdown and the rows behind it.",
                Computed(GLOSSARY, tuple(sorted({table for metric in METRICS for table in metric.tables}))),
                settings=TableSettings(columns, opens=("title", "metric")),
            ),
        )
    )


def whole(metric: Metric, measured: Measurement, computed: Computed, filters: Filters) -> View:
    """Return a metric as a card and over time."""
    card = home.card(metric, measured, computed, filters)
    facts = (f"Question: {metric.asks}", f"Counted: {metric.grain}", f"Owner: {metric.owner}. Good is {metric.good}.")
    return View((card,), (home.over_time(metric, measured, computed, filters),), facts)


def breakdown(metric: Metric, by: str, frame: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Return which segments make up a metric and which of them made it change; `frame` as `metrics.breakdown`."""
    words = metric.dimensions[by]
    known = frame.sort("value", descending=True, nulls_last=True).head(_DRAWN).drop_nulls("value")
    values = {"value": metric.title, "previous": "Compared with"} if filters.earlier else {"value": metric.title}
    return View(
        figures=(
            Figure(
                f"{metric.key}-by-{by}",
                f"{metric.title} by {words.lower()}",
                frame,
                f"{frame.height} segments; the largest {min(_DRAWN, known.height)} are drawn.",
                computed,
                charts.bars(known, label="segment", values=values, dark=filters.dark),
                TableSettings(
                    (
                        Column("segment", words),
                        Column("value", "Value", "decimal"),
                        Column("previous", "Compared with", "decimal"),
                        Column("change", "Change", "decimal"),
                        Column("share_of_change", "Share of the change", "percent"),
                    )
                ),
            ),
        )
    )


def behind(metric: Metric, frame: pl.DataFrame, computed: Computed) -> View:
    """Return the rows behind a metric; `frame` as `founders.behind`."""
    return View(
        figures=(
            Figure(
                f"{metric.key}-behind",
                f"The rows behind: {metric.title}",
                frame,
                f"The newest {frame.height} rows, newest first.",
                computed,
                settings=TableSettings(
                    (
                        Column("moment", "When (UTC)", "time"),
                        Column("what", "What"),
                        Column("who", "Account"),
                        Column("record", "Counted as"),
                        Column("amount", "Amount", "decimal"),
                    )
                ),
            ),
        )
    )
