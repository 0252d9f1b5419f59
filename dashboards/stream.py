"""The event stream: the names of events, what is left out, and sessions that disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dashboards.tables import narrowed
from dashboards.view import Column, Computed, Figure, Number, TableSettings, View

if TYPE_CHECKING:
    from dashboards.view import Kind

COUNTED: Final = (
    "Page views, clicks, readings, product events and the milestones that tables prove, of everybody who is neither "
    "staff nor a bot. An actor is a user, else the user that a session or browser belongs to, else the browser, else "
    "the session. A session ends after a pause of 30 minutes, and before its event of 24 hours later."
)
NAMED: Final = (
    "Names in lower case, words joined by an underscore, spelled one way by the list of aliases. A name on none of our "
    "lists keeps its own spelling and is counted like every other."
)
CUT: Final = (
    "Recorded sessions that hold several actors or several computed sessions, or that share a computed session with "
    "another recorded one."
)


def summary(counts: pl.DataFrame, names: pl.DataFrame, computed: Computed) -> View:
    """Show how much there is, and how many names nobody mapped."""
    row = counts.row(0, named=True)
    unmapped = names.filter(~pl.col("mapped"))

    def card(key: str, label: str, value: int | None, table: pl.DataFrame) -> Number:
        return Number(key, label, value, "rows", computed, good="neither", table=table)

    return View(
        (
            card("events", "Events", row["events"], counts),
            card("actors", "Actors", row["actors"], counts),
            card("users", "Known as users", row["users"], counts),
            card("sessions", "Sessions", row["sessions"], counts),
            card("unmapped", "Unmapped names", unmapped.height, unmapped),
        ),
        notes=(row["left_out"],),
    )


def names(frame: pl.DataFrame, computed: Computed, words: str = "") -> View:
    """List how each spelling is read, unmapped names first."""
    found = narrowed(frame, words, ("raw_name", "name", "source"))
    strange = frame.filter(~pl.col("mapped"))
    told = ", ".join(strange["raw_name"].head(8))
    alt = f"Not on our lists: {told}." if strange.height else "Every name is on our lists."
    figure = Figure(
        "names", "Names of events", found, alt, computed,
        settings=_settings(
            ("raw_name", "As recorded", "text"), ("name", "Read as", "text"), ("mapped", "On our lists", "flag"),
            ("source", "Table", "text"), ("events", "Events", "integer"), ("first_at", "First", "time"),
            ("last_at", "Last", "time"),
        ),
        empty="No event has such a name." if words else "There are no events yet.",
    )  # fmt: skip
    return View(figures=(figure,), notes=(alt,))


def disagreements(frame: pl.DataFrame, computed: Computed) -> View:
    """List recorded sessions that differ from the computed ones."""
    alt = f"{frame.height:,} recorded sessions differ from the computed ones."
    figure = Figure(
        "disagreements", "Sessions that disagree", frame, alt, computed,
        settings=_settings(
            ("recorded_session", "Recorded session", "text"), ("events", "Events", "integer"),
            ("actors", "Actors", "integer"), ("sessions", "Computed sessions", "integer"),
            ("recorded_together", "Recorded sessions together", "integer"), ("first_at", "First", "time"),
            ("last_at", "Last", "time"),
        ),
        empty="Every recorded session is one computed session of one actor.",
    )  # fmt: skip
    return View(figures=(figure,), notes=(alt,) if frame.height else ())


def _settings(*columns: tuple[str, str, Kind]) -> TableSettings:
    return TableSettings(tuple(Column(name, label, kind) for name, label, kind in columns))
