"""Recorded errors: which are one fault, and how each stands."""

from __future__ import annotations

import getpass
import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path  # noqa: TC003  typer reads it from the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final

import polars as pl
import typer

from actions.triage import decide
from catalogue.roles import Viewer
from commands.common import Format, OutputOption, Place, Request, command
from commands.document import Document, Said, Section, markdown
from queries import errors
from queries.errors import detail
from queries.errors.grouping import SHAPE, group
from store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from commands.document import Line
    from replica import Mirror
    from store import Triage

app = typer.Typer(help="Recorded errors: which are one fault, and how each stands.")
COLUMNS: Final = ("fingerprint", "title", "type", "severity", "state", "events", "users", "first_seen", "last_seen")
NOT_JSONL = 'Give a file with one JSON object a line, such as {"error_type": "TypeError", "error_message": "…"}.'


class JsonOnly(StrEnum):
    """How an answer is written that is nothing but JSON."""

    json = "json"


class Digest(StrEnum):
    """How the digest is written."""

    markdown = "markdown"
    json = "json"


State = StrEnum("State", {name: name for name in errors.STATES})  # type: ignore[misc]
Fingerprints = Annotated[list[str], typer.Argument(help="Fingerprints of issues.", metavar="FP…")]


@command(app, whole=True)
def listed(
    request: Request,
    *,
    state: Annotated[State | None, typer.Option("--state", help="Only issues that stand so.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Seen since then: 7d, 24h, or a day.")] = None,
    search: Annotated[str, typer.Option("--search", help="Conditions, as on the page.")] = "",
) -> None:
    """List the issues, most urgent first: every state, and what comes from outside the app too."""
    with asked(request) as (mirror, _, log):
        begin = None if since is None else _since(since, errors.built(mirror, errors.merges(log)).as_of)
        states = [one for one in errors.STATES if state is None or one == state.value]
        found = errors.issues(mirror, log=log, search=search, states=states, since=begin)
        request.write(found.select(COLUMNS).iter_rows(named=True), COLUMNS)


@command(app)
def show(request: Request, fingerprint: Annotated[str, typer.Argument(help="Fingerprint of the issue.")]) -> None:
    """Show one issue: how it stands, whom it hits, why it is one, its newest rows and what was decided."""
    with asked(request) as (mirror, store, log):
        issue = detail.lead(mirror, fingerprint, log=log, kept_in=store)
        [row] = errors.issues(mirror, log=log, search=f"fingerprint:{issue}").iter_rows(named=True)
        answer = {
            **row,
            "why": detail.why(mirror, issue, log=log).to_dicts(),
            "shares": detail.shares(mirror, issue, log=log).to_dicts(),
            "related": detail.related(mirror, issue, log=log).to_dicts(),
            "samples": detail.samples(mirror, issue, log=log).to_dicts(),
            "history": [
                {"at": one.at, "by": one.by, "action": one.action, **one.details}
                for one in errors.decided(log).get(issue, errors.Decided()).history
            ],
        }
    if request.form == Format.json:
        request.write_json(answer)
    else:
        request.write([{"question": key, "answer": value} for key, value in _flat(answer)], ("question", "answer"))


@command(app)
def resolve(
    request: Request,
    fingerprints: Fingerprints,
    *,
    release: Annotated[str | None, typer.Option("--release", help="The release that holds the repair.")] = None,
) -> None:
    """Resolve issues; with AUTOREV_PRIMARY_URL their rows are settled on the primary too."""
    _decide(request, "resolve", fingerprints, release=release)


@command(app)
def reopen(request: Request, fingerprints: Fingerprints) -> None:
    """Take back that issues were resolved, snoozed or ignored."""
    _decide(request, "reopen", fingerprints)


@command(app)
def ignore(request: Request, fingerprints: Fingerprints) -> None:
    """Ignore issues for good."""
    _decide(request, "ignore", fingerprints)


@command(app)
def snooze(
    request: Request,
    fingerprints: Fingerprints,
    *,
    until: Annotated[str, typer.Option("--for", help="How long: 7d or 24h.")] = "7d",
    events: Annotated[int | None, typer.Option("--events", help="Until so many events more.")] = None,
    users: Annotated[int | None, typer.Option("--users", help="Until so many users more.")] = None,
    until_worse: Annotated[bool, typer.Option("--until-worse", help="Until it escalates.")] = False,
) -> None:
    """Put issues aside for a time, for so many events or users, or until they get worse."""
    end = datetime.now(UTC) + _length(until)
    conditions: dict[str, Any] = {"until": end}
    if until_worse:
        conditions = {"until_worse": True}
    elif events is not None or users is not None:
        conditions = {"more_events": events} if events is not None else {"more_users": users}
    _decide(request, "snooze", fingerprints, **conditions)


@command(app)
def assign(
    request: Request,
    fingerprints: Fingerprints,
    *,
    to: Annotated[str, typer.Option("--to", help="Who looks after them; empty for nobody.")],
) -> None:
    """Say who looks after issues."""
    _decide(request, "assign", fingerprints, to=to)


@command(app, formats=Digest)
def digest(
    request: Request,
    *,
    since: Annotated[str, typer.Option("--since", help="What counts as news: 1d, 7d, or a day.")] = "1d",
) -> None:
    """Sum up what wants a decision, as Markdown for a message or a page."""
    with asked(request) as (mirror, _, log):
        as_of = errors.built(mirror, errors.merges(log)).as_of
        begin = _since(since, as_of)
        found = errors.issues(mirror, log=log, noise=False)
    if request.form == Digest.json:
        news = found.filter(pl.col("state").is_in(errors.SHOWN) | pl.col("woken"))
        request.write_json({"as_of": as_of, "since": begin, "issues": news.select(COLUMNS).to_dicts()})
    else:
        request.write_text(markdown(summed(found, as_of, begin)))


