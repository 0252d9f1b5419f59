"""The memory of runs: one Parquet file a run, outside the replica, and what many of them say together."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from catalogue import TABLES
from quality.check import DIMENSIONS, owner
from quality.sentences import sentence

if TYPE_CHECKING:
    from pathlib import Path

    from quality.run import Run
    from replica.mirror import Mirror

KEPT: Final = 400
"""Runs kept; older files are deleted."""
_RECENT: Final = 30
_FLAPPING_RUNS, _FLAPPING_CHANGES = 10, 3
RESULTS: Final[dict[str, Any]] = {
    "id": pl.String,
    "table_name": pl.String,
    "domain": pl.String,
    "documented": pl.Boolean,
    "column_name": pl.String,
    "class": pl.String,
    "dimension": pl.String,
    "severity": pl.String,
    "provenance": pl.String,
    "owner": pl.String,
    "rule": pl.String,
    "state": pl.String,
    "rows": pl.Int64,
    "share": pl.Float64,
    "table_rows": pl.Int64,
    "dependants": pl.Int64,
    "sentence": pl.String,
    "sample_keys": pl.List(pl.String),
    "sql": pl.String,
    "words": pl.String,
    "exemption": pl.String,
    "measured_at": pl.Datetime("us", "UTC"),
    "engine": pl.String,
    "started_at": pl.Datetime("us", "UTC"),
    "snapshot_at": pl.Datetime("us", "UTC"),
    "seconds": pl.Float64,
}
"""The columns of a run's file, one row a check."""
_WEIGHTS: Final = {"critical": 9.0, "warning": 3.0, "info": 0.5}


def folder(mirror: Mirror) -> Path:
    """Return where the runs of a database are kept: beside its mirror's home, never on the replica."""
    return mirror.settings.home / "quality" / mirror.folder.name


def stamp(mirror: Mirror) -> str | None:
    """Return the name of the newest run, None before the first; it changes with every run."""
    found = _files(mirror)
    return found[-1].name if found else None


