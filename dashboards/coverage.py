"""Coverage: what to write first, who wants what, and one car kind by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go
import polars as pl

from dashboards import charts, theme
from dashboards.view import Column, Computed, Figure, Filters, Number, TableSettings, View
from quality.one_car import of_car
from queries import content
from queries.content import cities, demand, live_views, worklist
from queries.content import trend as movement
from queries.content.rules import current
from store.days import Days

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from dashboards.answers import Answer
    from queries.content.rules import Rules
    from store import Mark

CAR: Final = "car"
COVERED: Final = (
    "Coverage of a car is Σ weight·score / Σ weight over the kinds that apply to it and can be known. A score is "
    "min(1, have / target), halved with every half-life since the newest piece; looked up and nothing there is full. "
    "Kinds, weights and targets are those of queries/content/coverage.toml."
)
WANTED: Final = (
    "Demand is ln(1 + points) over that of the most wanted car. Points are different people in the range, staff and "
    "bots out, each signal times its weight: opened a page of the car (path compared whole), searched by name, asked "
    "the assistant, keeps it, owns it, plans a build. "
)
BESIDE: Final = (
    "The formulas of the live views, their known faults included, over the rows of this mirror; the views may hold "
    "older ones."
)
NAMING: Final = "Rows that name the car by slug, alias or id."
FINDS: Final = (
    "The checks of rows that failed in the newest run, asked again of the rows that name the car by slug, alias or id."
)
UNCHECKED: Final = "The checks were never run. Open Quality to run them."
NOTHING: Final = "There is no car here. Choose another make or kind."
NOBODY: Final = "Nobody asked for a car that is not there in this range."
ROWS: Final = {"Make": "brand", "Tier": "tier", "Body": "vehicle_type"}
MOST_ROWS: Final = 40
_CORNERS: Final = ((0.98, 0.03), (0.98, 0.97), (0.02, 0.03), (0.02, 0.97))
"""Where each quadrant is named: height and place along, as shares of the picture."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows of all cars: its head, the worklist and its rows, and the pictures."""

    cars: pl.DataFrame
    as_of: datetime
    head: View
    work: pl.DataFrame
    pictures: tuple[View, ...]
    absent: View


@dataclass(frozen=True, slots=True)
class OneCar:
    """What the page shows of one car: what it is called, and the pictures."""

    name: str
    slug: str
    pictures: tuple[View, ...]


def overview(
    ask: Callable[..., Answer],
    *,
    marks: tuple[Mark, ...],
    filters: Filters,
    brand: str | None,
    kind: str | None,
    owner: str | None,
    quadrant: str | None,
    rows: str | None,
) -> Overview:
    """Make all of the page that shows many cars from what it asks."""
    listed, scored, wants = asked_of_cars(ask, marks, filters)
    computed = scored.with_questions(wants).computed(COVERED + " " + WANTED)
    cars = worklist.priorities(listed.frame, scored.frame, wants.frame)
    shown = cars if brand is None else cars.filter(pl.col("brand") == brand)
    shown = shown if quadrant is None else shown.filter(pl.col("quadrant") == quadrant)
    found = worklist.worklist(
        listed.frame.join(shown, on="slug", how="semi"), scored.frame, wants.frame, ask(worklist.signs).frame,
        marks=marks, brand=brand, kind=kind, owner=owner,
    )  # fmt: skip
    head, listing = summary(shown, ask(content.lacking).frame, computed), work(found, computed)
    missed = ask(demand.unmatched, since=filters.span.start, until=filters.span.end)
    return Overview(
        cars,
        scored.as_of,
        View(head.numbers, listing.figures, head.notes),
        found,
        (
            scatter(cars, shown, computed, filters),
            heat(shown, scored.frame, rows, computed, filters),
            kinds(scored.frame, computed, filters),
        ),
        absent(missed.frame, missed.computed(WANTED)),
    )


def asked_of_cars(
    ask: Callable[..., Answer], marks: tuple[Mark, ...], filters: Filters
) -> tuple[Answer, Answer, Answer]:
    """Ask for the cars, how every kind of theirs is covered, and how much they are wanted."""
    since, until = filters.span.start, filters.span.end
    return ask(content.cars), ask(content.scores, marks=marks), ask(demand.demand, since=since, until=until)


