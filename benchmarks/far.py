"""A server as if it were far away: a proxy on loopback that hands every byte on late, without the system's help.

`python -m benchmarks.far SOCKET MILLISECONDS` prints the port it listens on; `far` runs it for a benchmark, in a
process of its own so that it takes no turn of the one that is measured.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def far(socket: Path, round_trip: float) -> Iterator[int]:
    """Yield a local port behind which the server of a Unix socket answers after `round_trip` seconds or more."""
    command = [sys.executable, "-m", "benchmarks.far", str(socket), str(round_trip * 500)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as proxy:  # noqa: S603  this module
        try:
            said = proxy.stdout.readline() if proxy.stdout else ""
            yield int(said)
        finally:
            proxy.terminate()


async def _serve(socket: str, seconds: float) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_unix_connection(socket)
        await asyncio.gather(_hand_on(reader, ahead, seconds), _hand_on(behind, writer, seconds))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Write what is read, in order, each piece that much later; pieces overtake the wait of those before them."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def write() -> None:
        while True:
            due, piece = await waiting.get()
            await asyncio.sleep(due - loop.time())
            if not piece:
                writer.close()
                return
            writer.write(piece)
            await writer.drain()

    writing = asyncio.create_task(write())
    piece = b"-"
    while piece:
        try:
            piece = await reader.read(1 << 16)
        except ConnectionError:
            piece = b""
        waiting.put_nowait((loop.time() + seconds, piece))
    await asyncio.gather(writing, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], float(sys.argv[2]) / 1_000))
