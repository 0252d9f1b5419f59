"""Tables: what the dictionary says beside what was measured, and one table's columns and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dashboards.view import Column, Computed, Figure, Number, TableSettings, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboards.view import Kind
    from queries.explorer import Filter

UNDOCUMENTED: Final = "undocumented"
NAMED: Final = 12
LISTED: Final = (
    "Tables of the dictionary and of the database. Measured figures come from the last refresh; documented ones from "
    "the dictionary of 27 January 2026."
)
PROFILED: Final = (
    "Null share: rows without a value, of all rows. Distinct: different values, approximately; their share is of the "
    "rows with a value. Top values: most frequent first, approximately. A column that is not copied has none of these."
)
SAMPLED: Final = "The rows that meet the filter, sorted, missing values last; the download holds the rows shown."
MODES: Final = {
    "full": "Read whole at the last refresh.",
    "incremental": "Only what is new is read at each refresh.",
    "unchanged": "Unchanged since it was last read.",
    "sampled": "Only a sample of its rows is copied.",
    "missing": "The database has no such table: all its columns are unbound.",
    "hidden": "Row-level security hides its rows from our role: it may hold more than is shown.",
}


def domains(listed: pl.DataFrame) -> list[str]:
    """Return the domains to choose from; tables outside the dictionary are one of them."""
    return [*listed.get_column("domain").drop_nulls().unique().sort().to_list(), UNDOCUMENTED]


def narrowed(frame: pl.DataFrame, words: str, columns: Sequence[str]) -> pl.DataFrame:
    """Return the rows that hold every one of the words in any of the columns; case does not matter."""
    text = pl.concat_str([pl.col(column).fill_null("") for column in columns], separator=" ").str.to_lowercase()
    return frame.filter(True, *(text.str.contains(word, literal=True) for word in words.lower().split()))


def overview(listed: pl.DataFrame, computed: Computed, *, words: str = "", domain: str | None = None) -> View:
    """List the tables of a domain (of all without one) that hold the words searched for."""
    found = listed.with_columns(
        domain=pl.col("domain").fill_null(UNDOCUMENTED),
        documented_columns=_documented_columns(),
        rows_are=pl.when("rows_exact")
        .then(pl.lit("exact"))
        .when(pl.col("rows").is_not_null())
        .then(pl.lit("estimate")),
    )
    found = narrowed(found, words, ("table_name", "domain", "live_name", "comment"))
    found = found if domain is None else found.filter(pl.col("domain") == domain)
    there = found.filter("found")
    numbers = (
        _count("tables", "Tables in the database", there.height, computed, found),
        _count("documented", "Documented tables found", there["documented_rows"].drop_nulls().len(), computed, found),
        _count("rows", "Rows", _sum(there, "rows"), computed, found),
        _count("documented-rows", "Rows as documented", _sum(found, "documented_rows"), computed, found),
        _count("bytes", "Size", _sum(there, "bytes"), computed, found, unit="bytes"),
    )
    figure = Figure(
        "tables",
        "Tables",
        found,
        f"{found.height} tables with documented and measured rows and columns.",
        computed,
        settings=TableSettings(
            (
                Column("table_name", "Table", width="medium"),
                Column("domain", "Domain"),
                Column("found", "In database", "flag"),
                Column("rows", "Rows", "integer"),
                Column("rows_are", "Rows are"),
                Column("documented_rows", "Rows documented", "integer"),
                Column("live_columns", "Columns", "integer"),
                Column("documented_columns", "Columns documented"),
                Column("bytes", "Size", "bytes"),
                Column("newest_event", "Newest event", "time"),
                Column("refreshed_at", "Refreshed", "time"),
                Column("mode", "Read"),
                Column("key_columns", "Key", "list"),
                Column("comment", "One row is", width="large"),
            ),
            height=640,
            opens=("table_name", "table"),
        ),
        empty="No table holds these words. Search for fewer, or choose all domains.",
    )
    return View(numbers, (figure,), ("Choose a row to see one table.",))


def is_found(listed: pl.DataFrame, name: str) -> bool:
    """Return whether the database has the table."""
    return not listed.filter(pl.col("table_name") == name, pl.col("found")).is_empty()


def facts(listed: pl.DataFrame, computed: Computed, name: str) -> View:
    """Say what is known of one table: counts beside the documented ones, key, freshness, what a row stands for."""
    frame = listed.filter(pl.col("table_name") == name)
    table = frame.row(0, named=True)
    counted = "Rows" if table["rows_exact"] else "Rows, estimated"
    numbers = (
        _count("rows", counted, table["rows"], computed, frame),
        _count("documented-rows", "Rows as documented", table["documented_rows"], computed, frame),
        _count("columns", "Columns", table["live_columns"], computed, frame),
        _count("documented-columns", _documented_label(table), table["documented_columns"], computed, frame),
        _count("bytes", "Size", table["bytes"], computed, frame, unit="bytes"),
    )
    return View(numbers, (), tuple(_sentences(table)))


def columns(columns: pl.DataFrame, profile: pl.DataFrame | None, computed: Computed) -> View:
    """List the columns of one table with what they are bound to, how full and how varied they are."""
    measured = {"null_share": pl.Float64, "distinct": pl.Int64, "distinct_share": pl.Float64}
    known = pl.DataFrame(schema={"column_name": pl.String, **measured, "top_values": pl.List(pl.String)})
    known = known if profile is None else profile.select(known.columns)
    joined = columns.join(known, on="column_name", how="left", maintain_order="left")
    unbound = columns.filter(pl.col("state") == "unbound")
    figure = Figure(
        "columns",
        "Columns",
        joined,
        unbound_sentence(unbound) if unbound.height else f"{joined.height} columns, all bound.",
        computed,
        settings=TableSettings(
            (
                Column("column_name", "Column", width="medium"),
                Column("documented_type", "Type documented"),
                Column("live_type", "Type"),
                Column("state", "State"),
                Column("live_name", "Reads"),
                Column("null_share", "Null share", "percent"),
                Column("distinct", "Distinct", "integer"),
                Column("distinct_share", "Distinct share", "percent"),
                Column("top_values", "Top values", "list", width="large"),
                Column("is_key", "Key", "flag"),
                Column("references_column", "References"),
                Column("conversion", "Conversion"),
                Column("comment", "Meaning", width="large"),
            )
        ),
        empty="Nothing is known of its columns. Refresh to read them.",
        code=unbound_lines(unbound),
    )
    return View(figures=(figure,))


def unbound_sentence(unbound: pl.DataFrame) -> str:
    """Name the columns without counterpart and say where to bind them."""
    names = [f"{table}.{column}" for table, column in unbound.select("table_name", "column_name").iter_rows()]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return (
        f"No counterpart in the database: {', '.join(names[:NAMED])}{more}. Bind in autorev.toml, with the live column "
        "in place of the dots."
    )


def unbound_lines(unbound: pl.DataFrame) -> str:
    """Return the lines of autorev.toml that would bind the columns; nothing without any."""
    lines = unbound.get_column("setting").drop_nulls().to_list()
    return "\n".join(["[bindings]", *lines]) if lines else ""


def sample(rows: pl.DataFrame, total: int, computed: Computed, filters: Sequence[Filter] = ()) -> View:
    """Show one page of a table's rows."""
    shown = tuple(Column(name, name, _kind(dtype)) for name, dtype in rows.schema.items())
    meeting = f" where {' and '.join(one.words for one in filters)}" if filters else ""
    figure = Figure(
        "sample",
        "Rows",
        rows,
        f"{rows.height:,} of {total:,} rows{meeting}.",
        computed,
        settings=TableSettings(shown),
        empty="No row meets the filter." if filters else "The table has no rows.",
    )
    return View((), (figure,), (figure.alt,))