def trends(
    ask: Callable[..., Answer], *, marks: tuple[Mark, ...], filters: Filters, folder: Path, days: tuple[str, ...]
) -> View:
    """Draw coverage over the days that are kept in a folder; `days` are the names of its files."""
    kept = Days(folder).read() if days else pl.DataFrame(schema={"day": pl.Date})
    computed = ask(content.scores, marks=marks).computed(COVERED)
    return trend(movement.by_day(kept), movement.moves(kept), movement.moves(kept, by="slug"), computed, filters)


def live_views_of_all(ask: Callable[..., Answer], *, marks: tuple[Mark, ...], filters: Filters) -> View:
    """Show what the six live views say in sum beside our numbers."""
    listed, scored, wants = asked_of_cars(ask, marks, filters)
    live, events = ask(live_views.live_cars), ask(live_views.live_events)
    found = live_views.summed(
        live.frame, events.frame, content.coverage(listed.frame, scored.frame), wants.frame,
        ask(cities.cities).frame, ask(cities.series).frame,
    )  # fmt: skip
    return beside(found, live.with_questions(events).computed(BESIDE))


def of_one_car(ask: Callable[..., Answer], *, marks: tuple[Mark, ...], filters: Filters, slug: str) -> OneCar:
    """Make the page of one car from what it asks."""
    listed, scored, wants = asked_of_cars(ask, marks, filters)
    cars = worklist.priorities(listed.frame, scored.frame, wants.frame)
    checked = worklist.since(worklist.checked(scored.frame, ask(worklist.signs).frame), listed.frame)
    weeks, links = ask(demand.history, slug=slug), ask(worklist.linked, slug=slug)
    return OneCar(
        cars.row(by_predicate=pl.col("slug") == slug, named=True)["name"],
        slug,
        (
            one_car(cars, slug, checked, scored.with_questions(wants).computed(COVERED + " " + WANTED)),
            history(weeks.frame, weeks.computed(WANTED), filters),
            linked(links.frame, links.computed(NAMING)),
        ),
    )


def findings_of_one_car(ask: Callable[..., Answer], *, run: str | None, slug: str) -> View:
    """List the failing checks of a run that hit rows about a car."""
    words = ask(content.called, slug=slug).frame
    found = ask(
        of_car, run=run,
        slugs=tuple(words.filter(by="slug")["word"]), ids=tuple(words.filter(by="id")["word"]),
    )  # fmt: skip
    return findings(found.frame, found.computed(FINDS, *found.frame["table_name"]), checked=run is not None)


def live_views_of_one_car(ask: Callable[..., Answer], *, marks: tuple[Mark, ...], filters: Filters, slug: str) -> View:
    """Show what the live views say of one car beside our numbers."""
    listed, scored, wants = asked_of_cars(ask, marks, filters)
    live = ask(live_views.live_cars)
    cars = worklist.priorities(listed.frame, scored.frame, wants.frame)
    return beside(live_views.of_car(live.frame, scored.frame, cars, wants.frame, slug), live.computed(BESIDE))


def summary(cars: pl.DataFrame, unknown: Mapping[str, str], computed: Computed, rules: Rules | None = None) -> View:
    """Say how the catalogue stands, and what cannot be known; `cars` as worklist.priorities."""
    rules = rules or current()
    thin = cars.filter(pl.col("priority") > 0, pl.col("reliable"))
    known = cars["coverage"].drop_nulls()
    numbers = (
        _number("cars", "Cars", cars.height, "rows", computed),
        _number("coverage", "Coverage of the catalogue", None if known.is_empty() else known.mean(), "share", computed),
        _number("thin", "Wanted more than covered", thin.height, "rows", computed),
        _number("people", "People behind them", int(thin["people"].sum()), "rows", computed),
    )
    notes = [
        f"{rules.by_key[key].title} cannot be known: {why}. Its weight is left out." for key, why in unknown.items()
    ]
    return View(numbers, notes=tuple(notes))


def work(listed: pl.DataFrame, computed: Computed) -> View:
    """Return the worklist as a table in which rows can be chosen."""
    figure = Figure(
        "worklist",
        "What to write next",
        listed,
        f"{listed.height} pieces of work, the most useful first.",
        computed,
        settings=TableSettings(
            (
                Column("name", "Car", width="medium"),
                Column("title", "Kind"),
                Column("reason", "Why", width="large"),
                Column("missing", "Missing", width="large"),
                Column("people", "People", "integer"),
                Column("minutes", "Minutes", "integer"),
                Column("gain", "Coverage gained", "percent"),
                Column("source", "Written from", width="medium"),
                Column("owner", "Owner"),
                Column("mark", "Marked"),
                Column("by", "By"),
            ),
            selects=True,
        ),
        empty="Nothing is left to write here. Choose another make, kind or owner.",
    )
    return View(figures=(figure,))


