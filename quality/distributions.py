"""How the values of every column are spread, kept with a run, and what moved between two of them.

Values themselves are kept of columns of few values only, and never of those that hold personal data.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import duckdb
import polars as pl

from catalogue import TABLES, column_note
from catalogue.personal import guessed
from catalogue.scrub import scrub
from quality.check import q
from quality.compile import in_mirror
from quality.incidents import MOMENT
from quality.reading import known, raw

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from quality.known import KnownColumn, KnownTable
    from replica.mirror import Mirror

SPREAD: Final[dict[str, Any]] = {
    "table_name": pl.String,
    "column_name": pl.String,
    "live_type": pl.String,
    "state": pl.String,
    "rows": pl.Int64,
    "values": pl.Int64,
    "different": pl.Int64,
    "mean": pl.Float64,
    "deviation": pl.Float64,
    "least": pl.Float64,
    "most": pl.Float64,
    "shares": pl.String,
    "at": MOMENT,
}
"""One row a column: `values` are rows that have one; `shares` (JSON) tells of few values how often each stands."""
MOVED: Final[dict[str, Any]] = {
    "table_name": pl.String,
    "column_name": pl.String,
    "what": pl.String,
    "before": pl.Float64,
    "after": pl.Float64,
    "distance": pl.Float64,
    "words": pl.String,
}
CHANGED: Final[dict[str, Any]] = dict.fromkeys(("kind", "table_name", "column_name", "words"), pl.String)
EVERY: Final = timedelta(hours=20)
"""A run keeps the spread when the one kept last is older."""
KEPT: Final = 100
FEW: Final = 40
_LONGEST: Final = 80
_LEAST_ROWS: Final = 20
_NUMBERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "UBIGINT")
_LISTED: Final = ("VARCHAR", "BOOLEAN", "ENUM", "TINYINT", "SMALLINT", "INTEGER", "BIGINT")
ABSENT, SHIFT, MIX = 0.05, 0.25, 0.1
"""From where a column counts as moved: the share without a value by 5 points, the mean by a quarter of a standard
deviation, a tenth of the values changed places."""


def measure(mirror: Mirror) -> pl.DataFrame:
    """Return how the values of every column in the mirror are spread."""
    there = known(mirror)
    relation = in_mirror(there, raw=True)
    rows: list[dict[str, Any]] = []
    with raw(mirror) as cursor:
        kinds = {
            (schema, table, column): kind
            for schema, table, column, kind in cursor.execute(
                "select schema_name, table_name, column_name, data_type from duckdb_columns() "
                "where database_name = 'raw'"
            ).fetchall()
        }
        for table in there.tables.values():
            if not table.found:
                continue
            schema = "main" if table.documented else "other"
            own = {
                name: kinds.get((schema, table.name, name)) if table.readable and column.mirrored else None
                for name, column in table.columns.items()
                if column.state != "unbound"
            }
            try:
                spread = _table(cursor, table, own, relation(table.name))
            except duckdb.Error:
                spread = {}
            rows += [
                {
                    "table_name": table.name, "column_name": name, "live_type": table.columns[name].live_type,
                    "state": table.columns[name].state, "rows": table.rows, "at": there.snapshot_at,
                    **spread.get(name, {}),
                }
                for name in own
            ]  # fmt: skip
    return pl.DataFrame(rows, schema=SPREAD)


def _table(
    cursor: duckdb.DuckDBPyConnection, table: KnownTable, kinds: Mapping[str, str | None], place: str
) -> dict[str, dict[str, Any]]:
    asked = {name: kind for name, kind in kinds.items() if kind is not None}
    if not asked:
        return {}
    parts = ["count(*)"]
    for name, kind in asked.items():
        parts += [f"count({q(name)})", f"approx_count_distinct({q(name)})"]
        if kind.startswith(_NUMBERS):
            number = f"{q(name)}::double"
            parts += [f"avg({number})", f"stddev_samp({number})", f"min({number})", f"max({number})"]
    answers = list(cursor.execute(f"select {', '.join(parts)} from {place}").fetchone() or ())
    total, place_of = answers.pop(0), iter(answers)
    found: dict[str, dict[str, Any]] = {}
    for name, kind in asked.items():
        found[name] = {"rows": total, "values": next(place_of), "different": next(place_of)}
        if kind.startswith(_NUMBERS):
            found[name] |= {key: next(place_of) for key in ("mean", "deviation", "least", "most")}
    few = [
        name for name, kind in asked.items()
        if kind.startswith(_LISTED) and 0 < found[name]["different"] <= FEW and _may_be_kept(table, table.columns[name])
    ]  # fmt: skip
    if few:
        listed = ", ".join(f"histogram(left({q(name)}::varchar, {_LONGEST}))" for name in few)
        for name, counts in zip(few, cursor.execute(f"select {listed} from {place}").fetchone() or (), strict=True):
            values = found[name]["values"]
            if all(scrub(value) == value for value in counts):
                shares = {value: count / values for value, count in sorted(counts.items())}
                found[name]["shares"] = json.dumps(shares, ensure_ascii=False)
    return found


def _may_be_kept(table: KnownTable, column: KnownColumn) -> bool:
    documented = TABLES[table.name].columns.get(column.name) if table.name in TABLES else None
    kind = (
        column_note(documented).personal if documented is not None
        else guessed(table.name, column.name, column.live_type or "text")
    )  # fmt: skip
    return kind in {None, "free text"}


def keep(folder: Path, found: pl.DataFrame, at: datetime) -> Path:
    """Keep how values are spread, whole or not at all, and the newest 100 of them."""
    path = folder / f"spread-{at:%Y%m%dT%H%M%S%f}.parquet"
    unfinished = path.with_suffix(".tmp")
    found.write_parquet(unfinished, compression="zstd")
    os.replace(unfinished, path)  # noqa: PTH105  atomic
    for old in files(folder)[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def files(folder: Path) -> list[Path]:
    """Return what was kept, oldest first."""
    return sorted(folder.glob("spread-*.parquet"))


def wanted(folder: Path, at: datetime) -> bool:
    """Say whether it is time to keep the spread again."""
    kept = files(folder)
    return not kept or at - moment(kept[-1].name) >= EVERY


def moment(name: str) -> datetime:
    """Return when the spread of this file was measured."""
    return datetime.strptime(f"{name[7:28]}+0000", "%Y%m%dT%H%M%S%f%z")


def schema_changes(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return which tables and columns came, went, or changed their type between two runs."""
    old, new = (
        {(row["table_name"], row["column_name"]): row["live_type"] for row in frame.iter_rows(named=True)}
        for frame in (before, after)
    )
    tables_before, tables_after = ({table for table, _ in found} for found in (old, new))
    rows = [("table gone", table, None, f"The table {table} is gone.") for table in tables_before - tables_after]
    rows += [("table new", table, None, f"The table {table} is new.") for table in tables_after - tables_before]
    both = tables_before & tables_after
    for table, column in old.keys() | new.keys():
        if table not in both:
            continue
        was, now, name = old.get((table, column)), new.get((table, column)), f"{table}.{column}"
        if (table, column) not in new:
            rows.append(("column gone", table, column, f"{name} is gone (it was {was or 'computed'})."))
        elif (table, column) not in old:
            rows.append(("column new", table, column, f"{name} is new ({now or 'computed'})."))
        elif was != now:
            rows.append(("type changed", table, column, f"{name} was {was} and is {now}."))
    return pl.DataFrame(rows, schema=CHANGED, orient="row").sort("table_name", "column_name", "kind", nulls_last=False)


