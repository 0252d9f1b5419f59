"""A server that answers, and says no: conflicts, limits, lag, refusals, each as this server itself says it."""

from __future__ import annotations

import contextlib
import threading
import time

import psycopg
import pytest

from demo import cluster
from replica.errors import (
    ConnectionLost,
    EncryptionRefused,
    QuestionTimeout,
    TooManyConnections,
    WrongPassword,
)

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def own_pair(tmp_path_factory):
    """Return a pair whose standby protects no reader from what it replays."""
    pair = cluster.EmbeddedPair(tmp_path_factory.mktemp("own"))
    with pytest.MonkeyPatch.context() as settings, pair:
        settings.setitem(cluster._SETTINGS, "hot_standby_feedback", "off")
        settings.setitem(cluster._SETTINGS, "max_standby_streaming_delay", "0")
        pair.stop_standby()
        pair.start_standby()
        yield pair
    pair.remove()


def slowly(database):
    """Return the database with one more table, which takes three seconds to read."""
    database.run(
        "create view user_feedback as select gen_random_uuid() as id, 'slow' || pg_sleep(0.01)::text as message "
        "from generate_series(1, 300)"
    )
    return database


def vacuum_meanwhile(database, times):
    """Delete and vacuum on the primary while the slow table is read from the standby, so many times."""
    started, conflicts = threading.Event(), []

    def hear(name, _done, _total):
        if name == "user_feedback":
            started.set()

    def vacuum():
        for _ in range(times):
            assert started.wait(20)
            started.clear()
            time.sleep(0.5)
            with psycopg.connect(database.pair.primary_url(database.name), autocommit=True) as primary:
                primary.execute("update page_views set page_url = page_url || '!'")
                primary.execute("vacuum page_views")
            conflicts.append(1)

    vacuuming = threading.Thread(target=vacuum)
    vacuuming.start()
    return hear, vacuuming


def conflicts_of(database):
    """Return how many of our statements the standby has cancelled for the sake of replay."""
    with psycopg.connect(database.pair.standby_url(database.name)) as standby:
        row = standby.execute(
            "select confl_snapshot from pg_stat_database_conflicts where datname = current_database()"
        ).fetchone()
    return row[0]


def test_a_conflict_with_recovery_is_met_by_one_more_attempt(owned):
    slow = slowly(owned)
    hear, vacuuming = vacuum_meanwhile(owned, times=1)
    done = slow.refresh(progress=hear)
    vacuuming.join()
    assert conflicts_of(owned) == 1, "the standby did cancel the first attempt"
    assert done.generation == 2
    assert not owned.mirror.freshness().stale
    assert owned.shown() == owned.live()
    assert owned.debris() == set()


def test_two_conflicts_in_a_row_leave_the_last_mirror_and_a_sentence(owned):
    before = owned.shown()
    hear, vacuuming = vacuum_meanwhile(owned, times=2)
    with pytest.raises(ConnectionLost, match="stood in the way of replaying") as failed:
        slowly(owned).refresh(progress=hear)
    vacuuming.join()
    assert conflicts_of(owned) == 2
    assert owned.shown() == before
    assert owned.mirror.freshness().problem == failed.value.sentence
    owned.refresh()
    assert owned.shown() == owned.live()
    assert not owned.mirror.freshness().stale


def test_a_statement_that_takes_too_long(owned):
    before = owned.shown()
    slow = slowly(owned)
    slow.set(statement_timeout_seconds=1)
    with pytest.raises(QuestionTimeout, match="ended a statement after its time limit") as failed:
        slow.refresh()
    assert "AUTOREV_STATEMENT_TIMEOUT_SECONDS" in failed.value.next_step
    assert owned.shown() == before == owned.live()
    assert owned.mirror.freshness().problem == failed.value.sentence
    owned.set(statement_timeout_seconds=60)
    owned.refresh()
    assert not owned.mirror.freshness().stale


@contextlib.contextmanager
def replay_paused(pair):
    with psycopg.connect(pair.standby_url(), autocommit=True) as standby:
        standby.execute("select pg_wal_replay_pause()")
        try:
            yield
        finally:
            standby.execute("select pg_wal_replay_resume()")


def write_unseen(database, *statements):
    """Write on the primary what the standby receives and does not show."""
    with psycopg.connect(database.pair.primary_url(database.name), autocommit=True) as primary:
        for statement in statements:
            primary.execute(statement)
        [(sent,)] = primary.execute("select pg_current_wal_flush_lsn()::text").fetchall()
    with psycopg.connect(database.pair.standby_url(), autocommit=True) as standby:
        while not standby.execute("select pg_last_wal_receive_lsn() >= %s::pg_lsn", [sent]).fetchall()[0][0]:
            time.sleep(0.02)


