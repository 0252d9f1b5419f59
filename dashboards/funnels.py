"""Funnels: the steps as bars, the trend, the times, the segments, what goes with converting, and the people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from dashboards import theme
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from queries.funnels.definition import Breakdown, Definition, Touch, parse, read
from queries.funnels.prepared import ANY_PAGE, FUNNELS, Prepared

OWN: Final = "Own steps"
TITLES: Final = {one.title: one for one in FUNNELS}
ORDERS: Final = {"In order": "ordered", "Strictly in order": "strict", "In any order": "unordered"}
WINDOWS: Final = {
    "30 minutes": 1800, "1 hour": 3600, "1 day": 86_400, "7 days": 7 * 86_400, "14 days": 14 * 86_400,
    "30 days": 30 * 86_400, "90 days": 90 * 86_400,
}  # fmt: skip
COUNTS: Final = {"Actors": "user", "Sessions": "session", "Attempts": "attempt"}
BREAKDOWNS: Final = {
    "Device": "device", "Source": "utm_source", "Medium": "utm_medium", "Campaign": "utm_campaign",
    "Country": "country", "Plan": "tier", "First page": "route", "Referrer": "referrer",
}  # fmt: skip
TOUCHES: Final[dict[str, Touch]] = {"First touch": "first", "Last touch": "last", "At step 1": "step"}
WHO: Final = {"Dropped after": "dropped", "Reached": "reached", "Converted": "converted", "Took longest": "slowest"}
LISTED: Final = 500
_CLICK: Final = "Click a bar to see who reached it, its hatched part to see who did not."
COUNTED: Final = (
    "Each actor's best attempt: the deepest, and of these the one that was there first. Steps follow one another "
    "within the window from step 1, its end included; each event fills one step, and events of one moment have no "
    "order. Somebody known by a user id, else by browser, else by session, is one actor. Intervals: 95 %, Wilson."
)
BY_ENTRY: Final = "Whoever entered in a period, and who of these converted, whenever that was."
COMPARED: Final = (
    "Each segment's share who converted, with its 95 % interval (Wilson), tested against all others together by two "
    "proportions (Fisher's exact test where fewer than five are expected), corrected after Holm. Segments of fewer "
    "than 20 are not tested."
)
ASSOCIATED: Final = (
    "Odds of converting with an event after entering, or with a property, by the odds without, half a case added to "
    "each cell. Who converted is looked at until then, everybody else until the window ends, so that what takes time "
    "seems worse than it is. Fewer than ten with or without it are not told. What goes together need not be the cause."
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the widgets say; nothing chosen leaves the prepared funnel as it is."""

    funnel: str | None = None
    route: str | None = None
    steps: tuple[str, ...] = ()
    order: str | None = None
    window: str | None = None
    count: str | None = None
    breakdown: str | None = None
    touch: str | None = None
    text: str = ""

    @property
    def title(self) -> str:
        """Return what stands above the steps."""
        return self.prepared.question if self.prepared is not None else "Steps"

    @property
    def prepared(self) -> Prepared | None:
        """Return the prepared funnel, none where the steps are one's own."""
        if self.text or self.funnel == OWN:
            return None
        return TITLES.get(self.funnel or "", FUNNELS[0])

    def definition(self) -> Definition | None:
        """Return what is asked, none while own steps are to be chosen.

        Raises:
            BadDefinition: The written definition cannot be asked, or what is chosen does not go together.
        """
        if self.text:
            found = read(self.text)
        elif self.prepared is not None:
            found = self.prepared.definition(self.route or ANY_PAGE)
        elif self.steps:
            found = parse({"steps": list(self.steps)})
        else:
            return None
        given: dict[str, Any] = found.as_json()
        given |= {"order": ORDERS[self.order]} if self.order else {}
        given |= {"window_s": WINDOWS[self.window]} if self.window else {}
        given |= {"count_by": COUNTS[self.count]} if self.count else {}
        asked = parse(given)
        if self.breakdown:
            asked = replace(
                asked, breakdown=Breakdown(BREAKDOWNS[self.breakdown], TOUCHES[self.touch or "First touch"])
            )
        return asked


