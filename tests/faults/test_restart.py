"""The app is restarted, politely and not, while sessions are at work: it comes back, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.request import urlopen

import psutil
import psycopg
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from demo.cluster import EmbeddedPair
from replica import Mirror, Settings, generations, mirror_folder

pytestmark = pytest.mark.integration
COUNT = "select count(*) from cars"


@pytest.fixture
def home(tmp_path):
    """Return a home whose embedded server holds a small database of the app's own name."""
    home = tmp_path / "home"
    pair = EmbeddedPair(home)
    with pair:
        with psycopg.connect(pair.primary_url(), autocommit=True) as server:
            server.execute("create database autorev")
        with psycopg.connect(pair.primary_url("autorev"), autocommit=True) as primary:
            primary.execute("create table cars (id uuid primary key default gen_random_uuid(), slug text)")
            primary.execute("insert into cars (slug) select 'car-' || i from generate_series(1, 300) i")
        pair.wait_for_replay("autorev")
    yield home
    pair.remove()


class App:
    """`autorev serve` in a home, and sessions that run its first page again and again."""

    def __init__(self, home: Path, port: int) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AUTOREV_")}
        self.port = port
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("autorev"), "serve", "--port", str(port)],
            env={**environment, "AUTOREV_HOME": str(home), "AUTOREV_REFRESH_SECONDS": "1"},
            cwd=home.parent, start_new_session=True, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.runs = 0
        until = time.monotonic() + 120
        while True:
            assert self.process.poll() is None, "it runs"
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                break
            assert time.monotonic() < until
            time.sleep(0.2)
        self._sessions = [threading.Thread(target=self._session, daemon=True) for _ in range(4)]
        for session in self._sessions:
            session.start()

    def _session(self) -> None:
        url = f"http://127.0.0.1:{self.port}/"
        context = ContextInfo(url=url, timezone="UTC", timezone_offset=0, locale="en-US", color_scheme="light")
        ask = BackMsg(rerun_script=ClientState(page_name="", context_info=context)).SerializeToString()
        place = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        with contextlib.suppress(ConnectionClosed, OSError), connect(place, max_size=None) as browser:
            while True:
                browser.send(ask)
                while ForwardMsg.FromString(browser.recv(timeout=60)).WhichOneof("type") != "script_finished":
                    pass
                self.runs += 1

    def under_load(self) -> None:
        """Wait until every session has run a page."""
        until = time.monotonic() + 60
        while self.runs < len(self._sessions) * 2:
            assert time.monotonic() < until, "the sessions run pages"
            time.sleep(0.05)

    def family(self) -> set[int]:
        """Return the processes of the command and of the app that it began, without those of the database."""
        found = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        return {one.pid for one in found if "postgres" not in one.name()}


def gone(pids, seconds=30.0):
    until = time.monotonic() + seconds
    while living := {pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"}:
        if time.monotonic() > until:
            return living
        time.sleep(0.1)
    return set()


def test_the_app_is_restarted_under_load(home):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(home=home, mirror_name="embedded-autorev")
    mirror = Mirror(mirror_folder(settings), settings)

    polite = App(home, port)
    polite.under_load()
    family = polite.family()
    polite.process.send_signal(signal.SIGTERM)
    assert polite.process.wait(60) == 0
    assert gone(family) == set()
    pair = EmbeddedPair(home)
    assert (pair.primary_pid(), pair.standby_pid()) == (None, None), "no server is left running"
    assert mirror._answer("test", COUNT, {}, frozenset()).rows() == [(300,)]

    killed = App(home, port)
    killed.under_load()
    family = killed.family()
    killed.process.kill()
    killed.process.wait()
    if sys.platform == "linux":
        assert gone(family) == set(), "the app ends with the command that began it"
    assert mirror._answer("test", COUNT, {}, frozenset()).rows() == [(300,)]

    again = App(home, port)
    again.under_load()
    family = again.family()
    os.killpg(again.process.pid, signal.SIGTERM)
    assert again.process.wait(60) == 0
    assert gone(family) == set()
    assert (pair.primary_pid(), pair.standby_pid()) == (None, None), "also what the killed one had left is stopped"
    assert mirror._answer("test", COUNT, {}, frozenset()).rows() == [(300,)]
    # A refresh that was under way left its unfinished file: the next one begins by sweeping it away.
    with generations.lock(mirror_folder(settings)):
        generations.sweep(mirror_folder(settings))
    left = {path.name for path in mirror_folder(settings).iterdir() if not path.name.endswith(".duckdb")}
    assert left <= {"CURRENT", "REFRESHING", "STATUS.json"}
