"""Quality: one state, where it hurts, the findings in sentences, what is missing, and how it went."""

# Streamlit puts this folder first on the path: a module of a room's name here would hide the room.

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go
import polars as pl

from dashboards import theme
from dashboards.view import Column, Computed, Figure, Number, TableSettings, View
from quality import history
from quality.check import DIMENSIONS, SEVERITIES
from quality.norms import NEEDED, WEEKS

if TYPE_CHECKING:
    from datetime import datetime

    from quality.worker import Progress

JUDGED: Final = (
    "Every table is judged by a suite of checks: from the dictionary and the rules, or from the database's own "
    "constraints where the dictionary is silent. Health is the share of checks that pass among those that pass or fail "
    "with weight; coverage is the share of the cells table × dimension that any check speaks of. Known gaps, such as "
    "cars without a market price, are listed and do not weigh."
)
SIZES: Final = (
    "Rows as counted at the last refresh and columns of the database, beside those documented on 27 January 2026. "
    "Documented counts are a range, not a constant: a difference is shown and is no finding by itself."
)
COVERAGE: Final = (
    "Of the rows of the table that is covered (cars, or accounts), how many a table names at least once; beside it the "
    "share documented on 27 January 2026. Empty where a column of it is not bound."
)
APPENDIX: Final = (
    "What Appendix D of the data dictionary says of 27 January 2026, each line beside the same measured now."
)
DRIFT: Final = (
    "Two moments at which the spread of every column was kept, once a day. A column moved when its share of rows "
    "without a value changed by 5 points, its mean by a quarter of a standard deviation, or when a tenth of its values "
    "changed places (total variation). Values of columns with personal data are never kept."
)
OWN_PAST: Final = (
    "The number of rows and the newest event of each table are kept at every run, one an hour. What a table gained in "
    "the last 24 hours, and how old its newest row is, is held against the same hour of the same weekday in the eight "
    "weeks before: a finding beyond five median absolute deviations (times 1.4826) from the median."
)
RESOLVED: Final = (
    "An incident opens with the first run in which a check fails and ends with the first in which it passes again."
)
RANKED: Final = (
    "Findings by risk: weight of the severity times the tables that depend on it, the rows and the age, each on a "
    "logarithmic scale."
)
STATES: Final = (
    "gap", "stale", "enforced", "pass", "suggested", "muted", "known gap", "warning", "critical", "error",
)  # fmt: skip
_LIGHT: Final = (
    "#eef1f3",
    "#d9dcdf",
    "#c9dccf",
    "#a9d5b9",
    "#cfe0ea",
    "#d8d3e4",
    "#efe3bd",
    "#f0a35c",
    "#cf4a3c",
    "#5d6b75",
)
_DARK: Final = (
    "#1f262b",
    "#2f373d",
    "#24443a",
    "#2c5f4a",
    "#27404f",
    "#3d3850",
    "#5a4c22",
    "#b5702c",
    "#c2483c",
    "#9aa7b0",
)
_SHOWN: Final = 24
_WEIGHT: Final = {name: place for place, name in enumerate(SEVERITIES)}
_MARKS: Final = {"critical": "✕", "warning": "!", "error": "?", "known gap": "○", "muted": "–", "stale": "…"}


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


def computed(results: pl.DataFrame, read: Computed, run: str | None) -> Computed:
    """Return how what is made from a run's file came about; `read` says how its results were read."""
    tables = tuple(results["table_name"].unique().sort())
    return replace(read, tables=tables, rows=results.height, sql=(f"select *\nfrom read_parquet('{run}')",))


def matrix(results: pl.DataFrame, read: Computed) -> pl.DataFrame:
    """Return the tables by dimensions, as `quality.history.matrix`, at the moment at which the results were read."""
    return history.matrix(results, as_of=read.as_of)


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
        "! warning, ? not judged, ○ known gap, – muted, … not looked at for a day; green passes, pale has no check."
    )
    columns = (
        Column("table_name", "Table", width="medium"),
        Column("domain", "Domain"),
        Column("findings", "Findings", "integer"),
        Column("checks", "Checks", "integer"),
        *(Column(name, name.capitalize()) for name in DIMENSIONS),
    )
    listed = f"All {matrix.height} tables, those with most risk first. Choose one to see its checks."
    settings = TableSettings(columns, height=480, opens=("table_name", "table"))
    return View(
        figures=(
            Figure("matrix", "Where it hurts", matrix, alt, computed, chart, TableSettings(columns, height=480)),
            Figure("tables", "Every table", matrix, listed, computed, settings=settings, empty="There is no table."),
        )
    )


