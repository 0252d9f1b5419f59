"""Refreshers are killed at any moment, and two begin at once."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from statistics import median

import pytest

from replica import generations

pytestmark = pytest.mark.integration
KILLS = 100


def test_killed_at_a_hundred_random_moments_of_a_refresh(mirrored, warm):
    """What is served afterwards is the mirror before or the one that was just finished, whole."""
    spans = []
    for _ in range(3):
        began = time.monotonic()
        warm.begin()
        assert warm.end() == 0
        spans.append(time.monotonic() - began)
    span = median(spans)
    chosen = random.Random(20_261_123)  # noqa: S311  moments, not secrets
    killed = debris_met = 0
    whole = "select count(*), count(distinct id), min(hp), max(hp), (select count(*) from page_views) from cars"
    assert mirrored.shown() == mirrored.live()
    mirrored.run("update cars set hp = -1")
    mirrored.refresh()
    good = -1
    for number in range(KILLS):
        # One moment in each hundredth of the refresh.
        moment = span * (number + chosen.random()) / KILLS
        mirrored.run(f"update cars set hp = {number}")  # noqa: S608  a number
        (pid,) = warm.begin()
        time.sleep(moment)
        with contextlib.suppress(ProcessLookupError):  # it was done
            os.kill(pid, signal.SIGKILL)
        killed += warm.end() == -signal.SIGKILL
        debris_met += bool(mirrored.debris())
        [(cars, distinct, least, most, views)] = mirrored.ask(whole)
        assert (cars, distinct, views) == (300, 300, 20_000)
        assert least == most, "no row of another moment"
        assert least in {good, number}, f"neither the old nor the new rows after a kill at {moment:.3f} s"
        good = least
        if number % 10 == 9:
            mirrored.refresh()
            assert mirrored.shown() == mirrored.live()
            assert mirrored.debris() == set()
            assert not mirrored.mirror.freshness().stale
            good = number
    assert killed > KILLS / 2, "most were killed before they were done"
    assert debris_met > 0, "and some in the middle of writing"
    assert len(generations.served(mirrored.folder)) <= generations.KEPT + 1


def test_of_two_refreshers_at_once_one_refreshes_and_one_is_told_to_wait(mirrored, warm):
    for number in range(3):
        mirrored.run(f"update cars set hp = {number}")  # noqa: S608  a number
        before = generations.number(mirrored.current)
        warm.begin(2)
        codes = sorted([warm.end(), warm.end()])
        assert codes in ([0, 0], [0, 3])
        assert warm.said == ["refused: Another process is refreshing this mirror."] * codes.count(3)
        assert generations.number(mirrored.current) == before + codes.count(0)
        assert mirrored.shown() == mirrored.live()
        assert not mirrored.mirror.freshness().stale
        assert mirrored.debris() == set()
