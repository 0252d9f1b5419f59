"""`make run` from nothing: the pair is made and filled, the app answers, and Ctrl-C leaves nothing running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from demo.cluster import EmbeddedPair

pytestmark = pytest.mark.integration


@pytest.fixture
def serve(tmp_path):
    """Return a starter of `autorev serve` in an empty home; it gives the process once the app answers."""
    started = []

    def start():
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AUTOREV_")}
        process = subprocess.Popen(
            [Path(sys.executable).with_name("autorev"), "serve", "--port", str(port)],
            env={**environment, "AUTOREV_HOME": str(tmp_path / "home")},
            cwd=tmp_path,
            start_new_session=True,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            assert process.poll() is None, process.stderr.read()
            try:
                with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                    return process
            except OSError:
                time.sleep(0.3)
        pytest.fail("the app did not answer within three minutes")

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def living(process, home):
    """Return the processes still alive of the command, its session and the embedded servers of its home."""
    pair = EmbeddedPair(home)
    session = [one.pid for one in psutil.process_iter() if _session(one.pid) == process.pid]
    return {pid for pid in (*session, pair.primary_pid(), pair.standby_pid()) if pid and psutil.pid_exists(pid)}


def ended(process, home):
    """Say whether all of them end; what judges beside the app needs a moment to see that the app is gone."""
    until = time.monotonic() + 15
    while living(process, home):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def _session(pid):
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


def test_ctrl_c_leaves_no_process_behind_and_the_next_start_finds_the_data(serve, tmp_path):
    first = serve()
    assert "Serving http://localhost:" in first.stderr.readline() + first.stderr.readline() + first.stderr.readline()
    assert len(living(first, tmp_path / "home")) >= 4, "the command, the app and both servers run"
    os.killpg(first.pid, signal.SIGINT)
    assert first.wait(60) == 0
    assert ended(first, tmp_path / "home")

    second = serve()
    os.killpg(second.pid, signal.SIGINT)
    assert second.wait(60) == 0
    assert "Building" not in second.stderr.read()
    assert ended(second, tmp_path / "home")