def cell(results: pl.DataFrame, computed: Computed, *, table: str, dimension: str | None) -> View:
    """List the checks of a table (in one dimension): what is expected, where that comes from, how it stands."""
    found = (
        results.filter(
            pl.col("table_name") == table, *([pl.col("dimension") == dimension] if dimension is not None else [])
        )
        .with_columns(place=pl.col("state").replace_strict({"fail": 0, "error": 1, "muted": 2}, default=3))
        .sort("place", pl.col("severity").replace_strict(_WEIGHT, return_dtype=pl.Int64), "id")
        .drop("place")
    )
    shown = TableSettings(
        (
            Column("dimension", "Dimension"),
            Column("state", "State", width="small"),
            Column("severity", "Severity", width="small"),
            Column("rule", "Rule", width="large"),
            Column("provenance", "From"),
            Column("rows", "Rows", "integer", width="small"),
            Column("id", "Check"),
        ),
        height=360 if found.height > 8 else None,
        opens=("id", "check"),
    )
    where = f"{table}, {dimension}" if dimension else table
    figure = Figure(
        "cell", "Checks", found, f"{found.height} checks of {where}. Choose one to see all of it.", computed,
        settings=shown, empty="Nothing is checked here: a gap.",
    )  # fmt: skip
    return View(figures=(figure,))


def progress(told: Progress | None, *, asked: bool, alive: bool) -> str:
    """Say how the run of all suites stands."""
    if asked:
        return (
            "Every suite runs in a moment." if alive
            else "Asked for; the process that runs the suites is not up. `autorev check` runs them too."
        )  # fmt: skip
    if told is None:
        return "Great Expectations has not judged the tables yet; it does every night."
    if told.running:
        return f"Great Expectations judges: {told.done} of {told.of} tables. {told.table}".strip()
    if told.problem:
        return f"The run of all suites of {told.at:%d %b %H:%M} UTC did not end well: {told.problem}"
    return f"Great Expectations judged {told.of} tables on {told.at:%d %b %H:%M} UTC."


