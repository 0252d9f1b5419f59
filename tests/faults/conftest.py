"""Databases to lose, a proxy that can break, and a page that says what it sees."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import psutil
import psycopg
import pytest
import streamlit as st
from psycopg import sql
from streamlit.testing.v1 import AppTest

from dashboards import navigation
from demo.cluster import EmbeddedPair
from replica import Mirror, Refreshed, Settings, generations, mirror_folder, refresh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CONTENTS = (
    "create table cars (id uuid primary key default gen_random_uuid(), slug text, name text, hp int)",
    (
        "create table page_views (id uuid primary key default gen_random_uuid(), session_id text, page_url text,"
        " created_at timestamptz)"
    ),
    "insert into cars (slug, name, hp) select 'car-' || i, 'Car ' || i, 100 + i from generate_series(1, 300) i",
    (
        "insert into page_views (session_id, page_url, created_at)"
        " select 's' || i, '/' || repeat('x', 200), timestamptz '2026-01-01' + i * interval '1 minute'"
        " from generate_series(1, 20000) i"
    ),
)
WHOLE = {
    "cars": "select id::text, slug, name, hp from cars order by 1",
    "page_views": "select count(*), count(distinct id), min(created_at), max(created_at) from page_views",
}

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass
class Database:
    """A database of the test's own and its mirror."""

    pair: EmbeddedPair
    name: str
    settings: Settings

    def run(self, *statements: str) -> None:
        """Execute on the primary, each statement in a transaction of its own, and wait for the standby."""
        with psycopg.connect(self.pair.primary_url(self.name), autocommit=True) as primary:
            for statement in statements:
                primary.execute(statement.encode())
        self.pair.wait_for_replay(self.name)

    def live(self) -> Rows:
        """Return what the primary holds."""
        with psycopg.connect(self.pair.primary_url(self.name)) as primary:
            primary.execute("set timezone = 'UTC'")
            return {table: primary.execute(select.encode()).fetchall() for table, select in WHOLE.items()}

    def shown(self) -> Rows:
        """Return what the mirror answers."""
        return {table: self.ask(select) for table, select in WHOLE.items()}

    def ask(self, select: str) -> list[tuple[Any, ...]]:
        """Answer a question without a declared shape."""
        return self.mirror._answer("test", select, {}, frozenset()).rows()

    @property
    def mirror(self) -> Mirror:
        """The reading side."""
        return Mirror(self.folder, self.settings)

    @property
    def folder(self) -> Path:
        """Where the mirror is."""
        return mirror_folder(self.settings)

    @property
    def current(self) -> Path:
        """The file that answers."""
        path = generations.current(self.folder)
        assert path is not None
        return path

    def refresh(self, **chosen: Any) -> Refreshed:
        """Refresh the mirror."""
        return refresh(self.settings, **chosen)

    def edit(self, *statements: str) -> None:
        """Change the file that answers, as a whole: readers have it open."""
        copy = self.settings.home / "edited.duckdb"
        shutil.copy(self.current, copy)
        with duckdb.connect(str(copy)) as file:
            for statement in statements:
                file.execute(statement)
        copy.replace(self.current)

    def set(self, **settings: Any) -> None:
        """Change settings."""
        self.settings = self.settings.model_copy(update=settings)

    def reading(self, url: str, **settings: Any) -> Database:
        """Return the same database and mirror, read at another address."""
        return Database(self.pair, self.name, self.settings.at(url, mirror_name=self.name).model_copy(update=settings))

    def debris(self) -> set[str]:
        """Return what lies in the mirror's folder beside what belongs there."""
        named = {generations.LINK, generations.LOCK, generations.STATUS}
        return (
            {path.name for path in self.folder.iterdir()}
            - named
            - {path.name for path in generations.served(self.folder)}
        )


@contextlib.contextmanager
def database(pair: EmbeddedPair, home: Path) -> Iterator[Database]:
    """Make a database with contents, mirrored once."""
    name = f"fault_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(pair.primary_url(), autocommit=True) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    settings = Settings(home=home, refresh_seconds=60).at(pair.reader_url(name), mirror_name=name)
    made = Database(pair, name, settings)
    made.run(*CONTENTS)
    made.refresh()
    yield made
    with contextlib.suppress(psycopg.Error), psycopg.connect(pair.primary_url(), autocommit=True) as server:
        server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def mirrored(embedded_pair: EmbeddedPair, tmp_path: Path) -> Iterator[Database]:
    """Return a database on the shared pair, mirrored once: the test leaves the servers alone."""
    with database(embedded_pair, tmp_path) as made:
        assert made.shown() == made.live()
        yield made


@pytest.fixture(scope="module")
def own_pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPair]:
    """Return a pair that the tests of the module may break; each leaves it running."""
    pair = EmbeddedPair(tmp_path_factory.mktemp("own"))
    with pair:
        yield pair
    pair.remove()


@pytest.fixture
def owned(own_pair: EmbeddedPair, tmp_path: Path) -> Iterator[Database]:
    """Return a database on the module's own pair, mirrored once."""
    with database(own_pair, tmp_path) as made:
        assert made.shown() == made.live()
        yield made


