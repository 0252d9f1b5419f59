"""The rows behind a finding: told by their values as they are, shown as whoever looks may see them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from quality.check import q
from quality.compile import in_mirror, offending, put_in
from quality.derive import derive
from quality.reading import data_ends, known, masked, raw
from queries.explorer import NotAllowed
from replica.errors import QuestionFailed
from replica.mirror import Asked, note

if TYPE_CHECKING:
    from datetime import datetime

    from quality.check import Check
    from quality.known import Known
    from replica.mirror import Mirror


def check_named(there: Known, name: str) -> Check:
    """Return the check of an id.

    Raises:
        NotAllowed: This database has no check of that name.
    """
    for table in there.tables:
        if name.startswith(f"{table}."):
            for check in derive(table, there):
                if check.id == name:
                    return check
    raise NotAllowed(f"There is no check {name!r} on this database.", "Take an id from the findings.")


def failing(mirror: Mirror, *, check: str) -> pl.DataFrame:
    """Return every row that offends against a check, with all columns of its table, by its key.

    Personal data is masked unless the mirror's viewer revealed it. Where what is wrong is no row but a group or an
    entity, the keys alone are returned, in the column `key`; no rows at all where the check knows none.

    Raises:
        NotAllowed: There is no such check.
        QuestionFailed: The rows cannot be told.
    """
    there = known(mirror)
    found, ends = check_named(there, check), data_ends(mirror, there)
    started = time.perf_counter()
    try:
        sql, frame = _rows(mirror, there, found, ends) if found.where is not None else _keys(mirror, there, found, ends)
    except duckdb.Error as fault:
        raise QuestionFailed(
            f"The rows behind {check} cannot be told: {type(fault).__name__}.",
            "See the log; the finding itself stands.",
        ) from None
    note(Asked("failing rows", sql, {}, (found.table,), frame.height, time.perf_counter() - started))
    return frame


def _rows(mirror: Mirror, there: Known, check: Check, ends: datetime) -> tuple[str, pl.DataFrame]:
    schema = "main" if there.tables[check.table].documented else "other"
    keys = [key for key in there.tables[check.table].primary_key if there.has(f"{check.table}.{key}")]
    order = f" order by {', '.join(f't.{q(key)}' for key in keys)}" if keys else ""
    with masked(mirror, check.table, schema) as (cursor, items):
        chosen = f"select t.* from ⟦{check.table}⟧ t where {check.where}{order}"
        chosen = put_in(chosen, in_mirror(there, raw=True), _at(ends))
        sql = f"select {items} from ({chosen} limit {mirror.settings.row_limit}) t"
        return sql, cursor.execute(sql).pl()


def _keys(mirror: Mirror, there: Known, check: Check, ends: datetime) -> tuple[str, pl.DataFrame]:
    sql = offending(check, (), in_mirror(there, raw=True), _at(ends))
    if sql is None:
        return "", pl.DataFrame(schema={"key": pl.String})
    with raw(mirror) as cursor:
        return sql, cursor.execute(f"{sql} limit {mirror.settings.row_limit}").pl().select(key=pl.first())


def _at(ends: datetime) -> str:
    return f"timestamptz '{ends.isoformat()}'"