def scatter(cars: pl.DataFrame, shown: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Draw demand against coverage of the cars shown; choosing a point leads to the car."""
    shown = shown.drop_nulls("coverage")
    middle = _middle(cars)
    colours = theme.palette(dark=filters.dark)
    shades = dict(zip(worklist.QUADRANTS, (colours[1], colours[2], colours[6], colours[6]), strict=True))
    colour = shown["quadrant"].replace_strict(shades, return_dtype=pl.String)
    chart = go.Figure(layout={"template": theme.template(dark=filters.dark), "height": 460, "hovermode": "closest",
                              "clickmode": "event+select"})  # fmt: skip
    chart.add_scatter(
        x=shown["coverage"].to_list(),
        y=shown["demand"].to_list(),
        mode="markers",
        text=shown["name"].to_list(),
        customdata=shown.select("people", "priority").rows(),
        hovertemplate="<b>%{text}</b><br>coverage %{x:.0%} · demand %{y:.2f}<br>%{customdata[0]} people<extra></extra>",
        marker={
            "size": shown.select((8 + 2.2 * pl.col("people").cast(pl.Float64).sqrt()).clip(8, 34))
            .to_series()
            .to_list(),
            "color": colour.to_list(),
            "opacity": 0.78,
            "line": {"width": 1, "color": "#161c20" if filters.dark else "#ffffff"},
        },
        showlegend=False,
    )
    line = {"color": "#6b7983", "width": 1, "dash": "dot"}
    chart.add_hline(y=worklist.WANTED, line=line)
    chart.add_vline(x=middle, line=line)
    for words, (y, x) in zip(worklist.QUADRANTS, _CORNERS, strict=True):
        chart.add_annotation(
            text=words, x=x, y=y, xref="paper", yref="paper", showarrow=False, opacity=0.6,
            xanchor="left" if x < 0.5 else "right", yanchor="top" if y > 0.5 else "bottom", font={"size": 14},
        )  # fmt: skip
    low, high = (shown["coverage"].min() or 0.0, shown["coverage"].max() or 1.0) if shown.height else (0.0, 1.0)
    margin = 0.03 + 0.02 * (float(high) - float(low))  # type: ignore[arg-type]
    chart.update_xaxes(
        title="Coverage", tickformat=".0%", range=[float(low) - margin, float(high) + margin],  # type: ignore[arg-type]
    )  # fmt: skip
    chart.update_yaxes(title="Demand", range=[-0.04, 1.06])
    first = shown.filter(pl.col("quadrant") == worklist.QUADRANTS[0])
    thin = first.sort("priority", descending=True)["name"].head(3).to_list()
    words = f" Most wanted and thin: {', '.join(thin)}." if thin else ""
    figure = Figure(
        "demand-coverage",
        "Demand and coverage",
        shown,
        f"{shown.height} cars by coverage and demand; the dotted lines are half demand and median coverage.{words} "
        "Choose a point to see the car.",
        computed,
        chart,
        _cars_shown(),
        empty=NOTHING,
    )
    return View(figures=(figure,))


def heat(cars: pl.DataFrame, scored: pl.DataFrame, rows: str | None, computed: Computed, filters: Filters) -> View:
    """Draw cars (or makes, tiers, bodies) against kinds; what does not apply is left blank."""
    titles = {kind.key: kind.title for kind in current().kinds}
    column = ROWS.get(rows or "", "name")
    judged = scored.join(cars.select("slug", "name", "brand", "tier", "vehicle_type", "priority"), on="slug")
    if column == "name":
        wanted = cars.head(MOST_ROWS).select("slug")
        judged = judged.join(wanted, on="slug", how="semi")
        order = cars.head(MOST_ROWS).get_column("name").to_list()
    else:
        judged = judged.with_columns(pl.col(column).fill_null("Unknown"))
        order = judged[column].value_counts(sort=True)[column].head(MOST_ROWS).to_list()
    means = judged.group_by(column, "kind").agg(pl.col("score").mean())
    wide = means.pivot("kind", index=column, values="score")
    wide = pl.DataFrame({column: order}, schema={column: pl.String}).unique(maintain_order=True).join(
        wide, on=column, how="left", maintain_order="left"
    )  # fmt: skip
    kinds = [key for key in titles if key in wide.columns]
    table = wide.select(column, *kinds)
    scale = [[0, "#7a3a16"], [0.5, "#2c363d"], [1, "#56b4e9"]] if filters.dark else (
        [[0, "#e8a27c"], [0.5, "#f1f4f5"], [1, "#0072b2"]]
    )  # fmt: skip
    chart = go.Figure(
        layout={
            "template": theme.template(dark=filters.dark), "height": 150 + 22 * max(4, table.height),
            "hovermode": "closest",
        }
    )  # fmt: skip
    chart.add_heatmap(
        z=table.select(kinds).rows(), x=[titles[key] for key in kinds], y=table[column].to_list(), zmin=0, zmax=1,
        colorscale=scale, xgap=2, ygap=2, hoverongaps=False,
        colorbar={"tickformat": ".0%", "thickness": 10, "outlinewidth": 0},
        hovertemplate="<b>%{y}</b><br>%{x}: %{z:.0%}<extra></extra>",
    )  # fmt: skip
    chart.update_xaxes(side="top", tickangle=-50, showgrid=False)
    chart.update_yaxes(autorange="reversed", showgrid=False, type="category")
    what = "The cars at the head of the list" if column == "name" else f"{rows}, all cars"
    figure = Figure(
        "heat",
        "Kinds of content",
        table,
        f"{what} against kinds: blue is full, orange is empty, a gap does not apply or cannot be known.",
        computed,
        chart,
        TableSettings((Column(column, rows or "Car"), *(Column(key, titles[key], "percent") for key in kinds))),
        empty=NOTHING,
    )
    return View(figures=(figure,))


def kinds(scored: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Draw how well each kind covers the cars it applies to."""
    titles = {kind.key: kind.title for kind in current().kinds}
    counted = (
        scored.filter(pl.col("applies"))
        .group_by("kind", maintain_order=True)
        .agg(
            cars=pl.len(),
            having=(pl.col("have") > 0).sum(),
            unknown=(~pl.col("known")).sum(),
            score=pl.col("score").mean(),
            weight=pl.col("weight").first(),
        )
        .with_columns(
            title=pl.col("kind").replace_strict(titles),
            having=pl.when(pl.col("unknown") == 0).then("having"),
            share=pl.when(pl.col("unknown") == 0).then(pl.col("having") / pl.col("cars")),
        )
        .sort("score", "title", nulls_last=True)
    )
    known = counted.drop_nulls("score").sort("score", descending=True)
    colours = theme.palette(dark=filters.dark)
    chart = go.Figure(
        layout={
            "template": theme.template(dark=filters.dark), "height": 90 + 24 * max(4, known.height),
            "barmode": "overlay", "hovermode": "y unified", "xaxis": {"tickformat": ".0%", "range": [0, 1]},
        }
    )  # fmt: skip
    chart.add_bar(
        x=known["share"].to_list(), y=known["title"].to_list(), orientation="h", name="Cars that have any",
        marker={"color": colours[5], "opacity": 0.45},
    )  # fmt: skip
    chart.add_bar(
        x=known["score"].to_list(), y=known["title"].to_list(), orientation="h", name="Score, mean",
        marker={"color": colours[0]}, width=0.42,
    )  # fmt: skip
    worst = counted.head(3)["title"].to_list()
    figure = Figure(
        "kinds",
        "Each kind over the catalogue",
        counted,
        f"Thinnest: {', '.join(worst)}." if worst else "Nothing is known of any kind.",
        computed,
        chart,
        TableSettings(
            (
                Column("title", "Kind"),
                Column("weight", "Weight", "decimal"),
                Column("cars", "Cars it applies to", "integer"),
                Column("having", "Cars that have any", "integer"),
                Column("share", "Share", "percent"),
                Column("score", "Score, mean", "percent"),
            )
        ),
        empty=NOTHING,
    )
    return View(figures=(figure,))


def changed(before: pl.DataFrame, after: pl.DataFrame, words: str, code: str, computed: Computed) -> View:
    """Show what another weight would change, before anybody keeps it; frames as worklist.priorities."""
    places = [
        frame.select("slug", "name", "coverage", "priority").with_row_index("place", offset=1)
        for frame in (before, after)
    ]
    joined = places[0].join(places[1].drop("name"), on="slug", suffix="_then").with_columns(
        moves=pl.col("place").cast(pl.Int64) - pl.col("place_then").cast(pl.Int64),
        change=pl.col("coverage_then") - pl.col("coverage"),
    )  # fmt: skip
    table = joined.filter((pl.col("moves") != 0) | (pl.col("change").abs() > 1e-9)).sort(
        pl.col("moves").abs(), "slug", descending=[True, False]
    )
    mean = joined.select(pl.col("change").mean()).item() or 0.0
    figure = Figure(
        "what-if",
        "With another weight",
        table.head(100),
        f"{words} Coverage of the catalogue would change by {theme.percent(mean, signed=True)}; "
        f"{table.height} cars move. Nothing is kept: change the file to keep it, and raise its version.",
        computed,
        settings=TableSettings(
            (
                Column("name", "Car"),
                Column("place", "Place now", "integer"),
                Column("place_then", "Place then", "integer"),
                Column("moves", "Up by", "integer"),
                Column("coverage", "Coverage now", "percent"),
                Column("coverage_then", "Coverage then", "percent"),
            )
        ),
        empty="No car would move.",
        code=code,
    )
    return View(figures=(figure,))


def absent(found: pl.DataFrame, computed: Computed) -> View:
    """List the cars that people or machines meant and that are not there."""
    figure = Figure(
        "absent",
        "Wanted, but not in the catalogue",
        found.head(200),
        f"{found.height} words for cars that are not there.",
        computed,
        settings=TableSettings(
            (
                Column("word", "Meant", width="medium"),
                Column("seen_in", "Said in"),
                Column("people", "People", "integer"),
                Column("times", "Times", "integer"),
                Column("first_at", "First", "time"),
                Column("last_at", "Latest", "time"),
            )
        ),
        empty=NOBODY,
    )
    return View(figures=(figure,))


def trend(days: pl.DataFrame, makes: pl.DataFrame, cars: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Draw coverage over the days that were kept, and the makes and cars that moved."""
    series = days.select(period="day", value="coverage", complete=pl.lit(True))
    chart = charts.lines({"Coverage": series}, dark=filters.dark, unit="share") if days.height else go.Figure()
    figures = [
        Figure(
            "trend",
            "Coverage over time",
            days.with_columns(pl.col("day").cast(pl.String)),
            f"{days.height} days kept so far, one answer a day.",
            computed,
            go.Figure(chart).update_yaxes(tickformat=".0%", title="").update_traces(mode="lines+markers"),
            TableSettings(
                (Column("day", "Day"), Column("coverage", "Coverage", "percent"), Column("cars", "Cars", "integer"))
            ),
            charts.days_of(days["day"]),
            empty="No day was kept yet.",
        )
    ]
    figures += [
        Figure(
            key,
            title,
            moves.head(MOST_ROWS),
            f"{moves.height} of them changed between the first and the last day that was kept, largest change first.",
            computed,
            settings=TableSettings(
                (
                    Column("who", label),
                    Column("first", "First", "percent"),
                    Column("last", "Last", "percent"),
                    Column("change", "Change", "percent"),
                )
            ),
        )
        for key, title, label, moves in (
            ("moves", "Makes that gain and lose", "Make", makes),
            ("moves-cars", "Cars that gain and lose", "Car", cars),
        )
        if moves.height
    ]
    return View(figures=tuple(figures))


def one_car(cars: pl.DataFrame, slug: str, checked: pl.DataFrame, computed: Computed) -> View:
    """Show one car: its numbers, and kind by kind what is there and what is missing since when."""
    car = cars.row(by_predicate=pl.col("slug") == slug, named=True)
    about = {kind.key: kind for kind in current().kinds}
    table = checked.filter(pl.col("slug") == slug).with_columns(
        title=pl.col("kind").replace_strict({key: kind.title for key, kind in about.items()}),
        owner=pl.col("kind").replace_strict({key: kind.owner for key, kind in about.items()}),
        standing=_standing(),
        lacks=pl.col("missing").list.join(", "),
    )
    numbers = (
        _number("one-coverage", "Coverage", car["coverage"], "share", computed),
        _number("one-demand", "Demand", car["demand"], "share", computed),
        _number("one-priority", "Priority", car["priority"], "share", computed),
        _number("one-people", "People", car["people"], "rows", computed),
    )
    figure = Figure(
        "one-car",
        "Kind by kind",
        table.sort("score", "weight", descending=[False, True], nulls_last=True),
        "What the car has of every kind. What was never whole is missing since the car is in the catalogue, what has "
        "grown old since its newest piece; checked is when a piece was written or a job looked.",
        computed,
        settings=TableSettings(
            (
                Column("title", "Kind"),
                Column("standing", "Stands"),
                Column("have", "Has", "integer"),
                Column("target", "Enough is", "integer"),
                Column("score", "Score", "percent"),
                Column("weight", "Weight", "decimal"),
                Column("lacks", "Empty fields", width="large"),
                Column("missing_since", "Missing since", "time"),
                Column("newest", "Newest", "time"),
                Column("checked_at", "Checked", "time"),
                Column("owner", "Owner"),
            ),
            height=460,
        ),
    )
    few = "" if car["reliable"] else "Few people showed interest: demand says little."
    return View(numbers, (figure,), (few,) if few else ())


def history(weeks: pl.DataFrame, computed: Computed, filters: Filters) -> View:
    """Draw how many people opened a car's pages, week by week."""
    figure = Figure(
        "one-history",
        "People who opened its pages, by week",
        weeks.with_columns(pl.col("period").cast(pl.String)),
        charts.described("People", weeks, "rows"),
        computed,
        charts.lines({"People": weeks}, dark=filters.dark),
        TableSettings(
            (Column("period", "Monday"), Column("value", "People", "integer"), Column("complete", "Complete", "flag"))
        ),
        charts.days_of(weeks["period"]),
    )
    return View(figures=(figure,))


def linked(found: pl.DataFrame, computed: Computed) -> View:
    """List videos, insights, queue entries and jobs about a car."""
    figure = Figure(
        "one-linked",
        "Videos, insights, queue and jobs",
        found,
        f"The latest {found.height}.",
        computed,
        settings=TableSettings(
            (
                Column("kind", "What"),
                Column("title", "Title", width="large"),
                Column("origin", "From"),
                Column("state", "State"),
                Column("made_at", "When", "time"),
            )
        ),
        empty="Nothing is linked to this car.",
    )
    return View(figures=(figure,))


def findings(found: pl.DataFrame, computed: Computed, *, checked: bool) -> View:
    """List the failing checks that hit rows about a car; `found` as quality.one_car.of_car."""
    figure = Figure(
        "one-findings",
        "What the checks say of its rows",
        found,
        f"{found.height} failing checks hit rows about this car.",
        computed,
        settings=TableSettings(
            (
                Column("severity", "Severity"),
                Column("table_name", "Table"),
                Column("rule", "Broken rule", width="large"),
                Column("rows", "Rows", "integer"),
                Column("id", "Check", width="medium"),
            )
        ),
        empty="No failing check hits a row about this car." if checked else UNCHECKED,
    )
    return View(figures=(figure,))


def beside(found: pl.DataFrame, computed: Computed) -> View:
    """Show what the live views say beside our numbers, and why they differ."""
    figure = Figure(
        "live-views",
        "Beside the live views",
        found,
        f"{found['view_name'].n_unique()} live views by their formulas, our number beside each, and why they differ.",
        computed,
        settings=TableSettings(
            (
                Column("view_name", "View", width="medium"),
                Column("measure", "What", width="medium"),
                Column("live", "By its formula", "decimal"),
                Column("ours", "Ours", "decimal"),
                Column("why", "Why they differ", width="large"),
            )
        ),
    )
    return View(figures=(figure,))


def _standing() -> pl.Expr:
    return (
        pl.when(~pl.col("applies")).then(pl.lit("not applicable"))
        .when(~pl.col("known")).then(pl.lit("cannot be known"))
        .when("none_exists").then(pl.lit("none exists"))
        .when(pl.col("have") == 0).then(pl.lit("missing"))
        .when(pl.col("score") >= 0.999).then(pl.lit("full"))
        .when(pl.col("have") >= pl.col("target")).then(pl.lit("old"))
        .otherwise(pl.lit("partial"))
    )  # fmt: skip


def _cars_shown() -> TableSettings:
    return TableSettings(
        (
            Column("name", "Car"),
            Column("brand", "Make"),
            Column("coverage", "Coverage", "percent"),
            Column("demand", "Demand", "percent"),
            Column("priority", "Priority", "percent"),
            Column("quadrant", "Quadrant"),
            Column("people", "People", "integer"),
            Column("reliable", "Enough people", "flag"),
            Column("missing_kinds", "Nothing of", "list", width="large"),
        ),
        leads=("slug", CAR),
    )


def _middle(cars: pl.DataFrame) -> float:
    found: Any = cars["coverage"].median()
    return 0.5 if found is None else float(found)


def _number(key: str, label: str, value: Any, unit: str, computed: Computed) -> Number:
    return Number(key, label, value, unit, computed, good="neither")