def summary(
    steps: pl.DataFrame, earlier: pl.DataFrame | None, times: pl.DataFrame, asked: Definition, computed: Computed
) -> View:
    """Show entries, conversions, their share and the median time, beside the period compared with."""
    target = asked.target - 1
    total = times.filter(pl.col("percentile") == 0.5)["seconds"].item()
    before = earlier if earlier is not None and not earlier.is_empty() else None

    def card(key: str, label: str, place: int, column: str, unit: str) -> Number:
        value = steps[column][place]
        previous = None if before is None else before[column][place]
        change = (value - previous) / previous if value is not None and previous else None
        words = "" if change is None else "vs earlier"
        return Number(key, label, value, unit, computed, previous, change, words, table=steps)

    return View((
        card("entered", "Entered", 0, "count", "rows"),
        card("converted", "Converted", target, "count", "rows"),
        card("conversion", "Conversion", target, "from_start", "share"),
        Number(
            "time", "Median time to convert", total, "seconds",
            replace(computed, definition=f"From step 1 to the target. {computed.definition}"),
            good="down", table=steps,
        ),
    ))  # fmt: skip


def bars(steps: pl.DataFrame, earlier: pl.DataFrame | None, filters: Filters, computed: Computed, title: str) -> View:
    """Show the steps as bars, with what was lost at each and a mark where the earlier period stood."""
    chart = _bars(steps, earlier, dark=filters.dark)
    names = [_step_name(place, name) for place, name in steps.select("step", "name").iter_rows()]
    figure = Figure(
        "steps",
        title,
        steps if steps["count"][0] else steps.clear(),
        _told(steps),
        computed,
        chart,
        TableSettings(
            (
                Column("step", "Step", "integer"),
                Column("name", "Asks for", width="medium"),
                Column("count", "Came so far", "integer"),
                Column("dropped", "Went no further", "integer"),
                Column("from_start", "Of all", "percent"),
                Column("from_previous", "Of the step before", "percent"),
                Column("low", "95 % from", "percent"),
                Column("high", "to", "percent"),
                Column("median_seconds", "Median seconds", "decimal"),
                Column("mean_seconds", "Mean seconds", "decimal"),
            )
        ),
        empty="Nobody entered in this range. Choose a longer one, or another first step.",
        picks=tuple({"who": choice, "step": name} for choice in ("Reached", "Dropped after") for name in names),
    )
    return View(figures=(figure,))


def _told(steps: pl.DataFrame) -> str:
    first, last = steps.row(0, named=True), steps.row(-1, named=True)
    lost = steps.filter(pl.col("dropped") > 0).sort("dropped", descending=True)
    worst = f" Most are lost after step {lost['step'][0]}: {lost['dropped'][0]:,}." if lost.height else ""
    share = theme.percent(last["from_start"])
    return f"{first['count']:,} entered, {last['count']:,} ({share}) came to step {last['step']}.{worst} {_CLICK}"