def test_a_replica_behind_its_primary_says_by_how_much_and_of_when_its_rows_are(owned, look):
    owned.set(refresh_seconds=1)
    before = owned.shown()
    with replay_paused(owned.pair):
        write_unseen(owned, "insert into cars (slug) values ('unseen')", "vacuum cars")
        time.sleep(4)
        owned.refresh()
        behind = owned.mirror.freshness()
        assert behind.lag_seconds > 4
        assert (behind.refreshed_at - behind.snapshot_at).total_seconds() > 4
        assert owned.shown() == before
        assert behind.stale
        assert "behind its primary when it was read" in behind.problem
        page = look(owned.settings)
        assert f"replica {behind.lag_seconds:.0f} s behind" in page.all_text
    owned.pair.wait_for_replay()
    owned.refresh()
    assert owned.mirror.freshness().lag_seconds == 0
    assert owned.shown() == owned.live()


def test_ten_minutes_behind_are_shown_as_ten_minutes_and_as_stale(owned, look):
    """What the test above measures in seconds, in the length that nobody wants to wait for."""
    owned.edit("update meta.refresh set lag_seconds = 600, snapshot_at = snapshot_at - interval 10 minutes")
    fresh = owned.mirror.freshness()
    assert fresh.stale
    assert fresh.problem == "The replica was 10 minutes behind its primary when it was read."
    page = look(owned.settings)
    assert "replica 10 min behind" in page.all_text
    assert f"As of {fresh.snapshot_at:%d %b %Y %H:%M:%S}" in page.all_text
    assert owned.shown() == owned.live()


def test_a_standby_cut_off_from_its_primary_does_not_call_its_rows_of_now(owned):
    with psycopg.connect(owned.pair.primary_url(), autocommit=True) as primary:
        [(last,)] = primary.execute("select clock_timestamp()").fetchall()
    cluster._stop_server(owned.pair._place().folder / "primary")
    try:
        time.sleep(2)
        owned.refresh()
        fresh = owned.mirror.freshness()
    finally:
        owned.pair.start()
    assert fresh.snapshot_at <= last
    assert fresh.lag_seconds >= 2
    assert any("receives nothing from its primary" in warning for warning in fresh.warnings)


@contextlib.contextmanager
def host_based_access(pair, *lines):
    """Put lines before the standby's own rules of who may come in and how."""
    rules = pair._place().folder / "standby" / "pg_hba.conf"
    kept = rules.read_text()

    def write(text):
        rules.write_text(text)
        with psycopg.connect(pair.standby_url(), autocommit=True) as standby:
            standby.execute("select pg_reload_conf()")
        time.sleep(0.3)

    write("\n".join([*lines, kept]))
    try:
        yield
    finally:
        write(kept)


def refused(database, url, error, words):
    before = database.shown()
    with pytest.raises(error, match=words) as failed:
        database.reading(url).refresh()
    assert "s3cret" not in str(failed.value)
    assert failed.value.next_step
    assert database.shown() == before == database.live()
    assert database.mirror.freshness().problem == failed.value.sentence
    database.refresh()
    assert not database.mirror.freshness().stale


def test_a_wrong_password(owned):
    owned.run("drop role if exists locked", "create role locked login password 'right' in role autorev_reader")
    place = f"host={owned.pair.sockets / 'standby'} dbname={owned.name} user=locked"
    with host_based_access(owned.pair, "local all locked scram-sha-256"):
        refused(owned, f"{place} password=s3cret", WrongPassword, "did not accept the password of the role locked")
        refused(owned, place, WrongPassword, "did not accept the password of the role locked")
        owned.reading(f"{place} password=right").refresh()


def test_encryption_that_the_server_does_not_offer(owned, proxied):
    url = proxied(owned.pair).url(owned.name, "autorev_reader:s3cret", "?sslmode=require")
    refused(owned, url, EncryptionRefused, "did not agree on an encrypted connection")


def test_a_server_that_admits_nobody_without_encryption(owned, proxied):
    with host_based_access(owned.pair, f"local {owned.name} autorev_reader reject"):
        url = proxied(owned.pair).url(owned.name, "autorev_reader:s3cret", "?sslmode=prefer")
        before = owned.shown()
        with pytest.raises(EncryptionRefused, match="does not admit the role autorev_reader from here") as failed:
            owned.reading(url).refresh()
        assert "sslmode=require" in failed.value.next_step
        assert owned.shown() == before
    owned.refresh()
    assert not owned.mirror.freshness().stale


def test_a_server_without_a_connection_left(owned):
    before = owned.shown()
    url = owned.pair.reader_url(owned.name)
    with contextlib.ExitStack() as held:
        with contextlib.suppress(psycopg.OperationalError):
            for _ in range(200):
                held.enter_context(psycopg.connect(url))
        with pytest.raises(TooManyConnections, match="has no connection left") as failed:
            owned.refresh()
        assert "try again" in failed.value.next_step
        assert owned.shown() == before
    owned.refresh()
    assert not owned.mirror.freshness().stale


def test_a_role_with_its_own_limit_of_connections(owned):
    owned.run("drop role if exists narrow", "create role narrow login connection limit 1 in role autorev_reader")
    url = f"host={owned.pair.sockets / 'standby'} dbname={owned.name} user=narrow"
    with psycopg.connect(url):
        refused(owned, url, TooManyConnections, "has no connection left")