def _kind(dtype: pl.DataType) -> Kind:
    if dtype.is_numeric():
        return "plain"
    if dtype == pl.Boolean:
        return "flag"
    return "time" if dtype == pl.Datetime else "text"


def _documented_columns() -> pl.Expr:
    count = pl.col("documented_columns").cast(pl.String)
    return pl.when("documented_columns_at_least").then("≥ " + count).otherwise(count)


def _documented_label(table: dict[str, Any]) -> str:
    return "Columns documented, at least" if table["documented_columns_at_least"] else "Columns as documented"


def _sum(frame: pl.DataFrame, column: str) -> int | None:
    """Add what is known; None when nothing is."""
    known = frame.get_column(column).drop_nulls()
    return None if known.is_empty() else int(known.sum())


def _count(
    key: str, label: str, value: int | None, computed: Computed, table: pl.DataFrame, *, unit: str = "rows"
) -> Number:
    return Number(key, label, value, unit, computed, good="neither", table=table)


def _sentences(table: dict[str, Any]) -> list[str]:
    mode = "missing" if not table["found"] else "hidden" if table["hidden"] else table["mode"]
    sentences = [table["comment"] or "", MODES.get(mode or "", "")]
    sentences.append(f"Domain: {table['domain'] or UNDOCUMENTED}.")
    if table["live_name"] and table["live_name"] != table["table_name"]:
        sentences.append(f"In the database it is called {table['live_name']}.")
    if table["key_columns"]:
        sentences.append(f"Primary key: {', '.join(table['key_columns'])}.")
    if table["refreshed_at"]:
        sentences.append(f"Refreshed {table['refreshed_at']:%d %b %Y %H:%M:%S} UTC.")
    if table["newest_event"]:
        sentences.append(f"Newest event {table['newest_event']:%d %b %Y %H:%M:%S} UTC.")
    return [sentence for sentence in sentences if sentence]
