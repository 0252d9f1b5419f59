"""Events by city: a map without tiles, the table, the next dates of series, and who is losing events."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go
import polars as pl

from dashboards import theme
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View

if TYPE_CHECKING:
    from dashboards.view import Good

COUNTED: Final = (
    "Approved events that are not over where they are held: the last day counts, and an event under way is still "
    "ahead. An event belongs to one city: the one it names (case, accents, punctuation and Saint aside), else the "
    "nearest of our cities within 30 miles. Nearby counts all within 30 miles, so neighbours share events. The stored "
    "count of target_cities and the live report hold every event ever entered, also past and rejected ones."
)
RECURS: Final = "The next day from today on, at the venue, by the recurrence rule (RFC 5545) of the series."
LOSES: Final = "Approved events of the coming 90 days beside approved and expired ones of the same days a year before."
NOTHING: Final = "There is no city here. Cities come from target_cities and from approved events."


def overview(cities: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Return cards, the map and the table of cities."""
    cities = cities.with_columns(pl.col("next_date").cast(pl.String))
    ours = cities.drop_nulls("population_rank")
    bare = ours.filter(pl.col("upcoming") == 0)
    numbers = (
        _number("upcoming", "Events ahead", int(cities["upcoming"].sum()), computed, "up"),
        _number("covered", "Our cities with events", ours.height - bare.height, computed, "up"),
        _number("bare", "Our cities without", bare.height, computed, "down"),
        _number("others", "Other places with events", cities.height - ours.height, computed, "neither"),
    )
    placed = cities.drop_nulls(["latitude", "longitude"])
    return View(numbers, (_map(placed, computed, filters), _table(cities, computed)))


def series(found: pl.DataFrame, computed: Computed) -> View:
    """List recurring series by their next day."""
    unclear = found.filter(pl.col("problem").is_not_null()).height
    figure = Figure(
        "series",
        "Recurring series, next dates",
        found.with_columns(pl.col("next_date", "start_date").cast(pl.String)),
        f"{found.height} series; {unclear} name no next day, and say why.",
        computed,
        settings=TableSettings(
            (
                Column("name", "Series", width="medium"),
                Column("next_date", "Next"),
                Column("event_type", "Kind"),
                Column("venue_name", "Venue"),
                Column("city", "City"),
                Column("state", "State"),
                Column("recurrence_rule", "Rule"),
                Column("problem", "No day because"),
            ),
            height=420,
        ),
        empty="There is no recurring series.",
    )
    return View(figures=(figure,))


def losing(found: pl.DataFrame, computed: Computed) -> View:
    """List the cities that had more events a year before."""
    figure = Figure(
        "losing",
        "Cities losing events",
        found,
        f"{found.height} cities have fewer events ahead than a year before.",
        computed,
        settings=TableSettings(
            (
                Column("city", "City"),
                Column("state", "State"),
                Column("coming", "Next 90 days", "integer"),
                Column("before", "A year before", "integer"),
                Column("change", "Change", "integer"),
            ),
            height=420,
        ),
        empty="No city has fewer events ahead than a year before.",
    )
    return View(figures=(figure,))


def _map(cities: pl.DataFrame, computed: Computed, filters: Filters) -> Figure:
    """Draw cities where they lie, larger with more people, lighter without events."""
    colours = theme.palette(dark=filters.dark)
    chart = go.Figure(layout={"template": theme.template(dark=filters.dark), "height": 520, "hovermode": "closest"})
    for name, colour, part in (
        ("Without events ahead", colours[1], cities.filter(pl.col("upcoming") == 0)),
        ("With events ahead", colours[0], cities.filter(pl.col("upcoming") > 0)),
    ):
        size = (4 + pl.col("population").fill_null(0).cast(pl.Float64).sqrt() / 70).clip(4, 40)
        chart.add_scatter(
            x=part["longitude"].to_list(),
            y=part["latitude"].to_list(),
            mode="markers",
            name=name,
            text=[", ".join(filter(None, place)) for place in part.select("city", "state").iter_rows()],
            customdata=part.select("upcoming", "nearby").rows(),
            hovertemplate="<b>%{text}</b><br>%{customdata[0]} ahead, %{customdata[1]} within 30 miles<extra></extra>",
            marker={"size": part.select(size).to_series().to_list(), "color": colour, "opacity": 0.68,
                    "line": {"width": 0.5, "color": "#161c20" if filters.dark else "#ffffff"}},
        )  # fmt: skip
    middle = cities["latitude"].mean()
    stretch = 1 / max(0.2, math.cos(math.radians(float(middle or 0.0))))  # type: ignore[arg-type]
    bare = {"showgrid": False, "showticklabels": False, "zeroline": False, "title": ""}
    chart.update_xaxes(**bare, range=_reach(cities["longitude"]))
    chart.update_yaxes(**bare, range=_reach(cities["latitude"]), scaleanchor="x", scaleratio=stretch)
    return Figure(
        "map",
        "Where events are",
        cities,
        f"{cities.height} cities where they lie, the larger, the more people; drag to see those farthest off.",
        computed,
        chart,
        _columns(),
        empty=NOTHING,
    )


def _reach(degrees: pl.Series) -> list[float] | None:
    """Return where the picture begins and ends: a few cities far off would leave the others no room."""
    if degrees.is_empty():
        return None
    ends = [float(degrees.quantile(share, "nearest") or 0.0) for share in (0.01, 0.99)]
    return [ends[0] - 2, ends[1] + 2]


def _table(cities: pl.DataFrame, computed: Computed) -> Figure:
    return Figure(
        "cities",
        "Cities",
        cities,
        f"{cities.height} cities, the largest first.",
        computed,
        settings=_columns(),
        empty=NOTHING,
    )


def _columns() -> TableSettings:
    return TableSettings(
        (
            Column("city", "City", width="medium"),
            Column("state", "State"),
            Column("population", "People", "integer"),
            Column("upcoming", "Ahead", "integer"),
            Column("next_date", "Next"),
            Column("event_types", "Kinds", "integer"),
            Column("per_100k", "Per 100,000 people", "decimal"),
            Column("nearby", "Within 30 miles", "integer"),
            Column("nearest_miles", "Nearest, miles", "decimal"),
            Column("recorded_events", "Count as stored", "integer"),
        ),
        height=520,
    )


def _number(key: str, label: str, value: int, computed: Computed, good: Good) -> Number:
    return Number(key, label, value, "rows", computed, good=good)
