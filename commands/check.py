"""`autorev check`: is the data as it should be?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003  typer reads it
from typing import TYPE_CHECKING, Annotated, Any
from xml.etree import ElementTree as ET  # only written, never read

import polars as pl
import typer

from commands.common import Request, command, say, words
from demo.ready import stepwise
from quality import history
from quality.check import SEVERITIES
from quality.rows import failing
from quality.run import Run, run
from quality.sentences import sentence
from queries.explorer import NotAllowed
from queries.export import flat
from store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quality.check import Result
    from quality.documents import Docs
    from replica import Mirror

app = typer.Typer()
COLUMNS = (
    "id", "table", "column", "class", "rule", "state", "severity", "rows", "share", "sample_keys", "sql", "measured_at",
)  # fmt: skip
CRITICAL, WARNINGS, ERROR = 1, 2, 3
"""How the command ends when something is wrong; 0 when nothing of weight is."""


class Formats(StrEnum):
    """How the findings are written."""

    table = "table"
    json = "json"
    csv = "csv"
    junit = "junit"


class Engines(StrEnum):
    """Who judges: Great Expectations on the replica, or one statement a table on the mirror."""

    gx = "gx"
    sql = "sql"


class Severities(StrEnum):
    """How much a finding weighs."""

    critical = "critical"
    warning = "warning"
    info = "info"


@command(app, formats=Formats)
def check(
    request: Request,
    *,
    table: Annotated[list[str] | None, typer.Option("--table", help="Judge this table only; may be repeated.")] = None,
    domain: Annotated[str | None, typer.Option("--domain", help="Judge the tables of this domain only.")] = None,
    engine: Annotated[Engines, typer.Option("--engine", help="Who judges.")] = Engines.gx,
    severity: Annotated[Severities, typer.Option("--severity", help="Leave out what weighs less.")] = Severities.info,
    rows: Annotated[
        str | None, typer.Option("--rows", help="Write the rows that break this check (its id) instead, all of them.")
    ] = None,
    suites: Annotated[
        Path | None,
        typer.Option("--suites", help="Also write the suites into this folder, as JSON."),
    ] = None,
    data_docs: Annotated[
        Path | None, typer.Option("--data-docs", help="Also build Great Expectations' Data Docs in this folder.")
    ] = None,
) -> None:
    """Judge every table by its suite; exit 0 pass, 1 critical failure, 2 warnings only, 3 error."""
    with request.mirror() as mirror:
        if rows is not None:
            _write_rows(request, mirror, rows)
            return
        if data_docs is not None and engine is not Engines.gx:
            words.print("Data Docs are of Great Expectations; leave --engine sql away.")
            raise typer.Exit(ERROR)
        chosen = _tables(mirror, table, domain)
        if suites is not None:
            say(f"{_suites(mirror, suites, chosen)} suites are in {suites}.")
        docs = _docs() if data_docs is not None else None
        store = Store(mirror.settings.home)
        silent = {name: mute.reason for name, mute in store.mutes().items()}
        accepted = frozenset(name for name, one in store.decisions().items() if one.accepted)
        heard = None if docs is None else docs.keep
        found = run(mirror, engine.value, chosen, stepwise(say), silent, accepted, heard)
        if docs is not None and data_docs is not None:
            say(f"Data Docs are in {docs.write(data_docs, found.started_at)}.")
        if chosen is None:
            history.record(mirror, found)
    kept = [
        result
        for result in found.results
        if SEVERITIES.index(result.check.severity) <= SEVERITIES.index(severity.value)
    ]
    if request.form == Formats.json:
        request.write_json([_row(result) for result in kept])
    elif request.form == Formats.junit:
        request.write_text(junit(found, kept))
    elif request.form == Formats.csv:
        request.write([_row(result) for result in kept], COLUMNS)
    else:
        request.write(
            [
                {**_row(result), "finding": sentence(result)}
                for result in sorted(kept, key=lambda result: SEVERITIES.index(result.check.severity))
                if result.state in {"fail", "error"}
            ],
            ("severity", "state", "table", "column", "class", "rows", "finding"),
        )
    words.print(summary(found, kept))
    raise typer.Exit(code(kept))


def _suites(mirror: Mirror, folder: Path, tables: list[str] | None) -> int:
    from quality.documents import write_suites  # noqa: PLC0415  Great Expectations takes seconds to import

    return write_suites(mirror, folder, tables)


def _docs() -> Docs:
    from quality.documents import Docs  # noqa: PLC0415  as above

    return Docs()


def _write_rows(request: Request, mirror: Mirror, check_id: str) -> None:
    """Write the rows behind a check, masked unless `--reveal` was given; 0 however many they are."""
    if request.form == Formats.junit:
        words.print("Rows are written as table, json or csv; leave --format junit away.")
        raise typer.Exit(ERROR)
    try:
        found = flat(failing(mirror, check=check_id)).with_columns(pl.col(pl.Time, pl.Duration).cast(pl.String))
    except NotAllowed as wrong:
        words.print(f"{wrong.sentence} {wrong.next_step}")
        raise typer.Exit(ERROR) from None
    request.write(found.iter_rows(named=True), found.columns)
    words.print(f"{found.height:,} rows break {check_id}.")


def code(results: Sequence[Result]) -> int:
    """Return how a run ends that found this."""
    failed = {result.check.severity for result in results if result.state == "fail"}
    if "critical" in failed:
        return CRITICAL
    if any(result.state == "error" for result in results):
        return ERROR
    return WARNINGS if "warning" in failed else 0


def summary(found: Run, results: Sequence[Result]) -> str:
    """Say in one line how many checks are in which state."""
    states = [result.state for result in results]
    said = ", ".join(f"{states.count(state)} {state}" for state in ("pass", "fail", "error", "muted"))
    return f"{len(results):,} checks in {found.seconds:.1f} s: {said}."


def junit(found: Run, results: Sequence[Result]) -> str:
    """Return the results as a report of tests: a suite a table, a case a check; only what weighs is a failure."""
    root = ET.Element("testsuites", name="autorev check", time=f"{found.seconds:.3f}")
    by_table: dict[str, list[Result]] = {}
    for result in results:
        by_table.setdefault(result.check.table, []).append(result)
    for name, own in by_table.items():
        bad = [result for result in own if result.state == "fail" and result.check.severity != "info"]
        suite = ET.SubElement(
            root, "testsuite", name=name, tests=str(len(own)), failures=str(len(bad)),
            errors=str(sum(result.state == "error" for result in own)),
            skipped=str(sum(result.state == "muted" for result in own)),
            timestamp=found.started_at.strftime("%Y-%m-%dT%H:%M:%S"),
        )  # fmt: skip
        for result in own:
            case = ET.SubElement(suite, "testcase", classname=name, name=result.check.id)
            if result in bad:
                failure = ET.SubElement(case, "failure", message=_plain(sentence(result)), type=result.check.klass)
                failure.text = _plain("\n".join((result.check.rule, result.sql, *result.sample_keys)))
            elif result.state == "error":
                ET.SubElement(case, "error", message=_plain(result.words), type=result.check.klass)
            elif result.state == "muted":
                reason = result.check.exemption.reason if result.check.exemption else "muted"
                ET.SubElement(case, "skipped", message=_plain(reason))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _plain(text: str) -> str:
    """Return the text without the control characters that XML does not allow."""
    return "".join(letter for letter in text if letter in "\t\n\r" or " " <= letter < "\ufffe")


def _tables(mirror: Any, names: list[str] | None, domain: str | None) -> list[str] | None:
    from quality.reading import known  # noqa: PLC0415

    if not names and domain is None:
        return None
    there = known(mirror).tables
    for name in names or ():
        if name not in there:
            words.print(f"There is no table {name}; `autorev tables` lists them.")
            raise typer.Exit(ERROR)
    domains = sorted({table.domain for table in there.values() if table.domain})
    if domain is not None and domain not in domains:
        words.print(f"There is no domain {domain}; there are {', '.join(domains)}.")
        raise typer.Exit(ERROR)
    return [
        table.name
        for table in there.values()
        if (not names or table.name in names) and (domain is None or table.domain == domain)
    ]


def _row(result: Result) -> dict[str, Any]:
    found = result.check
    return {
        "id": found.id, "table": found.table, "column": found.column, "class": found.klass, "rule": found.rule,
        "state": result.state, "severity": found.severity, "rows": result.rows, "share": result.share,
        "sample_keys": list(result.sample_keys), "sql": result.sql, "measured_at": result.measured_at,
    }  # fmt: skip