def _bars(steps: pl.DataFrame, earlier: pl.DataFrame | None, *, dark: bool) -> go.Figure:
    colours = theme.palette(dark=dark)
    muted, track = ("#9aa7b0", "rgba(255,255,255,.06)") if dark else ("#5d6b75", "rgba(27,34,40,.05)")
    places = list(range(len(steps)))
    shares = steps["from_start"].fill_null(0.0).to_list()
    before = [shares[0], *shares[:-1]]
    chart = go.Figure(
        layout={
            "template": theme.template(dark=dark), "height": 66 * len(steps) + 24, "barmode": "overlay",
            "showlegend": False, "hovermode": "closest", "bargap": 0.62,
            "xaxis": {"range": [0, 1], "visible": False, "fixedrange": True},
            "yaxis": {"range": [len(steps) - 0.5, -0.75], "visible": False, "fixedrange": True},
        }
    )  # fmt: skip
    chart.add_bar(x=[1.0] * len(places), y=places, orientation="h", marker={"color": track, "cornerradius": 4},
                  hoverinfo="skip")  # fmt: skip
    lost = [0, *steps["dropped"].to_list()[:-1]]
    chart.add_bar(
        x=[max(0.0, was - share) for was, share in zip(before, shares, strict=True)], base=shares, y=places,
        orientation="h", customdata=[[lost[place], len(places) + place - 1] for place in places],
        hovertemplate="%{customdata[0]:,} went no further than the step before<extra></extra>",
        unselected={"marker": {"opacity": 0.28}}, selected={"marker": {"opacity": 0.5}},
        marker={"color": colours[1], "opacity": 0.28, "pattern": {"shape": "/", "size": 5, "solidity": 0.35}},
    )  # fmt: skip
    chart.add_bar(
        x=shares, y=places, orientation="h", marker={"color": colours[0], "cornerradius": 4},
        customdata=[[theme.duration(row["median_seconds"]), theme.percent(row["from_previous"]), place]
                    for place, row in enumerate(steps.iter_rows(named=True))],
        unselected={"marker": {"opacity": 0.7}},
        hovertemplate="%{x:.1%} of all · %{customdata[1]} of the step before<br>median %{customdata[0]}<extra></extra>",
    )  # fmt: skip
    if earlier is not None and len(earlier) == len(steps):
        chart.add_scatter(
            x=earlier["from_start"].to_list(), y=places, mode="markers",
            marker={"symbol": "line-ns-open", "size": 20, "color": muted, "line": {"width": 2, "color": muted}},
            customdata=places, unselected={"marker": {"opacity": 1}},
            hovertemplate="earlier %{x:.1%}<extra></extra>",
        )  # fmt: skip
    for place, row in enumerate(steps.iter_rows(named=True)):
        chart.add_annotation(
            x=0, y=place, xanchor="left", yshift=21, showarrow=False, text=f"{place + 1}  {row['name'][:60]}",
        )  # fmt: skip
        waited = f"   {theme.duration(row['median_seconds'])}" if row["median_seconds"] is not None else ""
        chart.add_annotation(
            x=1, y=place, xanchor="right", yshift=21, showarrow=False, font={"color": muted},
            text=f"{row['count']:,}   {theme.percent(row['from_start'])}{waited}",
        )  # fmt: skip
    return chart


def trend(frame: pl.DataFrame, filters: Filters, computed: Computed) -> View:
    """Show conversion by the period of entry, with the entries behind it."""
    colours = theme.palette(dark=filters.dark)
    rows = frame.rows(named=True)
    done = [row["complete"] for row in rows]
    beside = zip([True, *done[:-1]], done, [*done[1:], True], strict=False)
    dotted = [not all(near) for near in beside]
    chart = go.Figure(
        layout={
            "template": theme.template(dark=filters.dark), "height": 320,
            "yaxis": {"tickformat": ".0%", "rangemode": "tozero"},
            "yaxis2": {"overlaying": "y", "side": "right", "showgrid": False, "rangemode": "tozero"},
        }
    )  # fmt: skip
    days = [row["period"] for row in rows]
    chart.add_bar(
        x=days, y=[row["entered"] for row in rows], name="Entered", yaxis="y2", opacity=0.25,
        marker={"color": colours[6]},
    )  # fmt: skip
    lines = ((True, "Conversion", "solid"), (False, "Conversion, may still grow", "dot"))
    for whole, name, dash in lines:
        shown = done if whole else dotted
        if any(shown):
            chart.add_scatter(
                x=days, y=[row["share"] if take else None for row, take in zip(rows, shown, strict=True)], name=name,
                mode="lines+markers", line={"color": colours[0], "width": 2.25, "dash": dash}, marker={"size": 5},
            )  # fmt: skip
    known = frame.filter(pl.col("share").is_not_null())
    best = known.sort("share", descending=True).head(1)
    alt = (
        f"Conversion by {filters.span.grain} of entry; best {theme.percent(best['share'][0])} of "
        f"{best['period'][0]:%d %b %Y}. Dotted where people can still convert."
        if known.height
        else "Nobody entered in this range."
    )
    figure = Figure(
        "trend",
        f"Conversion by {filters.span.grain} of entry",
        frame if frame["entered"].sum() else frame.clear(),
        alt,
        replace(computed, definition=f"{BY_ENTRY} {computed.definition}"),
        chart,
        TableSettings(
            (
                Column("period", f"First day of the {filters.span.grain}", "time"),
                Column("entered", "Entered", "integer"),
                Column("converted", "Converted", "integer"),
                Column("share", "Conversion", "percent"),
                Column("complete", "Complete", "flag"),
            )
        ),
        (filters.span.first, filters.span.last),
        empty="Nobody entered in this range.",
    )
    return View(figures=(figure,))