@pytest.fixture(scope="session")
def kill() -> Callable[[int | None], None]:
    """Return what ends a server as the kernel does when memory is short, and waits until its processes are gone."""

    def end(pid: int | None) -> None:
        assert pid is not None
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=20)

    return end


class Proxy:
    """A TCP address in front of a server's socket, which can be broken in several ways.

    `after` is how many bytes of the server pass before the fault. `reset` and `stall` break connections there,
    `swallow` takes connections and says nothing at all.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.fault: str | None = None
        self.after = 0
        self.met = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._held: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, database: str, role: str = "autorev_reader", more: str = "") -> str:
        """Return the address of a database through the proxy."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}{more}"

    def breaks(self, fault: str | None, *, after: int = 0) -> None:
        """Choose what connections meet from now on."""
        self.fault, self.after = fault, after
        self.met.clear()

    def close(self) -> None:
        """End it: the port refuses connections from now on."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for held in self._held:
            held.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._held.append(client)
                if self.fault == "swallow":
                    self.met.set()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self.target))
                self._held.append(server)
                for way in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._forward, args=way, daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket, counted: bool) -> None:  # noqa: FBT001
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(8192):
                passed += len(data) if counted else 0
                if counted and self.fault in {"reset", "stall"} and passed > self.after:
                    self.met.set()
                    if self.fault == "reset":
                        # Closed without a farewell, and only once the other thread has let go of it.
                        target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        target.shutdown(socket.SHUT_RD)
                        time.sleep(0.05)
                        target.close()
                    return
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxied() -> Iterator[Callable[[EmbeddedPair], Proxy]]:
    """Return a maker of proxies in front of the standby of a pair."""
    made: list[Proxy] = []

    def make(pair: EmbeddedPair) -> Proxy:
        made.append(Proxy(pair.sockets / "standby" / ".s.PGSQL.5432"))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()


@pytest.fixture
def proxy(embedded_pair: EmbeddedPair, proxied: Callable[[EmbeddedPair], Proxy]) -> Proxy:
    """Return a proxy in front of the shared standby."""
    return proxied(embedded_pair)


@dataclass
class Seen:
    """What a page shows."""

    texts: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    badges: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)

    @property
    def all_text(self) -> str:
        """All words, one after another."""
        return "\n".join(self.texts)


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Seen]]:
    """Return a reader of pages: `look(settings, "home")`."""

    def read(settings: Settings, key: str = "home", **address: str) -> Seen:
        monkeypatch.setenv("AUTOREV_HOME", str(settings.home))
        monkeypatch.setenv("AUTOREV_MIRROR_NAME", str(settings.mirror_name))
        monkeypatch.setenv("AUTOREV_REFRESH_SECONDS", str(settings.refresh_seconds))
        st.cache_data.clear()
        st.cache_resource.clear()
        page = AppTest.from_file(str(navigation.BY_KEY[key].script), default_timeout=60)
        page.query_params.update(address)
        page.run()
        return Seen(
            [text.value for text in page.text],
            {metric.label: metric.value for metric in page.metric},
            [text.value for text in page.markdown if "badge" in text.value],
            [one.message for one in page.exception],
        )

    yield read
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def until() -> Callable[..., None]:
    """Return what waits for something to become true, and fails when it does not."""

    def wait(condition: Callable[[], bool], seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.02)

    return wait


WARM = """
import os, sys, traceback
from pathlib import Path
from replica import Settings, refresh
from replica.errors import ReplicaError
settings = Settings(home=Path(sys.argv[1])).at(sys.argv[2], mirror_name=sys.argv[3])
for line in sys.stdin:
    pids = []
    for _ in range(int(line)):
        pid = os.fork()
        if pid == 0:
            try:
                refresh(settings)
            except ReplicaError as failed:
                os.write(1, f"refused: {failed.sentence}\\n".encode())
                os._exit(3)
            except BaseException:
                traceback.print_exc()
                os._exit(4)
            os._exit(0)
        pids.append(pid)
    os.write(1, f"began {' '.join(map(str, pids))}\\n".encode())
    for pid in pids:
        _, status = os.waitpid(pid, 0)
        os.write(1, f"ended {os.waitstatus_to_exitcode(status)}\\n".encode())
"""


class Warm:
    """A process with everything imported, which forks refreshers that begin at once."""

    def __init__(self, database: Database) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable, "-c", WARM, str(database.settings.home),
                database.settings.database_url.get_secret_value(), database.name,
            ],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def begin(self, number: int = 1) -> list[int]:
        """Fork so many refreshers and return their processes."""
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        self.said: list[str] = []
        return [int(pid) for pid in self._line("began").split()[1:]]

    def end(self) -> int:
        """Wait for the next refresher and return its exit code, negative when it was killed."""
        return int(self._line("ended").split()[1])

    def close(self) -> None:
        """End it."""
        self._process.stdin.close()
        self._process.wait(20)

    def _line(self, kind: str) -> str:
        while True:
            line = self._process.stdout.readline()
            assert line, "the process with the refreshers ended"
            if line.startswith(kind):
                return line
            self.said.append(line.strip())


@pytest.fixture
def warm(mirrored: Database) -> Iterator[Warm]:
    """Return a process that forks refreshers of the database `mirrored`."""
    made = Warm(mirrored)
    yield made
    made.close()