@app.command("group")
def group_events(
    events: Annotated[Path, typer.Option("--events", help="A file with one JSON object a line.")],
    *,
    form: Annotated[JsonOnly, typer.Option("--format", help="How the answer is written.")] = JsonOnly.json,
    output: OutputOption = None,
) -> None:
    """Say of every error in a file which fault it belongs to; no database is needed.

    A line holds error_type, error_message, stack_trace, page_url and, where they are known, fingerprint (a list)
    and digest.
    """
    grouped = group(_read(events))
    columns = ("fingerprint", "key", "normalised", "family", "noise")
    rows = grouped.select(columns).with_row_index("row").iter_rows(named=True)
    Request(Place(), no_refresh=True, form=form, output=output).write_json([*rows])


@contextmanager
def asked(request: Request) -> Iterator[tuple[Mirror, Store, tuple[Triage, ...]]]:
    """Yield the mirror, the suite's own state and what was decided about issues."""
    with request.mirror() as mirror:
        store = Store(mirror.settings.home)
        try:
            log = detail.decisions(mirror, store)
            detail.remember(mirror, store, log=log)
            yield mirror, store, log
        finally:
            store.close()


def _decide(request: Request, action: str, fingerprints: Sequence[str], **details: Any) -> None:
    # Whoever may run the command on this computer may do all; the log names the account.
    viewer = Viewer("admin", getpass.getuser(), local=True)
    with asked(request) as (mirror, store, _):
        done = decide(mirror, store, viewer, action, fingerprints, details=details)
    row = {"sentence": done.sentence, "fingerprints": [*done.fingerprints], "rows": done.rows}
    if request.form == Format.json:
        request.write_json(row)
    else:
        request.write([row], tuple(row))


def _length(typed: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,4})([dh])", typed.strip())
    if found is None or int(found[1]) < 1:
        raise ValueError(f"{typed!r} is no length of time; write it as 7d or 24h.")
    return timedelta(**{"days" if found[2] == "d" else "hours": int(found[1])})


def _since(typed: str, as_of: datetime) -> datetime:
    """Return the moment that is so long ago, or at which a day began (UTC)."""
    try:
        return datetime.strptime(typed.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        return as_of - _length(typed)
    except ValueError as wrong:
        raise ValueError(f"--since {typed!r} is no time; write it as 7d, 24h or 2026-01-27.") from wrong


def _flat(answer: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in answer.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from ((f"{key} {place}", one) for place, one in enumerate(value, start=1))
        else:
            yield key, value


def summed(found: pl.DataFrame, as_of: datetime, since: datetime) -> Document:
    """Sum up what wants a decision; `found` as `queries.errors.issues`."""
    open_issues = found.filter(~pl.col("state").is_in(["resolved", "ignored", "snoozed"]))
    resolved = found.filter((pl.col("state") == "resolved") & (pl.col("since") >= since))
    items: list[Line] = [
        (f"{open_issues.height} open issues, {open_issues['last_day'].sum():,.0f} events in the last 24 hours",),
        (f"{resolved.height} resolved since {since:%Y-%m-%d %H:%M} UTC",),
        (f"{found.filter(state='snoozed').height} snoozed, {found.filter(state='ignored').height} ignored",),
    ]
    belongs = {title: pl.col("state") == state for state, title in
               (("regressed", "Came back"), ("escalating", "Escalating"), ("new", "New"))}  # fmt: skip
    sections = []
    for title, condition in {**belongs, "Snooze over": pl.col("woken")}.items():
        rows = found.filter(condition)
        lines = tuple(_line(row) for row in rows.iter_rows(named=True))
        sections.append(Section(f"{title} ({rows.height})", items=lines, numbered=True, empty="None."))
    return Document(f"Errors as of {as_of:%Y-%m-%d %H:%M} UTC", tuple(items), tuple(sections))


def _line(row: dict[str, Any]) -> Line:
    return (
        Said(row["title"]), ": ", Said(row["severity"]) if row["severity"] else "severity unknown",
        f", {row['users']:,} users, at least {row['events']:,} events, {row['last_day']:,.0f} in 24 hours, ",
        Said(row["assignee"]) if row["assignee"] else "nobody", " looks after it, ", Said(row["fingerprint"]),
    )  # fmt: skip


def _read(file: Path) -> pl.DataFrame:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as unread:
        raise ValueError(f"{file} cannot be read as text: {unread}. {NOT_JSONL}") from unread
    rows = [_row(file, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    return pl.DataFrame(rows, schema=SHAPE, orient="row")


def _row(file: Path, number: int, line: str) -> dict[str, Any]:
    """Return one line's fields; what is not one of them is left out."""
    try:
        told = json.loads(line)
    except ValueError as broken:
        raise ValueError(f"Line {number} of {file} is not JSON: {broken}. {NOT_JSONL}") from broken
    if not isinstance(told, dict):
        raise ValueError(f"Line {number} of {file} holds no JSON object. {NOT_JSONL}")  # noqa: TRY004  wrong input
    row = {name: told.get(name) for name in SHAPE}
    for name, value in row.items():
        fits = (
            isinstance(value, list) and all(isinstance(part, str) for part in value)
            if name == "fingerprint"
            else (isinstance(value, str))
        )
        if value is not None and not fits:
            kind = "a list of texts" if name == "fingerprint" else "a text"
            raise ValueError(f"Line {number} of {file}: {name} is {kind} or null, not {value!r:.60}.")
        # Half a pair of surrogates is JSON, but no text that could be hashed or written.
        if isinstance(value, str):
            row[name] = value.encode("utf-8", "replace").decode("utf-8")
    return row