def moved(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return in which columns values are spread otherwise than before, the farthest first.

    `what` is `no value` (shares of rows), `mean` (`distance` in standard deviations) or `values` (`distance` the share
    of values that changed places). Columns with fewer than 20 rows on either side are left out.
    """
    both = after.join(before, on=["table_name", "column_name"], suffix="_before").filter(
        pl.min_horizontal("rows", "rows_before") >= _LEAST_ROWS
    )
    rows = []
    for row in both.iter_rows(named=True):
        rows += [
            {"table_name": row["table_name"], "column_name": row["column_name"], **found}
            for found in (_absent(row), _shift(row), _mix(row))
            if found is not None
        ]
    return pl.DataFrame(rows, schema=MOVED).sort(
        "distance", "table_name", "column_name", descending=[True, False, False]
    )


def _absent(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row["values"] is None or row["values_before"] is None:
        return None
    was, now = (1 - row[f"values{side}"] / row[f"rows{side}"] for side in ("_before", ""))
    if abs(now - was) < ABSENT:
        return None
    words = f"Without a value were {was:.1%} of the rows, now {now:.1%}."
    return {"what": "no value", "before": was, "after": now, "distance": abs(now - was), "words": words}


def _shift(row: Mapping[str, Any]) -> dict[str, Any] | None:
    was, now, spread = row["mean_before"], row["mean"], row["deviation_before"]
    if was is None or now is None or not spread:
        return None
    distance = abs(now - was) / spread
    if distance < SHIFT:
        return None
    words = f"The mean was {was:,.4g} and is {now:,.4g}, {distance:.2f} standard deviations away."
    return {"what": "mean", "before": was, "after": now, "distance": distance, "words": words}


def _mix(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if not row["shares"] or not row["shares_before"]:
        return None
    was, now = json.loads(row["shares_before"]), json.loads(row["shares"])
    changes = {value: now.get(value, 0.0) - was.get(value, 0.0) for value in was.keys() | now.keys()}
    distance = sum(map(abs, changes.values())) / 2
    if distance < MIX:
        return None
    most = max(sorted(changes), key=lambda value: abs(changes[value]))
    words = f"“{most}” was {was.get(most, 0.0):.1%} of the values and is {now.get(most, 0.0):.1%}."
    return {
        "what": "values", "before": was.get(most, 0.0), "after": now.get(most, 0.0), "distance": distance,
        "words": words,
    }  # fmt: skip
