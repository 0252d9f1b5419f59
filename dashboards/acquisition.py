"""Acquisition: which ways people come, and which of them bring people who convert and stay."""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboards import charts, theme
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from queries.acquisition import LOOKBACK_DAYS, MODELS, UNKNOWN, Asked, By

BY: Final[dict[str, By]] = {
    "Source": "source", "Medium": "medium", "Campaign": "campaign", "Landing route": "landing_route",
    "Landing page": "landing_page", "Referring site": "referrer",
}  # fmt: skip
LOOKBACKS: Final = {"7 days": 7, "30 days": 30, "90 days": 90, "365 days": 365}
DEFAULT_EVENT: Final = "account_recorded"
LABELS: Final = dict(zip(MODELS, ("First touch", "Last touch", "Shared alike", "40 % first, 40 % last"), strict=True))
CHANNELS: Final = 10
LISTED: Final = 500
OTHERS: Final = "all others"
COUNTED: Final = (
    "A visit is a session with a page view; its channel is what the first page view says: the campaign link, else the "
    "site that referred (as a medium: referral), our own sites left out, else unknown. People begin with their first "
    "visit; who has none, with the first event. Everybody converts once, the first time ever, and counts where that "
    "lies in the range."
)
CREDITED: Final = (
    "The visits of the days before share a conversion: all to the earliest (first touch), all to the latest (last "
    "touch), the same to each, or 40 % to the earliest, 40 % to the latest and the rest to those between (of two half "
    "to each). Without such a visit it is unknown. Every column sums to the people who converted."
)
STAYED: Final = (
    "Retained are those who did anything from the 7th to the 27th day after they began, of those for whom 28 days are "
    "over. The share is unknown while nobody's are."
)
NOBODY: Final = "Nobody came in this range. Choose a longer one."


def asked(by: str | None, events: tuple[str, ...], lookback: str | None) -> Asked:
    """Return what the widgets ask for."""
    return Asked(BY[by or "Source"], events or (DEFAULT_EVENT,), LOOKBACKS[lookback] if lookback else LOOKBACK_DAYS)


def summary(found: pl.DataFrame, computed: Computed) -> View:
    """Show how many began, converted and stayed, and of how many the way is unknown."""
    people, due, retained = (int(found[name].sum()) for name in ("people", "due", "retained"))
    converted = int(found["first_touch"].sum())
    unknown = int(found.filter(pl.col("channel") == UNKNOWN)["people"].sum())

    def card(key: str, label: str, value: float | None, unit: str) -> Number:
        return Number(key, label, value, unit, computed, good="neither", table=found)

    return View((
        card("people", "New people", people, "people"),
        card("visits", "Visits", int(found["visits"].sum()), "rows"),
        card("converted", "Converted", converted, "people"),
        card("retained", "Retained", retained / due if due else None, "share"),
        card("unknown", "Came an unknown way", unknown / people if people else None, "share"),
    ))  # fmt: skip


def models(found: pl.DataFrame, by: str, filters: Filters, computed: Computed) -> View:
    """Show what each model credits to each channel."""
    table = found.select("channel", *MODELS)
    shown = _few(table.filter(pl.col("linear") > 0).sort("linear", "channel", descending=[True, False]), MODELS)
    top = shown.row(0, named=True) if shown.height else None
    alt = f"{top['channel']} has most: {top['linear']:,.1f} when shared alike." if top else "Nobody converted."
    figure = Figure(
        "models", f"Conversions by {by.lower()}, as four models credit them", table if top else table.clear(), alt,
        computed, charts.bars(shown, label="channel", values=LABELS, dark=filters.dark),
        TableSettings((
            Column("channel", by, width="medium"), Column("first_touch", LABELS["first_touch"], "integer"),
            Column("last_touch", LABELS["last_touch"], "integer"), Column("linear", LABELS["linear"], "decimal"),
            Column("position_based", LABELS["position_based"], "decimal"),
        )),
        empty="Nobody converted in this range. Choose a longer one, or another event.",
    )  # fmt: skip
    return View(figures=(figure,))


def channels(found: pl.DataFrame, by: str, filters: Filters, computed: Computed) -> View:
    """Show how many came each way, and how many of them stayed."""
    counts = ("people", "retained")
    shown = _few(found.filter(pl.col("people") > 0).select("channel", *counts), counts)
    chart = charts.bars(
        shown, label="channel", values={"people": "New people", "retained": "Retained"}, dark=filters.dark, picked=True
    )
    table = found.select(
        "channel", "visits", "visitors", "people", "due", "retained",
        share=pl.when(pl.col("due") > 0).then(pl.col("retained") / pl.col("due")),
    )  # fmt: skip
    known = table.filter(pl.col("channel") != UNKNOWN, pl.col("people") > 0)
    alt = (
        "No new person came a known way." if known.is_empty() else
        f"Of known ways most came by {known['channel'][0]}: {theme.whole(known['people'][0])} new people."
    )  # fmt: skip
    figure = Figure(
        "channels", f"New people by {by.lower()}", table, alt, computed, chart,
        TableSettings((
            Column("channel", by, width="medium"), Column("visits", "Visits", "integer"),
            Column("visitors", "Visitors", "integer"), Column("people", "New people", "integer"),
            Column("due", "28 days over", "integer"), Column("retained", "Retained", "integer"),
            Column("share", "Share retained", "percent"),
        )),
        empty=NOBODY, picks=tuple({} if name == OTHERS else {"channel": name} for name in shown["channel"]),
    )  # fmt: skip
    return View(figures=(figure,))


def _few(frame: pl.DataFrame, counts: tuple[str, ...]) -> pl.DataFrame:
    """Return the first channels, all others put together."""
    if frame.height <= CHANNELS:
        return frame
    rest = frame.slice(CHANNELS).select(pl.lit(OTHERS).alias("channel"), *(pl.col(name).sum() for name in counts))
    return pl.concat([frame.head(CHANNELS), rest.head(1)])


def people(frame: pl.DataFrame, channel: str | None, computed: Computed) -> View:
    """List who began in the range."""
    more = f" The first {LISTED:,} are listed." if frame.height > LISTED else ""
    way = f" by {channel}" if channel else ""
    figure = Figure(
        "people", "People who began in the range", frame.head(LISTED),
        f"{frame.height:,} people{way}, those who converted first.{more}", computed,
        settings=TableSettings((
            Column("actor_key", "Who", width="medium"), Column("tier", "Plan"), Column("began_at", "Began", "time"),
            Column("first_channel", "First touch"), Column("last_channel", "Last touch"),
            Column("converted_at", "Converted", "time"), Column("retained", "Retained", "flag"),
        ), actor="actor_key"),
        empty="Nobody.",
    )  # fmt: skip
    return View(figures=(figure,), notes=(figure.alt,))
