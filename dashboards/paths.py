"""Paths: the ways that sessions take, and the people behind each."""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboards import charts
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from queries.paths import EVENT, Paths

BY: Final = {"Route": "route", "Event": EVENT, "Page": "page"}
ENDED: Final = "session ended"
WAYS: Final = 400
LISTED: Final = 500
COUNTED: Final = (
    "Sessions end with a pause of 30 minutes. The same station several times in a row counts once. A path begins with "
    "the first station asked for, else with the session, and ends with the first one asked for after that, else with "
    "the session. Stations that few come through are put together as all others. A session that is longer goes on "
    "beyond the last step."
)
NOTHING: Final = "No session takes such a path. Choose another station, or a longer range."


def asked(start: str | None, end: str | None, by: str | None, steps: str | None) -> Paths:
    """Return what the widgets ask for."""
    return Paths(start, end, BY[by or "Route"], int(steps or 4), most=6)


def drawn(found: pl.DataFrame, filters: Filters, computed: Computed) -> View:
    """Show steps from left to right, as wide as sessions take them."""
    total = int(found.filter(pl.col("step") == pl.col("step").min())["sessions"].sum())
    settings = TableSettings((
        Column("step", "Step", "integer"), Column("source", "From", width="medium"),
        Column("target", "To", width="medium"), Column("sessions", "Sessions", "integer"),
    ))  # fmt: skip
    figure = Figure(
        "paths", "Paths", found,
        f"{total:,} sessions; from left to right, as wide as sessions take a step. Click a step to see who took it.",
        computed, charts.ways(found, ended=ENDED, dark=filters.dark), settings, empty=NOTHING,
        picks=tuple({"way": _name(*way)} for way in found.select("step", "source", "target").iter_rows()),
    )  # fmt: skip
    ended = int(found.filter(pl.col("step") == 1, pl.col("target").is_null())["sessions"].sum())
    numbers = (
        Number("sessions", "Sessions", total, "rows", computed, table=found),
        Number("bounced", "Ended at the first station", ended, "rows", computed, good="down", table=found),
        Number(
            "share", "Share ended there", ended / total if total else None, "share", computed, good="down", table=found
        ),
    )
    kinds = pl.Schema({"way": pl.String(), **{name: found.schema[name] for name in ("step", "source", "target")}})
    named = pl.DataFrame([(name, *way) for name, way in ways(found).items()], schema=kinds, orient="row")
    steps = named.join(found, on=["step", "source", "target"], how="left", nulls_equal=True, maintain_order="left")
    listed = Figure(
        "steps", "Steps that most take", steps, "Choose a row to see who took the step.", computed,
        settings=TableSettings((
            Column("step", "Step", "integer"), Column("source", "From", width="medium"),
            Column("target", "To", width="medium"), Column("sessions", "Sessions", "integer"),
        ), height=300 if steps.height > 6 else None, opens=("way", "way")),
        empty=NOTHING,
    )  # fmt: skip
    return View(numbers, (figure, listed))


def ways(found: pl.DataFrame) -> dict[str, tuple[int, str, str | None]]:
    """Return the steps to choose from, by their names."""
    rows = found.sort("sessions", descending=True).head(WAYS).select("step", "source", "target").rows()
    return {_name(*way): way for way in rows}


def _name(step: int, source: str, target: str | None) -> str:
    return f"{step}  {source} → {target or ENDED}"


def people(frame: pl.DataFrame, way: str, computed: Computed) -> View:
    """List who took a step, most often first."""
    more = f" The first {LISTED:,} are listed." if frame.height > LISTED else ""
    figure = Figure(
        "people", "People who took this step", frame.head(LISTED), f"{frame.height:,} people: {way}.{more}", computed,
        settings=TableSettings((
            Column("actor_key", "Who", width="medium"), Column("tier", "Plan"),
            Column("sessions", "Sessions", "integer"), Column("last_at", "Last taken", "time"),
        ), actor="actor_key"),
        empty="Nobody.",
    )  # fmt: skip
    return View(figures=(figure,), notes=(figure.alt,))
