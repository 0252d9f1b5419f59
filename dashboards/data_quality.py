"""Quality: one state, where it hurts, the findings in sentences, what is missing, and how it went."""

# Streamlit puts this folder first on the path: a module of a room's name here would hide the room.

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go
import polars as pl

from dashboards import theme
from dashboards.view import Column, Computed, Figure, Number, TableSettings, View
from quality.check import DIMENSIONS, SEVERITIES

if TYPE_CHECKING:
    from datetime import datetime

JUDGED: Final = (
    "Every table is judged by a suite of checks: from the dictionary and the rules, or from the database's own "
    "constraints where the dictionary is silent. Health is the share of checks that pass among those that pass or fail "
    "with weight; coverage is the share of the cells table × dimension that any check speaks of. Known gaps, such as "
    "cars without a market price, are listed and do not weigh."
)
RANKED: Final = (
    "Findings by risk: weight of the severity times the tables that depend on it, the rows and the age, each on a "
    "logarithmic scale."
)
STATES: Final = (
    "gap", "enforced", "pass", "suggested", "muted", "known gap", "warning", "critical", "error",
)  # fmt: skip
_LIGHT: Final = ("#eef1f3", "#c9dccf", "#a9d5b9", "#cfe0ea", "#d8d3e4", "#efe3bd", "#f0a35c", "#cf4a3c", "#5d6b75")
_DARK: Final = ("#1f262b", "#24443a", "#2c5f4a", "#27404f", "#3d3850", "#5a4c22", "#b5702c", "#c2483c", "#9aa7b0")
_SHOWN: Final = 24
_MARKS: Final = {"critical": "✕", "warning": "!", "error": "?", "known gap": "○", "muted": "–"}


def state(results: pl.DataFrame, matrix: pl.DataFrame, computed: Computed) -> View:
    """Say in four numbers whether the data can be trusted."""
    failed = results.filter(pl.col("state") == "fail")
    critical, warning = (failed.filter(pl.col("severity") == weight) for weight in ("critical", "warning"))
    passed = results.filter(pl.col("state") == "pass").height
    judged = passed + critical.height + warning.height
    cells = matrix.height * len(DIMENSIONS)
    spoken = sum(int((matrix[name] != "gap").sum()) for name in DIMENSIONS)
    numbers = (
        Number("critical", "Critical", critical.height, "findings", computed, good="down", table=_short(critical)),
        Number("warning", "Warnings", warning.height, "findings", computed, good="down", table=_short(warning)),
        Number("health", "Health", passed / judged if judged else None, "share", computed),
        Number("coverage", "Coverage", spoken / cells if cells else None, "share", computed),
    )  # fmt: skip
    shares = f"Health: {passed:,} of {judged:,} checks pass. Coverage: {spoken:,} of {cells:,} cells have a check."
    return View(numbers, notes=(shares,))


def computed(definition: str, results: pl.DataFrame, run: str | None, as_of: datetime) -> Computed:
    """Return how what is made from a run's file came about."""
    tables = tuple(results["table_name"].unique().sort())
    return Computed(definition, tables, results.height, (f"select *\nfrom read_parquet('{run}')",), as_of)


def verdict(results: pl.DataFrame, matrix: pl.DataFrame) -> View:
    """Say in one sentence whether the numbers can be relied on."""
    failed = results.filter(pl.col("state") == "fail")
    critical, warning = (failed.filter(pl.col("severity") == weight) for weight in ("critical", "warning"))
    errors = results.filter(pl.col("state") == "error")
    sound = matrix.filter(pl.col("findings") == 0).height
    return View(notes=(_verdict(critical, warning, errors, sound, matrix.height),))


def _verdict(critical: pl.DataFrame, warning: pl.DataFrame, errors: pl.DataFrame, sound: int, tables: int) -> str:
    trusted = f"{sound} of {tables} tables are without a finding."
    missed = f" {errors.height} checks could not be judged." if errors.height else ""
    if critical.height:
        worst = ", ".join(critical.sort("risk", descending=True)["table_name"].unique(maintain_order=True).head(4))
        more = critical["table_name"].n_unique() - 4
        rest = f" and {more} more" if more > 0 else ""
        return f"Do not rely on numbers from {worst}{rest} until they are looked at. {trusted}{missed}"
    if warning.height:
        return f"Nothing critical; {warning['table_name'].n_unique()} tables have warnings. {trusted}{missed}"
    return f"The data is as it should be. {trusted}{missed}"


