"""The disk is full while the mirror is refreshed: the last good one stays, and the next refresh mends it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys

import pytest

from replica import Refresher, mirror_folder, refresh
from replica.errors import ReplicaError
from replica.mirror import Mirror

pytestmark = pytest.mark.integration
FULL = "The disk that holds the mirror is full."
LIMITED = """
import resource, sys
from pathlib import Path
from replica import Settings, refresh
from replica.errors import ReplicaError
settings = Settings(home=Path(sys.argv[1])).at(sys.argv[2], mirror_name=sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
try:
    refresh(settings, full=True)
except ReplicaError as failed:
    print(failed.sentence)
"""


@pytest.mark.parametrize("room", [0, 10_000, 700_000])
def test_files_may_not_grow_beyond_a_limit(mirrored, room):
    """The limit of a file's size stands for the disk: it needs no rights."""
    before = mirrored.shown()
    done = subprocess.run(
        [
            sys.executable, "-c", LIMITED, str(mirrored.settings.home), mirrored.pair.reader_url(mirrored.name),
            mirrored.name, str(room),
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == FULL, done.stderr
    assert mirrored.shown() == before == mirrored.live()
    assert mirrored.debris() == set()
    assert mirrored.mirror.freshness().stale == (room > 0), "with no room at all not even the reason can be kept"
    mirrored.refresh()
    assert not mirrored.mirror.freshness().stale
    assert mirrored.shown() == before


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a file system of its own of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_file_system_without_a_block_left(mirrored, small_disk, until):
    settings = mirrored.settings.model_copy(update={"home": small_disk, "refresh_seconds": 1})
    refresh(settings)
    mirror = Mirror(mirror_folder(settings), settings)
    count = "select count(*) from page_views"
    before = mirror._answer("test", count, {}, frozenset()).rows()
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as filling, contextlib.suppress(OSError):
        while True:
            filling.write(bytes(4096))
    assert shutil.disk_usage(small_disk).free == 0
    with pytest.raises(ReplicaError, match=FULL):
        refresh(settings)
    fresh = mirror.freshness()
    assert (fresh.stale, fresh.problem) == (True, FULL), "said although nothing new can be written"
    assert mirror._answer("test", count, {}, frozenset()).rows() == before
    refresher = Refresher(settings)
    refresher.start()
    try:
        until(lambda: refresher._began > 0)
        ballast.unlink()
        until(lambda: not mirror.freshness().stale)
    finally:
        refresher.stop()
    assert mirror._answer("test", count, {}, frozenset()).rows() == before
