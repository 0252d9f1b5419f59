"""Documented against measured: how many cars each table speaks of, and what Appendix D of the dictionary says."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl

from quality.check import q
from quality.compile import in_mirror, put_in
from quality.reading import known, raw
from quality.rules.completeness import COVERS
from replica.mirror import Asked, note

if TYPE_CHECKING:
    from replica.mirror import Mirror

COVERED: Final[dict[str, Any]] = {
    "table_name": pl.String,
    "entities": pl.Int64,
    "covered": pl.Int64,
    "missing": pl.Int64,
    "share": pl.Float64,
    "documented_share": pl.Float64,
    "change": pl.Float64,
}
"""One row a table that is about cars (or accounts): how many of them it speaks of, and how many when documented."""
SAID: Final[dict[str, Any]] = {
    "table_name": pl.String,
    "heading": pl.String,
    "claim": pl.String,
    "documented": pl.Int64,
    "measured": pl.Int64,
    "entities": pl.Int64,
    "difference": pl.Int64,
    "verdict": pl.String,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A line of Appendix D: `counts` rows, or cars that the table speaks of; None where it says what to use instead."""

    table: str
    heading: str
    words: str
    counts: Literal["rows", "cars"] | None
    documented: int | None = None


POPULATED, EXPAND, DEPRECATED = "Well populated", "Needs expansion", "Deprecated"
APPENDIX_D: Final = (
    Claim("cars", POPULATED, "309 of 309 cars (100 %)", "rows", 309),
    Claim("car_tuning_profiles", POPULATED, "309 of 309 cars (100 %)", "cars", 309),
    Claim("vehicle_maintenance_specs", POPULATED, "310 rows", "rows", 310),
    Claim("vehicle_service_intervals", POPULATED, "6,089 records", "rows", 6_089),
    Claim("car_issues", POPULATED, "9,092 records", "rows", 9_092),
    Claim("events", POPULATED, "8,737 events", "rows", 8_737),
    Claim("youtube_videos", POPULATED, "2,261 videos", "rows", 2_261),
    Claim("car_market_pricing", EXPAND, "only 10 cars, priority 1", "cars", 10),
    Claim("car_fuel_economy", EXPAND, "240 of 309 cars", "cars", 240),
    Claim("car_safety_data", EXPAND, "190 of 309 cars", "cars", 190),
    Claim("vehicle_known_issues", DEPRECATED, "use car_issues instead", None),
)


def coverage(mirror: Mirror) -> pl.DataFrame:
    """How many cars does each table about cars speak of, beside what is documented? Unknown is null."""
    counts, rows = _Counts(mirror), []
    for table, (column, parent, documented) in COVERS.items():
        entities, covered = counts.covered(table, column, parent)
        share = covered / entities if entities and covered is not None else None
        rows.append(
            {
                "table_name": table,
                "entities": entities,
                "covered": covered,
                "share": share,
                "missing": None if entities is None or covered is None else entities - covered,
                "documented_share": documented,
                "change": None if share is None or documented is None else share - documented,
            }
        )
    return pl.DataFrame(rows, schema=COVERED).sort("share", "table_name", nulls_last=True)


def appendix(mirror: Mirror) -> pl.DataFrame:
    """What does Appendix D of the dictionary say, and what is measured? Unknown is null."""
    counts, rows = _Counts(mirror), []
    cars = counts.rows("cars")
    for claim in APPENDIX_D:
        covers = COVERS.get(claim.table)
        if claim.counts == "cars" and covers is not None:
            _, measured = counts.covered(claim.table, covers[0], covers[1])
        else:
            measured = counts.rows(claim.table)
        rows.append(
            {
                "table_name": claim.table,
                "heading": claim.heading,
                "claim": claim.words,
                "documented": claim.documented,
                "measured": measured,
                "entities": cars if claim.counts == "cars" else None,
                "difference": None if measured is None or claim.documented is None else measured - claim.documented,
                "verdict": _verdict(claim, measured),
            }
        )
    return pl.DataFrame(rows, schema=SAID)


def _verdict(claim: Claim, measured: int | None) -> str:
    if measured is None:
        return "cannot be measured here"
    if claim.documented is None:
        return "no rows any more" if measured == 0 else f"still holds {measured:,} rows"
    if measured == claim.documented:
        return "as documented"
    return "more than documented" if measured > claim.documented else "less than documented"


class _Counts:
    """Counts in the mirror; None where the database lacks what is to be counted."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._known = known(mirror)

    def rows(self, table: str) -> int | None:
        """Return how many rows a table has."""
        found = self._known.tables.get(table)
        if found is None or not found.readable:
            return None
        [count] = self._asked(f"select count(*) as rows from ⟦{table}⟧", table)
        return int(count)

    def covered(self, table: str, column: str, parent: str) -> tuple[int | None, int | None]:
        """Return how many entities there are, and how many of them a table names."""
        owner, key = parent.split(".")
        if not self._known.has(f"{table}.{column}") or not self._known.has(parent):
            return None, None
        entities, covered = self._asked(
            f"select count(*) as entities, count(*) filter (where {q(key)} in (select {q(column)} from ⟦{table}⟧)) "
            f"as covered from ⟦{owner}⟧", table, owner,
        )  # fmt: skip
        return entities, covered

    def _asked(self, sql: str, *tables: str) -> tuple[Any, ...]:
        started = time.perf_counter()
        with raw(self._mirror) as cursor:
            row = cursor.execute(put_in(sql, in_mirror(self._known, raw=True), "")).fetchone() or ()
        shown = put_in(sql, in_mirror(self._known), "")
        note(Asked("gaps", shown, {}, tables, 1, time.perf_counter() - started))
        return row
