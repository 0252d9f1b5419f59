"""Active people: days, weeks and months, how often they come, their states, and what other definitions say."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from dashboards import charts, theme
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from queries.activity import SOURCES

EVERY_SOURCE: Final = (
    *SOURCES, "page_engagement", "al_conversations", "user_favorites", "user_vehicles", "user_projects",
    "subscriptions", "user_profiles",
)  # fmt: skip
ANY: Final[dict[str, tuple[str, ...]]] = {
    "Views, clicks, product events, messages": SOURCES,
    "Page views only": ("page_views",),
    "Clicks only": ("click_events",),
    "Product events only": ("user_events",),
    "Messages to the assistant only": ("al_messages",),
    "Every table of the event stream": EVERY_SOURCE,
}
STATES: Final = {"New": "new", "Returning": "returning", "Resurrecting": "resurrecting", "Dormant": "dormant"}
LISTED: Final = 500
COUNTED: Final = (
    "Different people who did anything of the chosen sources on the day, on the 7 days that end with it, on the 30. "
    "People are users, else browsers, else sessions; staff and bots are left out. Stickiness: the mean of the daily "
    "figure over these 30 days, by the monthly one."
)
LIVED: Final = (
    "New: active for the first time ever. Returning: active now and in the period before. Resurrecting: active now and "
    "longer ago, not in the period before. Dormant: active in the period before and not now. New, returning and "
    "resurrecting are all who are active."
)
RECONCILED: Final = (
    "Each definition asked of the same database, over the 24 hours, 7 and 30 days that end with the range or with the "
    "newest data. The seven count staff too."
)
OTHERS: Final = (
    ("This suite, everyone", "Users, browsers and sessions that did anything of the published sources."),
    ("Dashboard and users table", "Users in user_activity, which is not documented; rows without a user as one more."),
    ("Beta dashboard", "Users in user_activity, a table that is not documented."),
    ("Retention panel", "Writers to the assistant: of a day; of all time as weekly; all accounts as monthly."),
    ("Advanced analytics", "Page views with a user: rows, not people."),
    ("Alerts", "Writers to the assistant."),
    ("Daily function in SQL",
     "Assistant, feedback, favourites, projects (and user_activity); no page views."),
    ("Daily statistics view", "Users in user_events."),
    ("This suite, signed in", "The published definition, of known users alone."),
)  # fmt: skip
NOBODY: Final = "Nobody was active in this range. Choose a longer one, or other sources."


def cards(found: pl.DataFrame, computed: Computed) -> View:
    """Show the last whole day, its week, its month and how often people come."""
    known = found.filter("complete")
    last = known.row(-1, named=True) if known.height else dict.fromkeys(found.columns)

    def card(key: str, label: str, unit: str) -> Number:
        trail = tuple(float(value) for value in known[key].drop_nulls())
        return Number(key, label, last[key], unit, computed, sparkline=trail, table=found)

    return View((
        card("daily", "Daily active", "rows"), card("weekly", "Weekly active", "rows"),
        card("monthly", "Monthly active", "rows"), card("stickiness", "Stickiness", "share"),
    ))  # fmt: skip


def over_time(found: pl.DataFrame, filters: Filters, computed: Computed) -> View:
    """Show daily, weekly and monthly active people and stickiness, day by day."""
    kept = found if found["monthly"].sum() else found.clear()
    series = {label: _series(found, name) for name, label in (("monthly", "30 days"), ("weekly", "7 days"),
                                                             ("daily", "Day"))}  # fmt: skip
    days = (filters.span.first, filters.span.last)
    settings = TableSettings((
        Column("day", "Day"), Column("daily", "Daily", "integer"), Column("weekly", "Weekly", "integer"),
        Column("monthly", "Monthly", "integer"), Column("stickiness", "Stickiness", "percent"),
        Column("complete", "Complete", "flag"),
    ))  # fmt: skip
    people = Figure(
        "active", "Active people", kept, charts.described("Active within 7 days", _series(kept, "weekly"), "rows"),
        computed, charts.lines(series, dark=filters.dark), settings, days, NOBODY,
    )  # fmt: skip
    sticky = charts.lines({"Stickiness": _series(found, "stickiness")}, dark=filters.dark)
    share = Figure(
        "stickiness", "Stickiness", kept, charts.described("Stickiness", _series(kept, "stickiness"), "share"),
        computed, charts.in_percent(sticky), settings, days, NOBODY,
    )  # fmt: skip
    return View(figures=(people, share))


def _series(found: pl.DataFrame, name: str) -> pl.DataFrame:
    return found.select(period="day", value=name, complete="complete")


def lifecycle(found: pl.DataFrame, filters: Filters, computed: Computed) -> View:
    """Show who is new, returning, resurrecting, and below the line who stayed away."""
    kept = found if found.select(pl.sum_horizontal("new", "returning", "resurrecting").sum()).item() else found.clear()
    chart = charts.stacked(
        kept, x="period", values={name: label for label, name in STATES.items()}, below=("dormant",), dark=filters.dark
    )
    totals = {label: int(kept[name].sum() or 0) for label, name in STATES.items()}
    figure = Figure(
        "lifecycle", f"Lifecycle by {filters.span.grain}", kept,
        f"{totals['New']:,} new, {totals['Returning']:,} times returning, {totals['Resurrecting']:,} times back after "
        f"a pause, {totals['Dormant']:,} times gone quiet. Paler where the {filters.span.grain} is not over. Click a "
        "part to see its people.",
        replace(computed, definition=LIVED), chart,
        TableSettings((
            Column("period", f"First day of the {filters.span.grain}"),
            *(Column(name, label, "integer") for label, name in STATES.items()), Column("complete", "Complete", "flag"),
        )),
        (filters.span.first, filters.span.last), NOBODY,
        picks=tuple({"state": label, "period": day.isoformat()} for day in kept["period"] for label in STATES),
    )  # fmt: skip
    return View(figures=(figure,))


def definitions(found: pl.DataFrame, computed: Computed) -> View:
    """Show what each definition in use would say, beside ours."""
    named = found.with_columns(
        definition=pl.Series([OTHERS[place][0] for place in found["place"]]),
        counts=pl.Series([OTHERS[place][1] for place in found["place"]]),
    ).select("definition", "daily", "weekly", "monthly", "counts")
    ours, signed_in = (found.filter(pl.col("place") == place).row(0, named=True) for place in (0, 8))
    figure = Figure(
        "definitions", "What other definitions say", named,
        f"Weekly active by the published definition: {theme.whole(ours['weekly'])}, of these signed in "
        f"{theme.whole(signed_in['weekly'])}. The seven others are those of the present admin.",
        replace(computed, definition=RECONCILED),
        settings=TableSettings((
            Column("definition", "Definition", width="medium"), Column("daily", "Daily", "integer"),
            Column("weekly", "Weekly", "integer"), Column("monthly", "Monthly", "integer"),
            Column("counts", "What it counts", width="large"),
        )),
    )  # fmt: skip
    return View(figures=(figure,), notes=(figure.alt,))


def periods(states: pl.DataFrame) -> list[str]:
    """Return the periods to choose from, the newest that is over first."""
    ordered = states.sort("complete", "period", descending=[True, True])
    return [day.isoformat() for day in ordered["period"]]


def people(frame: pl.DataFrame, state: str, period: str, computed: Computed) -> View:
    """List the people in a state."""
    more = f" The first {LISTED:,} are listed." if frame.height > LISTED else ""
    figure = Figure(
        "people", f"People: {state.lower()}", frame.head(LISTED),
        f"{frame.height:,} {state.lower()} in the period from {period}.{more}", computed,
        settings=TableSettings((
            Column("actor_key", "Who", width="medium"), Column("tier", "Plan"), Column("events", "Events", "integer"),
            Column("first_at", "First seen", "time"), Column("last_at", "Last seen", "time"),
        ), actor="actor_key"),
        empty="Nobody.",
    )  # fmt: skip
    return View(figures=(figure,), notes=(figure.alt,))
