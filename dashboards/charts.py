"""The pictures: frames in, Plotly figures out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go
import polars as pl

from dashboards import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store import Annotation


def lines(series: Mapping[str, pl.DataFrame], *, dark: bool, unit: str = "") -> go.Figure:
    """Draw series of (period, value, complete) over time; unfinished periods are dotted."""
    chart = go.Figure(layout={"template": theme.template(dark=dark), "height": 320, "yaxis": {"title": unit}})
    for colour, (name, frame) in zip(theme.palette(dark=dark), series.items(), strict=False):
        known = frame.select("period", "value", "complete").sort("period")
        # An unfinished period keeps the points beside it, so that the dotted line joins on.
        cut = pl.col("complete").not_()
        dotted = cut | cut.shift(-1, fill_value=False) | cut.shift(1, fill_value=False)
        done = known.with_columns(pl.when("complete").then("value"))
        unfinished = known.with_columns(pl.when(dotted).then("value"))
        chart.add_scatter(
            x=done["period"].to_list(), y=done["value"].to_list(), name=name, mode="lines",
            line={"color": colour, "width": 2.25},
        )  # fmt: skip
        if not known["complete"].all():
            chart.add_scatter(
                x=unfinished["period"].to_list(), y=unfinished["value"].to_list(), name=f"{name}, unfinished",
                mode="lines+markers", line={"color": colour, "width": 1.5, "dash": "dot"}, showlegend=False,
            )  # fmt: skip
    return chart


def bars(frame: pl.DataFrame, *, label: str, values: Mapping[str, str], dark: bool) -> go.Figure:
    """Draw horizontal bars, one group per row, longest first; `values` maps columns to names."""
    ordered = frame.sort(next(iter(values)), descending=False)
    chart = go.Figure(
        layout={
            "template": theme.template(dark=dark), "height": max(180, 34 * frame.height + 60), "barmode": "group",
            "hovermode": "y unified",
        }
    )  # fmt: skip
    for column, name in values.items():
        chart.add_bar(x=ordered[column].to_list(), y=ordered[label].to_list(), name=name, orientation="h")
    return chart


def annotated(chart: go.Figure, notes: tuple[Annotation, ...], *, dark: bool) -> go.Figure:
    """Return the chart with a numbered line on each annotated day."""
    marked = go.Figure(chart)
    colour = "#9aa7b0" if dark else "#5d6b75"
    for place, note in enumerate(notes, start=1):
        # The number only: Plotly reads a small HTML in its texts, and a note is somebody's words.
        marked.add_shape(
            type="line", x0=note.day, x1=note.day, y0=0, y1=1, yref="paper",
            line={"color": colour, "width": 1, "dash": "dash"},
        )  # fmt: skip
        marked.add_annotation(x=note.day, y=1, yref="paper", text=str(place), showarrow=False, yanchor="bottom")
    return marked


def described(name: str, frame: pl.DataFrame, unit: str) -> str:
    """Say what a series shows, in a sentence."""
    known = frame.drop_nulls("value")
    if known.is_empty():
        return f"{name}: unknown throughout the range."
    top = known.sort("value", descending=True).row(0, named=True)
    first, last = known.row(0, named=True), known.row(-1, named=True)
    return (
        f"{name} from {first['period']} ({theme.number(first['value'], unit)}) to {last['period']} "
        f"({theme.number(last['value'], unit)}); highest {theme.number(top['value'], unit)} on {top['period']}."
    )
