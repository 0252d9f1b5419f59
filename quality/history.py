"""The memory of runs, outside the replica: a Parquet file a run, the incidents, and what many runs say together."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import duckdb
import polars as pl

from catalogue import TABLES
from quality import distributions, incidents, norms
from quality.check import DIMENSIONS, owner
from quality.reading import data_ends, known
from quality.sentences import sentence
from replica.errors import NoMirror

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from quality.run import Run
    from replica.mirror import Mirror

KEPT: Final = 60
KEPT_DAYS: Final = 400
"""Kept are the last 60 runs and of every day before them the last one, up to 400 days; other files are deleted."""
_RECENT_DAYS: Final = 30
_DAY_CHARACTERS: Final = len("run-20261129")
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
_TOLD: Final = ("id", "severity", "state", "rows", "engine", "started_at")
STALE: Final = timedelta(days=1)
_LAST_PASS: Final = pl.col("started_at").filter(pl.col("state") == "pass").max()
_WEIGHTS: Final = {"critical": 9.0, "warning": 3.0, "info": 0.5}


def folder(mirror: Mirror) -> Path:
    """Return where the runs of a database are kept: beside its mirror's home, never on the replica."""
    return mirror.settings.home / "quality" / mirror.folder.name


def stamp(mirror: Mirror) -> str | None:
    """Return the name of the newest run, None before the first; it changes with every run."""
    found = _files(mirror)
    return found[-1].name if found else None


