"""A connection to a read replica: found, checked, and described in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["standby", "primary"]


@dataclass(frozen=True, slots=True)
class Server:
    """The server that answered.

    `lag_seconds` is 0 when all that was received is replayed, None when the server does not say. `identity` names
    the cluster and the database in it, and changes when the database is dropped and built again. `hidden_tables` are
    those whose rows row-level security may withhold, `unreadable_tables` those the role may not select from; both as
    `schema.table`.
    """

    role: Role
    host: str
    port: int
    database: str
    user: str
    version: str
    identity: str
    lag_seconds: float | None
    can_write: bool
    bypasses_row_security: bool
    hidden_tables: tuple[str, ...] = ()
    unreadable_tables: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A database that may be read: `conninfo` (with the password: never shown) opens it, `server` describes it."""

    conninfo: str = field(repr=False)
    server: Server
