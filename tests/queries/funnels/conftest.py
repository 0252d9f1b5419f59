"""Events by hand: `log_of({"u1": [(0, "a"), (60, "b", {"org": "5"})]})`."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from queries import funnels

CASES = json.loads(Path(__file__).with_name("funnels.json").read_text(encoding="utf-8"))["cases"]


def frame_of(events):
    rows = [
        {"actor": actor, "timestamp": event[0], "event": event[1], **(event[2] if len(event) > 2 else {})}
        for actor, listed in events.items()
        for event in listed
    ]
    columns = dict.fromkeys([*("actor", "timestamp", "event"), *(key for row in rows for key in row)])
    return pl.DataFrame({key: [row.get(key) for row in rows] for key in columns}, strict=False)


@pytest.fixture(scope="session")
def events_frame():
    return frame_of


@pytest.fixture(scope="session")
def followed():
    """Return a follower of hand-written events through a definition."""

    def follow(events, **definition):
        return funnels.follow(funnels.of_frame(frame_of(events)), funnels.parse(definition))

    return follow


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES, ids=[case["id"] for case in CASES])
