"""Content pipelines: what waits, how fast it moves, what is stuck, and what finishing it would give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dashboards import charts
from dashboards.view import Column, Computed, Figure, Filters, TableSettings, View
from queries.pipelines import PIPELINES

if TYPE_CHECKING:
    import plotly.graph_objects as go

STANDS: Final = (
    "All work that ever came in: rows of the queue, jobs, threads, and documents, which are done when they are cut "
    "into passages. Stuck: under way or past its time for more than a day, or tried three times and still waiting. "
    "Weeks to empty are at the pace of the last 28 days. A pipeline that is not known has no table, or none for us."
)
MOVES: Final = "Work by the day it came in and the day it ended, done or failed; skipped work is left out."
FROM: Final = "The same work by channel, kind of job, forum and kind of document."
GIVES: Final = (
    "What coverage would be, by the same rules, if everything that waits or is under way ended well: a video is one "
    "video unless the car has it, a job finds all that it looks for, a thread gives as many insights and a document as "
    "many passages as the median of those that gave any. Failed work gives nothing. More is not to be hoped for."
)
NOBODY: Final = "No work that waits or failed names a car of the catalogue."
WHOLE: Final = {
    "coverage": ("Coverage of the catalogue", "share"),
    "coverage_then": ("With all queues finished", "share"),
    "gain": ("Gained", "share"),
    "cars_that_gain": ("Cars that gain", "rows"),
}


def pace(found: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Draw how much was done in each period, a line per pipeline; `found` as pipelines.pace."""
    chart: go.Figure = charts.lines(
        {
            name: found.filter(pl.col("pipeline") == name).select("period", "complete", value="done")
            for name in PIPELINES
        },
        dark=filters.dark,
    )
    sums = found.group_by("pipeline", maintain_order=True).agg(pl.col("came", "done", "failed").sum())
    words = "; ".join(
        f"{name}: {came:,} came in, {done:,} done, {failed:,} failed" for name, came, done, failed in sums.iter_rows()
    )
    figure = Figure(
        "pace",
        "Done, by pipeline",
        found.with_columns(pl.col("period").cast(pl.String)),
        f"{words}.",
        computed,
        chart,
        TableSettings(
            (
                Column("pipeline", "Pipeline"),
                Column("period", "From"),
                Column("came", "Came in", "integer"),
                Column("done", "Done", "integer"),
                Column("failed", "Failed", "integer"),
                Column("complete", "Complete", "flag"),
            )
        ),
        (filters.span.first, filters.span.last),
    )
    return View(figures=(figure,))


def cars(found: pl.DataFrame, computed: Computed) -> View:
    """List the cars that open or failed work names, the one that gains most first; `found` as pipelines.cars."""
    gain = found.filter(pl.col("gain") > 0).height
    figure = Figure(
        "open-cars",
        "Cars and what finishing would give them",
        found,
        f"{found.height} cars have open or failed work; {gain} of them would gain.",
        computed,
        settings=TableSettings(
            (
                Column("name", "Car", width="medium"),
                Column("brand", "Make"),
                Column("coverage", "Coverage now", "percent"),
                Column("coverage_then", "Coverage then", "percent"),
                Column("gain", "Gained", "percent"),
                Column("open", "Open", "integer"),
                Column("videos", "Videos", "integer"),
                Column("jobs", "Jobs", "integer"),
                Column("threads", "Threads", "integer"),
                Column("documents", "Documents", "integer"),
                Column("stuck", "Stuck", "integer"),
                Column("failed", "Failed", "integer"),
                Column("oldest_open", "Oldest open", "time"),
            ),
            height=460,
        ),
        empty=NOBODY,
    )
    return View(figures=(figure,))
