"""Retention: the curve, the heat map of cohorts, and the people behind a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go
import polars as pl

from dashboards import charts, theme
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from queries.retention import Mode, Retention

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from queries.span import Grain

SIGN_UP: Final = "account_recorded"
ANYTHING: Final = "Anything"
UNITS: Final[dict[str, Grain]] = {"Weeks": "week", "Days": "day", "Months": "month"}
MOST: Final[dict[Grain, int]] = {"day": 14, "week": 12, "month": 12}
MODES: Final[dict[str, Mode]] = {"In that period": "nday", "Then or later": "unbounded", "In brackets": "bracketed"}
CLOCKS: Final = {"Calendar": False, "24 hours from the first event": True}
LISTED: Final = 500
COUNTED: Final = (
    "A cohort are the people whose very first event of the chosen kind lies in the period and in the range. Who came "
    "back did the other event later, or in the first period too where it is the same kind. A cell whose period is not "
    "over is empty and grey, not 0. Weeks begin on Monday. People are users, else browsers, else sessions."
)
TOGETHER: Final = "Every cell that is known, all cohorts together: who came back by who could have. "


def names(found: Sequence[str]) -> list[str]:
    """Return the events to choose from, signing up first."""
    return [ANYTHING, SIGN_UP, *(name for name in found if name != SIGN_UP)]


def asked(first: str | None, back: str | None, unit: str | None, mode: str | None, clock: str | None) -> Retention:
    """Return what the widgets ask for."""
    grain = UNITS[unit or "Weeks"]
    return Retention(
        None if first in {None, ANYTHING} else first,
        None if back in {None, ANYTHING} else back,
        grain,
        MODES[mode or "In that period"],
        CLOCKS[clock or "Calendar"],
        most=30 if mode == "In brackets" else MOST[grain],
    )


def summary(cells: pl.DataFrame, curve: pl.DataFrame, question: Retention, computed: Computed) -> View:
    """Show how many began and what share came back after one, four and so on."""
    sizes = cells.unique("cohort")["size"].sum()
    marks = [row for row in curve.iter_rows(named=True) if row["period"] > 0 and row["share"] is not None]
    picked = [row for row in marks if row["period"] in _marks(question)] or marks[:3]
    began = Number("began", "Began in the range", int(sizes), "rows", computed, table=cells)
    later = (
        Number(
            f"back-{row['period']}", f"Back {label(question, row['period'], row['until']).lower()}", row["share"],
            "share", computed, table=curve,
        )
        for row in picked[:3]
    )  # fmt: skip
    return View((began, *later))


def _marks(question: Retention) -> tuple[int, ...]:
    return {"day": (1, 3, 7, 14), "week": (1, 2, 4, 8), "month": (1, 2, 3, 6)}[question.unit]


def label(question: Retention, period: int, until: int | None) -> str:
    """Return the name of a column: Week 3, Days 4-7, Month 2 or later."""
    unit = question.unit.capitalize()
    if until is None:
        return f"{unit} {period} or later" if period else f"{unit} 0 on"
    return f"{unit} {period}" if until == period else f"{unit}s {period}-{until}"


def curve(found: pl.DataFrame, question: Retention, filters: Filters, computed: Computed) -> View:
    """Show the share that came back, period after period."""
    known = found.drop_nulls("share")
    names = [label(question, period, until) for period, until in known.select("period", "until").iter_rows()]
    chart = go.Figure(
        layout={
            "template": theme.template(dark=filters.dark), "height": 300,
            "yaxis": {"tickformat": ".0%", "range": [0, 1.02]},
            "xaxis": {"type": "category", "range": [-0.25, len(names) - 0.75]},
        }
    )  # fmt: skip
    colour = theme.palette(dark=filters.dark)[0]
    chart.add_scatter(
        x=names, y=known["share"].to_list(), mode="lines+markers", name="Came back",
        line={"width": 2.5, "color": colour},
        marker={"size": 7}, fill="tozeroy", fillcolor=theme.faint(colour),
        customdata=known.select("retained", "size").rows(),
        hovertemplate="%{y:.1%} (%{customdata[0]:,} of %{customdata[1]:,})<extra></extra>",
    )  # fmt: skip
    later = known.filter(pl.col("period") > 0)
    alt = (
        f"{theme.percent(later['share'][0])} came back in {label(question, *later.select('period', 'until').row(0))}, "
        f"{theme.percent(later['share'][-1])} in {label(question, *later.select('period', 'until').row(-1))}."
        if later.height
        else "No period after the first is over yet."
    )
    settings = TableSettings((
        Column("period", f"{question.unit.capitalize()}s after", "integer"), Column("cohorts", "Cohorts", "integer"),
        Column("size", "Could come back", "integer"), Column("retained", "Came back", "integer"),
        Column("share", "Share", "percent"),
    ))  # fmt: skip
    told = Figure("curve", "Who comes back", known, alt, Computed(
        TOGETHER + computed.definition, computed.tables, computed.rows, computed.sql, computed.as_of
    ), chart, settings, empty="Nobody began in this range. Choose a longer one, or another first event.")  # fmt: skip
    return View(figures=(told,))


def heat(cells: pl.DataFrame, question: Retention, filters: Filters, computed: Computed) -> View:
    """Show every cohort as a row of shades; what cannot be known yet is grey."""
    rows = cells.unique("cohort", maintain_order=True).sort("cohort", descending=True)
    columns = cells.unique(["period", "until"], maintain_order=True).sort("period")
    shown = [label(question, period, until) for period, until in columns.select("period", "until").iter_rows()]
    wide = cells.pivot(on="period", index="cohort", values="share").sort("cohort", descending=True)
    shares = [list(row) for row in wide.drop("cohort").rows()]
    counts = [
        list(row)
        for row in cells.pivot(on="period", index="cohort", values="retained")
        .sort("cohort", descending=True)
        .drop("cohort")
        .rows()
    ]
    chart = charts.heat(
        shares, x=shown, y=[_named(day, size) for day, size in rows.select("cohort", "size").iter_rows()],
        told=counts, dark=filters.dark,
    )  # fmt: skip
    grey = int(cells["retained"].null_count())
    alt = (
        f"{rows.height} cohorts by {question.unit}; {grey} of {cells.height} cells cannot be known yet and are grey. "
        "Click a cell to see its people."
    )
    settings = TableSettings((
        Column("cohort", f"First day of the {question.unit}"), Column("size", "Began", "integer"),
        Column("period", f"{question.unit.capitalize()}s after", "integer"),
        Column("until", "until", "integer"), Column("retained", "Came back", "integer"),
        Column("share", "Share", "percent"), Column("complete", "Whole cohort", "flag"),
    ))  # fmt: skip
    figure = Figure(
        "cohorts", f"Cohorts by {question.unit}", cells, alt, computed, chart, settings,
        empty="Nobody began in this range. Choose a longer one, or another first event.",
        picks=tuple({"cohort": day.isoformat(), "period": name} for day in rows["cohort"] for name in shown),
    )  # fmt: skip
    return View(figures=(figure,))


def _named(day: date, size: int) -> str:
    return f"{day:%d %b %Y} · {size:,}"


def cohorts(cells: pl.DataFrame) -> list[str]:
    """Return the cohorts to choose from, newest first."""
    return [day.isoformat() for day in cells["cohort"].unique().sort(descending=True)]


def periods(cells: pl.DataFrame, question: Retention) -> dict[str, int]:
    """Return the columns to choose from."""
    columns = cells.unique(["period", "until"]).sort("period").select("period", "until")
    return {label(question, period, until): period for period, until in columns.iter_rows()}


def people(frame: pl.DataFrame, cohort: str, when: str, computed: Computed) -> View:
    """List the people of a cohort, those who came back first."""
    back = frame.filter("came_back").height
    more = f" The first {LISTED:,} are listed." if frame.height > LISTED else ""
    figure = Figure(
        "people", f"People who began {cohort}", frame.head(LISTED),
        f"{back:,} of {frame.height:,} came back: {when}.{more}", computed,
        settings=TableSettings((
            Column("actor_key", "Who", width="medium"), Column("tier", "Plan"), Column("came_back", "Back", "flag"),
            Column("times", "Events then", "integer"), Column("first_at", "Began", "time"),
            Column("last_at", "Last of these", "time"),
        ), actor="actor_key"),
        empty="Nobody.",
    )  # fmt: skip
    return View(figures=(figure,), notes=(figure.alt,))
