"""The pulse: every table judged in the mirror, one statement each."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import duckdb

from catalogue import TABLES, column_note
from catalogue.personal import guessed
from quality.check import Check, Result
from quality.compile import (
    KEYS_SHOWN,
    NOW,
    any_sql,
    counts_sql,
    in_mirror,
    of_one_row,
    offending,
    reads,
    shown,
    to_sql,
)
from quality.derive import derive
from quality.reading import data_ends, known, raw
from replica.masking import RAW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from quality.compile import Statement
    from quality.known import Known, KnownTable
    from replica.mirror import Mirror

_THREADS: Final = 2
_OF_NOTHING: Final = frozenset({"unexpected_emptiness", "coverage_gap"})
"""What a table without rows may still be wrong in."""
_MIRRORS: Final = 2
"""Mirrors whose verdicts are kept for the next pulse."""


@dataclass(frozen=True, slots=True)
class _Verdicts:
    """What the checks of a table came to, up to when the data reached, and the state of all tables that they read."""

    checks: tuple[Check, ...]
    now: datetime
    state: tuple[Any, ...]
    results: Mapping[str, Result]


@dataclass(frozen=True, slots=True)
class _Seen:
    """How every table is at this refresh, and the verdicts on those that had a state to tell them by.

    A state changes with the rows of a table and with the way they are read; a table without one is judged each time.
    """

    states: Mapping[str, Any]
    before: Mapping[str, _Verdicts]
    after: dict[str, _Verdicts] = field(default_factory=dict)

    def of(self, checks: Iterable[Check], there: Known) -> tuple[Any, ...] | None:
        """Return the state of all that these checks read, None where a part of it cannot be told."""
        names = sorted({name for check in checks for name in reads(check)} & there.tables.keys())
        states = tuple((name, self.states.get(name), there.tables[name].columns) for name in names)
        return None if any(state is None for _, state, _ in states) else states


_kept: dict[Path, dict[str, _Verdicts]] = {}
_keeping = threading.Lock()


def pulse(
    mirror: Mirror,
    tables: Sequence[str] | None = None,
    *,
    found: Known | None = None,
    ends: datetime | None = None,
    afresh: bool = False,
) -> list[Result]:
    """Judge every table (or those named) in the mirror.

    A check that cannot be evaluated is an error with words; it takes no other check with it. A verdict of the pulse
    before stands, as measured then, where the rules and the rows of all tables they read are the same, and time makes
    no difference; `afresh` measures everything again.

    Raises:
        NoMirror: Nothing was refreshed yet.
    """
    there = found or known(mirror)
    now = ends or data_ends(mirror, there)
    names = [name for name in there.tables if tables is None or name in tables]
    seen = _Seen(_states(mirror), {} if afresh else _kept.get(mirror.folder, {}))
    with ThreadPoolExecutor(_THREADS) as pool:
        judged = pool.map(lambda name: _table(mirror, there, name, now, seen), names)
        results = [result for results in judged for result in results]
    with _keeping:
        _kept[mirror.folder] = _kept.pop(mirror.folder, {}) | seen.after
        while len(_kept) > _MIRRORS:
            del _kept[next(iter(_kept))]
    return results


def _states(mirror: Mirror) -> dict[str, Any]:
    """Return for every table what changes with its rows or their reading; None where the refresh could not tell."""
    with raw(mirror) as cursor:
        rows = cursor.execute(
            f"select table_name, case when fingerprint is not null then [server_identity, database, fingerprint, "
            f"reading, rows::text] end from {RAW}.meta.tables cross join {RAW}.meta.refresh"
        ).fetchall()
    return dict(rows)


def _table(mirror: Mirror, there: Known, name: str, now: datetime, seen: _Seen) -> list[Result]:
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
    asked = tuple(check for check in checks if check.live is None)
    if not asked:
        return results
    before, state = seen.before.get(name), seen.of(asked, there)
    standing: dict[str, Result] = {}
    if before is not None and state is not None and (before.checks, before.state) == (asked, state):
        standing = {
            check.id: before.results[check.id]
            for check in asked
            if _stands(check, before.results[check.id], before.now, now)
        }
    with raw(mirror) as cursor:
        new = _judged(cursor, [check for check in asked if check.id not in standing], there, now, measured_at)
    verdicts = standing | {result.check.id: result for result in new}
    if state is not None:
        seen.after[name] = _Verdicts(asked, now, state, verdicts)
    return results + [verdicts[check.id] for check in asked]


def _stands(check: Check, result: Result, then: datetime, now: datetime) -> bool:
    """Say whether a verdict on the same rows holds at another time; what was not ahead of us never will be."""
    if result.state == "error":
        return False
    return then == now or NOW not in reads(check) or (check.past and result.state == "pass" and then <= now)


def _judged(
    cursor: duckdb.DuckDBPyConnection, checks: Sequence[Check], there: Known, now: datetime, measured_at: datetime
) -> list[Result]:
    """Judge the checks of one table, in their order.

    What a statement costs is mostly its planning, an expression at a time. So one count a column serves all checks
    that it tells the answer of; those of one row are asked together whether any row offends at all; of the rest, those
    with a screen answer with it. What something was caught by is asked by itself.
    """
    asked = list(checks)
    if not asked:
        return []
    name = asked[0].table
    rows, found = _told(cursor, name, [check for check in asked if check.told is not None], there, now, measured_at)
    simple = [check for check in asked if check.id not in found and of_one_row(check)]
    if rows is not None and len(simple) > 1:
        found |= _clear(cursor, name, simple, rows, there, now, measured_at)
    rest = [check for check in asked if check.id not in found]
    whole = {check.id: check for check in rest}
    first = _ask(cursor, to_sql(name, rest, there, screened=True), there, now, measured_at)
    caught = [
        whole[result.check.id]
        for result in first
        if result.check.screen is not None and result.state in {"fail", "muted", "error"}
    ]
    again = {result.check.id: result for result in _ask(cursor, to_sql(name, caught, there), there, now, measured_at)}
    relation, moment = in_mirror(there), f"timestamptz '{now.isoformat()}'"
    found |= {
        result.check.id: again.get(result.check.id)
        or (replace(result, check=(own := whole[result.check.id]), sql=shown(own, relation, moment))
            if result.check.screen is not None else result)
        for result in first
    }  # fmt: skip
    return [found[check.id] for check in asked]


def _told(
    cursor: duckdb.DuckDBPyConnection, table: str, checks: Sequence[Check], there: Known, now: datetime,
    measured_at: datetime,
) -> tuple[int | None, dict[str, Result]]:  # fmt: skip
    """Return the number of rows, and the answers of the checks that the numbers of values tell; none on an error."""
    counted = list(dict.fromkeys(str(check.column) for check in checks))
    compared = [str(check.column) for check in checks if check.told is not None and check.told.by == "constant"]
    if not counted:
        return None, {}
    try:
        answers: list[Any] = list(cursor.execute(counts_sql(table, counted, compared, there)).fetchone() or ())
    except duckdb.Error:
        return None, {}
    rows, values = answers[0], dict(zip(counted, answers[1:], strict=False))
    same = dict(zip(compared, answers[len(counted) + 1 :], strict=True))
    relation, moment = in_mirror(there), f"timestamptz '{now.isoformat()}'"
    found = {}
    for check in checks:
        column = str(check.column)
        if check.told is not None:
            offended = check.told.offended(rows, values[column], same=same.get(column))
            share = (offended or 0) / rows if rows else None
            sql = shown(check, relation, moment)
            found[check.id] = Result(check, _state(check, offended), offended or 0, share, sql, measured_at)
    return rows, found


def _clear(
    cursor: duckdb.DuckDBPyConnection, table: str, checks: Sequence[Check], rows: int, there: Known, now: datetime,
    measured_at: datetime,
) -> dict[str, Result]:  # fmt: skip
    """Answer the checks of one row when no row offends against any of them; none when one does, or cannot be asked."""
    sql = any_sql(table, checks, there)
    try:
        answer = cursor.execute(sql, {NOW: now} if f"${NOW}" in sql else None).fetchone()
    except duckdb.Error:
        return {}
    if answer is None or answer[0]:
        return {}
    relation, moment = in_mirror(there), f"timestamptz '{now.isoformat()}'"
    share = 0.0 if rows else None
    return {check.id: Result(check, "pass", 0, share, shown(check, relation, moment), measured_at) for check in checks}


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
