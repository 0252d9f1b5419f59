"""How much CPU of the server does a run of each page cost, with answers kept (warm) and asked anew (cold)?"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Final

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from benchmarks.report import Result
from dashboards.navigation import PAGES, ROOT
from demo.build import build
from demo.world import Plan
from replica import generations
from replica.refresh import refresh
from replica.settings import Settings, address, load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from demo.cluster import EmbeddedPair

TURNS: Final = 5
RUNS: Final = 10
"""Page runs in a turn: the system counts CPU in hundredths of a second, ten runs bring that to a thousandth each."""
FIRST_PAGE: Final = "home"
"""The page without a name in its address."""
_START_SECONDS: Final = 60.0
_RUN_SECONDS: Final = 60.0
_SETTLE_SECONDS: Final = 0.5
_CANNOT: Final = "This cannot be shown now"


def measure(pair: EmbeddedPair, say: Callable[[str], None]) -> list[Result]:
    """Serve the demo at its documented size and run every page, cold and warm in turns."""
    say("demo at scale 1")
    build(pair, "bench", Plan())
    settings = load_settings(
        home=pair.folder.parent, database_url=pair.reader_url("bench"), mirror_name="bench", refresh_seconds=86_400
    )
    refresh(settings, full=True)
    with _served(settings) as (server, port):
        return [_page(server, port, page.key, mirror_folder(settings), say) for page in PAGES]


def _page(server: psutil.Process, port: int, key: str, mirror: Path, say: Callable[[str], None]) -> Result:
    cold: list[float] = []
    warm: list[float] = []
    with _opened(port) as browser:
        # The first run of a server pays for its imports, once; it begins at the entry, where the menu is.
        _run(browser, port, FIRST_PAGE)
        _run(browser, port, key)
        for turn in range(TURNS):
            say(f"page {key}, turn {turn + 1} of {TURNS}")
            cold.append(_cpu(server, lambda: _run_anew(browser, port, key, mirror)))
            warm.append(_cpu(server, lambda: _run(browser, port, key)))
    return Result(
        f"CPU of a run of the page {key}, warm", warm, "ms", 30, 60,
        f"run again in an open session, {RUNS} runs a turn; cold, with a new generation of the mirror before each run: "
        f"{median(cold):.0f} ms ({min(cold):.0f} – {max(cold):.0f})",
    )  # fmt: skip


def _cpu(server: psutil.Process, run: Callable[[], None]) -> float:
    """Return the CPU milliseconds of a run, user and system, with what the server tidies up afterwards."""
    before = server.cpu_times()
    for _ in range(RUNS):
        run()
    time.sleep(_SETTLE_SECONDS)
    after = server.cpu_times()
    return 1000 * float(after.user + after.system - before.user - before.system) / RUNS


def _run_anew(browser: ClientConnection, port: int, key: str, mirror: Path) -> None:
    """Run the page as the first one after a refresh: no answer is kept and the file is opened anew."""
    with generations.lock(mirror):
        served = generations.current(mirror)
        if served is None:
            raise RuntimeError("The mirror is gone.")
        unfinished = generations.building(mirror)
        generations.clone(served, unfinished)
        generations.publish(unfinished)
    _run(browser, port, key)


def _run(browser: ClientConnection, port: int, key: str) -> None:
    """Run the page as a browser would ask for it, to its end; a page that fails is not timed."""
    path = "" if key == FIRST_PAGE else key
    url = f"http://127.0.0.1:{port}/{path}"
    context = ContextInfo(url=url, timezone="UTC", timezone_offset=0, locale="en-US", color_scheme="light")
    browser.send(BackMsg(rerun_script=ClientState(page_name=path, context_info=context)).SerializeToString())
    until = time.monotonic() + _RUN_SECONDS
    drawn = 0
    while True:
        message = ForwardMsg.FromString(_bytes(browser.recv(timeout=until - time.monotonic())))
        kind = message.WhichOneof("type")
        if kind == "delta":
            drawn += 1
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception":
                raise RuntimeError(f"The page {key} failed: {element.exception.type} {element.exception.message}")
            if _CANNOT in element.markdown.body:
                raise RuntimeError(f"The page {key} could not be shown.")
        elif kind == "page_not_found":
            raise RuntimeError(f"There is no page {key}.")
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                continue
            if message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY or not drawn:
                raise RuntimeError(f"The page {key} did not run to its end.")
            return


def _bytes(received: str | bytes) -> bytes:
    return received.encode() if isinstance(received, str) else received


@contextlib.contextmanager
def _opened(port: int) -> Iterator[ClientConnection]:
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", max_size=None, open_timeout=_START_SECONDS) as browser:
        yield browser


@contextlib.contextmanager
def _served(settings: Settings) -> Iterator[tuple[psutil.Process, int]]:
    """Serve the app over this mirror, in a process of its own that counts its own CPU."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOREV_", "STREAMLIT_"))}
    environment |= {
        "AUTOREV_DATABASE_URL": address(settings),
        "AUTOREV_HOME": str(settings.home),
        "AUTOREV_MIRROR_NAME": str(settings.mirror_name),
        "AUTOREV_REFRESH_SECONDS": str(settings.refresh_seconds),
    }
    process = subprocess.Popen(  # noqa: S603  our own program, our own arguments
        [
            sys.executable, "-m", "streamlit", "run", "streamlit_app.py",
            "--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true",
        ],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(port, process)
        yield psutil.Process(process.pid), port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("The app did not start.")
