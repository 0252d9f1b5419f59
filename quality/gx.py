"""`to_gx`: the checks of a table as a suite of Great Expectations, and the judge that runs suites on the replica.

Importing Great Expectations takes seconds, so it is imported where it is used and never by a page. What an expectation
of the library says itself is left to it (not null, one of a set, within bounds); every other rule of a table is one
row of the query of one `UnexpectedRowsExpectation`, which answers with the rules that are broken and by how many rows.
"""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict

from quality.check import Check, Result, q, text
from quality.compile import HASH, put_in
from quality.derive import derive
from replica.binding import bind, introspect
from replica.connection import connect
from replica.record import other_name
from replica.values import carry_any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import psycopg
    from great_expectations import ExpectationSuite

    from quality.known import Known
    from replica.settings import Settings

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

_BATCH: Final = "⟦batch⟧"
_QUOTED: Final = re.compile(
    r"""(?<!\w)[eE]'(?:[^'\\]|\\.|'')*'|(?P<mark>['"])(?P<held>(?:(?!(?P=mark)).|(?P=mark){2})*)(?P=mark)""", re.DOTALL
)
_MISREAD: Final = re.compile(r"%|(?<![:\w]):\w|\\:")
"""What SQLAlchemy or psycopg takes for a parameter of its own, also between quotes."""
_RULES: Final = "rules"
_FAR_SECONDS: Final = 0.005
_THREADS: Final = 8
_NEAR_THREADS: Final = 2
"""Enough that the replica answers one table while the next one is prepared."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A table's suite: `query` selects what is judged, in documented names; `checks` are those that it judges."""

    table: str
    query: str
    expectations: ExpectationSuite
    checks: tuple[Check, ...]


