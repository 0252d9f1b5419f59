"""Pages and engagement: what is seen, entered, left, read and clicked, and what is slow."""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboards import charts, theme
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from queries.engagement import ENGAGED_SECONDS, SLOW_MS, By

BY: Final[dict[str, By]] = {"Route": "route", "Page": "page", "Address as recorded": "page_url"}
SHOWN: Final = 12
FEWEST: Final = 5
PAGES: Final = 300
LISTED: Final = 500
COUNTED: Final = (
    "An entrance is the first page view of a session, an exit its last; a session ends with a pause of 30 minutes. A "
    "bounce is a session of one page view without a click, without anything the product reports, and with less than "
    f"{ENGAGED_SECONDS} seconds of active time. A route is the path with slugs and numbers replaced."
)
READ: Final = (
    "Active time and scroll depth are of the readings that pages report, not of every view: a view that reported none "
    "is in no median. Depth reached by 3 of 4 is what three quarters of readings come to, and so on."
)
LOADED: Final = (
    f"Time until the page was ready, of views that say it. Slow is more than {SLOW_MS / 1000:g} seconds. Pages with "
    f"fewer than {FEWEST} such views are in the table only."
)
CLICKED: Final = "Clicks by element. The share is of the people who saw the page and clicked the element at least once."
_CLICK: Final = "Click a bar to see what was clicked there, and who saw it."
NOTHING: Final = "No page was seen in this range. Choose a longer one."


def split(found: pl.DataFrame) -> tuple[dict[str, object], pl.DataFrame]:
    """Return the row of all pages together, and the pages."""
    return found.filter(pl.col("station").is_null()).row(0, named=True), found.drop_nulls("station")


def stations(found: pl.DataFrame) -> list[str]:
    """Return the pages to choose from."""
    return split(found)[1]["station"].head(PAGES).to_list()


def summary(found: pl.DataFrame, computed: Computed) -> View:
    """Show views, visitors, visits, bounces, active time and how fast pages are."""
    row, pages = split(found)
    entrances, bounces = int(str(row["entrances"])), int(str(row["bounces"]))

    def card(key: str, label: str, value: object, unit: str, good: str = "neither") -> Number:
        return Number(key, label, value, unit, computed, good=good, table=pages)  # type: ignore[arg-type]

    return View((
        card("views", "Page views", row["views"], "rows"),
        card("visitors", "Visitors", row["visitors"], "people"),
        card("entrances", "Visits", entrances, "rows"),
        card("bounce", "Bounce rate", bounces / entrances if entrances else None, "share", "down"),
        card("active", "Active time, median", row["median_seconds"], "seconds"),
        card("load", "Milliseconds to ready, 3 of 4", row["load_75"], "rows", "down"),
    ))  # fmt: skip


def pages(found: pl.DataFrame, by: str, filters: Filters, computed: Computed) -> View:
    """Show which pages are seen, entered and left."""
    _, rows = split(found)
    table = rows.with_columns(
        bounce_rate=pl.when(pl.col("entrances") > 0).then(pl.col("bounces") / pl.col("entrances")),
        exit_rate=pl.when(pl.col("views") > 0).then(pl.col("exits") / pl.col("views")),
    )
    seen = rows.filter(pl.col("views") > 0)
    shown = seen.head(SHOWN)
    chart = charts.bars(
        shown, label="station", values={"views": "Views", "visitors": "Visitors"}, dark=filters.dark, picked=True
    )
    top = seen.row(0, named=True) if seen.height else None
    alt = f"{seen.height:,} seen; most often {top['station']}, {top['views']:,} times." if top else NOTHING
    figure = Figure(
        "pages", f"Views by {by.lower()}", table if top else table.clear(), f"{alt} {_CLICK}", computed, chart,
        TableSettings((
            Column("station", by, width="medium"), Column("views", "Views", "integer"),
            Column("visitors", "Visitors", "integer"), Column("entrances", "Entrances", "integer"),
            Column("exits", "Exits", "integer"), Column("exit_rate", "Exit rate", "percent"),
            Column("bounces", "Bounces", "integer"), Column("bounce_rate", "Bounce rate", "percent"),
            Column("clicks", "Clicks", "integer"), Column("median_seconds", "Active seconds, median", "decimal"),
            Column("active_seconds", "Active seconds, all", "decimal"),
        )),
        empty=NOTHING, picks=tuple({"station": name} for name in shown["station"]),
    )  # fmt: skip
    return View(figures=(figure,))


