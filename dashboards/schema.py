"""Schema: what each documented name reads from the database, and what has no counterpart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dashboards.tables import UNDOCUMENTED, narrowed, unbound_lines, unbound_sentence
from dashboards.view import Column, Computed, Figure, Number, TableSettings, View

if TYPE_CHECKING:
    from dashboards.view import Good

STATES: Final = {
    "exact": "Exact",
    "alias": "Alias",
    "derived": "Derived",
    "setting": "Setting",
    "unbound": "Unbound",
    "unexpected": "Unexpected",
    "undocumented": "Undocumented",
}
BOUND: Final = (
    "Each documented column reads the live column of the same name (exact), else one known to hold the same (alias), "
    "else an expression over others (derived), else what autorev.toml names (setting); else it is unbound and its "
    "values are unknown. Unexpected columns stand in documented tables and are read by nothing; undocumented ones "
    "stand in tables that the dictionary leaves out."
)
DRIFT: Final = "Differences between the schema that a refresh met and the one that the refresh before it met."
UNCARRIED: Final = (
    "Values that the mirror cannot hold as they are, such as NaN, infinity or the year 20000. They are counted here "
    "and unknown everywhere else."
)
REFRESHED: Final = "The last refresh as it was recorded, with its notes for the operator."


def summary(columns: pl.DataFrame, computed: Computed) -> View:
    """Count the columns in each state."""
    counts = {state: columns.filter(pl.col("state") == state) for state in STATES}
    return View(tuple(_count(state, label, counts[state], computed) for state, label in STATES.items()))


def bindings(
    columns: pl.DataFrame,
    listed: pl.DataFrame,
    computed: Computed,
    *,
    words: str = "",
    domain: str | None = None,
    state: str | None = None,
) -> View:
    """List the columns in a state and domain (in any without one) that hold the words searched for."""
    found = columns.join(listed.select("table_name", "domain"), on="table_name", how="left", maintain_order="left")
    found = found.with_columns(pl.col("domain").fill_null(UNDOCUMENTED))
    found = found.filter(
        True, *(pl.col(name) == value for name, value in (("state", state), ("domain", domain)) if value)
    )
    found = narrowed(found, words, ("table_name", "column_name", "live_name", "conversion"))
    figure = Figure(
        "bindings",
        "Bindings",
        found,
        f"{found.height:,} columns and what each reads.",
        computed,
        settings=TableSettings(
            (
                Column("table_name", "Table", width="medium"),
                Column("column_name", "Column", width="medium"),
                Column("state", "State"),
                Column("live_name", "Reads"),
                Column("documented_type", "Type documented"),
                Column("live_type", "Type"),
                Column("conversion", "Conversion", width="large"),
                Column("setting", "Setting", width="large"),
            ),
            height=480,
        ),
        empty="No column fits. Search for fewer words, or choose all domains and states.",
    )
    return View(figures=(figure,))


def gaps(columns: pl.DataFrame, listed: pl.DataFrame, computed: Computed) -> View:
    """List what one side has and the other lacks: unbound columns, missing tables, unexpected columns."""
    unbound = columns.filter(pl.col("state") == "unbound")
    unexpected = columns.filter(pl.col("state") == "unexpected")
    missing = listed.filter("documented", pl.col("found").not_())
    return View(
        figures=(
            Figure(
                "unbound",
                "Unbound columns",
                unbound,
                unbound_sentence(unbound),
                computed,
                settings=_shown(table_name="Table", column_name="Column", documented_type="Type", conversion="Why"),
                empty="Every documented column is bound.",
                code=unbound_lines(unbound),
            ),
            Figure(
                "missing",
                "Missing tables",
                missing,
                f"{missing.height} documented tables that the database lacks.",
                computed,
                settings=_shown(table_name="Table", domain="Domain", comment="One row is"),
                empty="The database has every documented table.",
            ),
            Figure(
                "unexpected",
                "Unexpected columns",
                unexpected,
                f"{unexpected.height} live columns of documented tables that nothing reads.",
                computed,
                settings=_shown(table_name="Table", column_name="Column", live_type="Type"),
                empty="No documented table has a column that nothing reads.",
            ),
        )
    )


def drift(changes: pl.DataFrame, computed: Computed) -> View:
    """List what changed in the schema, latest first."""
    shown = TableSettings(
        (
            Column("first_seen", "Seen first", "time"),
            Column("kind", "Kind"),
            Column("table_name", "Table"),
            Column("column_name", "Column"),
            Column("words", "Change", width="large"),
        )
    )
    words = f"{changes.height} changes of the schema, latest first."
    nothing = "The schema is as the refresh before met it."
    return View(figures=(Figure("drift", "Changes", changes, words, computed, settings=shown, empty=nothing),))


def uncarried(values: pl.DataFrame, computed: Computed) -> View:
    """List the values that could not be carried into the mirror."""
    shown = TableSettings(
        (
            Column("table_name", "Table"),
            Column("column_name", "Column"),
            Column("rows", "Rows", "integer"),
            Column("reason", "Why", width="large"),
        )
    )
    words = f"{values.height} columns and reasons with values that could not be carried."
    nothing = "Every value was carried as it is."
    title = "Values not carried"
    return View(figures=(Figure("uncarried", title, values, words, computed, settings=shown, empty=nothing),))


def refreshed(last: pl.DataFrame, computed: Computed) -> View:
    """List the notes of the last refresh."""
    notes = last.select(note=pl.col("warnings").explode()).drop_nulls()
    figure = Figure(
        "refresh",
        "Notes of the last refresh",
        notes,
        f"{notes.height} notes of the last refresh.",
        computed,
        settings=TableSettings((Column("note", "Note", width="large"),)),
        empty="The last refresh left no note.",
    )
    return View(figures=(figure,))


def _shown(**labels: str) -> TableSettings:
    return TableSettings(tuple(Column(name, label) for name, label in labels.items()))


def _count(state: str, label: str, columns: pl.DataFrame, computed: Computed) -> Number:
    good: Good = "down" if state == "unbound" else "neither"
    return Number(state, label, columns.height, "columns", computed, good=good, table=columns)
