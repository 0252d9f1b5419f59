"""The way to the replica breaks: refused, reset, silent. The last mirror is served, and says why it is old."""

from __future__ import annotations

import os
import signal
import threading
import time
from itertools import pairwise

import psycopg
import pytest

from replica import Refresher
from replica.errors import ConnectionLost, ReplicaError, Unreachable

pytestmark = pytest.mark.integration


def lost(mirrored, through, error, words):
    """Fail to refresh, and check that nothing was lost and that the reason is kept for everybody to read."""
    before = mirrored.shown()
    began = time.monotonic()
    with pytest.raises(error, match=words) as failed:
        through.refresh()
    seconds = time.monotonic() - began
    assert failed.value.next_step
    assert mirrored.shown() == before == mirrored.live()
    fresh = mirrored.mirror.freshness()
    assert fresh.stale
    assert fresh.age_seconds is not None
    assert fresh.problem == failed.value.sentence
    assert mirrored.debris() == set()
    return seconds


def recovers(mirrored, through):
    mirrored.run("insert into cars (slug) values ('after the fault')")
    through.refresh()
    assert not mirrored.mirror.freshness().stale
    assert mirrored.shown() == mirrored.live()


def test_a_refused_connection(mirrored, proxy):
    through = mirrored.reading(proxy.url(mirrored.name))
    proxy.close()
    lost(mirrored, through, Unreachable, r"127\.0\.0\.1, port \d+, refuses connections")
    recovers(mirrored, mirrored)


def test_a_connection_reset_at_any_moment_of_a_refresh(mirrored, proxy):
    through = mirrored.reading(proxy.url(mirrored.name))
    mirrored.run("update page_views set session_id = session_id")
    # Login, catalogue, fingerprints, and the rows of the table: some four megabytes.
    for after in (0, 600, 6_000, 30_000, 300_000, 3_000_000):
        proxy.breaks("reset", after=after)
        lost(mirrored, through, ReplicaError, "The connection to .* was lost")
        assert proxy.met.is_set()
    proxy.breaks(None)
    recovers(mirrored, through)


def test_a_host_that_takes_connections_and_says_nothing_is_given_up_after_the_time_to_connect(mirrored, proxy):
    through = mirrored.reading(proxy.url(mirrored.name), connect_timeout_seconds=2)
    proxy.breaks("swallow")
    assert 1.5 < lost(mirrored, through, Unreachable, "did not answer in 2 seconds") < 10
    proxy.breaks(None)
    recovers(mirrored, through)


@pytest.mark.parametrize("after", [6_000, 300_000], ids=["in the catalogue", "amid the rows"])
def test_a_host_that_falls_silent_is_given_up_after_a_statement_and_a_connection_have_had_their_time(
    mirrored, proxy, after
):
    mirrored.run("update page_views set session_id = session_id")
    through = mirrored.reading(proxy.url(mirrored.name), connect_timeout_seconds=2, statement_timeout_seconds=1)
    proxy.breaks("stall", after=after)
    assert 2.5 < lost(mirrored, through, Unreachable, "fell silent: .* did not answer in 3 seconds") < 12
    proxy.breaks(None)
    recovers(mirrored, mirrored)


def test_a_server_whose_process_is_stopped_is_noticed_too(mirrored, until):
    """The kernel goes on acknowledging for a stopped process: no keepalive tells."""
    mirrored.run(
        "create view user_feedback as select gen_random_uuid() as id, 'slow' || pg_sleep(0.005)::text as message "
        "from generate_series(1, 300)"
    )
    through = mirrored.reading(
        mirrored.pair.reader_url(mirrored.name), connect_timeout_seconds=2, statement_timeout_seconds=3
    )
    stopped = []

    def asleep(watching):
        # Only in the slow view a backend sleeps: it is amid the rows, and more will be missed.
        found = watching.execute(
            "select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
        ).fetchall()
        stopped.extend(pid for (pid,) in found)
        return found

    def stop():
        with psycopg.connect(mirrored.pair.reader_url(mirrored.name), autocommit=True) as watching:
            until(lambda: asleep(watching))
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)

    stopper = threading.Thread(target=stop)
    stopper.start()
    try:
        lost(mirrored, through, Unreachable, "fell silent")
    finally:
        stopper.join()
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    assert stopped
    recovers(mirrored, mirrored)


def test_the_refresher_tries_again_at_its_time_and_recovers_by_itself(mirrored, proxy, until):
    through = mirrored.reading(proxy.url(mirrored.name), refresh_seconds=1)
    proxy.breaks("reset", after=30_000)
    before = mirrored.shown()
    refresher = Refresher(through.settings)
    refresher.start()
    try:
        attempts = []

        def tried_again():
            status = through.mirror.status()
            if status is not None and status.problem and status.attempted_at not in attempts:
                attempts.append(status.attempted_at)
            return len(attempts) >= 3

        until(tried_again)
        assert mirrored.shown() == before
        assert all((later - earlier).total_seconds() > 0.9 for earlier, later in pairwise(attempts)), "with a pause"
        proxy.breaks(None)
        until(lambda: not through.mirror.freshness().stale)
    finally:
        refresher.stop()
    assert mirrored.shown() == before


def test_a_broken_connection_is_a_sentence_of_its_own_not_a_wrong_address():
    from psycopg import OperationalError  # noqa: PLC0415

    from replica.connection import explain  # noqa: PLC0415

    for text in ("could not receive data from server: Connection reset by peer", "SSL SYSCALL error: EOF detected"):
        assert isinstance(explain(OperationalError(text), "host=h dbname=d"), ConnectionLost)