def reading(found: pl.DataFrame, by: str, filters: Filters, computed: Computed) -> View:
    """Show how far pages are read."""
    _, rows = split(found)
    read = rows.filter(pl.col("readings") > 0).sort("readings", "station", descending=[True, False])
    values = {"depth_90": "1 of 10", "depth_50": "Half", "depth_25": "3 of 4"}
    chart = charts.bars(
        read.filter(pl.col("readings") >= FEWEST).head(SHOWN), label="station", values=values, dark=filters.dark
    )
    chart.update_layout(xaxis={"ticksuffix": " %", "range": [0, 100]})
    whole, _ = split(found)
    half = whole["depth_50"]
    alt = "Nothing was read." if half is None else f"Half of {whole['readings']:,} readings end within {half:.0f} %."
    figure = Figure(
        "reading", "How far pages are read", read, alt, computed, chart,
        TableSettings((
            Column("station", by, width="medium"), Column("readings", "Readings", "integer"),
            Column("median_seconds", "Active seconds, median", "decimal"),
            Column("depth_25", "% reached by 3 of 4", "integer"), Column("depth_50", "by half", "integer"),
            Column("depth_75", "by 1 of 4", "integer"), Column("depth_90", "by 1 of 10", "integer"),
        )),
        empty="No page reported how it was read in this range.",
    )  # fmt: skip
    return View(figures=(figure,))


def slow(found: pl.DataFrame, by: str, filters: Filters, computed: Computed) -> View:
    """Show which pages take longest until they are ready."""
    _, rows = split(found)
    known = rows.filter(pl.col("loads") > 0).with_columns(share=pl.col("slow") / pl.col("loads"))
    known = known.sort("load_75", "station", descending=[True, False])
    shown = (
        known.filter(pl.col("loads") >= FEWEST)
        .head(SHOWN)
        .with_columns(three_of_four=pl.col("load_75") / 1000, nearly_all=pl.col("load_95") / 1000)
    )
    values = {"three_of_four": "3 of 4 views", "nearly_all": "95 of 100 views"}
    chart = charts.bars(shown, label="station", values=values, dark=filters.dark)
    chart.update_layout(xaxis={"ticksuffix": " s"})
    chart.add_shape(
        type="line", x0=SLOW_MS / 1000, x1=SLOW_MS / 1000, y0=0, y1=1, yref="paper", line={"dash": "dot", "width": 1}
    )
    many, all_ = int(known["slow"].sum()), int(known["loads"].sum())
    alt = f"{many:,} of {all_:,} views were slow." if all_ else "No view says how long it took."
    figure = Figure(
        "slow", "Slowest pages", known, alt, computed, chart,
        TableSettings((
            Column("station", by, width="medium"), Column("loads", "Views", "integer"),
            Column("load_75", "Ready within ms, 3 of 4", "integer"), Column("load_95", "95 of 100", "integer"),
            Column("slow", "Slow", "integer"), Column("share", "Share slow", "percent"),
        )),
        empty="No view says how long it took.",
    )  # fmt: skip
    return View(figures=(figure,))


def people(frame: pl.DataFrame, station: str | None, computed: Computed) -> View:
    """List who saw a page or clicked on it, most often first."""
    more = f" The first {LISTED:,} are listed." if frame.height > LISTED else ""
    figure = Figure(
        "people", "People who saw it", frame.head(LISTED),
        f"{frame.height:,} people saw or clicked {station or 'any page'}.{more}", computed,
        settings=TableSettings((
            Column("actor_key", "Who", width="medium"), Column("tier", "Plan"), Column("views", "Views", "integer"),
            Column("clicks", "Clicks", "integer"), Column("last_at", "Last", "time"),
        ), actor="actor_key"),
        empty="Nobody.",
    )  # fmt: skip
    return View(figures=(figure,), notes=(figure.alt,))


def clicks(frame: pl.DataFrame, station: str | None, filters: Filters, computed: Computed) -> View:
    """Show what is clicked."""
    shown = frame.head(SHOWN)
    where = f" of {station}" if station else ""
    alt = f"{theme.whole(frame['clicks'].sum())} clicks on {frame.height:,} elements{where}."
    figure = Figure(
        "clicks", "Clicks by element", frame, alt, computed,
        charts.bars(shown, label="element", values={"clicks": "Clicks", "people": "People"}, dark=filters.dark),
        TableSettings((
            Column("element", "Element", width="medium"), Column("element_type", "Kind"),
            Column("clicks", "Clicks", "integer"), Column("people", "People", "integer"),
            Column("share", "Share of those who saw it", "percent"),
        )),
        empty="Nothing was clicked in this range.",
    )  # fmt: skip
    return View(figures=(figure,))
