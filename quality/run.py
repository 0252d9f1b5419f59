"""A whole run: every check judged by one of the two engines, what failed sampled and said in sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from quality import history, norms
from quality.baseline import readable
from quality.check import Result, q
from quality.compile import in_mirror, shown
from quality.pulse import pulse, sampled
from quality.reading import data_ends, known
from quality.sentences import worded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from quality.gx import Suite
    from quality.known import Known
    from replica.mirror import Mirror

Engine = Literal["gx", "sql"]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run found: when it began, which snapshot it saw, up to when the data reaches, by which engine."""

    engine: Engine
    started_at: datetime
    snapshot_at: datetime
    data_ends: datetime
    seconds: float
    results: tuple[Result, ...]
    known: Known


def run(
    mirror: Mirror,
    engine: Engine = "sql",
    tables: Sequence[str] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    mutes: Mapping[str, str] | None = None,
    accepted: Collection[str] = (),
    kept: Callable[[Suite, Any], None] | None = None,
) -> Run:
    """Judge every table (or those named).

    `mutes` are the ids of checks whose failure somebody silenced, with the reason; `accepted` those of suggestions
    that are rules now. `kept` hears each suite of Great Expectations with the library's own answer.

    Great Expectations asks the replica itself, the pulse its mirror; samples and sentences come from the mirror.

    Raises:
        NoMirror: Nothing was refreshed yet.
        ReplicaError: The replica is to be asked and cannot be reached.
    """
    started = datetime.now(UTC)
    there = known(mirror)
    ends = data_ends(mirror, there)
    if engine == "gx":
        from quality.gx import judge  # noqa: PLC0415  seconds to import

        results = [
            _completed(result, there, ends) for result in judge(mirror.settings, there, ends, tables, progress, kept)
        ]
    else:
        results = pulse(mirror, tables, found=there, ends=ends)
    results += norms.judge(history.folder(mirror), there, ends, tables)
    withheld = {result.check.id: result for result in unread(there, tables)}
    results = [*(result for result in results if result.check.id not in withheld), *withheld.values()]
    results = [_accepted(result) if result.check.id in accepted else result for result in results]
    found = worded(mirror, sampled(mirror, results, there, ends), there)
    found = [_silenced(result, mutes or {}) for result in found]
    seconds = (datetime.now(UTC) - started).total_seconds()
    return Run(engine, started, there.snapshot_at, ends, seconds, tuple(found), there)


def unread(there: Known, tables: Collection[str] | None = None) -> list[Result]:
    """Return an error for every table that is there and whose rows our role may not read."""
    found = []
    for table in there.tables.values():
        if table.found and table.mode in {"hidden", "unreadable"} and (tables is None or table.name in tables):
            schema, name = table.live or ("public", table.name)
            sql = f"select count(*) from {q(schema)}.{q(name)}"
            check = readable(table.name)
            why = (
                "Row-level security withholds its rows." if table.mode == "hidden"
                else "The role that reads has no right to select from it."
            )  # fmt: skip
            words = f"{why} Nothing else of it was judged; grant select to the role."
            found.append(Result(check, "error", None, None, sql, there.snapshot_at, words=words))
    return found


def _accepted(result: Result) -> Result:
    return replace(result, check=replace(result.check, severity="warning", provenance="accepted"))


def _silenced(result: Result, mutes: Mapping[str, str]) -> Result:
    reason = mutes.get(result.check.id)
    if result.state != "fail" or reason is None:
        return result
    return replace(result, state="muted", check=result.check.exempt(reason))


def _completed(result: Result, there: Known, ends: datetime) -> Result:
    """Return a verdict of the library with the SQL a person may run and the share of the rows."""
    check = result.check
    total = there.tables[check.table].rows
    share = result.share
    if share is None and result.rows is not None and total and check.of is None and check.live is None:
        share = result.rows / total
    return replace(result, sql=shown(check, in_mirror(there), f"timestamptz '{ends.isoformat()}'"), share=share)
