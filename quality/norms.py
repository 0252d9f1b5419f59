"""What is normal for a table by its own past: how much it grows in a day and how old its newest row is.

The number of rows and the newest event of each table are kept at every run, one point an hour, a Parquet file a day.
A table is held against the same hour of the same weekday in the eight weeks before, once four of those weeks are kept:
median, and distance in median absolute deviations. Against the run of the day before it is held from the second run on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import duckdb
import polars as pl

from quality.check import Check, Result
from quality.incidents import MOMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from quality.known import Known

WEEKS, NEEDED = 8, 4
"""How many weeks are looked back, and how many of them must be kept before a table is judged by them."""
KEPT_DAYS: Final = 400
DEVIATIONS: Final = 5.0
FOLD: Final = 20
_TO_SIGMA: Final = 1.4826
_LEAST_ROWS: Final = 20
POINTS: Final[dict[str, Any]] = {
    "table_name": pl.String,
    "taken_at": MOMENT,
    "rows": pl.Int64,
    "newest_at": MOMENT,
    "ends_at": MOMENT,
}
"""One point: a table at the snapshot of `taken_at`, with its newest event up to `ends_at`, where the data ends."""
PAST_SQL: Final = f"""
with points as (
    select * from read_parquet($files)
    where taken_at > $at - interval '{WEEKS * 7 + 2} days' and taken_at <= $at
),
weeks as (
    select week::integer as week, $at - to_days((week * 7)::integer) as moment from range(0, {WEEKS + 1}) as w(week)
),
ends as (
    select w.week, w.moment, p.*
    from weeks as w join points as p on abs(epoch(p.taken_at) - epoch(w.moment)) <= 7200
    qualify row_number() over (
        partition by w.week, p.table_name order by abs(epoch(p.taken_at) - epoch(w.moment)), p.taken_at
    ) = 1
),
begins as (
    select w.week, p.table_name, p.rows
    from weeks as w join points as p on abs(epoch(p.taken_at) - epoch(w.moment - interval '1 day')) <= 7200
    qualify row_number() over (
        partition by w.week, p.table_name
        order by abs(epoch(p.taken_at) - epoch(w.moment - interval '1 day')), p.taken_at
    ) = 1
),
weekly as (
    select
        e.table_name, e.week, e.rows, e.rows - b.rows as grown,
        (epoch(e.ends_at) - epoch(e.newest_at)) / 3600 as hours
    from ends as e left join begins as b on b.week = e.week and b.table_name = e.table_name
),
before as (
    select table_name, coalesce(
        arg_max(rows, taken_at) filter (
            where taken_at <= $at - interval '20 hours' and taken_at > $at - interval '8 days'
        ),
        arg_min(rows, taken_at)
    ) as rows
    from points where taken_at < $at
    group by table_name
)
select
    w.table_name,
    max(w.rows) filter (where week = 0) as rows_now,
    max(grown) filter (where week = 0) as grown_now,
    max(hours) filter (where week = 0) as hours_now,
    count(grown) filter (where week > 0) as weeks_grown,
    count(hours) filter (where week > 0) as weeks_hours,
    median(grown) filter (where week > 0) as grown_median,
    mad(grown) filter (where week > 0) as grown_mad,
    min(grown) filter (where week > 0) as grown_least,
    max(grown) filter (where week > 0) as grown_most,
    median(hours) filter (where week > 0) as hours_median,
    mad(hours) filter (where week > 0) as hours_mad,
    any_value(b.rows) as rows_before