def sources(settings: Settings, connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Return for every table the Postgres select that yields it in documented names, as the mirror's refresh does."""
    found = bind(introspect(connection), settings)
    selects = {}
    for name, table in found.tables.items():
        columns = [column.column for column in table.columns if column.mirrored]
        select = table.select_sql(columns)
        as_json = {column.column for column in table.columns if column.target == "JSONB"}
        named = ", ".join(f"{q(name)}::json as {q(name)}" if name in as_json else q(name) for name in columns)
        selects[name] = f"select {named} from ({select}) s" if as_json else select
    for live in found.undocumented:
        readable = [column for column in live.columns if column.readable and column.base != "vector"]
        values = ", ".join(f"{carry_any(column).select_sql} as {q(column.name)}" for column in readable)
        if readable:
            selects[other_name(live)] = f"select {values} from {q(live.schema)}.{q(live.name)} t"
    return selects


def to_gx(table: str, checks: Sequence[Check], selects: Mapping[str, str], now: datetime) -> Suite:
    """Return the suite of a table; expectations carry the ids of their checks in `meta`."""
    import great_expectations as gx  # noqa: PLC0415  seconds to import
    from great_expectations.expectations import core  # noqa: PLC0415

    said: list[Any] = []
    asked = tuple(check for check in checks if check.live is not None or table in selects)
    rules = [check for check in asked if check.native is None]
    if table in selects:
        for check in asked:
            if check.native is not None:
                kind = getattr(core, check.native.name)
                said.append(kind(**dict(check.native.arguments), meta=_meta(check)))
    if rules:
        said.append(
            core.UnexpectedRowsExpectation(  # type: ignore[attr-defined]
                unexpected_rows_query=rules_sql(rules, selects, now),
                description=f"The rules on {table} that are broken, with the rows that break them.",
                meta={"id": f"{table}.{_RULES}", "checks": [check.id for check in rules]},
            )
        )
    suite = gx.ExpectationSuite(name=table, expectations=said)
    return Suite(table, _spelled(selects.get(table, "select 1 as one")), suite, asked)


def rules_sql(rules: Sequence[Check], selects: Mapping[str, str], now: datetime) -> str:
    """Return the Postgres query whose rows are the broken ones of these rules: `id` and `offended`.

    It is a template of Great Expectations: `{batch}` is the table judged, and braces of ours are doubled.
    """
    used: dict[str, None] = {}

    def relation(name: str) -> str:
        if name.startswith(HASH):
            return f"hashtextextended(row({name.removeprefix(HASH)})::text, 0)"
        used[name] = None
        return q(name)

    moment = f"timestamptz {text(now.isoformat())}"
    place = {check.id: f"check_{number}" for number, check in enumerate(rules)}
    counted, judged, scalars = [], [], []
    for check in rules:
        name = place[check.id]
        if check.where is not None:
            judged.append(f"({put_in(check.where, relation, moment)}) as {name}")
            counted.append(f"nullif(count(*) filter (where {name}), 0)::bigint as {name}")
            scalars.append(f"r.{name}")
        elif check.tally is not None:
            counted.append(f"({put_in(check.tally, relation, moment)})::bigint as {name}")
            scalars.append(f"r.{name}")
        else:
            scalars.append(f"({put_in(check.measure or check.live or '', relation, moment)})::bigint")
    listed = ", ".join(f"({text(check.id)}, {scalar})" for check, scalar in zip(rules, scalars, strict=True))
    source = f"(select count(*) from {_BATCH} where false) r"
    if counted:
        flags = "".join(f", {one}" for one in judged)
        source = f"(select {', '.join(counted)} from (select t.*{flags} from {_BATCH} t) t) r"
    body = f"select v.id, v.offended from {source} cross join lateral (values {listed}) v(id, offended)"
    parts = ", ".join(f"{q(name)} as ({selects[name]})" for name in used)
    # The library gives the batch an alias of its own unless it sees a join; what it takes for a text may hide ours.
    seen = 'with "⟦joined⟧" as (select from (select 1) one cross join (select 1) other)'
    sql = f"{seen}{f', {parts}' if parts else ''} {body} where v.offended is not null"
    return _spelled(sql).replace("{", "{{").replace("}", "}}").replace(_BATCH, "{batch}")


def _spelled(sql: str) -> str:
    """Return Postgres SQL that says the same, with names and texts escaped where they hold `:name` or `%`.

    The library compiles the query that a suite judges once by itself and once as a part of another, so that no
    number of `%%` or of backslashes is right for both.
    """

    def escaped(found: re.Match[str]) -> str:
        if _MISREAD.search(found[0]) is None:
            return found[0]
        if found["mark"] is None:
            return re.sub(r"\\?([:%])|\\.", lambda one: f"\\x{ord(one[1]):X}" if one[1] else one[0], found[0])
        held = found["held"].replace("\\", "\\\\").replace(":", "\\003A").replace("%", "\\0025")
        return f"U&{found['mark']}{held}{found['mark']}"

    return _QUOTED.sub(escaped, sql)


def judge(
    settings: Settings,
    known: Known,
    now: datetime,
    tables: Iterable[str] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    kept: Callable[[Suite, Any], None] | None = None,
) -> list[Result]:
    """Run the suites on the replica and return what they found, without samples.

    `kept` is given each suite with the library's own answer, for Data Docs.

    An expectation that raises is an error with words, keyed by the check it stands for; a statement that the replica
    ended for the sake of its replay is tried once more.

    Raises:
        ReplicaError: The replica cannot be reached.
    """
    source = connect(settings)
    with source.open() as connection:
        selects = sources(settings, connection)
        started = datetime.now(UTC)
        connection.execute("select 1")
        far = (datetime.now(UTC) - started).total_seconds() > _FAR_SECONDS
    wanted = [name for name in known.tables if tables is None or name in set(tables)]
    suites = [to_gx(name, checks, selects, now) for name in wanted if (checks := derive(name, known))]
    ask = _Judge(source.conninfo, kept)
    results: list[Result] = []
    with ThreadPoolExecutor(_THREADS if far else _NEAR_THREADS) as pool:
        for done, found in enumerate(pool.map(ask.table, suites), start=1):
            results += found
            if progress is not None:
                progress(suites[done - 1].table, done, len(suites))
    return results


class _Judge:
    """One context of Great Expectations and one data source, for all tables."""

    def __init__(self, conninfo: str, kept: Callable[[Suite, Any], None] | None = None) -> None:
        import great_expectations as gx  # noqa: PLC0415
        from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

        self._kept = kept
        # Assets are one list that every thread adds to and takes from.
        self._assets = threading.Lock()
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        self._source = context.data_sources.add_sql(  # type: ignore[call-arg]
            "replica",
            connection_string=address(conninfo),
            create_temp_table=False,
            # SQLAlchemy's own; a standby takes no temporary table.
            kwargs={"isolation_level": "AUTOCOMMIT", "pool_size": _THREADS},
        )

    def table(self, suite: Suite) -> list[Result]:
        """Judge one table; twice where the replica got in the way."""
        found = self._validate(suite)
        if any("conflict with recovery" in result.words for result in found):
            found = self._validate(suite)
        return found

    def _validate(self, suite: Suite) -> list[Result]:
        measured_at = datetime.now(UTC)
        try:
            with self._assets:
                asset = self._source.add_query_asset(suite.table, query=suite.query)
                definition = asset.add_batch_definition("whole")
            batch = definition.get_batch()
            outcome = batch.validate(
                suite.expectations, result_format={"result_format": "COMPLETE", "partial_unexpected_count": 0}
            )
        except Exception as fault:  # noqa: BLE001  whatever the library raises for one table, the rest is judged
            return [_error(check, measured_at, str(fault)) for check in suite.checks]
        finally:
            with self._assets:
                self._source.assets = [asset for asset in self._source.assets if asset.name != suite.table]
        if self._kept is not None:
            self._kept(suite, outcome)
        by_id = {check.id: check for check in suite.checks}
        results = []
        for one in outcome.results:
            meta = one.expectation_config.meta if one.expectation_config else None
            if meta is None:  # pragma: no cover  every expectation of ours has one
                continue
            raised = _raised(one.exception_info)
            if "checks" not in meta:
                results.append(_native(by_id[meta["id"]], one, raised, measured_at))
                continue
            if raised:
                results += [_error(by_id[key], measured_at, raised) for key in meta["checks"]]
                continue
            rows = one.result["details"]["unexpected_rows"]
            offended = {row["id"]: int(row["offended"]) for row in rows}
            results += [_verdict(by_id[key], offended.get(key), measured_at) for key in meta["checks"]]
        return results


def address(conninfo: str) -> str:
    """Return the address as SQLAlchemy takes it, whether of a socket or a host, with every option of ours."""
    parts = conninfo_to_dict(conninfo)
    rest = {key: str(value) for key, value in parts.items() if key not in {"user", "password", "dbname"} and value}
    return sa.URL.create(
        "postgresql+psycopg",
        username=str(parts["user"]) if parts.get("user") else None,
        password=str(parts["password"]) if parts.get("password") else None,
        database=str(parts["dbname"]) if parts.get("dbname") else None,
        query=rest,
    ).render_as_string(hide_password=False)


def _meta(check: Check) -> dict[str, Any]:
    return {"id": check.id, "class": check.klass, "severity": check.severity, "rule": check.rule}


def _raised(info: dict[str, Any]) -> str:
    """Return what an expectation raised, empty when it did not; the library keeps one or one a metric."""
    entries = [info] if "raised_exception" in info else list(info.values())
    return next((str(one.get("exception_message") or "it raised") for one in entries if one["raised_exception"]), "")


def _native(check: Check, one: Any, raised: str, measured_at: datetime) -> Result:
    if raised:
        return _error(check, measured_at, raised)
    count = int(one.result.get("unexpected_count") or 0)
    total = int(one.result.get("element_count") or 0)
    found = _verdict(check, count or None, measured_at)
    return Result(check, found.state, count, count / total if total else None, "", measured_at)


def _verdict(check: Check, offended: int | None, measured_at: datetime) -> Result:
    bad = offended is not None
    state = "muted" if bad and check.exemption is not None else "fail" if bad else "pass"
    return Result(check, state, offended or 0, None, "", measured_at)  # type: ignore[arg-type]


def _error(check: Check, measured_at: datetime, words: str) -> Result:
    return Result(check, "error", None, None, "", measured_at, words=words.strip().splitlines()[0] if words else "")


def counted(results: Iterable[Result]) -> Counter[str]:
    """Return how many checks are in each state."""
    return Counter(result.state for result in results)