def times(frame: pl.DataFrame, filters: Filters, computed: Computed) -> View:
    """Show how long those who convert take, by percentile."""
    known = frame.drop_nulls("seconds")
    shown = known.with_columns(
        told=pl.col("seconds").map_elements(theme.duration, return_dtype=pl.String),
        label=(pl.col("percentile") * 100).round().cast(pl.Int64).cast(pl.String) + " %",
    )
    chart = go.Figure(
        layout={
            "template": theme.template(dark=filters.dark), "height": 300, "hovermode": "closest", "bargap": 0.45,
            "xaxis": {"visible": False, "type": "log"}, "yaxis": {"autorange": "reversed", "type": "category"},
        }
    )  # fmt: skip
    chart.add_bar(
        x=[max(1.0, seconds) for seconds in shown["seconds"]], y=shown["label"].to_list(), orientation="h",
        text=shown["told"].to_list(), textposition="auto", marker={"cornerradius": 4}, hoverinfo="skip",
    )  # fmt: skip
    middle = shown.filter(pl.col("percentile") == 0.5)
    alt = f"Half of those who converted took at most {middle['told'][0]}." if middle.height else "Nobody converted."
    settings = TableSettings(
        (Column("percentile", "Of the converted", "percent"), Column("seconds", "Seconds at most", "decimal"),
         Column("told", "Time at most"))
    )  # fmt: skip
    figure = Figure(
        "times", "Time to convert", shown.drop("label"), alt, computed, chart, settings,
        empty="Nobody converted in this range.",
    )  # fmt: skip
    return View(figures=(figure,))


def segments(frame: pl.DataFrame, asked: Definition, filters: Filters, computed: Computed) -> View:
    """Show how many of each segment convert, with intervals and what the test says."""
    at = frame.filter(pl.col("step") == asked.target).with_columns(value=pl.col("value").fill_null("unknown"))
    entries = frame.filter(pl.col("step") == 1).select(entered="count")
    table = pl.concat([at, entries], how="horizontal").select(
        "value", "entered", "count", "from_start", "low", "high", "probability", "median_seconds"
    )
    chart = go.Figure(
        layout={
            "template": theme.template(dark=filters.dark), "height": max(200, 34 * table.height + 60),
            "hovermode": "closest", "xaxis": {"tickformat": ".0%", "rangemode": "tozero"},
            "yaxis": {"autorange": "reversed"},
        }
    )  # fmt: skip
    chart.add_scatter(
        x=table["from_start"].to_list(), y=table["value"].to_list(), mode="markers", marker={"size": 10},
        error_x={
            "type": "data", "symmetric": False, "thickness": 1.5, "width": 5,
            "array": (table["high"] - table["from_start"]).to_list(),
            "arrayminus": (table["from_start"] - table["low"]).to_list(),
        },
        hovertemplate="%{x:.1%}<extra></extra>",
    )  # fmt: skip
    told = table.filter(pl.col("probability") < 0.05)
    alt = (
        f"Differ from all others by more than chance: {', '.join(told['value'])}."
        if told.height
        else "No segment differs from all others by more than chance."
    )
    settings = TableSettings(
        (Column("value", "Segment"), Column("entered", "Entered", "integer"), Column("count", "Converted", "integer"),
         Column("from_start", "Conversion", "percent"), Column("low", "95 % from", "percent"),
         Column("high", "to", "percent"), Column("probability", "By chance", "percent"),
         Column("median_seconds", "Median seconds of the last step", "decimal"))
    )  # fmt: skip
    figure = Figure(
        "segments", "Conversion by segment", table, alt, replace(computed, definition=COMPARED), chart, settings,
        empty="Nobody entered in this range.",
    )  # fmt: skip
    return View(figures=(figure,))


