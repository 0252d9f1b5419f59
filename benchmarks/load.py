"""How long does a run of a page take while twenty people click, and how much memory does each of them cost?

One process, then two behind a proxy that keeps each person at one of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import time
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import TYPE_CHECKING, Final

from websockets.asyncio.client import connect

from benchmarks.report import Result
from benchmarks.served import START_SECONDS, Run, asked, served
from dashboards.navigation import PAGES
from demo.build import build
from demo.world import Plan
from replica.refresh import refresh
from replica.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    import psutil

    from demo.cluster import EmbeddedPair

SESSIONS: Final = 20
MINUTES: Final = 5.0
IDLE_MINUTES: Final = 10.0
THINK_SECONDS: Final = 2.0
_RUN_SECONDS: Final = 60.0
_LOOKS: Final = 60
_SETTLES_SECONDS: Final = 75.0
"""In which the mirror is refreshed, as it is every minute, and made ready for what the first session opened."""
_HEAD_BYTES: Final = 64 * 1024
_COOKIE: Final = re.compile(rb"^cookie:.*\bperson=(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class _Clicked:
    """What one arrangement of servers went through: seconds of every run, memory before and at the end in bytes."""

    processes: list[psutil.Process]
    before: float = 0.0
    end: float = 0.0
    idle: float = 0.0
    ended_at: float = 0.0
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    async def memory(self) -> float:
        """Return the bytes that are resident, the median of a minute: a refresh takes some, once a minute."""
        looked = []
        for _ in range(_LOOKS):
            looked.append(self.resident())
            await asyncio.sleep(60 / _LOOKS)
        return median(looked)

    def resident(self) -> int:
        """Return the bytes that are resident now."""
        return sum(int(process.memory_info().rss) for process in self.processes)


@contextlib.contextmanager
def measured(
    pair: EmbeddedPair, say: Callable[[str], None], minutes: float = MINUTES, idle_minutes: float = IDLE_MINUTES
) -> Iterator[Callable[[], list[Result]]]:
    """Let the sessions click; yield what gives the results once the servers have idled so long.

    Other measurements may run meanwhile: idle servers have only their memory read.
    """
    say("demo at scale 1")
    build(pair, "load", Plan())
    settings = load_settings(home=pair.folder.parent, database_url=pair.reader_url("load"), mirror_name="load")
    refresh(settings, full=True)
    with contextlib.ExitStack() as servers:
        done = []
        for number in (1, 2):
            started = [servers.enter_context(served(settings)) for _ in range(number)]
            say(f"{SESSIONS} sessions at {number} of {number} processes, {minutes:g} minutes")
            clicked = _Clicked([process for process, _ in started])
            asyncio.run(_click([port for _, port in started], clicked, minutes))
            clicked.ended_at = time.monotonic()
            if clicked.errors:
                raise RuntimeError(f"{len(clicked.errors)} runs failed, the first: {clicked.errors[0]}")
            done.append(clicked)

        def results() -> list[Result]:
            found = []
            for clicked in done:
                left = clicked.ended_at + 60 * (idle_minutes - 1) - time.monotonic()
                if left > 0:
                    say(f"idle for {left / 60:.0f} minutes more")
                    time.sleep(left)
                clicked.idle = asyncio.run(clicked.memory())
                found += _results(clicked, minutes, idle_minutes)
            return found

        yield results


async def _click(ports: Sequence[int], clicked: _Clicked, minutes: float) -> None:
    async with _sticky_proxy(ports) as port:
        # What a server keeps once for all sessions is not counted as theirs, nor what a refresh takes.
        for person in range(len(ports)):
            await _session(port, person, clicked, rounds=2)
        await asyncio.sleep(_SETTLES_SECONDS)
        clicked.before = await clicked.memory()
        clicked.seconds.clear()
        until = time.monotonic() + 60 * minutes
        async with asyncio.TaskGroup() as people:
            for person in range(SESSIONS):
                people.create_task(_session(port, person, clicked, until=until, think=THINK_SECONDS))
            await asyncio.sleep(60 * max(minutes - 1, 0))
            clicked.end = await clicked.memory()


async def _session(
    port: int, person: int, clicked: _Clicked, *, rounds: int = 0, until: float = 0.0, think: float = 0.0
) -> None:
    """Open every page in turn, so many rounds or until a moment, thinking after each."""
    thoughts = random.Random(person)  # noqa: S311  people are no secret
    await asyncio.sleep(thoughts.uniform(0, think))
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    cookie = {"Cookie": f"person={person}"}
    async with connect(address, max_size=None, open_timeout=START_SECONDS, additional_headers=cookie) as browser:
        opened = 0
        while opened < rounds * len(PAGES) or time.monotonic() < until:
            key = PAGES[opened % len(PAGES)].key
            run, started = Run(key), time.perf_counter()
            try:
                async with asyncio.timeout(_RUN_SECONDS):
                    await browser.send(asked(port, key))
                    while not run.ended_by(await browser.recv()):
                        pass
            except (RuntimeError, TimeoutError) as failed:
                clicked.errors.append(str(failed) or f"The page {key} took longer than {_RUN_SECONDS:g} seconds.")
            clicked.seconds.append(time.perf_counter() - started)
            opened += 1
            await asyncio.sleep(think * thoughts.uniform(0.5, 1.5))


@contextlib.asynccontextmanager
async def _sticky_proxy(ports: Sequence[int]) -> AsyncIterator[int]:
    """Pass connections on to servers, each person's always to the same one; yield the port to connect to."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        person = _COOKIE.search(head)
        there = await asyncio.open_connection("127.0.0.1", ports[int(person[1]) % len(ports) if person else 0])
        there[1].write(head)
        async with asyncio.TaskGroup() as ways:
            ways.create_task(_pass_on(reader, there[1]))
            ways.create_task(_pass_on(there[0], writer))

    proxy = await asyncio.start_server(serve, "127.0.0.1", 0, limit=_HEAD_BYTES)
    async with proxy:
        yield int(proxy.sockets[0].getsockname()[1])


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while some := await reader.read(_HEAD_BYTES):
            writer.write(some)
            await writer.drain()
    writer.close()


def _results(clicked: _Clicked, minutes: float, idle_minutes: float) -> list[Result]:
    number = len(clicked.processes)
    servers = "one process" if number == 1 else f"{number} processes behind a sticky proxy"
    hundredths = quantiles(clicked.seconds, n=100)
    mebibytes = [bytes_ / 2**20 for bytes_ in (clicked.before, clicked.end, clicked.idle)]
    return [
        Result(
            f"95 of 100 runs of a page end within, {SESSIONS} sessions, {servers}",
            [1000 * hundredths[94]], "ms", 100, 250,
            f"wall time, {len(clicked.seconds):,} runs over the websocket in {minutes:g} minutes through all pages, "
            f"{THINK_SECONDS:g} s between two runs of a person, the mirror refreshed every minute; half end within "
            f"{1000 * hundredths[49]:.0f} ms; 0 errors",
        ),
        Result(
            f"Memory that a session adds, {servers}",
            [(mebibytes[1] - mebibytes[0]) / SESSIONS], "MB", 5, 10,
            f"resident memory, medians of a minute: before, at the end, after {idle_minutes:g} idle minutes: "
            + ", ".join(f"{some:.0f}" for some in mebibytes) + " MB",
        ),
    ]  # fmt: skip
