from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import duckdb
import psutil
import psycopg
import pytest
import sqlalchemy as sa

from demo import cluster
from demo.cluster import EmbeddedPair
from demo.errors import ClusterFailed
from replica.refresh import _extension

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.integration

USER = """
import sys, time
from pathlib import Path
from demo.cluster import EmbeddedPair
pair = EmbeddedPair(Path(sys.argv[1])).start()
print("ready", flush=True)
sys.stdin.readline()
pair.stop()
"""


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[EmbeddedPair]:
    pair = EmbeddedPair(tmp_path / "home")
    yield pair
    pair.remove()


def servers_of(pair: EmbeddedPair) -> list[psutil.Process]:
    folder = str(pair.folder.resolve())
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
        and any(str(part).startswith(folder) for part in process.info["cmdline"] or ())
    ]


def another_user(pair: EmbeddedPair) -> subprocess.Popen[str]:
    other = subprocess.Popen(
        [sys.executable, "-c", USER, str(pair.folder.parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "ready\n"
    return other


def shown_by_standby(pair: EmbeddedPair, query: str) -> object:
    pair.wait_for_replay()
    with psycopg.connect(pair.standby_url()) as standby:
        row = standby.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_what_the_primary_commits_the_standby_shows(pair: EmbeddedPair) -> None:
    with pair, psycopg.connect(pair.primary_url(), autocommit=True) as primary:
        primary.execute("create table told as select 42 as answer")
        assert shown_by_standby(pair, "select answer from told") == 42
        assert shown_by_standby(pair, "select pg_is_in_recovery()") is True


def test_the_last_user_stops_both_servers_and_leaves_no_process(pair: EmbeddedPair) -> None:
    pair.start()
    other = another_user(pair)
    pair.stop()
    assert pair.primary_pid() is not None
    assert pair.standby_pid() is not None
    other.communicate("\n", timeout=30)
    assert servers_of(pair) == []


def test_a_user_that_was_killed_no_longer_counts(pair: EmbeddedPair) -> None:
    pair.start()
    other = another_user(pair)
    other.kill()
    other.wait()
    pair.stop()
    assert servers_of(pair) == []


def test_what_a_killed_user_left_running_is_taken_over_at_once(pair: EmbeddedPair) -> None:
    other = another_user(pair)
    other.kill()
    other.wait()
    running = pair.primary_pid()
    began = time.monotonic()
    pair.start()
    assert time.monotonic() - began < 3
    assert pair.primary_pid() == running


def test_data_outlive_a_stop(pair: EmbeddedPair) -> None:
    with pair, psycopg.connect(pair.primary_url(), autocommit=True) as primary:
        primary.execute("create table kept as select 1 as one")
    with pair:
        assert shown_by_standby(pair, "select one from kept") == 1


def test_servers_that_were_killed_start_again_with_what_was_written(pair: EmbeddedPair) -> None:
    pair.start()
    with psycopg.connect(pair.primary_url(), autocommit=True) as primary:
        primary.execute("create table survived as select 7 as seven")
    pair.wait_for_replay()
    for pid in (pair.primary_pid(), pair.standby_pid()):
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    pair.start()
    assert shown_by_standby(pair, "select seven from survived") == 7


def test_a_process_number_used_again_is_not_taken_for_a_server(pair: EmbeddedPair) -> None:
    with pair:
        folder = pair.folder.resolve()
    (folder / "primary" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder / 'primary'}\n")
    with pair:
        assert pair.primary_pid() not in {None, os.getpid()}


def test_a_standby_that_was_deleted_is_made_again(pair: EmbeddedPair) -> None:
    with pair, psycopg.connect(pair.primary_url(), autocommit=True) as primary:
        primary.execute("create table there as select 3 as three")
    shutil.rmtree(pair.folder.resolve() / "standby")
    with pair:
        assert shown_by_standby(pair, "select three from there") == 3


def test_a_standby_whose_slot_is_gone_is_made_again(pair: EmbeddedPair) -> None:
    with pair, psycopg.connect(pair.primary_url(), autocommit=True) as primary:
        pair.stop_standby()
        primary.execute("select pg_drop_replication_slot(slot_name) from pg_replication_slots")
        primary.execute("create table since as select 5 as five")
        pair.start_standby()
        assert shown_by_standby(pair, "select five from since") == 5


def test_a_primary_set_up_afresh_gets_a_standby_of_its_own(pair: EmbeddedPair) -> None:
    with pair:
        pass
    shutil.rmtree(pair.folder.resolve() / "primary")
    with pair:
        assert shown_by_standby(pair, "select 1") == 1


def test_a_stopped_standby_catches_up_when_started(pair: EmbeddedPair) -> None:
    with pair, psycopg.connect(pair.primary_url(), autocommit=True) as primary:
        pair.stop_standby()
        with pytest.raises(ClusterFailed, match="not caught up"):
            pair.wait_for_replay(seconds=0.3)
        primary.execute("create table meanwhile as select 9 as nine")
        pair.start_standby()
        assert shown_by_standby(pair, "select nine from meanwhile") == 9


def test_no_server_listens_on_a_network(embedded_pair: EmbeddedPair) -> None:
    for pid in (embedded_pair.primary_pid(), embedded_pair.standby_pid()):
        assert psutil.Process(pid).net_connections("inet") == []


def test_the_slot_of_the_standby_cannot_fill_the_disk(embedded_pair: EmbeddedPair) -> None:
    with psycopg.connect(embedded_pair.primary_url()) as primary:
        row = primary.execute("select setting::int from pg_settings where name = 'max_slot_wal_keep_size'").fetchone()
    assert row is not None
    assert 0 < row[0] <= 8192


def test_the_reader_may_read_what_the_owner_makes_later_and_nothing_more(pair: EmbeddedPair) -> None:
    with pair, psycopg.connect(pair.primary_url(), autocommit=True) as owner:
        owner.execute("create database other")
        with psycopg.connect(pair.primary_url("other"), autocommit=True) as other:
            other.execute("create table later as select 1 as one")
        with psycopg.connect(pair.primary_reader_url("other"), autocommit=True) as reader:
            assert reader.execute("select one from later").fetchall() == [(1,)]
            for statement in ("delete from later", "create table mine ()", "insert into later values (2)"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    reader.execute(statement.encode())


def test_one_url_serves_psycopg_sqlalchemy_and_duckdb(embedded_pair: EmbeddedPair) -> None:
    url = embedded_pair.reader_url("postgres")
    with psycopg.connect(url) as connection:
        assert connection.info.user == "autorev_reader"
    with sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1)).connect() as connection:
        assert connection.scalar(sa.text("select pg_is_in_recovery()")) is True
    with duckdb.connect() as connection:
        connection.execute(f"load '{_extension()}'")
        connection.execute(f"attach '{url}' as replica (type postgres, read_only)")
        assert connection.execute("select * from postgres_query('replica', 'select 1 as one')").fetchone() == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's folders can be closed to the server's own user")
def test_a_home_that_the_server_may_not_enter_works_too(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    pair = EmbeddedPair(closed / "home")
    with pair:
        assert shown_by_standby(pair, "select 1") == 1
        assert closed.stat().st_mode & 0o777 == 0o700
    elsewhere = pair.folder.resolve()
    pair.remove()
    assert not elsewhere.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's data stay in the home")
def test_data_whose_home_was_deleted_are_deleted_at_the_next_start(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    first = EmbeddedPair(closed / "first")
    with first:
        left = first.folder.resolve()
    shutil.rmtree(closed / "first")
    second = EmbeddedPair(closed / "second")
    with second:
        assert not left.exists()
    second.remove()


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ClusterFailed, match=r"cannot be written .*Set AUTOREV_HOME"):
        EmbeddedPair(tmp_path / "file" / "home").start()


def test_data_of_whom_it_is_not_written_yet_whose_they_are_are_kept(tmp_path):
    data = tmp_path / "autorev-postgres-0"
    data.mkdir()
    (data / "linked-from").write_text("")
    cluster._clear_abandoned(tmp_path)
    assert data.exists()
    (data / "linked-from").write_text(str(tmp_path / "gone"))
    cluster._clear_abandoned(tmp_path)
    assert not data.exists()
