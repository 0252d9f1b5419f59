"""Runs on the demo, shared by the tests of this folder."""

from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING

import pytest

from quality.run import Run, run
from replica import generations, refresh
from replica.mirror import Mirror
from replica.settings import Settings, mirror_folder
from tests.replica.conftest import small  # noqa: F401  a database of a test's own

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from demo.cluster import EmbeddedPair


@pytest.fixture(scope="session")
def spoilt(demo_settings: Settings) -> Run:
    """Return the pulse of the demo with its planted defects."""
    return run(Mirror(mirror_folder(demo_settings), demo_settings))


@pytest.fixture(scope="session")
def mirror_of(embedded_home: Path, embedded_pair: EmbeddedPair, built: Callable[..., str]) -> Callable[..., Mirror]:
    """Return a maker of mirrors of demo databases: `mirror_of("clean", clean=True)`."""

    def read(name: str, **plan: object) -> Mirror:
        built(name, **plan)
        settings = Settings(home=embedded_home).at(embedded_pair.reader_url(name), mirror_name=name)
        with (embedded_home / f"refresh-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if generations.current(mirror_folder(settings)) is None:
                refresh(settings)
        return Mirror(mirror_folder(settings), settings)

    return read
