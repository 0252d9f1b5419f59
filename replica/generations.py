"""Generations of the mirror: numbered files, the link to the current one, the lock of the one refresher."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import re
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from replica.errors import RefreshBusy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINK: Final = "CURRENT"
STATUS: Final = "STATUS.json"
LOCK: Final = "REFRESHING"
KEPT: Final = 2
_LOOKS_SECONDS: Final = 0.1
_PUBLISHED: Final = re.compile(r"mirror-(\d+)\.duckdb")
_BUILDING: Final = re.compile(r"(mirror-\d+\.building|CURRENT\.\d+\.new|STATUS\.json\.\d+\.new).*")
_BESIDE: Final = re.compile(r"(mirror-\d+)\.(duckdb\.tmp|damaged)")
"""What belongs to a generation and goes with it: where questions spill, and the mark of a damaged file."""
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """The last attempt to refresh: when it ended and what stopped it, None when nothing did."""

    attempted_at: datetime
    problem: str | None = None
    next_step: str = ""


def number(path: Path) -> int:
    """Return the generation a file holds."""
    found = _PUBLISHED.fullmatch(path.name)
    if found is None:
        raise ValueError(f"{path.name} is not the name of a generation.")
    return int(found[1])


def published(folder: Path, generation: int) -> Path:
    """Return the file that holds a generation."""
    return folder / f"mirror-{generation}.duckdb"


def current(folder: Path) -> Path | None:
    """Return the file that questions are answered from, None when the link is missing or leads nowhere."""
    try:
        path = folder / (folder / LINK).readlink()
    except OSError:
        return None
    return path if _PUBLISHED.fullmatch(path.name) and path.is_file() else None


def served(folder: Path) -> list[Path]:
    """Return the files that can answer, in the order to try them: the current one, then the others, newest first."""
    named = current(folder)
    try:
        found = sorted((path for path in folder.iterdir() if _PUBLISHED.fullmatch(path.name)), key=number, reverse=True)
    except OSError:
        return []
    return [path for path in dict.fromkeys([*([named] if named else []), *found]) if not is_damaged(path)]


def mark_damaged(path: Path) -> None:
    """Keep in mind, for every process, that a generation cannot be trusted: nothing is carried over from it."""
    _log.warning("The mirror's file %s is damaged.", path.name)
    with contextlib.suppress(OSError):
        path.with_suffix(".damaged").touch()


def is_damaged(path: Path) -> bool:
    """Return whether a generation was found damaged."""
    return path.with_suffix(".damaged").exists()


def building(folder: Path) -> Path:
    """Return the path on which the next generation is built; its number was never used in this folder."""
    numbers = [int(found[1]) for path in folder.iterdir() if (found := _PUBLISHED.fullmatch(path.name))]
    with contextlib.suppress(OSError, ValueError):
        numbers.append(number(folder / (folder / LINK).readlink()))
    return folder / f"mirror-{max(numbers, default=0) + 1}.building"


def publish(unfinished: Path) -> Path:
    """Make a closed file the current generation, in one step that survives a power cut; drop the oldest ones."""
    folder = unfinished.parent
    finished = unfinished.with_suffix(".duckdb")
    _sync(unfinished)
    unfinished.replace(finished)
    link = folder / f"{LINK}.{os.getpid()}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(finished.name)
    link.replace(folder / LINK)
    _sync(folder)
    _drop_old(folder)
    return finished


def clone(source: Path, target: Path) -> None:
    """Copy a generation; on file systems that can, the copy shares its blocks with the original."""
    shutil.copyfile(source, target)


def look(source: Path, target: Path) -> None:
    """Give a generation a second name, for a second reader of this process; a copy where the file system cannot."""
    try:
        os.link(source, target)
    except OSError:
        clone(source, target)


def sweep(folder: Path) -> tuple[str, ...]:
    """Delete what killed refreshes left behind; only the holder of the lock may. Returns the names deleted."""
    _drop_old(folder)
    debris = sorted(path for path in folder.iterdir() if _BUILDING.fullmatch(path.name) or _is_left(path))
    for path in debris:
        remove(path)
    return tuple(path.name for path in debris)


def remove(path: Path) -> None:
    """Delete a file, or a folder with all it holds; one that is gone already is no error."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def lock(folder: Path, *, patience: float = 0.0) -> Iterator[None]:
    """Be the one refresher of this folder; the lock falls with the process.

    Raises:
        RefreshBusy: Another process or thread refreshes, for longer than `patience` seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + patience
    with (folder / LOCK).open("a") as held:
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise RefreshBusy(
                        "Another process is refreshing this mirror.",
                        "Wait for it to end; its result will show here too.",
                    ) from None
            time.sleep(_LOOKS_SECONDS)
        yield


def write_status(folder: Path, status: Status) -> None:
    """Record the last attempt, for every process that reads this folder; a full disk costs the record, no more."""
    text = json.dumps(
        {"attempted_at": status.attempted_at.isoformat(), "problem": status.problem, "next_step": status.next_step}
    )
    new = folder / f"{STATUS}.{os.getpid()}.new"
    try:
        new.write_text(text)
        new.replace(folder / STATUS)
    except OSError as failed:
        _log.warning("The last attempt is recorded in place: %s.", failed.strerror)
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
            # The room that the last record takes is ours, also on a full disk.
            with (folder / STATUS).open("r+") as kept:
                kept.write(text)
                kept.truncate()


def read_status(folder: Path) -> Status | None:
    """Return the last attempt, None when there was none or its record cannot be read."""
    try:
        kept = json.loads((folder / STATUS).read_text())
        attempted = datetime.fromisoformat(kept["attempted_at"]).astimezone(UTC)
        return Status(attempted, kept["problem"], kept["next_step"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_left(path: Path) -> bool:
    beside = _BESIDE.fullmatch(path.name)
    return beside is not None and not path.with_name(f"{beside[1]}.duckdb").exists()


def _drop_old(folder: Path) -> None:
    named = current(folder)
    published = sorted((path for path in folder.iterdir() if _PUBLISHED.fullmatch(path.name)), key=number)
    for path in published[:-KEPT]:
        if path != named:
            path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