def findings(
    results: pl.DataFrame,
    told: pl.DataFrame,
    computed: Computed,
    *,
    words: str = "",
    muted: bool = False,
    **wanted: str | None,
) -> View:
    """List what is wrong, worst first, in sentences.

    `wanted` narrows it to one value of a column: `severity`, `domain`, `table_name`, `owner` (by domain or by name).
    """
    found = owned(failing(results, muted=muted), told)
    found = found.filter(True, *(pl.col(name) == value for name, value in wanted.items() if value))
    if words:
        found = found.filter(pl.col("sentence").str.to_lowercase().str.contains(words.lower(), literal=True))
    shown = TableSettings(
        (
            Column("severity", "Severity", width="small"),
            Column("sentence", "Finding", width="large"),
            Column("rows", "Rows", "integer", width="small"),
            Column("incident", "State", width="small"),
            Column("owner", "Owner", width="small"),
            Column("first_seen", "First seen", "time"),
            Column("age_days", "Days", "decimal", width="small"),
            Column("flapping", "Flapping", "flag", width="small"),
            Column("domain", "Domain"),
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


def owned(results: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Return results with the state of their incident, and as owner whoever it was assigned to."""
    stands = told.filter(pl.col("resolved_at").is_null()).select("id", "assignee", incident="state")
    return (
        results.join(stands, on="id", how="left", maintain_order="left")
        .with_columns(owner=pl.coalesce("assignee", "owner"), incident=pl.col("incident").fill_null(pl.col("state")))
        .drop("assignee")
    )


def failing(results: pl.DataFrame, *, muted: bool = False) -> pl.DataFrame:
    """Return what failed or could not be judged, worst first; known gaps are left to their own list."""
    wrong = ["fail", "muted"] if muted else ["fail"]
    return (
        results.filter((pl.col("state") == "error") | (pl.col("state").is_in(wrong) & (pl.col("severity") != "info")))
        .with_columns(place=pl.col("severity").replace_strict(_WEIGHT, return_dtype=pl.Int64))
        .sort("place", "risk", "id", descending=[False, True, False])
        .drop("place")
    )


def resolved(told: pl.DataFrame, computed: Computed) -> View:
    """List what was wrong and is not any more, the latest first."""
    found = told.filter(pl.col("resolved_at").is_not_null()).sort("resolved_at", "id", descending=[True, False])
    shown = TableSettings(
        (
            Column("resolved_at", "Resolved", "time"),
            Column("opened_at", "First seen", "time"),
            Column("age_days", "Days", "decimal"),
            Column("severity", "Severity"),
            Column("sentence", "It was", width="large"),
            Column("rows_most", "Rows at most", "integer"),
            Column("runs", "Runs", "integer"),
            Column("id", "Check"),
        ),
        height=360 if found.height > 8 else None,
    )
    figure = Figure(
        "resolved", "Resolved by themselves", found, f"{found.height} incidents that ended, the latest first.",
        computed, settings=shown, empty="No incident has ended yet.",
    )  # fmt: skip
    return View(figures=(figure,))


def said(results: pl.DataFrame, told: pl.DataFrame, readers: tuple[str, ...], check: str) -> View:
    """Say one check in words: what is wrong, the rule, where it comes from, since when, and who reads the table."""
    row = results.filter(pl.col("id") == check).row(0, named=True)
    stands = told.filter((pl.col("id") == check) & pl.col("resolved_at").is_null())
    since = f"failing since {row['first_seen']:%d %b %Y %H:%M} UTC" if row["first_seen"] else "not failing"
    ok = f"last passed {row['last_ok']:%d %b %Y %H:%M} UTC" if row["last_ok"] else "never passed while recorded"
    facts = f"{row['state']} · {row['severity']} · {_FROM[row['provenance']]} · owner {row['owner']}"
    changing = " · flapping: three changes or more in the last ten runs" if row["flapping"] else ""
    notes = [row["sentence"] or row["rule"], f"Rule: {row['rule']}", facts, f"{since}; {ok}{changing}"]
    if stands.height:
        one = stands.row(0, named=True)
        age = f"{one['age_days']:,.1f} days, {one['runs']:,} runs"
        rows = "" if one["rows_first"] is None else f"; rows {one['rows_first']:,} at first, {one['rows_last']:,} now"
        by = f" by {one['by']}" if one["by"] else ""
        whose = f"; assigned to {one['assignee']}" if one["assignee"] else ""
        until = f" up to {one['until']} ({one['reason']})" if one["until"] else ""
        notes.append(f"Incident: {one['state']}{by}{until}; {age}{rows}{whose}.")
    if row["exemption"]:
        notes.append(f"Exempt: {row['exemption']}")
    pages = ", ".join(readers) or "none that was opened yet"
    notes.append(f"Pages that read {row['table_name']}: {pages}.")
    return View(notes=tuple(notes))


_FROM: Final = {
    "documented": "from the dictionary and its rules",
    "db_enforced": "enforced by the database",
    "not_validated": "declared by the database, old rows were never held to it",
    "inferred": "suggested by names and types",
    "stats_suggested": "suggested by statistics of the database",
    "accepted": "a suggestion that was accepted",
    "history": "from the table's own past",
}


def one(results: pl.DataFrame, trend: pl.DataFrame, computed: Computed, check: str, *, dark: bool) -> View:
    """Show the keys of what offends one check, and how it went."""
    row = results.filter(pl.col("id") == check).row(0, named=True)
    keys = pl.DataFrame({"key": row["sample_keys"] or []}, schema={"key": pl.String})
    colours = _DARK if dark else _LIGHT
    chart = go.Figure(layout={"template": theme.template(dark=dark), "height": 220, "showlegend": False})
    labels = [f"{moment:%d %b %H:%M} {state}" for moment, state in trend.select("started_at", "state").iter_rows()]
    chart.add_bar(
        x=list(range(trend.height)), y=trend["rows"].to_list(), customdata=labels,
        marker={"color": colours[STATES.index("critical" if row["severity"] == "critical" else "warning")]},
        hovertemplate="%{customdata}: %{y}<extra></extra>",
    )  # fmt: skip
    chart.update_xaxes(tickvals=list(range(trend.height)), ticktext=labels, range=[-0.5, max(trend.height, 10) - 0.5])
    return View(
        figures=(
            Figure(
                "keys", "Keys of the rows", keys, f"{keys.height} keys of rows that break the rule.", computed,
                settings=TableSettings((Column("key", "Key", width="large"),)),
                empty="No key can be shown: nothing offends, or what offends is no single row.",
            ),
            Figure(
                "trend", "Trend", trend, f"Rows that break the rule, in the last {trend.height} runs.", computed, chart,
                TableSettings(
                    (Column("started_at", "Run", "time"), Column("state", "State"), Column("rows", "Rows", "integer"))
                ),
            ),
        ),
    )  # fmt: skip


def offending(rows: pl.DataFrame, computed: Computed) -> View:
    """Show the rows behind a finding whole, to take away as a file."""
    figure = Figure(
        "rows", "The rows", rows, f"{rows.height:,} rows that break the rule, with all their columns.", computed,
        settings=TableSettings(tuple(Column(name, name, "list" if kind == pl.List else "text")
                                     for name, kind in rows.schema.items()), height=360),
        empty="What breaks the rule is no single row.",
    )  # fmt: skip
    return View(figures=(figure,))


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


def suggestions(results: pl.DataFrame) -> pl.DataFrame:
    """Return what statistics suggest and what was accepted of all suggestions, by table."""
    return results.filter(pl.col("provenance").is_in(["stats_suggested", "accepted"])).sort("id")


def suggested(found: pl.DataFrame, computed: Computed) -> View:
    """List the rules that the database's statistics suggest for tables that the dictionary leaves out."""
    shown = TableSettings(
        (
            Column("table_name", "Table", width="medium"),
            Column("column_name", "Column"),
            Column("rule", "Suggested rule", width="large"),
            Column("state", "State", width="small"),
            Column("provenance", "From"),
            Column("id", "Check"),
        ),
        height=360 if found.height > 8 else None,
        opens=("id", "check"),
    )
    figure = Figure(
        "suggested", "Suggested rules", found, f"{found.height} suggestions. Choose one to make it a rule.", computed,
        settings=shown, empty="Statistics suggest nothing.",
    )  # fmt: skip
    return View(figures=(figure,))


def sizes(tables: pl.DataFrame, computed: Computed) -> View:
    """List documented against actual rows and columns of every table, the largest difference first."""
    found = (
        tables.with_columns(
            more=pl.col("rows") - pl.col("documented_rows"),
            columns_more=pl.when(pl.col("documented_columns_at_least").fill_null(value=False))
            .then((pl.col("live_columns") - pl.col("documented_columns")).clip(upper_bound=0))
            .otherwise(pl.col("live_columns") - pl.col("documented_columns")),
            stands=pl.when(pl.col("documented") & ~pl.col("found")).then(pl.lit("missing"))
            .when(~pl.col("documented")).then(pl.lit("not documented"))
            .otherwise(pl.lit("documented")),
        )
        .sort(pl.col("more").abs(), "table_name", descending=[True, False], nulls_last=True)
    )  # fmt: skip
    documented = found.filter("documented")
    missing, unknown = (found.filter(pl.col("stands") == name) for name in ("missing", "not documented"))
    numbers = (
        Number("documented", "Documented tables", documented.height, "tables", computed, good="neither",
               table=documented),
        Number("missing", "Missing of them", missing.height, "tables", computed, good="down", table=missing),
        Number("undocumented", "Not documented", unknown.height, "tables", computed, good="down", table=unknown),
    )  # fmt: skip
    shown = TableSettings(
        (
            Column("table_name", "Table", width="medium"),
            Column("domain", "Domain"),
            Column("stands", "Is"),
            Column("documented_rows", "Rows documented", "integer"),
            Column("rows", "Rows", "integer"),
            Column("more", "Difference", "integer"),
            Column("documented_columns", "Columns documented", "integer"),
            Column("live_columns", "Columns", "integer"),
            Column("columns_more", "Difference", "integer"),
        ),
        height=480,
    )
    figure = Figure(
        "sizes", "Rows and columns", found, f"{found.height} tables, those first whose rows differ most.", computed,
        settings=shown, empty="There is no table.",
    )  # fmt: skip
    return View(numbers, (figure,))


def coverage(found: pl.DataFrame, computed: Computed) -> View:
    """List how many cars each table about cars speaks of, beside what was documented."""
    shown = TableSettings(
        (
            Column("table_name", "Table", width="medium"),
            Column("covered", "Covered", "integer"),
            Column("entities", "Of", "integer"),
            Column("missing", "Missing", "integer"),
            Column("share", "Share", "percent"),
            Column("documented_share", "Share documented", "percent"),
            Column("change", "Difference", "percent"),
        )
    )
    figure = Figure(
        "coverage", "Coverage per car", found, f"{found.height} tables that should speak of every car or account.",
        computed, settings=shown,
    )  # fmt: skip
    return View(figures=(figure,))


def appendix(found: pl.DataFrame, computed: Computed) -> View:
    """List what Appendix D of the dictionary says beside what is measured."""
    shown = TableSettings(
        (
            Column("heading", "Heading"),
            Column("table_name", "Table", width="medium"),
            Column("claim", "It says", width="medium"),
            Column("measured", "Measured", "integer"),
            Column("entities", "Of", "integer"),
            Column("difference", "Difference", "integer"),
            Column("verdict", "So it is", width="medium"),
        )
    )
    figure = Figure(
        "appendix", "Appendix D of the dictionary", found, f"{found.height} statements of 27 January 2026.", computed,
        settings=shown,
    )  # fmt: skip
    return View(figures=(figure,))


def drift(changes: pl.DataFrame, moved: pl.DataFrame, computed: Computed) -> View:
    """List what changed in the schema and in the spread of values between two runs."""
    return View(
        figures=(
            Figure(
                "changes", "Schema", changes, f"{changes.height} changes of tables and columns.", computed,
                settings=TableSettings(
                    (
                        Column("kind", "Kind"),
                        Column("table_name", "Table", width="medium"),
                        Column("column_name", "Column", width="medium"),
                        Column("words", "Change", width="large"),
                    )
                ),
                empty="The schema is the same in both runs.",
            ),
            Figure(
                "moved", "Values", moved, f"{moved.height} columns whose values are spread otherwise, farthest first.",
                computed,
                settings=TableSettings(
                    (
                        Column("table_name", "Table", width="medium"),
                        Column("column_name", "Column", width="medium"),
                        Column("what", "What moved"),
                        Column("words", "How", width="large"),
                        Column("distance", "Distance", "decimal"),
                    ),
                    height=480 if moved.height > 12 else None,
                ),
                empty="No column is spread otherwise than before.",
            ),
        )
    )  # fmt: skip


def own_past(found: pl.DataFrame, computed: Computed) -> View:
    """List how each table grew and how old it is beside its own past, and how much of that is kept."""
    judged = found.filter(pl.col("weeks") >= NEEDED).height
    alt = (
        f"{judged} of {found.height} tables are held against their own past: {NEEDED} of the last {WEEKS} weeks must "
        "be kept, at the same hour of the same weekday."
    )
    shown = TableSettings(
        (
            Column("table_name", "Table", width="medium"),
            Column("weeks", "Weeks kept", "integer"),
            Column("grown", "Rows in 24 hours", "integer"),
            Column("grown_usual", "Usual", "decimal"),
            Column("hours", "Hours since the newest row", "decimal"),
            Column("hours_usual", "Usual", "decimal"),
        ),
        height=360 if found.height > 8 else None,
    )
    figure = Figure(
        "own_past", "Beside their own past", found.sort("weeks", "table_name", descending=[True, False]), alt, computed,
        settings=shown, empty="No table was counted yet.",
    )  # fmt: skip
    return View(figures=(figure,), notes=(alt,))


def volumes(found: pl.DataFrame, computed: Computed) -> View:
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
        "volumes", "Rows since the run before", found, f"{found.height} tables changed in size.", computed,
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