def heat(matrix: pl.DataFrame, computed: Computed, *, dark: bool) -> View:
    """Show the tables that carry most risk against the eight dimensions."""
    top = matrix.filter(pl.col("findings") > 0).head(_SHOWN)
    shown = top if top.height else matrix.head(_SHOWN)
    codes = [[STATES.index(row[name]) for name in DIMENSIONS] for row in shown.iter_rows(named=True)]
    marks = [[_MARKS.get(row[name], "") for name in DIMENSIONS] for row in shown.iter_rows(named=True)]
    words = [[row[name] for name in DIMENSIONS] for row in shown.iter_rows(named=True)]
    colours = _DARK if dark else _LIGHT
    bounds = [place / len(colours) for place in range(len(colours) + 1)]
    scale = [(bounds[place + side], colour) for place, colour in enumerate(colours) for side in (0, 1)]
    chart = go.Figure(
        go.Heatmap(
            z=codes, x=list(DIMENSIONS), y=shown["table_name"].to_list(), text=marks, customdata=words,
            texttemplate="%{text}", hovertemplate="%{y}<br>%{x}: %{customdata}<extra></extra>",
            zmin=0, zmax=len(STATES), colorscale=scale, showscale=False, xgap=3, ygap=3,
        ),
        layout={
            "template": theme.template(dark=dark), "height": 60 + 26 * max(shown.height, 3), "hovermode": "closest",
            "xaxis": {"side": "top", "showgrid": False}, "yaxis": {"autorange": "reversed", "showgrid": False},
        },
    )  # fmt: skip
    alt = (
        f"{shown.height} of {matrix.height} tables, those with most risk first, against eight dimensions: ✕ critical, "
        "! warning, ? not judged, ○ known gap, – muted; green passes, pale has no check."
    )
    columns = (
        Column("table_name", "Table", width="medium"),
        Column("domain", "Domain"),
        Column("findings", "Findings", "integer"),
        Column("checks", "Checks", "integer"),
        *(Column(name, name.capitalize()) for name in DIMENSIONS),
    )
    figure = Figure("matrix", "Where it hurts", matrix, alt, computed, chart, TableSettings(columns, height=480))
    return View(figures=(figure,))


def findings(
    results: pl.DataFrame,
    computed: Computed,
    *,
    severity: str | None = None,
    owner: str | None = None,
    table: str | None = None,
    words: str = "",
) -> View:
    """List what is wrong, worst first, in sentences."""
    found = failing(results).filter(
        True, *(pl.col(name) == value for name, value in
                (("severity", severity), ("owner", owner), ("table_name", table)) if value)
    )  # fmt: skip
    if words:
        found = found.filter(pl.col("sentence").str.to_lowercase().str.contains(words.lower(), literal=True))
    shown = TableSettings(
        (
            Column("severity", "Severity", width="small"),
            Column("sentence", "Finding", width="large"),
            Column("rows", "Rows", "integer", width="small"),
            Column("first_seen", "First seen", "time"),
            Column("owner", "Owner", width="small"),
            Column("class", "Class"),
            Column("id", "Check"),
        ),
        height=480 if found.height > 10 else None,
        opens=("id", "check"),
    )
    figure = Figure(
        "findings", "Findings", found, f"{found.height} findings, worst first. Choose one to see its rows.", computed,
        settings=shown, empty="Nothing is wrong by these filters.",
    )  # fmt: skip
    return View(figures=(figure,))


def failing(results: pl.DataFrame) -> pl.DataFrame:
    """Return what failed or could not be judged, worst first; known gaps are left to their own list."""
    order = {name: place for place, name in enumerate(SEVERITIES)}
    return (
        results.filter((pl.col("state") == "error") | ((pl.col("state") == "fail") & (pl.col("severity") != "info")))
        .with_columns(place=pl.col("severity").replace_strict(order, return_dtype=pl.Int64))
        .sort("place", "risk", "id", descending=[False, True, False])
        .drop("place")
    )