def record(mirror: Mirror, found: Run) -> Path:
    """Append a run, whole or not at all, and delete what is older than the last 400."""
    place = folder(mirror)
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"run-{found.started_at.strftime('%Y%m%dT%H%M%S%f')}.parquet"
    unfinished = path.with_suffix(".tmp")
    frame(found).write_parquet(unfinished, compression="zstd")
    os.replace(unfinished, path)  # noqa: PTH105  atomic, as said
    for old in _files(mirror)[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def frame(found: Run) -> pl.DataFrame:
    """Return a run as rows, one a check."""
    dependants = _dependants()
    rows = [
        {
            "id": result.check.id,
            "table_name": result.check.table,
            "domain": (table := found.known.tables[result.check.table]).domain,
            "documented": table.documented,
            "column_name": result.check.column,
            "class": result.check.klass,
            "dimension": result.check.dimension,
            "severity": result.check.severity,
            "provenance": result.check.provenance,
            "owner": owner(table.domain),
            "rule": result.check.rule,
            "state": result.state,
            "rows": result.rows,
            "share": result.share,
            "table_rows": table.rows,
            "dependants": dependants.get(result.check.table, 0),
            "sentence": sentence(result) if result.state != "pass" else "",
            "sample_keys": list(result.sample_keys),
            "sql": result.sql,
            "words": result.words,
            "exemption": result.check.exemption.reason if result.check.exemption else None,
            "measured_at": result.measured_at,
            "engine": found.engine,
            "started_at": found.started_at,
            "snapshot_at": found.snapshot_at,
            "seconds": found.seconds,
        }
        for result in found.results
    ]
    return pl.DataFrame(rows, schema=RESULTS)


def latest(mirror: Mirror, *, run: str | None) -> pl.DataFrame:
    """Return the results of a run, with what earlier ones say of each check.

    Beside the columns of `RESULTS`: `first_seen` (when the failure that still stands began), `last_ok`, `flapping`
    (three changes or more in the last ten runs), `age_days` and `risk`, by which findings are ranked: severity times
    dependants times rows times age.
    """
    if run is None:
        return pl.DataFrame(schema=RESULTS).with_columns(
            first_seen=pl.lit(None, dtype=RESULTS["started_at"]), last_ok=pl.lit(None, dtype=RESULTS["started_at"]),
            flapping=pl.lit(value=False), age_days=pl.lit(0.0), risk=pl.lit(0.0),
        )  # fmt: skip
    own = pl.read_parquet(folder(mirror) / run)
    past = _past(mirror, run)
    known = (
        past.sort("started_at")
        .group_by("id", maintain_order=True)
        .agg(
            last_ok=pl.col("started_at").filter(pl.col("state") == "pass").max(),
            runs=pl.col("started_at"),
            states=pl.col("state"),
            changes=(pl.col("state").tail(_FLAPPING_RUNS) != pl.col("state").tail(_FLAPPING_RUNS).shift(1)).sum(),
        )
    )
    since = (
        past.join(known.select("id", "last_ok"), on="id")
        .filter(
            (pl.col("state") == "fail") & (pl.col("last_ok").is_null() | (pl.col("started_at") > pl.col("last_ok")))
        )
        .group_by("id")
        .agg(first_seen=pl.col("started_at").min())
    )
    weight = pl.col("severity").replace_strict(_WEIGHTS, return_dtype=pl.Float64)
    return (
        own.join(known.select("id", "last_ok", "changes"), on="id", how="left")
        .join(since, on="id", how="left")
        .with_columns(
            flapping=pl.col("changes").fill_null(0) >= _FLAPPING_CHANGES,
            age_days=((pl.col("started_at") - pl.col("first_seen")).dt.total_seconds() / 86_400).fill_null(0.0),
        )
        .with_columns(
            risk=weight * (1 + pl.col("dependants")).log1p() * (pl.col("rows").fill_null(0) + 2).log1p()
            * (1 + pl.col("age_days")).log1p()
        )
        .drop("changes")
    )  # fmt: skip


def troubled(mirror: Mirror, *, run: str) -> dict[str, tuple[int, int]]:
    """Return for each table with findings of weight how many of them are critical, and how many warnings."""
    found = (
        pl.scan_parquet(folder(mirror) / run)
        .filter((pl.col("state") == "fail") & (pl.col("severity") != "info"))
        .group_by("table_name")
        .agg(critical=(pl.col("severity") == "critical").sum(), warning=(pl.col("severity") == "warning").sum())
        .collect()
    )
    return {name: (critical, warning) for name, critical, warning in found.iter_rows()}


def runs(mirror: Mirror, *, run: str | None) -> pl.DataFrame:
    """Return the last 30 runs, oldest first: when, how many checks, how many of them failed by weight."""
    empty: dict[str, Any] = {
        "started_at": RESULTS["started_at"],
        "engine": pl.String,
        **dict.fromkeys(("checks", "critical", "warning", "errors"), pl.Int64),
    }
    if run is None:
        return pl.DataFrame(schema=empty)
    failed = pl.col("state") == "fail"
    return (
        _past(mirror, run)
        .group_by("started_at", "engine")
        .agg(
            checks=pl.len().cast(pl.Int64),
            critical=(failed & (pl.col("severity") == "critical")).sum().cast(pl.Int64),
            warning=(failed & (pl.col("severity") == "warning")).sum().cast(pl.Int64),
            errors=(pl.col("state") == "error").sum().cast(pl.Int64),
        )
        .sort("started_at")
    )


def trend(mirror: Mirror, *, run: str | None, check: str) -> pl.DataFrame:
    """Return what the last 30 runs said of one check, oldest first."""
    if run is None:
        return pl.DataFrame(schema={"started_at": pl.Datetime("us", "UTC"), "state": pl.String, "rows": pl.Int64})
    return _past(mirror, run).filter(pl.col("id") == check).select("started_at", "state", "rows").sort("started_at")


def volumes(mirror: Mirror, *, run: str | None) -> pl.DataFrame:
    """Return the tables whose number of rows changed between the last two runs, largest change first."""
    shape: dict[str, Any] = {"table_name": pl.String, "before": pl.Int64, "after": pl.Int64, "change": pl.Int64}
    files = [path for path in _files(mirror) if run is not None and path.name <= run]
    if len(files) < 2:
        return pl.DataFrame(schema=shape)
    before, after = (pl.scan_parquet(path).select("table_name", "table_rows").unique().collect() for path in files[-2:])
    return (
        after.join(before, on="table_name", how="inner", suffix="_before")
        .select("table_name", before="table_rows_before", after="table_rows")
        .with_columns(change=pl.col("after") - pl.col("before"))
        .filter(pl.col("change") != 0)
        .sort(pl.col("change").abs(), "table_name", descending=[True, False])
    )


def matrix(results: pl.DataFrame) -> pl.DataFrame:
    """Return one row a table and one column a dimension: the worst state of its checks there, `gap` without any."""
    failed = pl.col("state") == "fail"
    cell = (
        pl.when((pl.col("state") == "error").any()).then(pl.lit("error"))
        .when((failed & (pl.col("severity") == "critical")).any()).then(pl.lit("critical"))
        .when((failed & (pl.col("severity") == "warning")).any()).then(pl.lit("warning"))
        .when((pl.col("state") == "muted").any()).then(pl.lit("muted"))
        .when(failed.any()).then(pl.lit("known gap"))
        .when((pl.col("provenance") == "db_enforced").all()).then(pl.lit("enforced"))
        .when((pl.col("provenance") == "inferred").all()).then(pl.lit("suggested"))
        .otherwise(pl.lit("pass"))
    )  # fmt: skip
    cells = results.group_by("table_name", "dimension").agg(state=cell)
    wide = cells.pivot(on="dimension", index="table_name", values="state")
    missing = [name for name in DIMENSIONS if name not in wide.columns]
    wide = wide.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)
    weighed = results.group_by("table_name").agg(
        domain=pl.col("domain").first(),
        findings=(failed & (pl.col("severity") != "info")).sum(),
        checks=pl.len(),
        risk=pl.col("risk").filter(failed & (pl.col("severity") != "info")).sum(),
    )
    return (
        weighed.join(wide, on="table_name")
        .with_columns(pl.col(name).fill_null("gap") for name in DIMENSIONS)
        .sort("risk", "table_name", descending=[True, False])
    )


def _past(mirror: Mirror, run: str) -> pl.DataFrame:
    files = [path for path in _files(mirror) if path.name <= run][-_RECENT:]
    return pl.scan_parquet(files).select("id", "severity", "state", "rows", "engine", "started_at").collect()


def _files(mirror: Mirror) -> list[Path]:
    return sorted(folder(mirror).glob("run-*.parquet"))


def _dependants() -> dict[str, int]:
    """Count for each documented table the others that point to it."""
    counts: dict[str, int] = {}
    for table in TABLES.values():
        for parent in {key.target_fullname.split(".")[0] for column in table.columns for key in column.foreign_keys}:
            if parent != table.name:
                counts[parent] = counts.get(parent, 0) + 1
    return counts