def record(mirror: Mirror, found: Run) -> Path:
    """Append a run, whole or not at all, with its incidents and how large each table was; delete what is too old."""
    place = folder(mirror)
    place.mkdir(parents=True, exist_ok=True)
    with _writing(place):
        path = place / f"run-{found.started_at.strftime('%Y%m%dT%H%M%S%f')}.parquet"
        rows = frame(found)
        before = _read(_files(mirror)[-_FLAPPING_RUNS:])
        passed = dict(before.group_by("id").agg(_LAST_PASS).drop_nulls().iter_rows())
        unfinished = path.with_suffix(".tmp")
        rows.write_parquet(unfinished, compression="zstd")
        incidents.write(place, incidents.carried(incidents.read(place), rows, passed))
        norms.keep(place, norms.points(found.known, found.data_ends))
        if distributions.wanted(place, found.started_at):
            # What a run says stands also where its mirror is gone meanwhile.
            with suppress(NoMirror):
                distributions.keep(place, distributions.measure(mirror), found.started_at)
        # Last, for it is what the pages look at.
        os.replace(unfinished, path)  # noqa: PTH105  atomic, as said
        for old in _superfluous(_files(mirror)):
            old.unlink(missing_ok=True)
    return path


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    """Let one process at a time write: each run is added to what the one before it left."""
    with (place / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _superfluous(files: list[Path]) -> list[Path]:
    """Return the files to delete: beyond the last 60 runs all but the last of each day of 400 days."""
    older = files[:-KEPT]
    last_of_day = {path.name[:_DAY_CHARACTERS]: path for path in older}
    kept = set(sorted(last_of_day.values())[-KEPT_DAYS:])
    return [path for path in older if path not in kept]


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
    moment = RESULTS["started_at"]
    if run is None:
        return pl.DataFrame(schema=RESULTS).with_columns(
            first_seen=pl.lit(None, dtype=moment), last_ok=pl.lit(None, dtype=moment),
            flapping=pl.lit(value=False), age_days=pl.lit(0.0), risk=pl.lit(0.0),
        )  # fmt: skip
    own = pl.read_parquet(folder(mirror) / run)
    stands = incidents.standing(folder(mirror)).select("id", first_seen="opened_at", before="last_ok")
    state = pl.col("state").sort_by("started_at")
    changes = (
        _read(_files(mirror, run)[-_FLAPPING_RUNS:])
        .group_by("id")
        .agg(changes=(state != state.shift(1)).sum(), passed=_LAST_PASS)
    )
    weight = pl.col("severity").replace_strict(_WEIGHTS, return_dtype=pl.Float64)
    return (
        own.join(stands, on="id", how="left")
        .join(changes, on="id", how="left")
        .with_columns(
            # A check that could not be judged keeps its incident; one that passes has none.
            first_seen=pl.when(pl.col("state") != "pass").then(pl.col("first_seen")),
            last_ok=pl.coalesce("passed", "before"),
            flapping=pl.col("changes").fill_null(0) >= _FLAPPING_CHANGES,
        )
        .with_columns(
            age_days=((pl.col("started_at") - pl.col("first_seen")).dt.total_seconds() / 86_400).fill_null(0.0),
        )
        .with_columns(
            risk=weight * (1 + pl.col("dependants")).log1p() * (pl.col("rows").fill_null(0) + 2).log1p()
            * (1 + pl.col("age_days")).log1p()
        )
        .drop("changes", "passed", "before")
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
    """Return the last ten runs and one of each of 30 days before, oldest first.

    When each was, by which engine, how many checks it had and how many of them failed by weight.
    """
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
    """Return what the last runs said of one check, oldest first."""
    if run is None:
        return pl.DataFrame(schema={"started_at": pl.Datetime("us", "UTC"), "state": pl.String, "rows": pl.Int64})
    return _past(mirror, run).filter(pl.col("id") == check).select("started_at", "state", "rows").sort("started_at")


def volumes(mirror: Mirror, *, run: str | None) -> pl.DataFrame:
    """Return the tables whose number of rows changed between the last two runs, largest change first."""
    shape: dict[str, Any] = {"table_name": pl.String, "before": pl.Int64, "after": pl.Int64, "change": pl.Int64}
    files = [] if run is None else _files(mirror, run)
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


def own_past(mirror: Mirror, *, run: str | None) -> pl.DataFrame:  # noqa: ARG001  a new run may have kept more
    """Return how each table grew in the last 24 hours and how old its newest row is, beside the weeks before.

    One row a table: `weeks` of the last eight are kept (four are needed to judge), `grown` and `grown_usual` rows,
    `hours` and `hours_usual` since the newest row, which are null where they are not kept.
    """
    there = known(mirror)
    rows = [
        (one.table_name, one.weeks_grown, one.grown_now, one.grown_median, one.hours_now, one.hours_median)
        for one in norms.past(folder(mirror), norms.points(there, data_ends(mirror, there)))
    ]
    shape: dict[str, Any] = {
        "table_name": pl.String, "weeks": pl.Int64, "grown": pl.Int64, "grown_usual": pl.Float64, "hours": pl.Float64,
        "hours_usual": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=shape, orient="row")


def spreads(mirror: Mirror, *, run: str | None) -> pl.DataFrame:  # noqa: ARG001  a new run may have kept one
    """Return the moments (as text, UTC, oldest first) at which the spread of values was kept, each with its file."""
    kept = distributions.files(folder(mirror))
    said = [f"{distributions.moment(path.name):%Y-%m-%d %H:%M:%S}" for path in kept]
    return pl.DataFrame(
        {"moment": said, "file": [path.name for path in kept]}, schema={"moment": pl.String, "file": pl.String}
    )


def spread(mirror: Mirror, *, run: str | None, moment: str | None, last: int) -> pl.DataFrame:
    """Return the spread of values of a moment; without one the last (`last` 0), the one before it (1) and so on."""
    kept = spreads(mirror, run=run)
    chosen = kept.filter(moment=moment) if moment is not None else kept.reverse().slice(last, 1)
    if chosen.is_empty():
        return pl.DataFrame(schema=distributions.SPREAD)
    return pl.read_parquet(folder(mirror) / chosen.item(0, "file"))


def matrix(results: pl.DataFrame, *, as_of: datetime | None = None) -> pl.DataFrame:
    """Return one row a table and one column a dimension: the worst state of its checks there, `gap` without any.

    What passed is `stale` when the run that said so was made more than a day before `as_of`.
    """
    old = pl.lit(value=False) if as_of is None else pl.col("started_at").min() < as_of - STALE
    failed = pl.col("state") == "fail"
    cell = (
        pl.when((pl.col("state") == "error").any()).then(pl.lit("error"))
        .when((failed & (pl.col("severity") == "critical")).any()).then(pl.lit("critical"))
        .when((failed & (pl.col("severity") == "warning")).any()).then(pl.lit("warning"))
        .when((pl.col("state") == "muted").any()).then(pl.lit("muted"))
        .when(failed.any()).then(pl.lit("known gap"))
        .when(old).then(pl.lit("stale"))
        .when((pl.col("provenance") == "db_enforced").all()).then(pl.lit("enforced"))
        .when(pl.col("provenance").is_in(["inferred", "stats_suggested"]).all()).then(pl.lit("suggested"))
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
    """Return what the last ten runs said, and the last of each of the 30 days before."""
    files = _files(mirror, run)
    daily = {path.name[:_DAY_CHARACTERS]: path for path in files[:-_FLAPPING_RUNS]}
    return _read([*list(daily.values())[-_RECENT_DAYS:], *files[-_FLAPPING_RUNS:]])


def _read(files: list[Path]) -> pl.DataFrame:
    if not files:
        return pl.DataFrame(schema={name: RESULTS[name] for name in _TOLD})
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        found = connection.execute(
            f"select {', '.join(_TOLD)} from read_parquet($files)", {"files": [str(path) for path in files]}
        ).pl()
    return found.cast({"started_at": RESULTS["started_at"]})


def _files(mirror: Mirror, run: str | None = None) -> list[Path]:
    """Return the files of the runs, oldest first, up to the one named."""
    return [path for path in sorted(folder(mirror).glob("run-*.parquet")) if run is None or path.name <= run]


def _dependants() -> dict[str, int]:
    """Count for each documented table the others that point to it."""
    counts: dict[str, int] = {}
    for table in TABLES.values():
        for parent in {key.target_fullname.split(".")[0] for column in table.columns for key in column.foreign_keys}:
            if parent != table.name:
                counts[parent] = counts.get(parent, 0) + 1
    return counts
