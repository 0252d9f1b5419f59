"""The app served in a process of its own, and what a browser says to it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboards.navigation import ROOT
from replica.settings import Settings, address

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_PAGE: Final = "home"
"""The page without a name in its address."""
START_SECONDS: Final = 60.0
_CANNOT: Final = "This cannot be shown now"


def asked(port: int, key: str, query: str = "") -> bytes:
    """Return the message by which a browser asks for a run of a page, at an address with this query."""
    path = "" if key == FIRST_PAGE else key
    url = f"http://127.0.0.1:{port}/{path}"
    context = ContextInfo(url=url, timezone="UTC", timezone_offset=0, locale="en-US", color_scheme="light")
    return bytes(
        BackMsg(rerun_script=ClientState(query_string=query, page_name=path, context_info=context)).SerializeToString()
    )


class Run:
    """A run of a page as its messages tell it; a page that fails raises, so that it is never timed."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.drawn = 0

    def ended_by(self, received: str | bytes) -> bool:
        """Return whether this message ends the run.

        Raises:
            RuntimeError: The page failed, was not found or could not be shown.
        """
        message = ForwardMsg.FromString(received.encode() if isinstance(received, str) else received)
        kind = message.WhichOneof("type")
        if kind == "delta":
            self.drawn += 1
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception":
                said = f"{element.exception.type} {element.exception.message}"
                raise RuntimeError(f"The page {self.key} failed: {said}")
            if _CANNOT in element.markdown.body:
                raise RuntimeError(f"The page {self.key} could not be shown.")
        elif kind == "page_not_found":
            raise RuntimeError(f"There is no page {self.key}.")
        elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            if message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY or not self.drawn:
                raise RuntimeError(f"The page {self.key} did not run to its end.")
            return True
        return False


@contextlib.contextmanager
def served(settings: Settings) -> Iterator[tuple[psutil.Process, int]]:
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
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("The app did not start.")
