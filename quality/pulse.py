"""The pulse: every table judged in the mirror, one statement each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import duckdb

from catalogue import TABLES, column_note
from catalogue.personal import guessed
from quality.check import Check, Result
from quality.compile import KEYS_SHOWN, NOW, in_mirror, offending, shown, to_sql
from quality.derive import derive
from quality.reading import data_ends, known, raw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quality.compile import Statement
    from quality.known import Known, KnownTable
    from replica.mirror import Mirror

_THREADS: Final = 2
_OF_NOTHING: Final = frozenset({"unexpected_emptiness", "coverage_gap"})
"""What a table without rows may still be wrong in."""


def pulse(
    mirror: Mirror, tables: Sequence[str] | None = None, *, found: Known | None = None, ends: datetime | None = None
) -> list[Result]:
    """Judge every table (or those named) in the mirror.

    A check that cannot be evaluated is an error with words; it takes no other check with it.

    Raises:
        NoMirror: Nothing was refreshed yet.
    """
    there = found or known(mirror)
    now = ends or data_ends(mirror, there)
    names = [name for name in there.tables if tables is None or name in tables]
    with ThreadPoolExecutor(_THREADS) as pool:
        judged = pool.map(lambda name: _table(mirror, there, name, now), names)
        return [result for results in judged for result in results]


def _table(mirror: Mirror, there: Known, name: str, now: datetime) -> list[Result]:
    checks = derive(name, there)
    measured_at = datetime.now(UTC)
    table = there.tables[name]
    results = [
        Result(check, _state(check, check.fixed), check.fixed or 0, None, check.live or "", measured_at)
        for check in checks
        if check.live is not None
    ]
    if not table.readable:
        return results
    if table.whole and table.rows == 0:
        # Of no rows none offends; what remains to be asked is whether there should be any.
        idle = [check for check in checks if check.live is None and check.klass not in _OF_NOTHING]
        checks = [check for check in checks if check.klass in _OF_NOTHING]
        relation, moment = in_mirror(there), f"timestamptz '{now.isoformat()}'"
        results += [Result(check, "pass", 0, None, shown(check, relation, moment), measured_at) for check in idle]
    with raw(mirror) as cursor:
        return results + _judged(cursor, checks, there, now, measured_at)


def _judged(
    cursor: duckdb.DuckDBPyConnection, checks: Sequence[Check], there: Known, now: datetime, measured_at: datetime
) -> list[Result]:
    """Judge the checks of one table: one statement, and one more for those whose screen something was caught by."""
    [name] = {check.table for check in checks} or {""}
    whole = {check.id: check for check in checks}
    first = _ask(cursor, to_sql(name, checks, there, screened=True), there, now, measured_at)
    caught = [
        whole[result.check.id]
        for result in first
        if result.check.screen is not None and result.state in {"fail", "muted", "error"}
    ]
    again = {result.check.id: result for result in _ask(cursor, to_sql(name, caught, there), there, now, measured_at)}
    relation, moment = in_mirror(there), f"timestamptz '{now.isoformat()}'"
    return [
        again.get(result.check.id)
        or (replace(result, check=(own := whole[result.check.id]), sql=shown(own, relation, moment))
            if result.check.screen is not None else result)
        for result in first
    ]  # fmt: skip


def _ask(
    cursor: duckdb.DuckDBPyConnection, statement: Statement, there: Known, now: datetime, measured_at: datetime
) -> list[Result]:
    if not statement.checks:
        return []
    relation = in_mirror(there)
    try:
        row = cursor.execute(statement.sql, {NOW: now} if f"${NOW}" in statement.sql else None).fetchone()
    except duckdb.Error as fault:
        if len(statement.checks) == 1:
            [check] = statement.checks
            sql = shown(check, relation, f"timestamptz '{now.isoformat()}'")
            return [Result(check, "error", None, None, sql, measured_at, words=_first_line(fault))]
        return [
            result
            for check in statement.checks
            for result in _ask(cursor, to_sql(statement.table, [check], there), there, now, measured_at)
        ]
    answers: list[Any] = list(row or ())
    total, values, of = answers[0], answers[1 : len(statement.checks) + 1], answers[len(statement.checks) + 1 :]
    looked_at = {check.id: number for check, number in zip(statement.shares, of, strict=True)}
    results = []
    for check, value in zip(statement.checks, values, strict=True):
        offended = None if value is None else int(value)
        state = _state(check, offended)
        base = looked_at.get(check.id, total)
        rows = offended if offended is not None else 0
        share = rows / base if base and state != "error" else None
        results.append(
            Result(check, state, rows, share, shown(check, relation, f"timestamptz '{now.isoformat()}'"), measured_at)
        )
    return results


def _state(check: Check, offended: int | None) -> Any:
    bad = bool(offended) if check.where is not None else offended is not None
    if bad and check.exemption is not None:
        return "muted"
    return "fail" if bad else "pass"


def sampled(mirror: Mirror, results: Sequence[Result], there: Known, now: datetime) -> list[Result]:
    """Return the results, those that failed with the keys of up to 20 rows that offend."""
    with raw(mirror) as cursor:
        return [_sampled(cursor, result, there, now) if result.state == "fail" else result for result in results]


def _sampled(cursor: duckdb.DuckDBPyConnection, result: Result, there: Known, now: datetime) -> Result:
    check = result.check
    sql = offending(check, shown_keys(there.tables[check.table]), in_mirror(there, raw=True), f"${NOW}")
    if sql is None:
        return result
    try:
        rows = cursor.execute(f"{sql} limit {KEYS_SHOWN}", {NOW: now} if f"${NOW}" in sql else None).fetchall()
    except duckdb.Error:
        return result
    return replace(result, sample_keys=tuple(str(key) for (key,) in rows))


def shown_keys(table: KnownTable) -> tuple[str, ...]:
    """Return the columns of a table's key that may be shown to anybody; none when one of them is personal."""
    for name in table.primary_key:
        column = table.columns.get(name)
        if table.name in TABLES:
            kind = (
                column_note(TABLES[table.name].columns[name]).personal if name in TABLES[table.name].columns else None
            )
        else:
            kind = guessed(table.name, name, (column.live_type if column else None) or "text")
        if kind is not None and kind != "free text":
            return ()
    return table.primary_key


def _first_line(fault: Exception) -> str:
    return str(fault).strip().splitlines()[0]
