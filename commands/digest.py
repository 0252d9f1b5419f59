"""The digest: what a day, a week or a month brought, for those who run the company, the machinery or the content."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path  # noqa: TC003  typer reads it from the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

import polars as pl
import typer

from commands import coverage, errors
from commands.common import Request, command, done
from commands.delivery import deliver
from commands.document import Chart, Document, Said, Section, Table, html, markdown
from metrics import METRICS, SOUGHT, alerts, breakdown, change
from metrics.written import UNKNOWN, number, percent
from queries import errors as recorded
from queries.content import worklist
from queries.span import Span
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from decimal import Decimal

    from commands.document import Line
    from metrics import Metric
    from replica import Mirror
    from store import Triage

app = typer.Typer()
PERIODS: Final = 12
WINDOW_DAYS: Final = 28
"""Days of interest by which content is wanted."""
_MOST_WORK: Final = {"founders": 5, "content": 20}
_MOST_ERRORS: Final = 10


class Audience(StrEnum):
    """For whom the digest is."""

    founders = "founders"
    ops = "ops"
    content = "content"


class Period(StrEnum):
    """What the digest looks back on."""

    day = "day"
    week = "week"
    month = "month"


class Written(StrEnum):
    """How the digest is written."""

    markdown = "markdown"
    html = "html"
    json = "json"


SHOWN: Final[dict[Audience, tuple[Metric, ...]]] = {
    Audience.founders: METRICS,
    Audience.ops: tuple(one for one in METRICS if one.owner == "Ops" or one.key in {"visitors", "answers"}),
    Audience.content: tuple(
        one for one in METRICS if one.owner == "Content" or one.key in {"visitors", "conversations", "answers"}
    ),
}
"""The metrics of each audience, in the order of the registry; alerts are those about them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A metric in the latest period and in those before, oldest first; `problem` says why it cannot be known."""

    metric: str
    title: str
    unit: str
    good: Literal["up", "down"]
    value: int | Decimal | None = None
    previous: int | Decimal | None = None
    change: float | None = None
    target: Decimal | None = None
    series: tuple[int | Decimal | None, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """The segment by which a metric changed most."""

    title: str
    by: str
    segment: str
    unit: str
    previous: int | Decimal | None
    value: int | Decimal | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Digest:
    """All that a digest says; a part that cannot be told has its reason in `problems`, by name of the part."""

    audience: Audience
    entity: str
    as_of: datetime
    stale: str
    span: Span
    rows: tuple[Row, ...]
    moved: tuple[Moved, ...]
    judged: tuple[alerts.Judgement, ...]
    errors: Document | None
    work: tuple[dict[str, Any], ...] | None
    problems: dict[str, str]


@command(app, formats=Written)
def digest(
    request: Request,
    *,
    audience: Annotated[Audience, typer.Option("--for", help="For whom it is.")],
    period: Annotated[Period, typer.Option("--period", help="The latest one that is over.")] = Period.week,
    send: Annotated[bool, typer.Option("--send", help="Send it by e-mail and webhook, as the settings say.")] = False,
    file: Annotated[Path | None, typer.Option("--file", help="Add it to this file too.")] = None,
) -> None:
    """Sum up the latest day, week or month: numbers, what changed most, alerts, errors, what to write next."""
    with errors.asked(request) as (mirror, _, log):
        settings = mirror.settings
        if send and request.reveal is not None:
            raise ValueError("What is revealed is not sent away: leave out --reveal or --send.")
        if send and settings.alert_smtp is None and settings.alert_webhook is None:
            raise ValueError("Nobody is named who takes it: set AUTOREV_ALERT_SMTP or AUTOREV_ALERT_WEBHOOK.")
        found = gather(mirror, audience, period, log=log)
    told = document(found)
    if send or file is not None:
        named = settings if send else settings.model_copy(update={"alert_smtp": None, "alert_webhook": None})
        went = deliver(named, told.title, markdown(told, drawn=False), html=html(told), file=file)
        done(f"Sent: {told.title}; by {', '.join(went)}.")
    if request.form == Written.json:
        request.write_json(plain(found))
    else:
        request.write_text(html(told) if request.form == Written.html else markdown(told))


def gather(mirror: Mirror, audience: Audience, period: Period, *, log: tuple[Triage, ...] = ()) -> Digest:
    """Ask all that a digest says; each part that cannot be told leaves the others as they are."""
    fresh, zone = mirror.freshness(), mirror.settings.timezone
    today = fresh.snapshot_at.astimezone(ZoneInfo(zone)).date()
    span = Span.over(today, PERIODS, period.value, zone)
    problems: dict[str, str] = {}

    def part(name: str, ask: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return ask()
        except ReplicaError as fault:
            problems[name] = f"{fault.sentence} {fault.next_step}".strip()
            return otherwise

    told = [rule for rule in alerts.rules(mirror.settings.home) if rule.of in SHOWN[audience]]
    most = _MOST_WORK.get(audience.value)
    return Digest(
        audience,
        mirror.settings.entity,
        fresh.snapshot_at,
        (fresh.problem or "The mirror is old.") if fresh.stale else "",
        span,
        tuple(_row(mirror, metric, span) for metric in SHOWN[audience]),
        _moved(mirror, span) if audience is Audience.founders else (),
        tuple(sorted(alerts.judged(mirror, told=told, timezone=zone), key=alerts.order)),
        None if audience is Audience.content else part("errors", lambda: _errors(mirror, log, span), None),
        None if most is None else part("work", lambda: _work(mirror, most), None),
        problems,
    )


def _row(mirror: Mirror, metric: Metric, span: Span) -> Row:
    about = (metric.key, metric.title, metric.unit, metric.good)
    target = mirror.settings.targets.get(metric.key)
    try:
        asked = metric.question(mirror, span=span).drop_nulls("period")
    except ReplicaError as fault:
        return Row(*about, target=target, problem=fault.sentence)
    by_period = dict(asked.select("period", "value").iter_rows())
    series = tuple(by_period.get(period) for period in span.periods())
    value, previous = series[-1], series[-2]
    return Row(*about, value, previous, change(value, previous), target, series)


def _moved(mirror: Mirror, span: Span) -> tuple[Moved, ...]:
    """Return the segment that changed each metric most; a metric that cannot be broken down is left out."""
    latest = Span(span.periods()[-1], span.last, span.timezone, span.grain)
    found = []
    for metric in SOUGHT:
        try:
            parts = breakdown(mirror, metric, by=metric.leading, span=latest)
        except ReplicaError:
            continue
        found += [
            Moved(
                metric.title, metric.dimensions[metric.leading], row["segment"], metric.unit, row["previous"],
                row["value"], row["share_of_change"],
            )
            for row in parts.filter(pl.col("change") != 0).head(1).iter_rows(named=True)
        ]  # fmt: skip
    return tuple(found)


def _errors(mirror: Mirror, log: tuple[Triage, ...], span: Span) -> Document:
    as_of = recorded.built(mirror, recorded.merges(log)).as_of
    begin = Span(span.periods()[-1], span.last, span.timezone).start
    return errors.summed(recorded.issues(mirror, log=log, noise=False), as_of, begin)


def _work(mirror: Mirror, most: int) -> tuple[dict[str, Any], ...]:
    judged = coverage.judged(mirror, WINDOW_DAYS)
    listed = worklist.worklist(*judged, worklist.signs(mirror), marks=coverage.marks(mirror), top=most)
    names = ("slug", "name", "kind", "title", "owner", "minutes", "reason", "missing", "source")
    return tuple(listed.select(names).iter_rows(named=True))


def document(found: Digest) -> Document:
    """Turn a digest into headings, tables and lists."""
    fired = sum(one.state == "fired" for one in found.judged)
    unknown = sum(one.state == "unknown" for one in found.judged)
    items: list[Line] = [
        (f"{_named(found.span)}, compared with the {found.span.grain} before; times in {found.span.timezone}",),
        (f"Data as of {found.as_of:%Y-%m-%d %H:%M} UTC",),
    ]
    if found.stale:
        items.append(("The data is old: ", Said(found.stale)))
    if found.judged:
        items.append((f"{fired} alerts fired, {unknown} cannot be known",))
    sections = [_numbers(found)]
    if found.audience is Audience.founders:
        sections.append(_changed(found))
    if found.judged:
        sections.append(_alarms(found))
    if found.audience is not Audience.content:
        sections += _failing(found)
    if found.audience in {Audience.founders, Audience.content}:
        sections.append(_to_write(found))
    return Document(f"{found.entity} for {found.audience.value}: {_named(found.span)}", tuple(items), tuple(sections))


def _numbers(found: Digest) -> Section:
    head = ("Metric", found.span.grain.capitalize(), "Before", "Change", "Target", f"{PERIODS} {found.span.grain}s")
    rows = tuple(
        (
            one.title,
            number(one.value, one.unit),
            number(one.previous, one.unit),
            _judged_change(one),
            number(one.target, one.unit) if one.target is not None else "",
            Chart(
                tuple(None if value is None else float(value) for value in one.series),
                f"{one.title}: {number(one.previous, one.unit)}, then {number(one.value, one.unit)}",
            )
            if any(value is not None for value in one.series)
            else UNKNOWN,
        )
        for one in found.rows
    )
    unknown = tuple((f"{one.title} cannot be known: ", Said(one.problem)) for one in found.rows if one.problem)
    return Section("Numbers", table=Table(head, rows), items=unknown)


def _judged_change(one: Row) -> str:
    if not one.change:
        return percent(one.change)
    return f"{percent(one.change, signed=True)}, {'better' if (one.change > 0) == (one.good == 'up') else 'worse'}"


def _changed(found: Digest) -> Section:
    head = ("Metric", "By", "Segment", "Before", "Now", "Share of the change")
    rows = tuple(
        (one.title, one.by, Said(one.segment), number(one.previous, one.unit), number(one.value, one.unit),
         percent(one.share))
        for one in found.moved
    )  # fmt: skip
    return Section("What changed most", table=Table(head, rows), empty="Nothing changed.")


def _alarms(found: Digest) -> Section:
    words = {"fired": "", "unknown": "unknown, "}
    items = [_line_of(f"{words[one.state]}{one.rule.severity}: ", one) for one in found.judged if one.state in words]
    return Section("Alerts", items=tuple(items), empty=f"All {len(found.judged)} rules are as expected.")


def _line_of(head: str, one: alerts.Judgement) -> Line:
    rows: list[str | Said] = []
    for place, row in enumerate(one.rows):
        rows += [" Newest rows: " if place == 0 else ", ", Said(row)]
    return (head, one.sentence, *rows)


def _failing(found: Digest) -> list[Section]:
    told = found.errors
    if told is None:
        return [Section("Errors", empty=f"This cannot be known: {found.problems.get('errors', '')}")]
    if found.audience is Audience.ops:
        return [Section("Errors", items=told.items), *told.sections]
    named = [(f"{section.title.partition(' (')[0]}: ", *line) for section in told.sections for line in section.items]
    return [Section("Errors", items=(*told.items, *named[:_MOST_ERRORS]))]


def _to_write(found: Digest) -> Section:
    if found.work is None:
        return Section("What to write next", empty=f"This cannot be known: {found.problems.get('work', '')}")
    items: list[Line] = [
        (
            Said(row["name"]),
            f": {row['title']} ({row['owner']}, {row['minutes']} min). {row['reason']} Missing: {row['missing']}.",
            f" Source: {row['source']}." if row["source"] else "",
        )
        for row in found.work
    ]
    return Section("What to write next", items=tuple(items), numbered=True, empty="Nothing is missing.")


def _named(span: Span) -> str:
    latest: date = span.periods()[-1]
    return {"day": f"{latest:%A}, {latest}", "week": f"week from {latest}", "month": f"{latest:%B %Y}"}[span.grain]


def plain(found: Digest) -> dict[str, Any]:
    """Return a digest as JSON holds it; money as it is, other numbers as numbers."""
    exact = {one.metric: one.unit == "currency" for one in found.rows}

    def kept(name: str, value: int | Decimal | None) -> int | float | Decimal | None:
        return value if value is None or isinstance(value, int) or exact[name] else round(float(value), 6)

    return {
        "for": found.audience.value,
        "as_of": found.as_of,
        "period": {"first": found.span.periods()[-1], "last": found.span.last, "grain": found.span.grain},
        "metrics": [
            {
                "metric": one.metric,
                "value": kept(one.metric, one.value),
                "previous": kept(one.metric, one.previous),
                "change": None if one.change is None else round(one.change, 6),
                "target": kept(one.metric, one.target),
                "series": [kept(one.metric, value) for value in one.series],
                "problem": one.problem or None,
            }
            for one in found.rows
        ],
        "changed": [
            {"metric": one.title, "by": one.by, "segment": one.segment, "share_of_change": one.share}
            for one in found.moved
        ],
        "alerts": [
            {"alert": one.rule.key, "state": one.state, "severity": one.rule.severity, "sentence": one.sentence}
            for one in found.judged
        ],
        "errors": None if found.errors is None else [
            {"title": section.title, "issues": ["".join(line) for line in section.items]}
            for section in found.errors.sections
        ],
        "worklist": None if found.work is None else [*found.work],
        "problems": found.problems,
    }  # fmt: skip
