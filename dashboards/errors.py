"""Errors: the issues as a list, and one issue whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go
import polars as pl

from dashboards import charts, theme
from dashboards.view import Column, Computed, Figure, Number, TableSettings, View
from queries.errors import SHOWN
from queries.errors.stacks import in_app_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboards.view import Filters
    from store import Triage

LISTED: Final = (
    "Rows of application_errors, and automatic reports of user_feedback, grouped by what happened: error type and "
    "in-app frames, or the masked message where no stack says anything; never by the page. Events are at least so "
    "many, because the loggers hold repeats back. Users are people known to have met it. Ranked by users, then how "
    "lately, how often and how badly it strikes."
)
ATTENTION: Final = "Needs a decision"
EVERY: Final = "Every state"
NOTHING: Final = (
    "Nothing is new, has come back or strikes more than usual in this range. Choose another state or a longer range."
)
STATE_WORDS: Final = {
    "new": "New",
    "ongoing": "Ongoing",
    "regressed": "Came back",
    "escalating": "Escalating",
    "resolved": "Resolved",
    "snoozed": "Snoozed",
    "ignored": "Ignored",
}
ORDER_WORDS: Final = {
    "Rank": "rank",
    "Users": "users",
    "Events": "events",
    "Last 24 hours": "velocity",
    "Last seen": "last_seen",
    "First seen": "first_seen",
    "Severity": "severity",
}
_DIMENSIONS: Final = {
    "browser": "Browser",
    "os": "System",
    "device": "Device",
    "route": "Route or page",
    "release": "Release",
    "country": "Country",
    "feature": "Feature",
}


def states(chosen: str | None) -> tuple[str, ...]:
    """Return the states that a choice of the page stands for; none chosen is what needs a decision."""
    if chosen is None:
        return SHOWN
    if chosen == EVERY:
        return tuple(STATE_WORDS)
    return tuple(key for key, words in STATE_WORDS.items() if words == chosen)


def overview(listed: pl.DataFrame, computed: Computed) -> View:
    """Return the cards above the list and the list itself."""
    quiet = listed.filter(~pl.col("noise"))
    numbers = (
        _count("issues", "Issues shown", listed.height, computed),
        _count("events-day", "Events, last 24 hours", round(float(quiet["last_day"].sum())), computed),
        _count("open-rows", "Open rows", int(quiet["open_rows"].sum()), computed),
        _count("unassigned", "Nobody looks after", quiet["assignee"].null_count(), computed),
    )
    shown = listed.with_columns(
        state=pl.when("woken").then(pl.lit("Snooze over")).otherwise(pl.col("state").replace_strict(STATE_WORDS)),
        severity=pl.col("severity").fill_null("unknown"),
        last_day=pl.col("last_day").round(1),
    )
    figure = Figure(
        "issues",
        "Issues",
        shown,
        f"{listed.height} issues with their state, severity, events and users.",
        computed,
        settings=TableSettings(
            (
                Column("title", "Issue", width="large"),
                Column("state", "State"),
                Column("severity", "Severity"),
                Column("users", "Users", "integer"),
                Column("events", "Events, at least", "integer"),
                Column("daily", "28 days", "trend"),
                Column("last_day", "24 h", "decimal"),
                Column("culprit", "Where", width="medium"),
                Column("last_seen", "Last seen", "time"),
                Column("first_seen", "First seen", "time"),
                Column("assignee", "Looked after by"),
                Column("type", "Type"),
                Column("feature", "Feature"),
                Column("last_release", "Latest release"),
                Column("events_of_unknown", "Events of nobody known", "integer"),
                Column("comments", "Comments", "integer"),
                Column("fingerprint", "Fingerprint"),
            ),
            height=min(36 * (listed.height + 1) + 4, 640),
            selects=True,
        ),
        empty=NOTHING,
    )
    return View(numbers, (figure,))


def head(issue: pl.DataFrame) -> tuple[str, str]:
    """Return an issue's title and, in one line, how it stands."""
    row = issue.row(0, named=True)
    people = f"{row['users']:,} {'user' if row['users'] == 1 else 'users'} known"
    if row["events_of_unknown"]:
        people += f", {row['events_of_unknown']:,} events of nobody known"
    parts = (
        STATE_WORDS[row["state"]] + (f" since {row['since']:%d %b %Y %H:%M}" if row["since"] else ""),
        row["type"],
        row["severity"] or "severity unknown",
        f"at least {row['events']:,} {'event' if row['events'] == 1 else 'events'}",
        people,
        f"first {_moment(row['first_seen'])}, last {_moment(row['last_seen'])} UTC",
        f"looked after by {row['assignee']}" if row["assignee"] else "nobody looks after it",
    )
    return row["title"], "  ·  ".join(parts)


