"""Trends: events, people or sessions over time, beside one another, broken down, or one by the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboards import charts, theme
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from queries.trends import Count, Formula, Trend

if TYPE_CHECKING:
    import polars as pl

DEFAULT: Final = ("page_view",)
MOST: Final = 7
LISTED: Final = 500
COUNTS: Final[dict[str, Count]] = {"People": "actors", "Events": "totals", "Sessions": "sessions"}
FORMULAS: Final[dict[str, Formula]] = {
    "First by second": "A/B", "First less second": "A-B", "Both together": "A+B", "First times second": "A*B",
}  # fmt: skip
BREAKDOWNS: Final = {
    "Device": "device", "Source": "utm_source", "Medium": "utm_medium", "Campaign": "utm_campaign",
    "Country": "country", "Plan": "tier", "Route": "route", "Table": "source",
}  # fmt: skip
COUNTED: Final = (
    "Events of the stream by period, or the different people or sessions that had any in the period. Periods without "
    "an event are 0; unfinished ones are dotted. A moving average is of whole periods only. Staff and bots are left "
    "out."
)


def asked(
    events: tuple[str, ...], count: str | None, formula: str | None, part: str | None, average: str | None, unit: str
) -> Trend:
    """Return what the widgets ask for.

    Raises:
        BadTrend: What is chosen does not go together.
    """
    return Trend(
        events[:MOST] or DEFAULT,
        COUNTS[count or "People"],
        unit,  # type: ignore[arg-type]
        FORMULAS[formula] if formula else None,
        BREAKDOWNS[part] if part else None,
        int(average or 1),
    )


def drawn(found: pl.DataFrame, question: Trend, filters: Filters, computed: Computed) -> View:
    """Show a line per series, with the sum or the mean of each as a number."""
    series = {name: group.drop("series") for (name,), group in found.group_by("series", maintain_order=True)}
    grain = filters.span.grain
    numbers = tuple(
        Number(
            f"series-{place}", f"{name}, mean by {grain}", _mean(group), "", computed, table=group,
            sparkline=tuple(group["value"].drop_nulls()),
        )
        for place, (name, group) in enumerate(series.items())
    )  # fmt: skip
    what = {"actors": "People", "totals": "Events", "sessions": "Sessions"}[question.count]
    chart = charts.lines({str(name): group for name, group in series.items()}, dark=filters.dark)
    told = "; ".join(
        f"{name}: {theme.compact(group['value'].sum())} over all" if question.count == "totals" else
        f"{name}: highest {theme.compact(group['value'].max())}"  # type: ignore[arg-type]
        for name, group in series.items()
    )  # fmt: skip
    figure = Figure(
        "trend", f"{what} by {grain}", found, f"{told}." if told else "", computed, chart,
        TableSettings((
            Column("period", f"First day of the {grain}"), Column("series", "Series"),
            Column("value", what, "decimal"), Column("complete", "Complete", "flag"),
        )),
        (filters.span.first, filters.span.last), "Nothing of this happened in the range. Choose another event.",
    )  # fmt: skip
    return View(numbers, (figure,))


def lines(found: pl.DataFrame) -> list[str]:
    """Return the series to choose from."""
    return found["series"].unique(maintain_order=True).to_list()


def periods(found: pl.DataFrame) -> list[str]:
    """Return the periods to choose from, the newest that is over first."""
    ordered = found.unique("period").sort("complete", "period", descending=[True, True])
    return [day.isoformat() for day in ordered["period"]]


def people(frame: pl.DataFrame, line: str, period: str, computed: Computed) -> View:
    """List who is behind a point, most often first."""
    more = f" The first {LISTED:,} are listed." if frame.height > LISTED else ""
    figure = Figure(
        "people", "People behind a point", frame.head(LISTED),
        f"{frame.height:,} people in the period from {period}: {line}.{more}", computed,
        settings=TableSettings((
            Column("actor_key", "Who", width="medium"), Column("tier", "Plan"), Column("events", "Events", "integer"),
            Column("last_at", "Last", "time"),
        ), actor="actor_key"),
        empty="Nobody.",
    )  # fmt: skip
    return View(figures=(figure,), notes=(figure.alt,))


def _mean(group: pl.DataFrame) -> float | None:
    known = group.filter("complete")["value"].drop_nulls()
    return None if known.is_empty() else float(known.sum()) / known.len()
