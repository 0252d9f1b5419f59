"""One actor's timeline, and who there is to look at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go
import polars as pl

from dashboards import theme
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from queries.timeline import MOST

if TYPE_CHECKING:
    from datetime import datetime

LISTED: Final = 500
COUNTED: Final = (
    "Events of the stream with their computed session (a pause of 30 minutes ends one), and for an account what "
    "further tables say it did or was sent. Staff and bots are left out. Texts are masked unless revealed."
)
BY_WEEK: Final = "Events of the stream by week, from Monday, over all of time. Weeks without any are empty."
NOBODY: Final = "Nobody did anything in this range. Choose a longer one."
STRANGER: Final = "The event stream knows no such actor: staff and bots are left out of it, and so are typing errors."


def actors(frame: pl.DataFrame, computed: Computed) -> View:
    """List who did anything, the latest first."""
    known = frame["user_id"].count()
    numbers = tuple(
        Number(key, label, value, "people", computed, good="neither", table=frame)
        for key, label, value in (
            ("actors", "Actors", frame.height), ("users", "Known as users", known),
            ("strangers", "Never signed in", frame.height - known),
        )
    )  # fmt: skip
    more = f" The first {LISTED:,} are listed." if frame.height > LISTED else ""
    figure = Figure(
        "who", "Who was here", frame.head(LISTED), f"{frame.height:,} actors, the latest first.{more}", computed,
        settings=TableSettings((
            Column("actor_key", "Who", width="medium"), Column("tier", "Plan"), Column("events", "Events", "integer"),
            Column("sessions", "Sessions", "integer"), Column("first_at", "First seen", "time"),
            Column("last_at", "Last seen", "time"),
        ), height=560 if frame.height > 12 else None, leads=("actor_key", "actor")),
        empty=NOBODY,
    )  # fmt: skip
    return View(numbers, (figure,), (f"{figure.alt} Choose a row to see everything that one of them did.",))


def one(frame: pl.DataFrame, weeks: pl.DataFrame, as_of: datetime, computed: Computed) -> View:
    """Show how long, how often and how lately an actor was here."""
    row = frame.row(0, named=True)
    quiet, known = (max(0.0, (as_of - row[name]).total_seconds() / 86_400) for name in ("last_at", "first_at"))

    def card(key: str, label: str, value: float, unit: str = "rows") -> Number:
        return Number(key, label, value, unit, computed, good="neither", table=frame)

    plan = f", now on plan {row['tier']}" if row["tier"] else ""
    kind = f"An account{plan}" if row["user_id"] else "Somebody who never signed in"
    return View(
        (
            card("events", "Events", row["events"]), card("sessions", "Sessions", row["sessions"]),
            card("weeks", "Weeks with an event", weeks.height), card("known", "Days since first seen", int(known)),
            card("quiet", "Days since last seen", int(quiet)),
        ),
        notes=(f"{kind}: {row['actor_key']}",),
    )  # fmt: skip


def activity(weeks: pl.DataFrame, filters: Filters, computed: Computed) -> View:
    """Show events week by week; the week that is not over is paler."""
    over = (
        pl.lit(value=True) if computed.as_of is None else pl.col("week") + pl.duration(days=7) <= computed.as_of.date()
    )
    weeks = weeks.with_columns(complete=over)
    chart = go.Figure(layout={"template": theme.template(dark=filters.dark), "height": 200, "bargap": 0.3})
    chart.add_bar(
        x=weeks["week"].to_list(), y=weeks["events"].to_list(), customdata=weeks["days"].to_list(),
        marker={"opacity": [1 if done else 0.45 for done in weeks["complete"]]},
        hovertemplate="%{y:,} events on %{customdata} days<extra></extra>",
    )  # fmt: skip
    alt = f"{weeks.height:,} weeks with {theme.whole(weeks['events'].sum())} events."
    figure = Figure(
        "activity", "Activity by week", weeks, alt, computed, chart,
        TableSettings((
            Column("week", "Week from"), Column("events", "Events", "integer"),
            Column("sessions", "Sessions", "integer"), Column("days", "Days with an event", "integer"),
            Column("complete", "Complete", "flag"),
        )),
        None if weeks.is_empty() else (weeks["week"][0], weeks["week"][-1] + timedelta(days=6)),
        "No event is recorded.",
    )  # fmt: skip
    return View(figures=(figure,))


def timeline(frame: pl.DataFrame, computed: Computed) -> View:
    """List what was done, the newest first."""
    more = f" Only the newest {MOST:,} are shown." if frame.height >= MOST else ""
    alt = f"{frame.height:,} entries from {frame['source'].n_unique()} tables, the newest first.{more}"
    figure = Figure(
        "timeline", "What was done", frame, alt, computed,
        settings=TableSettings((
            Column("happened_at", "When", "time"), Column("what", "What"), Column("about", "About", width="medium"),
            Column("details", "Details", width="medium"), Column("session", "Session", "integer"),
            Column("device", "Device"), Column("source", "Table"),
        ), height=620 if frame.height > 14 else None),
        empty="Nothing was done in this range. Choose a longer one.",
    )  # fmt: skip
    return View(figures=(figure,), notes=(alt,) if frame.height else ())