from weekly as w left join before as b on b.table_name = w.table_name
group by w.table_name
order by w.table_name
"""
"""How each table stands at `$at` beside its own past; `$files` are the files of points."""


@dataclass(frozen=True, slots=True)
class Past:
    """A table now and before; None where it is not kept. `hours` is the age of the newest event."""

    table_name: str
    rows_now: int | None
    grown_now: int | None
    hours_now: float | None
    weeks_grown: int
    weeks_hours: int
    grown_median: float | None
    grown_mad: float | None
    grown_least: int | None
    grown_most: int | None
    hours_median: float | None
    hours_mad: float | None
    rows_before: int | None


def points(known: Known, ends: datetime) -> pl.DataFrame:
    """Return how the tables stand whose rows were counted exactly."""
    rows = [
        {
            "table_name": table.name, "taken_at": known.snapshot_at, "rows": table.rows, "ends_at": ends,
            # A row from the future says nothing of how fresh the rest is.
            "newest_at": table.newest if table.newest is not None and table.newest <= ends else None,
        }
        for table in known.tables.values()
        if table.readable and table.exact and table.rows is not None
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=POINTS)


def keep(folder: Path, found: pl.DataFrame) -> None:
    """Add points to the file of their day, the newest of each hour; files older than 400 days are deleted."""
    for (day,), own in found.with_columns(day=pl.col("taken_at").dt.date()).group_by("day"):
        path = folder / f"points-{day}.parquet"
        added = own.drop("day")
        if path.exists():
            added = pl.concat([pl.read_parquet(path), added])
        hour = pl.col("taken_at").dt.truncate("1h").alias("hour")
        hourly = added.sort("taken_at").group_by("table_name", hour, maintain_order=True).last().select(list(POINTS))
        unfinished = path.with_suffix(".tmp")
        hourly.write_parquet(unfinished, compression="zstd")
        os.replace(unfinished, path)  # noqa: PTH105  atomic
    for old in _files(folder)[:-KEPT_DAYS]:
        old.unlink(missing_ok=True)


def past(folder: Path, now: pl.DataFrame) -> list[Past]:
    """Return how each table stands beside its own past; `now` are the points of this run."""
    if now.is_empty():
        return []
    at: datetime = now["taken_at"][0]
    oldest = (at - timedelta(weeks=WEEKS, days=2)).date()
    files = [str(path) for path in _files(folder) if path.stem >= f"points-{oldest}"]
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.register("now_points", now.to_arrow())
        source = "(select * from read_parquet($files) union all by name select * from now_points)"
        sql = PAST_SQL.replace("read_parquet($files)", source if files else "now_points")
        asked = {"at": at.astimezone(UTC)} | ({"files": files} if files else {})
        return [Past(*row) for row in connection.execute(sql, asked).fetchall()]


def judge(folder: Path, known: Known, ends: datetime, tables: Iterable[str] | None = None) -> list[Result]:
    """Judge every table (or those named) by its own past; one that has none yet is not judged."""
    now, wanted = points(known, ends), None if tables is None else set(tables)
    measured_at = datetime.now(UTC)
    return [
        result
        for one in past(folder, now)
        if wanted is None or one.table_name in wanted
        for result in _judged(one, known.snapshot_at, measured_at)
    ]


def _judged(one: Past, at: datetime, measured_at: datetime) -> Iterator[Result]:
    name, sql = one.table_name, PAST_SQL.replace("$files", "'points-*.parquet'").replace("$at", f"timestamptz '{at}'")
    weekday = f"{at:%A}s"
    if one.rows_before is not None and one.rows_now is not None:
        odd = jumped(one.rows_before, one.rows_now)
        check = Check(
            name, None, "volume_jump",
            f"{name} does not shrink to nothing or grow to {FOLD} times its rows from one day to the next.",
            "critical" if one.rows_now == 0 else "warning", measure=sql, provenance="history",
            variant="between_runs",
        )  # fmt: skip
        words = f"It had {one.rows_before:,} rows the day before and has {one.rows_now:,} now."
        yield _result(check, abs(one.rows_now - one.rows_before), sql, measured_at, words, odd=odd)
    if one.grown_now is not None and one.grown_median is not None and one.weeks_grown >= NEEDED:
        odd = unusual_growth(one.grown_now, one.grown_median, one.grown_mad or 0.0, one.rows_before or 0)
        check = Check(
            name, None, "volume_jump",
            f"{name} grows in a day by about as much as in the {one.weeks_grown} weeks before on the same weekday.",
            measure=sql, provenance="history", variant="own_past",
        )  # fmt: skip
        words = (
            f"{one.grown_now:+,} rows in the 24 hours up to {at:%d %b %H:%M} UTC; on the {weekday} before "
            f"{one.grown_least:+,} to {one.grown_most:+,}, in the middle {one.grown_median:+,.0f}."
        )
        yield _result(check, abs(round(one.grown_now - one.grown_median)), sql, measured_at, words, odd=odd)
    if one.hours_now is not None and one.hours_median is not None and one.weeks_hours >= NEEDED:
        odd = unusual_age(one.hours_now, one.hours_median, one.hours_mad or 0.0)
        check = Check(
            name, None, "freshness",
            f"The newest row of {name} is about as old as in the {one.weeks_hours} weeks before on the same weekday.",
            measure=sql, provenance="history", variant="own_past",
        )  # fmt: skip
        words = (
            f"The newest row is {one.hours_now:,.1f} hours old; on the {weekday} before at this hour it was "
            f"{one.hours_median:,.1f} in the middle."
        )
        yield _result(check, 0, sql, measured_at, words, odd=odd)


def _result(check: Check, rows: int, sql: str, measured_at: datetime, words: str, *, odd: bool) -> Result:
    return Result(
        check, "fail" if odd else "pass", rows if odd else 0, None, sql, measured_at, words=words if odd else ""
    )


def jumped(before: int, now: int) -> bool:
    """Say whether a number of rows became nothing (of 20 or more) or 20 times as many (of 5 or more)."""
    return (before >= _LEAST_ROWS and now == 0) or (before >= 5 and now >= FOLD * before)


def unusual_growth(now: float, median: float, mad: float, rows: int) -> bool:
    """Say whether a day's growth lies more than five deviations from its median.

    A deviation is at least a tenth of the median and five rows; of a table that usually does not grow at all, a tenth
    of its rows, so that it may be filled in one go up to a half.
    """
    still = rows / 10 if median == 0 else 0.0
    spread = max(_TO_SIGMA * mad, abs(median) / 10, 5.0, still)
    return abs(now - median) > DEVIATIONS * spread


def unusual_age(now: float, median: float, mad: float) -> bool:
    """Say whether a newest row is older, in hours, than five deviations above its median; at least an hour each."""
    return now - median > DEVIATIONS * max(_TO_SIGMA * mad, median / 10, 1.0)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("points-*.parquet"))
