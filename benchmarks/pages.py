"""How much CPU of the server does a run of each page cost, with answers kept (warm) and asked anew (cold)?"""

from __future__ import annotations

import contextlib
import time
from statistics import median
from typing import TYPE_CHECKING, Final

from websockets.sync.client import connect

from benchmarks.report import Result
from benchmarks.served import FIRST_PAGE, START_SECONDS, Run, asked, served
from dashboards.navigation import PAGES
from demo.build import build
from demo.world import Plan
from replica import generations
from replica.refresh import refresh
from replica.settings import load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import psutil
    from websockets.sync.client import ClientConnection

    from demo.cluster import EmbeddedPair

TURNS: Final = 3
RUNS: Final = 5
"""Page runs in a turn: the system counts CPU in hundredths of a second, five runs bring that to 2 ms each."""
_RUN_SECONDS: Final = 60.0
_SETTLE_SECONDS: Final = 0.5


def measure(pair: EmbeddedPair, say: Callable[[str], None]) -> list[Result]:
    """Serve the demo at its documented size and run every page, cold and warm in turns."""
    say("demo at scale 1")
    build(pair, "bench", Plan())
    settings = load_settings(
        home=pair.folder.parent, database_url=pair.reader_url("bench"), mirror_name="bench", refresh_seconds=86_400
    )
    refresh(settings, full=True)
    with served(settings) as (server, port):
        return [_page(server, port, page.key, mirror_folder(settings), say) for page in PAGES]


def _page(server: psutil.Process, port: int, key: str, mirror: Path, say: Callable[[str], None]) -> Result:
    cold: list[float] = []
    warm: list[float] = []
    with opened(port) as browser:
        # The first run of a server pays for its imports, once; it begins at the entry, where the menu is.
        run(browser, port, FIRST_PAGE)
        run(browser, port, key)
        for turn in range(TURNS):
            say(f"page {key}, turn {turn + 1} of {TURNS}")
            cold.append(_cpu(server, lambda: _run_anew(browser, port, key, mirror)))
            warm.append(_cpu(server, lambda: run(browser, port, key)))
    return Result(
        f"CPU of a run of the page {key}, warm", warm, "ms", 30, 60,
        f"run again in an open session, {RUNS} runs a turn; cold, with a new generation of the mirror before each run: "
        f"{median(cold):.0f} ms ({min(cold):.0f} – {max(cold):.0f})",
    )  # fmt: skip


def _cpu(server: psutil.Process, once: Callable[[], None]) -> float:
    """Return the CPU milliseconds of a run, user and system, with what the server tidies up afterwards."""
    before = server.cpu_times()
    for _ in range(RUNS):
        once()
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
    run(browser, port, key)


def run(browser: ClientConnection, port: int, key: str, query: str = "") -> None:
    """Run the page as a browser would ask for it, to its end."""
    browser.send(asked(port, key, query))
    heard, until = Run(key), time.monotonic() + _RUN_SECONDS
    while not heard.ended_by(browser.recv(timeout=until - time.monotonic())):
        pass


@contextlib.contextmanager
def opened(port: int) -> Iterator[ClientConnection]:
    """Yield a session of a browser with the app."""
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", max_size=None, open_timeout=START_SECONDS) as browser:
        yield browser
