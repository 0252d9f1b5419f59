"""The process that judges beside the app: the pulse after each refresh, every suite by night and when somebody asks.

It is one process of its own, for Great Expectations takes seconds to import and its work would stand in the way of
pages. It ends with whoever started it: when its standard input ends.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from quality import history
from quality.run import run
from replica.errors import ReplicaError
from replica.mirror import Mirror
from replica.settings import load_settings, mirror_folder
from store import Store, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from quality.run import Engine

LOOKS_SECONDS: Final = 1.0
BEGINS_SECONDS: Final = 60.0  # the first pages of an app that starts need the processor more
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the full run is that goes on, or how the last one ended."""

    running: bool
    done: int
    of: int
    table: str
    at: datetime
    problem: str = ""


def ask(folder: Path) -> None:
    """Ask for a full run as soon as may be; asked again before it began, it is one."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "asked").touch()


def asked(folder: Path) -> bool:
    """Say whether a full run is asked for that has not begun."""
    return (folder / "asked").exists()


def alive(folder: Path) -> bool:
    """Say whether a process judges this database."""
    path = folder / "worker.lock"
    if not path.exists():
        return False
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def progress(folder: Path) -> Progress | None:
    """Return how far the full run is, None when there was none yet."""
    try:
        found = json.loads((folder / "progress.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return Progress(**{**found, "at": datetime.fromisoformat(found["at"])})


def due(now: datetime, hour: int, since: datetime, last_full: datetime | None) -> bool:
    """Say whether the nightly run is due: its hour (UTC) struck since the process began, and none was made since."""
    struck = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if struck > now:
        struck -= timedelta(days=1)
    return since <= struck and (last_full is None or last_full < struck)


class Worker:
    """Judges the database of some settings, one run at a time."""

    def __init__(self, mirror: Mirror, *, began: datetime | None = None) -> None:
        self.mirror = mirror
        self.folder = history.folder(mirror)
        self._began = began or datetime.now(UTC)
        self._last_full: datetime | None = None
        self._judged: Any = None

    def look(self) -> Engine | None:
        """Do what there is to do now; return which engine judged, None when there was nothing to do."""
        if asked(self.folder) or due(datetime.now(UTC), self.mirror.settings.check_hour, self._began, self._last_full):
            # Taken off first: what is asked for meanwhile is another run.
            (self.folder / "asked").unlink(missing_ok=True)
            self._last_full = datetime.now(UTC)
            self._full()
            return "gx"
        with suppress(ReplicaError):
            edition = self.mirror.edition
            if edition != self._judged:
                self._judged = edition
                self._record("sql")
                return "sql"
        return None

    def _full(self) -> None:
        self._tell(Progress(True, 0, 0, "", datetime.now(UTC)))
        problem = ""
        try:
            self._record("gx")
        except (ReplicaError, StoreUnavailable) as fault:
            problem = str(fault)
        except Exception as fault:  # noqa: BLE001  whatever stops a run, the page says so
            _log.exception("The full run failed.")
            problem = f"The full run ended with {type(fault).__name__}. See the log."
        before = progress(self.folder)
        done, of = (before.done, before.of) if before else (0, 0)
        self._tell(Progress(False, done, of, "", datetime.now(UTC), problem))

    def _record(self, engine: Engine) -> None:
        store = Store(self.mirror.settings.home)
        try:
            silent = {name: mute.reason for name, mute in store.mutes().items()}
            accepted = frozenset(name for name, one in store.decisions().items() if one.accepted)
        finally:
            store.close()
        history.record(self.mirror, run(self.mirror, engine, progress=self._step, mutes=silent, accepted=accepted))

    def _step(self, table: str, done: int, of: int) -> None:
        self._tell(Progress(True, done, of, table, datetime.now(UTC)))

    def _tell(self, now: Progress) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / "progress.tmp"
        unfinished.write_text(json.dumps(asdict(now) | {"at": now.at.isoformat()}), encoding="utf-8")
        os.replace(unfinished, self.folder / "progress.json")  # noqa: PTH105  atomic


@contextmanager
def only_one(folder: Path) -> Iterator[bool]:
    """Hold the place of the process that judges a database; False when another has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "worker.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def main() -> None:
    """Judge until whoever started this ends."""
    # Ctrl-C is for the app, with which this ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_input, daemon=True).start()
    os.nice(10)
    settings = load_settings()
    mirror = Mirror(mirror_folder(settings), settings)
    worker = Worker(mirror)
    begins = time.monotonic() + BEGINS_SECONDS
    while True:
        with only_one(worker.folder) as mine:
            while mine:
                if time.monotonic() < begins and not asked(worker.folder):
                    time.sleep(LOOKS_SECONDS)
                    continue
                try:
                    worker.look()
                except Exception:  # noqa: BLE001  a pulse that fails must not end those to come
                    _log.exception("The pulse failed.")
                time.sleep(LOOKS_SECONDS)
        # Another app judges the same database; when it ends, this one takes over.
        time.sleep(10 * LOOKS_SECONDS)


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
