"""Users: everybody with plan, activity, lifecycle and health."""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboards import charts
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from queries.people import LIFECYCLES

EVERYBODY: Final = (
    "Every account of no staff. Lifecycle: "
    + " ".join(f"{name}: {meaning}" for name, meaning in LIFECYCLES.items())
    + " Health: 5 points for each active day of the latest 28 up to 40, garage 20, build 15, assistant 15, saved cars "
    "10. The effective plan is that of the running subscription, else the profile's."
)
NOBODY: Final = "Nobody fits. Change the search or the choice."


def overview(frame: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Return how many people stand in which stage; `frame` as `queries.people.listed`."""
    stages = frame.group_by("lifecycle").len("people").sort("people")
    differing = frame.filter(pl.col("stored_tier").ne_missing(pl.col("effective_tier"))).height
    numbers = (
        _count("people", "People", frame.height, computed),
        _count("core", "Core", frame.filter(lifecycle="Core").height, computed),
        _count("at-risk", "At risk", frame.filter(lifecycle="At risk").height, computed),
        _count("answered", "Answered the questionnaire", frame.filter(pl.col("answers") > 0).height, computed),
        _count("tiers-differ", "Plan differs from what is stored", differing, computed),
    )
    figure = Figure(
        "lifecycle", "Lifecycle", stages, f"{stages.height} stages.", computed,
        charts.bars(stages, label="lifecycle", values={"people": "People"}, dark=filters.dark),
        TableSettings((Column("lifecycle", "Lifecycle"), Column("people", "People", "integer"))),
        empty=NOBODY,
    )  # fmt: skip
    return View(numbers, (figure,))


def _count(key: str, label: str, value: int, computed: Computed) -> Number:
    return Number(key, label, value, "people", computed, good="neither")