def over_time(daily: pl.DataFrame, deploys: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Draw the days of the last four weeks, releases marked below."""
    first, last = daily.item(0, "period"), daily.item(-1, "period")
    released = charts.released(deploys, first, last)
    chart = go.Figure(layout={"template": theme.template(dark=filters.dark), "height": 260, "barmode": "overlay"})
    chart.add_bar(
        x=daily["period"].to_list(),
        y=daily["value"].to_list(),
        name="Events",
        marker={
            "color": theme.palette(dark=filters.dark)[0],
            "opacity": [1.0 if done else 0.5 for done in daily["complete"]],
        },
    )
    chart = charts.with_releases(chart, released, dark=filters.dark)
    total = float(daily["value"].sum())
    words = (
        f"{total:,.0f} events in the last 28 days, the occurrences of a row spread evenly from its first to its last; "
        f"{released.height} releases, marked by triangles. The last day is not over."
    )
    shown = daily.join(
        released.group_by(pl.col("day").alias("period")).agg(pl.col("release").str.join(", ")), on="period", how="left"
    ).sort("period")
    columns = (
        Column("period", "Day"),
        Column("value", "Events", "decimal"),
        Column("release", "Releases"),
        Column("complete", "Complete", "flag"),
    )
    figure = Figure("issue-days", "Events by day", shown, words, computed, chart, TableSettings(columns), (first, last))
    return View(figures=(figure,))


def samples(rows: pl.DataFrame, computed: Computed, chosen: str | None) -> View:
    """List the newest rows, and below the stack of the chosen one, in-app frames first."""
    picked = rows.filter(pl.col("id") == (chosen or "")) if chosen else rows.head(1)
    picked = rows.head(1) if picked.is_empty() else picked
    code = ""
    if not picked.is_empty():
        row = picked.row(0, named=True)
        code = "\n\n".join(filter(None, (row["message"], in_app_first(row["stack_trace"] or ""))))
        code = code or "Neither message nor stack was recorded."
    figure = Figure(
        "issue-rows",
        "Newest rows",
        rows,
        f"{rows.height} newest rows; choose one to read its stack, in-app frames first.",
        computed,
        settings=TableSettings(
            (
                Column("last_seen", "Last seen", "time"),
                Column("events", "Events", "integer"),
                Column("message", "Message", width="large"),
                Column("route", "Route"),
                Column("page_url", "Page"),
                Column("browser", "Browser"),
                Column("os", "System"),
                Column("release", "Release"),
                Column("http_status", "Status", "plain"),
                Column("request_duration_ms", "Milliseconds", "integer"),
                Column("user_id", "User"),
                Column("country", "Country"),
                Column("status", "Recorded state"),
                Column("source", "Table"),
                Column("id", "Row"),
            ),
            leads=("id", "row"),
            height=min(36 * (rows.height + 1) + 4, 330),
        ),
        empty="No row is left of this issue.",
        code=code,
        language=None,
    )
    return View(figures=(figure,))


def shares(found: pl.DataFrame, computed: Computed) -> View:
    """Say how the events are spread over browsers, systems, devices, routes, releases, countries and features."""
    shown = found.with_columns(
        dimension=pl.col("dimension").replace_strict(_DIMENSIONS), value=pl.col("value").fill_null("not recorded")
    )
    columns = (
        Column("dimension", "What"),
        Column("value", "Value", width="medium"),
        Column("share", "Share", "percent"),
        Column("events", "Events", "integer"),
    )
    figure = Figure(
        "issue-shares", "Whom it hits", shown, "Shares of the events of the newest 5,000 rows.", computed,
        settings=TableSettings(columns, height=320),
    )  # fmt: skip
    return View(figures=(figure,))


def why(found: pl.DataFrame, hashes: int, computed: Computed) -> View:
    """Say why these rows are one issue, and what of their messages was masked."""
    columns = (
        Column("level", "Decided by"),
        Column("key", "Key", width="large"),
        Column("normalised", "Message, masked", width="large"),
        Column("masked", "Masked", "list"),
        Column("wordings", "Different wordings", "integer"),
        Column("family", "Family"),
        Column("fingerprint", "Fingerprint"),
    )
    words = (
        f"{found.height} {'fingerprint' if found.height == 1 else 'fingerprints'} over "
        f"{int(found['wordings'].sum())} wordings; the loggers' own hash splits the newest rows into {hashes}."
    )
    figure = Figure(
        "issue-why", "Why these are one issue", found, words, computed, settings=TableSettings(columns),
        code="\n".join(found["key"].to_list()), language=None,
    )  # fmt: skip
    return View(figures=(figure,))


def related(found: pl.DataFrame, computed: Computed) -> View:
    """List issues that say nearly the same or come from the same place."""
    columns = (
        Column("key", "Issue", width="large"),
        Column("alike", "Words in common", "percent"),
        Column("same_culprit", "Same place", "flag"),
        Column("events", "Events, at least", "integer"),
        Column("fingerprint", "Fingerprint"),
    )
    figure = Figure(
        "issue-related", "Related issues", found, f"{found.height} issues are alike; choose one to open it.", computed,
        settings=TableSettings(columns, leads=("fingerprint", "issue")),
        empty="No other issue says nearly the same or comes from the same place.",
    )  # fmt: skip
    return View(figures=(figure,))


def before(found: pl.DataFrame, computed: Computed) -> View:
    """List what the people who met it last did just before."""
    columns = (
        Column("happened_at", "When", "time"),
        Column("name", "What"),
        Column("page", "Page", width="large"),
        Column("element", "Element"),
        Column("device", "Device"),
        Column("user_id", "User"),
        Column("moment", "Met the error", "time"),
    )
    people = found["user_id"].n_unique()
    figure = Figure(
        "issue-before", "What they did before", found,
        f"The last ten events of the {people} people who met it last, up to their error.", computed,
        settings=TableSettings(columns, height=330),
        empty="Nobody known met it, or nothing of what they did before was recorded.",
    )  # fmt: skip
    return View(figures=(figure,))


def history(log: Sequence[Triage], computed: Computed) -> View:
    """List what was decided and said about an issue, newest first."""
    rows = [
        {
            "at": one.at,
            "by": one.by,
            "action": one.action,
            "details": ", ".join(f"{name} {value}" for name, value in one.details.items() if value is not None),
        }
        for one in reversed(log)
    ]
    table = pl.DataFrame(
        rows, schema={"at": pl.Datetime("us", "UTC"), "by": pl.String, "action": pl.String, "details": pl.String}
    )
    columns = (
        Column("at", "When", "time"),
        Column("by", "Who"),
        Column("action", "What"),
        Column("details", "Particulars", width="large"),
    )
    figure = Figure(
        "issue-history", "Decisions and comments", table, f"{table.height} entries, newest first.", computed,
        settings=TableSettings(columns), empty="Nobody has decided or said anything about it yet.",
    )  # fmt: skip
    return View(figures=(figure,))


def _count(key: str, label: str, value: int, computed: Computed) -> Number:
    return Number(f"errors-{key}", label, value, "rows", computed, good="neither")


def _moment(moment: object) -> str:
    return f"{moment:%d %b %Y %H:%M}" if moment is not None else theme.UNKNOWN