def said(results: pl.DataFrame, check: str) -> View:
    """Say one check in words: what is wrong, the rule, where it comes from, since when."""
    row = results.filter(pl.col("id") == check).row(0, named=True)
    since = f"failing since {row['first_seen']:%d %b %Y %H:%M} UTC" if row["first_seen"] else "not failing"
    ok = f"last passed {row['last_ok']:%d %b %Y %H:%M} UTC" if row["last_ok"] else "never passed while recorded"
    facts = f"{row['state']} · {row['severity']} · {row['provenance'].replace('_', ' ')} · owner {row['owner']}"
    changing = " · changes often" if row["flapping"] else ""
    return View(notes=(row["sentence"] or row["rule"], f"Rule: {row['rule']}", facts, f"{since}; {ok}{changing}"))


def one(results: pl.DataFrame, trend: pl.DataFrame, computed: Computed, check: str) -> View:
    """Show the keys of what offends one check, and how it went."""
    row = results.filter(pl.col("id") == check).row(0, named=True)
    keys = pl.DataFrame({"key": row["sample_keys"] or []}, schema={"key": pl.String})
    return View(
        figures=(
            Figure(
                "keys", "Keys of the rows", keys, f"{keys.height} keys of rows that break the rule.", computed,
                settings=TableSettings((Column("key", "Key", width="large"),)),
                empty="No key can be shown: nothing offends, or what offends is no single row.",
            ),
            Figure(
                "trend", "Runs", trend, f"What the last {trend.height} runs said.", computed,
                settings=TableSettings(
                    (Column("started_at", "Run", "time"), Column("state", "State"), Column("rows", "Rows", "integer"))
                ),
            ),
        ),
    )  # fmt: skip


def measured(results: pl.DataFrame, check: str, as_of: datetime) -> Computed:
    """Return how one check was measured: its rule and the very SQL."""
    row = results.filter(pl.col("id") == check).row(0, named=True)
    return Computed(row["rule"], (row["table_name"],), int(row["table_rows"] or 0), (row["sql"],), as_of)


def gaps(results: pl.DataFrame, computed: Computed) -> View:
    """List documented against actual: what is known to be missing."""
    found = results.filter((pl.col("state") == "fail") & (pl.col("severity") == "info")).sort(
        "rows", descending=True, nulls_last=True
    )
    shown = TableSettings(
        (
            Column("table_name", "Table", width="medium"),
            Column("column_name", "Column"),
            Column("rows", "Missing", "integer"),
            Column("share", "Share", "percent"),
            Column("rule", "What would be whole", width="large"),
            Column("owner", "Owner"),
        )
    )
    figure = Figure(
        "gaps", "Known gaps", found, f"{found.height} gaps that are known and not counted against the state.",
        computed, settings=shown, empty="Nothing is known to be missing.",
    )  # fmt: skip
    return View(figures=(figure,))


def drift(volumes: pl.DataFrame, computed: Computed) -> View:
    """List the tables that grew or shrank between the last two runs."""
    shown = TableSettings(
        (
            Column("table_name", "Table", width="medium"),
            Column("before", "Before", "integer"),
            Column("after", "After", "integer"),
            Column("change", "Change", "integer"),
        )
    )
    figure = Figure(
        "volumes", "Rows since the run before", volumes, f"{volumes.height} tables changed in size.", computed,
        settings=shown, empty="No table changed in size between the last two runs.",
    )  # fmt: skip
    return View(figures=(figure,))


def runs(found: pl.DataFrame, computed: Computed, *, dark: bool) -> View:
    """Draw how many findings each of the last runs had."""
    colours = _DARK if dark else _LIGHT
    chart = go.Figure(layout={"template": theme.template(dark=dark), "height": 260, "barmode": "stack", "bargap": 0.4})
    labels = [f"{moment:%d %b %H:%M}" for moment in found["started_at"]]
    for name in ("critical", "warning"):
        chart.add_bar(
            x=list(range(found.height)), y=found[name].to_list(), name=name, customdata=labels,
            marker={"color": colours[STATES.index(name)]}, hovertemplate="%{customdata}: %{y}",
        )  # fmt: skip
    # A single run is one bar among the places of ten, not a wall.
    chart.update_xaxes(tickvals=list(range(found.height)), ticktext=labels, range=[-0.5, max(found.height, 10) - 0.5])
    figure = Figure("runs", "Runs", found, f"The last {found.height} runs and their findings.", computed, chart)
    return View(figures=(figure,))


def _short(results: pl.DataFrame) -> pl.DataFrame:
    return results.select("table_name", "column_name", "class", "rows", "sentence")
