"""Servers die: during a refresh, between two, all of them; and another one takes over."""

from __future__ import annotations

import shutil

import pytest

from demo import cluster
from replica.errors import ReplicaError

pytestmark = pytest.mark.integration


@pytest.fixture
def running(owned):
    """Return the database, and leave the pair running whatever the test did to it."""
    yield owned
    owned.pair.start()
    owned.pair.wait_for_replay()


@pytest.fixture
def second(running):
    """Return the socket folder of a second standby of the same primary."""
    pair = running.pair
    place = pair._place()
    data = place.folder / "second"
    cluster._own_folder(place.sockets / "second", place.user)
    cluster._run(
        place, "pg_basebackup", "--pgdata", str(data), "--dbname", pair._conninfo(place), "--write-recovery-conf",
        "--wal-method", "stream", "--checkpoint", "fast", "--no-sync", "--no-manifest",
    )  # fmt: skip
    url = pair._url("second", "postgres", "postgres")
    cluster._start_server(place, "second", url)
    yield place.sockets / "second"
    cluster._stop_server(data)
    shutil.rmtree(data)


def check_stale(database, before, failed):
    assert database.shown() == before, "nothing is lost"
    fresh = database.mirror.freshness()
    assert fresh.stale
    assert fresh.problem == failed.value.sentence
    assert fresh.next_step == failed.value.next_step != ""
    assert fresh.age_seconds is not None
    assert database.debris() == set()


def check_recovered(database):
    database.run("insert into cars (slug) values ('since')")
    database.refresh()
    assert not database.mirror.freshness().stale
    assert database.shown() == database.live()


def killing(kill, pid_of, table):
    """Return a hearer of progress that kills a server when a table's turn has come."""
    done = []

    def hear(name, _done, _total):
        if name == table and not done:
            done.append(kill(pid_of()))

    return hear


def test_the_standby_killed_between_two_refreshes(running, kill):
    before = running.shown()
    kill(running.pair.standby_pid())
    with pytest.raises(ReplicaError, match=r"No Postgres listens at the socket|refuses connections") as failed:
        running.refresh()
    check_stale(running, before, failed)
    running.pair.start_standby()
    check_recovered(running)


def test_the_standby_killed_during_a_refresh(running, kill):
    running.run("update page_views set page_url = '/changed'", "update cars set hp = 1")
    before = running.shown()
    with pytest.raises(ReplicaError, match=r"The connection to .* was lost") as failed:
        running.refresh(progress=killing(kill, running.pair.standby_pid, "page_views"))
    check_stale(running, before, failed)
    running.pair.start_standby()
    check_recovered(running)


@pytest.mark.parametrize("moment", ["between two refreshes", "during a refresh"])
def test_a_second_standby_takes_over(running, second, kill, moment):
    hosts = f"{running.pair.sockets / 'standby'},{second}"
    both = running.reading(f"host={hosts} dbname={running.name} user=autorev_reader")
    both.refresh()
    assert both.mirror.freshness().host.endswith("standby")
    running.run("update page_views set page_url = '/changed'", "insert into cars (slug) values ('since')")
    if moment == "during a refresh":
        both.refresh(progress=killing(kill, running.pair.standby_pid, "page_views"))
    else:
        kill(running.pair.standby_pid())
        both.refresh()
    fresh = both.mirror.freshness()
    assert (fresh.stale, fresh.role, fresh.host) == (False, "standby", str(second))
    assert both.shown() == both.live()


def test_primary_and_standby_both_gone(running, kill, look):
    shown = look(running.settings)
    before = running.shown()
    for pid in (running.pair.standby_pid(), running.pair.primary_pid()):
        kill(pid)
    with pytest.raises(ReplicaError) as failed:
        running.refresh()
    check_stale(running, before, failed)
    without = look(running.settings)
    assert without.tracebacks == []
    assert without.numbers == shown.numbers
    assert "Stale" in "".join(without.badges)
    assert failed.value.sentence in without.texts
    assert failed.value.next_step in without.texts
    assert " ago from " in without.all_text, "the age is shown"
    running.pair.start()
    running.pair.wait_for_replay()
    check_recovered(running)
    assert "Fresh" in "".join(look(running.settings).badges)
