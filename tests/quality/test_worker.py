"""The process beside the app: when it judges, what it tells meanwhile, and that it ends with the app."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from quality import history, worker
from quality.worker import Progress, Worker, due
from replica import generations
from replica.mirror import Mirror
from replica.settings import address, mirror_folder

NIGHT = datetime(2026, 11, 30, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "since", "last", "is_due"),
    [
        (NIGHT, NIGHT - timedelta(hours=5), None, True),
        (NIGHT - timedelta(seconds=1), NIGHT - timedelta(hours=5), None, False),
        (NIGHT + timedelta(hours=9), NIGHT - timedelta(hours=5), None, True),  # it slept through the hour
        (NIGHT + timedelta(hours=9), NIGHT + timedelta(hours=1), None, False),  # begun after it: tonight
        (NIGHT + timedelta(hours=9), NIGHT - timedelta(days=3), NIGHT + timedelta(minutes=1), False),
        (NIGHT + timedelta(hours=9), NIGHT - timedelta(days=3), NIGHT - timedelta(hours=20), True),
    ],
)
def test_the_night_run_is_made_once_after_its_hour(now, since, last, is_due):
    assert due(now, 3, since, last) is is_due


def test_each_refresh_is_judged_once_by_the_pulse_and_recorded(mirror_with):
    mirror = mirror_with(cars="slug | name\n a | TBD")
    judging = Worker(mirror)
    assert judging.look() == "sql"
    assert judging.look() is None
    assert history.stamp(mirror) is not None
    again = generations.building(mirror.folder)
    generations.clone(generations.current(mirror.folder), again)
    generations.publish(again)
    assert judging.look() == "sql"
    assert history.runs(mirror, run=history.stamp(mirror)).height == 2


def test_a_full_run_that_cannot_reach_the_replica_says_so(mirror_with):
    mirror = mirror_with(cars="slug | name\n a | A")
    judging = Worker(mirror)
    worker.ask(judging.folder)
    assert worker.asked(judging.folder)
    assert judging.look() == "gx"
    assert not worker.asked(judging.folder)
    told = worker.progress(judging.folder)
    assert not told.running
    assert "No database is named" in told.problem
    assert history.stamp(mirror) is None


def test_one_process_judges_a_database(tmp_path):
    assert not worker.alive(tmp_path)
    with worker.only_one(tmp_path) as first, worker.only_one(tmp_path) as second:
        assert (first, second) == (True, False)
        assert worker.alive(tmp_path)
    assert not worker.alive(tmp_path)
    assert worker.progress(tmp_path) is None


@pytest.mark.integration
def test_asked_for_it_runs_every_suite_tells_how_far_it_is_and_ends_with_its_parent(demo_settings, tmp_path):
    settings = demo_settings.model_copy(update={"home": tmp_path})
    place = mirror_folder(settings)
    place.parent.mkdir(parents=True)
    place.symlink_to(mirror_folder(demo_settings), target_is_directory=True)
    folder = history.folder(Mirror(place, settings))
    worker.ask(folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "quality.worker"],
        env={
            **os.environ, "AUTOREV_HOME": str(tmp_path), "AUTOREV_DATABASE_URL": address(settings),
            "AUTOREV_MIRROR_NAME": settings.mirror_name,
        },
        stdin=subprocess.PIPE,
    )  # fmt: skip
    seen: list[Progress] = []
    # It gives way to everything else on the machine: forty seconds alone are minutes beside a busy suite.
    deadline = time.monotonic() + 900
    while time.monotonic() < deadline:
        told = worker.progress(folder)
        if told is not None and (not seen or told != seen[-1]):
            seen.append(told)
        if told is not None and not told.running:
            break
        time.sleep(0.05)
    assert worker.alive(folder)
    assert seen[-1].problem == ""
    assert (seen[-1].done, seen[-1].of) == (172, 172)
    assert len({one.done for one in seen}) > 5
    newest = history.runs(Mirror(place, settings), run=history.stamp(Mirror(place, settings)))
    assert "gx" in newest["engine"].to_list()
    process.stdin.close()
    assert process.wait(60) == 0
    assert not worker.alive(folder)
