"""The one way to AutoRev's primary: a bounded transaction of a role that may write very little."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg.rows import dict_row

from replica.errors import ReplicaError, redact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from replica.settings import Settings

SECONDS: Final = 10


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
