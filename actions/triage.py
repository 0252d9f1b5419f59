"""Triage of errors: who decided what, kept in the log; resolving also settles the rows on the primary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from psycopg import sql

from actions.primary import NotWritten, audit, columns, update, writing
from queries import errors
from queries.errors import detail
from replica.errors import ReplicaError
from store import Triage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg

    from catalogue.roles import Role, Viewer
    from replica import Mirror
    from store import Store

MAY: Final[frozenset[Role]] = frozenset({"founder", "ops", "admin"})
"""Who may decide about errors."""
MOST_AT_ONCE: Final = 500
MOST_ROWS: Final = 100_000
LONGEST_COMMENT: Final = 2_000
TABLE: Final = "application_errors"
_SETTLED: Final = ("resolved", "closed", "fixed", "wont_fix", "duplicate")
KEPT_HERE: Final = "kept here only"


class NotDecided(ReplicaError):
    """A decision that was not taken, with the reason."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision: a sentence, the issues it is about, and rows settled on the primary.

    `rows` is None where the primary was not asked.
    """

    sentence: str
    fingerprints: tuple[str, ...]
    rows: int | None = None


def decide(
    mirror: Mirror,
    store: Store,
    viewer: Viewer,
    action: str,
    fingerprints: Sequence[str],
    *,
    details: Mapping[str, Any] | None = None,
    seen_at: datetime | None = None,
    now: datetime | None = None,
) -> Outcome:
    """Take a decision about issues, for somebody whose role is looked at again whoever drew the button.

    Args:
        mirror: What the person sees.
        store: Where the log is.
        viewer: Who decides.
        action: One of resolve, reopen, snooze, ignore, assign, comment, merge, split.
        fingerprints: The issues.
        details: `release` (resolve); `until`, `more_events`, `more_users`, `until_worse` (snooze); `to` (assign);
            `text` (comment); `into` (merge).
        seen_at: As of when the person saw them; what happened later is left open. Now, without it.
        now: The moment of the decision.

    Raises:
        NotDecided: The role may not, an issue is unknown, or the details make no sense. Nothing was changed.
        NotWritten: The primary did not take it. Nothing was changed.
    """
    if viewer.role not in MAY:
        raise NotDecided(f"The role {viewer.role} may look at errors but not decide about them.", "Ask an admin.")
    if action not in errors.ACTIONS:
        raise NotDecided(f"There is no action {action!r}.", f"Choose one of {', '.join(errors.ACTIONS)}.")
    log = detail.decisions(mirror, store)
    moment = now or datetime.now(UTC)
    chosen = _known(mirror, fingerprints, log, action)
    given = {one: _details(mirror, one, action, dict(details or {}), log, moment) for one in chosen}
    entries = [Triage(one, action, viewer.name, moment, given[one]) for one in chosen]
    if action != "resolve":
        store.note_triage(entries)
        return Outcome(f"{_said(action, chosen, entries[0].details)}: {KEPT_HERE}.", chosen)
    with writing(mirror.settings) as primary:
        rows = None if primary is None else _settle(primary, mirror, viewer, chosen, log, seen_at)
        # Inside the transaction: without the log there is no change on the primary either.
        kept = {"rows": rows} if rows is not None else {}
        store.note_triage(Triage(one.fingerprint, action, one.by, one.at, {**one.details, **kept}) for one in entries)
    where = KEPT_HERE if rows is None else f"{rows:,} {'row' if rows == 1 else 'rows'} settled on the primary"
    return Outcome(f"{_said(action, chosen, entries[0].details)}: {where}.", chosen, rows)


def _known(mirror: Mirror, fingerprints: Sequence[str], log: Sequence[Triage], action: str) -> tuple[str, ...]:
    if not fingerprints:
        raise NotDecided("No issue is chosen.", "Choose at least one.")
    if len(fingerprints) > MOST_AT_ONCE:
        raise NotDecided(f"At most {MOST_AT_ONCE} issues can be decided about at once.", "Choose fewer.")
    merged = errors.merges(log)
    made = errors.built(mirror, merged)
    issues = set(made.issues.get_column("fingerprint"))
    parts = set(made.variants.get_column("fingerprint"))
    # A split names the fingerprint that was merged, everything else the issue it leads to.
    wanted = tuple(dict.fromkeys(one if action == "split" else errors.fold(one, merged) for one in fingerprints))
    unknown = [one for one in wanted if one not in (parts if action == "split" else issues)]
    if unknown:
        raise NotDecided(f"There is no issue {', '.join(unknown[:5])}.", "Refresh the list: it may have been merged.")
    if action == "split" and (alone := [one for one in wanted if one not in merged]):
        raise NotDecided(f"{', '.join(alone[:5])} was not merged into another issue.", "There is nothing to split.")
    return wanted


def _details(
    mirror: Mirror, fingerprint: str, action: str, given: dict[str, Any], log: Sequence[Triage], now: datetime
) -> dict[str, Any]:
    match action:
        case "resolve":
            release = str(given.get("release") or "").strip()
            return {"release": release} if release else {}
        case "assign":
            return {"to": str(given.get("to") or "").strip() or None}
        case "comment":
            text = str(given.get("text") or "").strip()
            if not 0 < len(text) <= LONGEST_COMMENT:
                raise NotDecided(f"A comment has 1 to {LONGEST_COMMENT:,} characters.", "Write it anew.")
            return {"text": text}
        case "merge":
            merged = errors.merges(log)
            into = errors.fold(str(given.get("into") or ""), merged)
            if into == fingerprint:
                raise NotDecided("An issue cannot be merged into itself.", "Choose another one.")
            (into,) = _known(mirror, [into], log, action)
            return {"into": into}
        case "snooze":
            return _condition(mirror, fingerprint, given, log, now)
    return {}


def _condition(
    mirror: Mirror, fingerprint: str, given: dict[str, Any], log: Sequence[Triage], now: datetime
) -> dict[str, Any]:
    """Return until when an issue sleeps: counts are kept as what they must reach."""
    made = errors.built(mirror, errors.merges(log))
    events, users = made.issues.filter(fingerprint=fingerprint).select("events", "users").row(0)
    if given.get("until_worse"):
        return {"until_worse": True}
    if more := given.get("more_events"):
        return {"until_events": events + _positive(more)}
    if more := given.get("more_users"):
        return {"until_users": users + _positive(more)}
    until = given.get("until")
    if isinstance(until, (int, float)):
        until = now + timedelta(days=_positive(until))
    if not isinstance(until, datetime) or until.tzinfo is None or until <= now:
        raise NotDecided(
            "A snooze needs an end: a moment to come, or a number of events or users more.", "Say until when."
        )
    return {"until": until.isoformat()}


def _positive(given: Any) -> int:
    if not isinstance(given, (int, float)) or given < 1:
        raise NotDecided(f"{given!r} is not a number from 1 on.", "Write how many.")
    return int(given)


def _settle(
    primary: psycopg.Connection[dict[str, Any]],
    mirror: Mirror,
    viewer: Viewer,
    fingerprints: Sequence[str],
    log: Sequence[Triage],
    seen_at: datetime | None,
) -> int:
    """Mark the open rows of these issues as settled, as far as the person saw them, and note every one of them."""
    updatable = columns(primary, TABLE, "UPDATE")
    readable = columns(primary, TABLE, "SELECT")
    changes = {
        name: value
        for name, value in (
            ("is_resolved", sql.SQL("true")),
            ("status", sql.SQL("'resolved'")),
            ("resolved_at", sql.SQL("now()")),
        )
        if name in updatable
    }
    if not changes or "id" not in readable:
        raise NotWritten(
            f"The role of AUTOREV_PRIMARY_URL may change none of is_resolved, status and resolved_at of {TABLE}.",
            "Grant it UPDATE on them and SELECT on the table. Nothing was changed.",
        )
    written = 0
    for fingerprint in fingerprints:
        seen = detail.occurrences(mirror, fingerprint, log=log, most=MOST_ROWS)
        in_time = pl.lit(True) if seen_at is None else pl.col("last_seen") <= seen_at
        wanted = seen.filter(in_time, source=TABLE, open=True)
        ids = wanted.get_column("id").to_list()
        rows = update(primary, TABLE, ids, changes, only=_open_still(readable), settled=list(_SETTLED))
        audit(primary, TABLE, rows, {"decided_by": viewer.name, "issue": fingerprint})
        written += len(rows)
    return written


def _open_still(readable: Mapping[str, str]) -> sql.Composable:
    """Return what holds of a row that nobody else settled meanwhile."""
    conditions = [sql.SQL("true")]
    if "is_resolved" in readable:
        conditions.append(sql.SQL("is_resolved is not true"))
    if "status" in readable:
        conditions.append(sql.SQL("coalesce(status::text, '') <> all(%(settled)s)"))
    return sql.SQL(" and ").join(conditions)


def _said(action: str, fingerprints: Sequence[str], details: Mapping[str, Any]) -> str:
    many = f"{len(fingerprints):,} {'issue' if len(fingerprints) == 1 else 'issues'}"
    words = {
        "resolve": "resolved",
        "reopen": "reopened",
        "snooze": "snoozed",
        "ignore": "ignored",
        "assign": f"assigned to {details.get('to')}" if details.get("to") else "assigned to nobody",
        "comment": "commented on",
        "merge": "merged",
        "split": "split off",
    }
    return f"{many} {words[action]}"
