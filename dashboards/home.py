"""Home: the metrics of the registry as cards, targets, what changed most, and activity over time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import polars as pl

from dashboards import charts, theme
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from metrics import BY_KEY, METRICS, Measurement, Metric, alerts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from finance_reports.dashboard import Dashboard
    from metrics.alerts import Judgement

WORDS = {"previous": "vs previous", "year": "vs last year", "none": ""}
MAIN = ("active_users", "visitors", "conversations")
CHANGED: Final = (
    "For each metric the segment, along the dimension named, whose value changed most against the period compared "
    "with, and which share of all segments' change it makes up."
)
ALERTS: Final = (
    "Rules of alerts.toml, each judged over its last day, week or month that is over: against a threshold, or against "
    "what comparable periods before let expect."
)
TRUSTED: Final = "Checks of every table that failed in their newest run, as the page Quality lists them."
_FAILED: Final = (
    "select severity, count(*)\nfrom read_parquet('run-….parquet')\nwhere state = 'fail'\ngroup by severity"
)
TARGETS: Final = "Targets are of the setting targets; a metric whose good direction is down is to stay below."


def cards(found: Mapping[str, tuple[Measurement, Computed]], filters: Filters) -> View:
    """Turn measurements into cards, in the order of the registry."""
    return View(tuple(card(metric, *found[metric.key], filters) for metric in METRICS if metric.key in found))


def ledger(tables: pl.DataFrame) -> View:
    """Say it where the numbers rest on a ledger that the data dictionary does not know; `tables` as system.tables."""
    entries = tables.filter((pl.col("table_name") == "journal_entries") & (pl.col("documented_rows") == 0))
    held = 0 if entries.is_empty() else entries["rows"][0] or 0
    if not held:
        return View()
    return View(notes=(f"Money is of {held:,} journal entries; the data dictionary documents none.",))


def outlook(report: Dashboard | None, computed: Computed) -> View:
    """Return burn and runway by the books; blank where there are none, or where they cannot be said."""
    numbers = []
    for key, title, unit in (("burn", "Burn a month", "currency"), ("runway", "Runway", "months")):
        one = report.measure(key) if report else None
        words = f"{one.definition} {one.why}" if one else "No entry was posted up to the end of the range."
        how = replace(computed, definition=words.strip())
        numbers.append(
            Number(key, title, one.value if one else None, unit, how, good="down" if key == "burn" else "up")
        )
    return View(tuple(numbers))


def trust(counts: Mapping[str, tuple[int, int]] | None, as_of: datetime) -> View:
    """Return what the newest run of the checks found, by table as `history.troubled`; unknown before the first run."""
    computed = Computed(TRUSTED, ("results of the newest run of the checks",), sql=(_FAILED,), as_of=as_of)
    critical, warning = (None if counts is None else sum(one[place] for one in counts.values()) for place in (0, 1))
    numbers = (
        Number("quality-critical", "Critical findings", critical, "findings", computed, good="down"),
        Number("quality-warnings", "Warnings about data", warning, "findings", computed, good="down"),
    )
    return View(numbers)


def card(metric: Metric, measured: Measurement, computed: Computed, filters: Filters) -> Number:
    """Turn a measurement into a card."""
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


def alarms(found: Sequence[Judgement], computed: Computed) -> View:
    """List the rules that fired and those that cannot be known; what is as expected is counted."""
    shown = [one for one in sorted(found, key=alerts.order) if one.state != "fine"]
    fine = f"{len(found) - len(shown)} of {len(found)} rules are as expected."
    words = {"fired": "Fired", "unknown": "Cannot be known"}
    table = pl.DataFrame(
        [
            {
                "state": words[one.state],
                "severity": one.rule.severity,
                "sentence": one.sentence,
                "rows": "; ".join(one.rows),
                "metric": one.rule.of.title,
            }
            for one in shown
        ],
        schema=dict.fromkeys(("state", "severity", "sentence", "rows", "metric"), pl.String),
    )
    settings = TableSettings((
        Column("state", "State", width="small"), Column("severity", "Severity", width="small"),
        Column("sentence", "What was seen and what was expected", width="large"),
        Column("rows", "Newest rows behind it", width="large"),
    ))  # fmt: skip
    return View(figures=(Figure("alerts", "Alerts", table, fine, computed, settings=settings, empty=fine),))


def targets(found: Mapping[str, tuple[Measurement, Computed]], wanted: Mapping[str, Decimal]) -> View:
    """Compare metrics with what was aimed at, and name targets of metrics that do not exist."""
    rows = []
    for key, target in wanted.items():
        if key not in found:
            continue
        metric, value = BY_KEY[key], found[key][0].value
        reached = (
            None if value is None else Decimal(value) >= target if metric.good == "up" else Decimal(value) <= target
        )
        rows.append(
            {
                "metric": metric.title,
                "value": theme.number(value, metric.unit),
                "target": theme.number(target, metric.unit),
                "share": None if value is None or not target else float(Decimal(value) / target),
                "reached": reached,
            }
        )
    strange = sorted(set(wanted) - set(BY_KEY))
    notes = (f"The setting targets names no metric: {', '.join(strange)}.",) if strange else ()
    if not rows:
        return View(notes=notes)
    columns = (
        Column("metric", "Metric"), Column("value", "Now"), Column("target", "Target"),
        Column("share", "Of the target", "percent"), Column("reached", "Reached", "flag"),
    )  # fmt: skip
    computed = found[next(key for key in wanted if key in found)][1]
    figure = Figure(
        "targets", "Targets", pl.DataFrame(rows), f"{len(rows)} targets.",
        Computed(TARGETS, as_of=computed.as_of), settings=TableSettings(columns),
    )  # fmt: skip
    return View(figures=(figure,), notes=notes)


def changed(parts: Mapping[str, tuple[pl.DataFrame, Computed]], filters: Filters) -> View:
    """Return for each metric the segment that changed it most; frames as `metrics.breakdown`, by key of the metric."""
    if filters.earlier is None or not parts:
        return View()
    rows = []
    for key, (frame, _) in parts.items():
        moved = frame.filter(pl.col("change") != 0).head(1)
        metric = BY_KEY[key]
        rows += [
            {
                "metric": metric.title,
                "by": metric.dimensions[metric.leading],
                "segment": row["segment"],
                "previous": theme.number(row["previous"], metric.unit),
                "value": theme.number(row["value"], metric.unit),
                "grown": float(row["change"] / row["previous"]) if row["previous"] else None,
                "share": row["share_of_change"],
            }
            for row in moved.iter_rows(named=True)
        ]
    columns = (
        Column("metric", "Metric"), Column("by", "By"), Column("segment", "Segment that changed most"),
        Column("previous", "Before"), Column("value", "Now"), Column("grown", "Change", "percent"),
        Column("share", "Share of the whole change", "percent"),
    )  # fmt: skip
    table = pl.DataFrame(rows, schema_overrides={"grown": pl.Float64, "share": pl.Float64})
    computed = [asked for _, asked in parts.values()]
    return View(
        figures=(
            Figure(
                "changed-most",
                "What changed most",
                table,
                "One row per metric that changed.",
                Computed(
                    CHANGED,
                    tuple(sorted({name for one in computed for name in one.tables})),
                    sum(one.rows for one in computed),
                    tuple(dict.fromkeys(sql for one in computed for sql in one.sql)),
                    computed[0].as_of,
                ),
                settings=TableSettings(columns),
                empty="Nothing changed against the period compared with.",
            ),
        )
    )


def activity(found: Mapping[str, tuple[Measurement, Computed]], filters: Filters) -> View:
    """Turn active people, visitors and conversations into one chart each over the same range."""
    return View(figures=tuple(over_time(BY_KEY[key], *found[key], filters) for key in MAIN if key in found))


def over_time(metric: Metric, measured: Measurement, computed: Computed, filters: Filters) -> Figure:
    """Turn a measurement into a chart over the range."""
    return Figure(
        f"{metric.key}-over-time",
        f"{metric.title} by {filters.span.grain}",
        measured.series,
        charts.described(metric.title, measured.series, metric.unit),
        computed,
        charts.lines({metric.title: measured.series}, dark=filters.dark, unit=metric.unit),
        TableSettings(
            (
                Column("period", f"First day of the {filters.span.grain}"),
                Column("value", metric.title, "integer" if measured.series["value"].dtype.is_integer() else "decimal"),
                Column("complete", "Complete", "flag"),
            )
        ),
        (filters.span.first, filters.span.last),
    )
