"""Which failing checks hit one car: the same predicates, narrowed to the rows that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb
import polars as pl

from catalogue import TABLES
from quality import history
from quality.check import SEVERITIES, listed, q
from quality.compile import NOW, in_mirror, put_in
from quality.derive import derive
from quality.reading import data_ends, known, raw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quality.known import Known
    from replica import Mirror

FINDINGS: Final = {
    "id": pl.String,
    "table_name": pl.String,
    "severity": pl.String,
    "rule": pl.String,
    "rows": pl.Int64,
}


def of_car(mirror: Mirror, *, run: str | None, slugs: Sequence[str], ids: Sequence[str]) -> pl.DataFrame:
    """Return the checks of rows that failed in a run and that rows about a car fail now, worst first.

    Args:
        mirror: Where to read; only counts are returned, so values are read as they are.
        run: Name of the run (`history.stamp`); without one nothing is known to fail.
        slugs: Words that name the car.
        ids: Its ids.

    Returns:
        One row per check: `id`, `table_name`, `severity`, `rule` in words, and `rows` about the car that offend.
    """
    if run is None or not (slugs or ids):
        return pl.DataFrame(schema=FINDINGS)
    failed = history.latest(mirror, run=run).filter(pl.col("state") == "fail")
    there = known(mirror)
    ends = data_ends(mirror, there)
    rows = []
    with raw(mirror) as cursor:
        for table, of_table in failed.group_by("table_name", maintain_order=True):
            name = str(table[0])
            about = _about(name, there, slugs, ids)
            if about is None:
                continue
            named = set(of_table["id"])
            for check in derive(name, there):
                if check.id not in named or check.where is None:
                    continue
                sql = f"select count(*) from ⟦{name}⟧ t where ({check.where}) and ({about})"
                sql = put_in(sql, in_mirror(there, raw=True), f"${NOW}")
                try:
                    found = cursor.execute(sql, {NOW: ends} if f"${NOW}" in sql else None).fetchone()
                except duckdb.Error:
                    # The run says what is wrong with a check that cannot be computed.
                    continue
                if found and found[0]:
                    rows.append((check.id, name, check.severity, check.rule, found[0]))
    rank = {severity: place for place, severity in enumerate(SEVERITIES)}
    rows.sort(key=lambda row: (rank[row[2]], -row[4], row[0]))
    return pl.DataFrame(rows, schema=FINDINGS, orient="row")


def _about(table: str, there: Known, slugs: Sequence[str], ids: Sequence[str]) -> str | None:
    """Return the predicate that is true for rows about the car; None where the table names no car."""
    if table not in TABLES:
        return None
    columns = (("slug", slugs), ("id", ids)) if table == "cars" else (("car_slug", slugs), ("car_id", ids))
    parts = [
        f"lower(t.{q(column)}::text) in ({listed(tuple(value.lower() for value in values))})"
        for column, values in columns
        if values and column in TABLES[table].columns and there.has(f"{table}.{column}")
    ]
    return " or ".join(parts) or None
