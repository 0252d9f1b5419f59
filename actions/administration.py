"""What people may change in AutoRev's database beside errors: each change narrow, shown beforehand, on record, undone.

A preview makes the change and takes it back, so it shows what the primary itself would do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql

from actions.primary import Changed, NotWritten, audit, columns, update, writing
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import LiteralString

    import psycopg

    from catalogue.roles import Role, Viewer
    from replica.settings import Settings

MOST_AT_ONCE: Final = 200
LONGEST_NOTE: Final = 500
_NOW: Final = sql.SQL("now()")
_NULL: Final = sql.SQL("null")
_FAILED: Final = "status = 'failed'"
_A_FLAG: Final = "jsonb_typeof(value::jsonb) = 'boolean'"
_OPS: Final[frozenset[Role]] = frozenset({"founder", "ops", "admin"})
_EDITORS: Final[frozenset[Role]] = _OPS | {"content"}


class NotPermitted(ReplicaError):
    """A change that was not made, with the reason."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of change: the table and its key, who may make it, and what can be decided.

    `only` is SQL that says which rows it is for; others are left alone. `columns` are all that it may touch.
    """

    key: str
    title: str
    table: str
    roles: frozenset[Role]
    choices: Mapping[str, str]
    columns: tuple[str, ...]
    keyed_by: str = "id"
    only: LiteralString = "true"


ACTIONS: Final = {
    action.key: action
    for action in (
        Action(
            "feedback", "Triage", "user_feedback", _OPS,
            {"reviewed": "Mark as reviewed", "in_progress": "Take into work", "resolved": "Resolve",
             "wont_fix": "Will not fix"},
            ("status", "issue_addressed", "resolved_at", "updated_at"),
        ),
        Action(
            "comment", "Moderate", "community_post_comments", _EDITORS,
            {"approved": "Approve", "rejected": "Reject"}, ("moderation_status", "moderation_reason"),
        ),
        Action(
            "event", "Decide", "events", _EDITORS, {"approved": "Approve", "rejected": "Reject"},
            ("status", "approved_at", "updated_at"),
        ),
        Action(
            "video", "Try again", "youtube_ingestion_queue", _OPS, {"pending": "Put back into the queue"},
            ("status", "error_message", "processed_at"), only=_FAILED,
        ),
        Action(
            "job", "Try again", "scrape_jobs", _OPS, {"pending": "Put back into the queue"},
            ("status", "error_message", "scheduled_for", "completed_at"), only=_FAILED,
        ),
        Action(
            "flag", "Switch", "app_config", frozenset({"founder", "admin"}), {"true": "On", "false": "Off"},
            ("value", "updated_at"), keyed_by="key", only=_A_FLAG,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one row: what it holds before and after."""

    record: str
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change made different, in a sentence and column by column; it can be handed to `undo`."""

    action: str
    sentence: str
    rows: tuple[Changed, ...]

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return the columns that hold something else than before; times of the change itself are among them."""
        found = []
        for row in self.rows:
            old, new = json.loads(row.old), json.loads(row.new)
            changed = [name for name in new if old[name] != new[name]]
            found += [Difference(row.record, name, _text(old[name]), _text(new[name])) for name in changed]
        return tuple(found)


def preview(
    settings: Settings, viewer: Viewer, action: str, choice: str, keys: Sequence[str], *, note: str = ""
) -> Outcome:
    """Return exactly what `perform` would change now; nothing is changed.

    Raises: as `perform`.
    """
    return _changed(settings, viewer, action, choice, keys, note, keep=False)


def perform(
    settings: Settings, viewer: Viewer, action: str, choice: str, keys: Sequence[str], *, note: str = ""
) -> Outcome:
    """Make a change in one transaction on the primary, with a line of the audit trail for every row.

    Args:
        settings: Where the primary is.
        viewer: Who decides; the role is looked at again whoever drew the button.
        action: A key of ACTIONS.
        choice: One of its choices.
        keys: Of the rows.
        note: Why; it stands in the audit trail, and as the reason of a moderated comment.

    Raises:
        NotPermitted: The role may not, or what is asked makes no sense.
        NotWritten: There is no primary, or it did not take the change. Nothing was changed.
    """
    return _changed(settings, viewer, action, choice, keys, note, keep=True)


