"""Alerts: how every rule stands, and telling those who should know."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003  typer reads it from the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from commands.common import Request, command, done, say
from commands.delivery import deliver
from metrics import alerts
from store import Store

if TYPE_CHECKING:
    from decimal import Decimal

    from replica import Mirror

app = typer.Typer(help="Alerts: rules about metrics, judged over the last period that is over.")
COLUMNS: Final = ("alert", "state", "severity", "metric", "period", "value", "low", "high", "told", "sentence")


@command(app, whole=True)
def listed(request: Request) -> None:
    """List how every rule stands; nobody is told."""
    with request.mirror() as mirror:
        found = _judged(mirror)
    request.write([_row(one) for one in sorted(found, key=alerts.order)], COLUMNS)


@command(app)
def run(
    request: Request,
    *,
    file: Annotated[Path | None, typer.Option("--file", help="Add what is told to this file too.")] = None,
) -> None:
    """Tell by e-mail, webhook and file what fired, what is over and what cannot be known; for a scheduler."""
    now = datetime.now(UTC)
    with request.mirror() as mirror:
        store = Store(mirror.settings.home)
        try:
            found = _judged(mirror)
            notices = alerts.due(found, store.told(), now)
            if notices:
                subject = f"{mirror.settings.entity}: {alerts.subject(notices)}"
                went = deliver(mirror.settings, subject, alerts.message(notices), file=file)
                done(f"Told: {subject}; by {', '.join(went)}." if went else f"Nobody is named to be told: {subject}.")
                # Only what reached somebody is silent from now on.
                store.note_alerts(
                    [(one.found.rule.key, one.what, one.found.sentence) for one in notices] if went else [], now
                )
            else:
                done("Nothing new to tell.")
        finally:
            store.close()
    told = {one.found.rule.key: one.what for one in notices}
    rows = [{**_row(one), "told": told.get(one.rule.key)} for one in sorted(found, key=alerts.order)]
    request.write(rows, COLUMNS)


def _judged(mirror: Mirror) -> tuple[alerts.Judgement, ...]:
    fresh = mirror.freshness()
    if fresh.stale and fresh.problem:
        say(f"Note: {fresh.problem}")
    told = alerts.rules(mirror.settings.home)
    return alerts.judged(mirror, told=told, timezone=mirror.settings.timezone)


def _row(found: alerts.Judgement) -> dict[str, Any]:
    return {
        "alert": found.rule.key, "state": found.state, "severity": found.rule.severity, "metric": found.rule.metric,
        "period": found.period, "value": _plain(found, found.value), "low": _plain(found, found.low),
        "high": _plain(found, found.high), "told": None, "sentence": found.sentence,
    }  # fmt: skip


def _plain(found: alerts.Judgement, value: int | Decimal | None) -> int | float | Decimal | None:
    """Return money as it is, exact, and every other number as a number."""
    if value is None or found.rule.of.unit == "currency":
        return value
    return value if isinstance(value, int) else round(float(value), 6)
