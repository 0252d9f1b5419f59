"""A watch over connections to a server that may fall silent.

The server ends a statement after its time limit and the network reports a host that is gone. Nobody reports a host
that holds the connection and says nothing: a stopped process, a proxy that swallows. What waits for it is ended here.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Self, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import psycopg

_LOOKS_EVERY: Final = 0.2
_OPEN_FILES: Final = "/dev/fd"


class Watch:
    """Shuts every connection made to `peer` since it began, and `mine`, once a statement had no answer for `seconds`.

    `silent` says that it did; the statement then fails as if the server had closed the connection. Without `seconds`
    nothing is watched.
    """

    def __init__(
        self, peer: str | int | None, seconds: float | None, mine: psycopg.Connection[Any] | None = None
    ) -> None:
        self.seconds: Final = seconds
        self.silent = False
        self._peer: Final = peer
        own = mine.fileno() if mine is not None else None
        self._before: Final = {found for found in _connections(peer) if found[0] != own}
        self._until: dict[int, float] = {}
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        if self.seconds is not None and self._peer is not None:
            threading.Thread(target=self._look, name="watch", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Expect an answer in the block, in time."""
        key = threading.get_ident()
        self._until[key] = time.monotonic() + (self.seconds or 0.0)
        try:
            yield
        finally:
            self._until.pop(key, None)

    def over(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """Return the connection, and the cursors made from it, with every statement watched.

        With a database attached, listing the columns of the own file asks the server too.
        """
        return cast("duckdb.DuckDBPyConnection", _Watched(connection, self))

    def _look(self) -> None:
        while not self._ended.wait(_LOOKS_EVERY):
            if any(time.monotonic() > until for until in list(self._until.values())):
                for file, _ in _connections(self._peer) - self._before:
                    self.silent = True
                    _shut(file)


def peer_of(connection: psycopg.Connection[Any]) -> str | int | None:
    """Return what tells connections to the same server from others: the port, or the path of the socket."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as held:
        return _peer(held)
    return None


class _Watched:
    """A connection of DuckDB whose statements are awaited by a watch."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, watch: Watch) -> None:
        self._connection = connection
        self._watch = watch

    def execute(self, query: str, parameters: object = None) -> Self:
        with self._watch.waiting():
            self._connection.execute(query, parameters)
        return self

    def cursor(self) -> _Watched:
        return _Watched(self._connection.cursor(), self._watch)

    def fetchall(self) -> list[Any]:
        with self._watch.waiting():
            return self._connection.fetchall()

    def fetchone(self) -> tuple[Any, ...] | None:
        with self._watch.waiting():
            return self._connection.fetchone()

    def to_arrow_table(self) -> Any:
        with self._watch.waiting():
            return self._connection.to_arrow_table()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def _connections(peer: str | int | None) -> set[tuple[int, int]]:
    """Return the connections of this process to a server: number of the open file and of the socket."""
    found = set()
    for name in os.listdir(_OPEN_FILES):  # noqa: PTH208  names that are numbers, not paths
        with contextlib.suppress(OSError, ValueError):
            file = int(name)
            about = os.fstat(file)
            if stat.S_ISSOCK(about.st_mode):
                with socket.socket(fileno=os.dup(file)) as held:
                    if _peer(held) == peer:
                        found.add((file, about.st_ino))
    return found


def _peer(held: socket.socket) -> str | int | None:
    address = held.getpeername()
    return int(address[1]) if isinstance(address, tuple) else str(address)


def _shut(file: int) -> None:
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(file)) as held:
        held.shutdown(socket.SHUT_RDWR)