def undo(settings: Settings, viewer: Viewer, outcome: Outcome) -> Outcome:
    """Give rows back what they held before, those that still hold what the change made of them.

    Raises: as `perform`.
    """
    action = _admitted(viewer, outcome.action)
    with writing(settings) as primary:
        connection = _primary(primary)
        undone: list[Changed] = []
        for row in outcome.rows:
            names = [name for name in json.loads(row.old) if name in columns(connection, action.table, "UPDATE")]
            record = sql.SQL("(jsonb_populate_record(null::{}, %(old)s::jsonb)).{}")
            table = sql.Identifier(action.table)
            pairs = [sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier(name)) for name in names]
            undone += update(
                connection,
                action.table,
                [row.record],
                {name: record.format(table, sql.Identifier(name)) for name in names},
                key=action.keyed_by,
                only=sql.SQL("jsonb_build_object({}) = %(new)s::jsonb").format(sql.SQL(", ").join(pairs)),
                old=row.old,
                new=row.new,
            )
        audit(connection, action.table, undone, {"decided_by": viewer.name, "undone": True})
    left = len(outcome.rows) - len(undone)
    more = f" {left:,} had been changed again meanwhile and were left as they are." if left else ""
    return Outcome(action.key, f"{_rows(len(undone))} given back what they held.{more}", tuple(undone))


def _changed(
    settings: Settings, viewer: Viewer, key: str, choice: str, keys: Sequence[str], note: str, *, keep: bool
) -> Outcome:
    action, note = _admitted(viewer, key), " ".join(note.split())
    wanted = tuple(dict.fromkeys(keys))
    if choice not in action.choices:
        raise NotPermitted(f"There is no choice {choice!r}.", f"Choose one of {', '.join(action.choices)}.")
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise NotPermitted(f"{len(wanted):,} rows are chosen.", f"Choose between 1 and {MOST_AT_ONCE}.")
    if len(note) > LONGEST_NOTE:
        raise NotPermitted(f"A note has at most {LONGEST_NOTE} characters.", "Write less.")
    with writing(settings) as primary:
        connection = _primary(primary)
        allowed = columns(connection, action.table, "UPDATE")
        changes = {name: how for name, how in _how(action, choice, note).items() if name in allowed}
        decisive = action.columns[0]
        if decisive not in changes:
            raise NotWritten(
                f"The role of AUTOREV_PRIMARY_URL may not change {action.table}.{decisive}, or it is not there.",
                "Grant it UPDATE on that column. Nothing was changed.",
            )
        rows = update(
            connection,
            action.table,
            wanted,
            changes,
            key=action.keyed_by,
            only=sql.SQL(action.only),
            choice=choice,
            note=note,
        )
        audit(connection, action.table, rows, {"decided_by": viewer.name} | ({"note": note} if note else {}))
        if not keep:
            connection.rollback()
    left = len(wanted) - len(rows)
    more = f" {left:,} are gone or are none of these any more and stay as they are." if left else ""
    said = "changed" if keep else "would change"
    return Outcome(action.key, f"{_rows(len(rows))} of {action.table} {said}.{more}", tuple(rows))


def _how(action: Action, choice: str, note: str) -> dict[str, sql.Composable]:
    """Return for each column what it becomes."""
    chosen = sql.SQL("%(choice)s")
    match action.key:
        case "feedback":
            settled = choice == "resolved"
            return {
                "status": chosen, "issue_addressed": sql.Literal(settled),
                "resolved_at": _NOW if settled else _NULL, "updated_at": _NOW,
            }  # fmt: skip
        case "comment":
            reason = {"moderation_reason": sql.SQL("%(note)s")} if note else {}
            return {"moderation_status": chosen, **reason}
        case "event":
            return {"status": chosen, "approved_at": _NOW if choice == "approved" else _NULL, "updated_at": _NOW}
        case "video":
            return {"status": chosen, "error_message": _NULL, "processed_at": _NULL}
        case "job":
            return {"status": chosen, "error_message": _NULL, "scheduled_for": _NOW, "completed_at": _NULL}
    return {"value": sql.SQL("%(choice)s::jsonb"), "updated_at": _NOW}


def _admitted(viewer: Viewer, key: str) -> Action:
    if key not in ACTIONS:
        raise NotPermitted(f"There is no action {key!r}.", f"Choose one of {', '.join(ACTIONS)}.")
    action = ACTIONS[key]
    if viewer.role not in action.roles:
        raise NotPermitted(f"The role {viewer.role} may not change {action.table}.", "Ask an admin.")
    return action


def _primary(primary: psycopg.Connection[dict[str, Any]] | None) -> psycopg.Connection[dict[str, Any]]:
    if primary is None:
        raise NotWritten(
            "No primary is named, so nothing can be changed from here.",
            "Set AUTOREV_PRIMARY_URL to a role that may update these columns and insert into audit_log.",
        )
    return primary


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
