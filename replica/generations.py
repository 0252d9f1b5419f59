"""Generations of the mirror: numbered files, the link to the current one, the lock of the one refresher."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
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
_PUBLISHED: Final = re.compile(r"mirror-(\d+)\.duckdb")
_BUILDING: Final = re.compile(r"(mirror-\d+\.building|CURRENT\.\d+\.new|STATUS\.json\.\d+\.new).*")


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


def current(folder: Path) -> Path | None:
    """Return the file that questions are answered from, None when the link is missing or leads nowhere."""
    try:
        path = folder / (folder / LINK).readlink()
    except OSError:
        return None
    return path if _PUBLISHED.fullmatch(path.name) and path.is_file() else None


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
    debris = sorted(path for path in folder.iterdir() if _BUILDING.fullmatch(path.name))
    for path in debris:
        path.unlink(missing_ok=True)
    _drop_old(folder)
    return tuple(path.name for path in debris)


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Be the one refresher of this folder; the lock falls with the process.

    Raises:
        RefreshBusy: Another process or thread refreshes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefreshBusy(
                "Another process is refreshing this mirror.", "Wait for it to end; its result will show here too."
            ) from None
        yield


def write_status(folder: Path, status: Status) -> None:
    """Record the last attempt, for every process that reads this folder."""
    text = json.dumps(
        {"attempted_at": status.attempted_at.isoformat(), "problem": status.problem, "next_step": status.next_step}
    )
    new = folder / f"{STATUS}.{os.getpid()}.new"
    new.write_text(text)
    new.replace(folder / STATUS)


def read_status(folder: Path) -> Status | None:
    """Return the last attempt, None when there was none or its record cannot be read."""
    try:
        kept = json.loads((folder / STATUS).read_text())
        attempted = datetime.fromisoformat(kept["attempted_at"]).astimezone(UTC)
        return Status(attempted, kept["problem"], kept["next_step"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _drop_old(folder: Path) -> None:
    served = current(folder)
    published = sorted((path for path in folder.iterdir() if _PUBLISHED.fullmatch(path.name)), key=number)
    for path in published[:-KEPT]:
        if path != served:
            path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
