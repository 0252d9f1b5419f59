"""The one way to AutoRev's primary: a bounded transaction of a role that may write very little."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from replica.errors import ReplicaError, redact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from replica.settings import Settings

SECONDS: Final = 10
ALWAYS: Final = sql.SQL("true")


class NotWritten(ReplicaError):
    """The primary did not take a change; nothing was changed there or here."""


@contextmanager
def writing(settings: Settings) -> Iterator[psycopg.Connection[dict[str, Any]] | None]:
    """Yield a transaction on the primary, None when no primary is named; any failure undoes all of it.

    Raises:
        NotWritten: It cannot be reached, is no primary, or refuses; the sentence says which.
    """
    if settings.primary_url is None:
        yield None
        return
    try:
        with psycopg.connect(
            settings.primary_url.get_secret_value(),
            connect_timeout=settings.connect_timeout_seconds,
            row_factory=dict_row,
            options=f"-c statement_timeout={SECONDS}s -c lock_timeout={SECONDS // 2}s -c TimeZone=UTC",
        ) as connection:
            standby = connection.execute("select pg_is_in_recovery() as yes").fetchone()
            if standby is not None and standby["yes"]:
                raise NotWritten(
                    "AUTOREV_PRIMARY_URL names a standby, which takes no changes.", "Name the primary there."
                )
            yield connection
    except psycopg.Error as refused:
        # The cause may repeat the address.
        reason = redact(str(refused).partition("\n")[0]) or "no reason given"
        raise NotWritten(
            f"The primary did not take the change: {reason}.",
            "Nothing was changed. Check AUTOREV_PRIMARY_URL and what its role may do, then try again.",
        ) from None


def columns(connection: psycopg.Connection[dict[str, Any]], table: str, privilege: str) -> dict[str, str]:
    """Return the columns of a table that this role holds a privilege on, with their types; none when it is absent."""
    rows = connection.execute(
        "select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute "
        "where attrelid = to_regclass(%(table)s) and attnum > 0 and not attisdropped "
        "and has_column_privilege(attrelid, attnum, %(privilege)s) order by attnum",
        {"table": table, "privilege": privilege},
    ).fetchall()
    return {row["name"]: row["type"] for row in rows}


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that was changed: its key, and the columns before and after as JSON."""

    record: str
    old: str
    new: str


def update(
    connection: psycopg.Connection[dict[str, Any]],
    table: str,
    keys: Sequence[str],
    changes: Mapping[str, sql.Composable],
    *,
    key: str = "id",
    only: sql.Composable = ALWAYS,
    **parameters: Any,
) -> list[Changed]:
    """Change columns of the rows with these keys that still are as `only` says; `changes` are SQL for each column."""
    readable = columns(connection, table, "SELECT")
    told = [name for name in changes if name in readable]
    before, after = (
        sql.SQL(", ").join(sql.SQL("{}, {}{}").format(sql.Literal(name), row, sql.Identifier(name)) for name in told)
        for row in (sql.SQL(""), sql.SQL("e."))
    )
    statement = sql.SQL(
        "with before as (select {key}, jsonb_build_object({before}) as was from {table} "
        "where {key}::text = any(%(keys)s) and {only} order by {key} for update) "
        "update {table} as e set {set} from before where e.{key} = before.{key} "
        "returning e.{key}::text as record, before.was::text as old, jsonb_build_object({after})::text as new"
    ).format(
        key=sql.Identifier(key),
        before=before,
        after=after,
        table=sql.Identifier(table),
        only=only,
        set=sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(name), how) for name, how in changes.items()),
    )
    rows = connection.execute(statement, {**parameters, "keys": list(keys)}).fetchall()
    return [Changed(row["record"], row["old"], row["new"]) for row in rows]


def audit(
    connection: psycopg.Connection[dict[str, Any]], table: str, rows: Sequence[Changed], told: Mapping[str, Any]
) -> None:
    """Write one line of the audit trail for every row that was changed; `told` joins what became of it.

    Raises:
        NotWritten: The role may not write there: no change goes without its line.
    """
    insertable = columns(connection, "audit_log", "INSERT")
    if not {"table_name", "record_id", "new_values"} <= set(insertable):
        raise NotWritten(
            "The role of AUTOREV_PRIMARY_URL may not write to audit_log.",
            "Grant it INSERT there: no change goes without its line. Nothing was changed.",
        )
    values = {
        "id": sql.SQL("gen_random_uuid()") if insertable.get("id") == "uuid" else None,
        "action": sql.SQL("'UPDATE'"),
        "table_name": sql.Literal(table),
        "record_id": sql.Placeholder("record"),
        "old_values": sql.Placeholder("old"),
        "new_values": sql.Placeholder("new"),
        "changed_at": sql.SQL("now()"),
    }
    used = {name: value for name, value in values.items() if value is not None and name in insertable}
    statement = sql.SQL("insert into audit_log ({}) values ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, used)), sql.SQL(", ").join(used.values())
    )
    with connection.cursor() as cursor:
        for row in rows:
            # A key that is no UUID has no place in a column of that type; it stands among the values.
            fits = insertable["record_id"] != "uuid" or _is_uuid(row.record)
            new = {**json.loads(row.new), **told} | ({} if fits else {"record": row.record})
            line = {"record": row.record if fits else None, "old": row.old, "new": json.dumps(new)}
            cursor.execute(statement, line)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