def correlations(frame: pl.DataFrame, filters: Filters, computed: Computed) -> View:
    """Show which events and properties go with converting."""
    shown = frame.with_columns(
        what=pl.when(pl.col("kind") == "event")
        .then("name")
        .otherwise(pl.format("{} {}", "name", pl.col("value").fill_null("")))
    ).head(15)
    chart = go.Figure(
        layout={
            "template": theme.template(dark=filters.dark), "height": max(200, 30 * shown.height + 70),
            "hovermode": "closest", "xaxis": {"type": "log", "title": "Odds ratio"},
            "yaxis": {"autorange": "reversed"},
        }
    )  # fmt: skip
    chart.add_shape(type="line", x0=1, x1=1, y0=0, y1=1, yref="paper", line={"dash": "dot", "width": 1})
    chart.add_scatter(
        x=shown["odds_ratio"].to_list(), y=shown["what"].to_list(), mode="markers", marker={"size": 10},
        error_x={
            "type": "data", "symmetric": False, "thickness": 1.5, "width": 5,
            "array": (shown["high"] - shown["odds_ratio"]).to_list(),
            "arrayminus": (shown["odds_ratio"] - shown["low"]).to_list(),
        },
        hovertemplate="%{x:.2f}<extra></extra>",
    )  # fmt: skip
    sure = frame.filter(pl.col("probability") < 0.05)
    alt = f"{sure.height} of {frame.height} go with converting by more than chance."
    settings = TableSettings(
        (Column("kind", "Kind"), Column("name", "Name"), Column("value", "Value"),
         Column("odds_ratio", "Odds ratio", "decimal"), Column("low", "95 % from", "decimal"),
         Column("high", "to", "decimal"), Column("probability", "By chance", "percent"),
         Column("converted_with", "Converted with", "integer"), Column("dropped_with", "Dropped with", "integer"),
         Column("converted_without", "Converted without", "integer"),
         Column("dropped_without", "Dropped without", "integer"))
    )  # fmt: skip
    figure = Figure(
        "correlations", "What goes with converting", frame, alt, replace(computed, definition=ASSOCIATED), chart,
        settings, empty="Too few entered, or too few did anything else, to tell what goes with converting.",
    )  # fmt: skip
    return View(figures=(figure,))


def people(frame: pl.DataFrame, words: str, computed: Computed) -> View:
    """List who is behind a bar."""
    shown = frame.head(LISTED).with_columns(told=pl.col("seconds").map_elements(theme.duration, return_dtype=pl.String))
    more = f" The first {LISTED:,} are listed." if frame.height > LISTED else ""
    figure = Figure(
        "people",
        f"People: {words}",
        shown,
        f"{frame.height:,} {words}.{more}",
        computed,
        settings=TableSettings(
            (
                Column("key", "Who", width="medium"),
                Column("tier", "Plan"),
                Column("depth", "Last step", "integer"),
                Column("converted", "Converted", "flag"),
                Column("entered_at", "Entered", "time"),
                Column("last_at", "Last step at", "time"),
                Column("told", "In between"),
            ),
            actor="actor_key",
        ),
        empty="Nobody.",
    )
    return View(figures=(figure,), notes=(figure.alt,))


def notes(sentences: tuple[str, ...]) -> View:
    """Say what was left out."""
    return View(notes=sentences)


def who(choice: str | None, at: str | None, asked: Definition) -> tuple[str, int, str]:
    """Return which people are asked for, at which step, and in words."""
    names = step_names(asked)
    which = WHO[choice or "Dropped after"]
    step = names.index(at) + 1 if at in names else 1
    words = {
        "dropped": f"went no further than step {step}", "reached": f"reached step {step}", "converted": "converted",
        "slowest": "converted, slowest first",
    }[which]  # fmt: skip
    return which, step, words


def step_names(asked: Definition) -> list[str]:
    """Return the steps to choose from."""
    return [_step_name(place, step.label) for place, step in enumerate(asked.steps, start=1)]


def _step_name(place: int, label: str) -> str:
    return f"{place}  {label}"
