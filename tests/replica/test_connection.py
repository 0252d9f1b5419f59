"""Connection: the replica found, checked and described; every failure in words."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from replica import errors
from replica.connection import complete, connect, explain, lag
from replica.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.cluster import EmbeddedPair


def completed(url: str, settings: Settings | None = None) -> dict[str, object]:
    return dict(conninfo_to_dict(complete(url, settings or Settings())))


def test_defaults_are_added_where_the_address_is_silent() -> None:
    given = completed("postgresql://u@h/d", Settings(connect_timeout_seconds=7, statement_timeout_seconds=9))
    assert given["connect_timeout"] == "7"
    assert given["keepalives"] == "1"
    assert "tcp_user_timeout" in given
    assert "-c statement_timeout=9000" in str(given["options"])
    assert "-c default_transaction_read_only=on" in str(given["options"])
    assert "target_session_attrs" not in given


def test_what_the_address_says_is_kept() -> None:
    given = completed(
        "postgresql://u@h/d?connect_timeout=2&application_name=mine&options=-cstatement_timeout%3D5%20-c%20search_path%3Da"
    )
    assert given["connect_timeout"] == "2"
    assert given["application_name"] == "mine"
    assert str(given["options"]).count("statement_timeout") == 1
    assert "search_path=a" in str(given["options"])


def test_of_several_hosts_a_standby_is_preferred_unless_the_address_says_otherwise() -> None:
    assert completed("postgresql://u@a,b/d")["target_session_attrs"] == "prefer-standby"
    assert completed("host=a,b load_balance_hosts=random")["load_balance_hosts"] == "random"
    assert completed("postgresql://u@a,b/d?target_session_attrs=any")["target_session_attrs"] == "any"


def test_an_unreadable_address_is_a_sentence_without_the_address() -> None:
    with pytest.raises(errors.BadSetting) as refused:
        complete("postgresql://u:s3cret@h/d?nonsense=1", Settings())
    assert "s3cret" not in str(refused.value)


@pytest.mark.integration
def test_a_standby_is_described(embedded_pair: EmbeddedPair, scratch: Callable[..., str]) -> None:
    name = scratch("create table cars (id uuid)")
    source = connect(Settings().at(embedded_pair.reader_url(name)))
    assert source.server.role == "standby"
    assert source.server.database == name
    assert source.server.version.startswith("18")
    assert source.server.lag_seconds is not None
    assert source.server.lag_seconds < 60
    assert not source.server.can_write
    assert source.server.warnings == ()
    with source.open() as connection:
        assert connection.execute("show transaction_read_only").fetchone() == ("on",)
        assert connection.execute("show timezone").fetchone() == ("UTC",)
        assert connection.execute("show statement_timeout").fetchone() == ("1min",)
        assert lag(connection) is not None


@pytest.mark.integration
def test_a_caught_up_standby_has_no_lag_however_long_nothing_was_written(
    embedded_pair: EmbeddedPair, scratch: Callable[..., str]
) -> None:
    name = scratch()
    with connect(Settings().at(embedded_pair.reader_url(name))).open() as connection:
        # Other tests may be writing to the shared primary: it is enough to find the standby caught up once.
        found = []
        while len(found) < 200 and 0.0 not in found:
            connection.execute("select pg_sleep(0.1)")
            found.append(lag(connection))
        assert 0.0 in found


@pytest.mark.integration
def test_a_primary_is_refused_in_words_unless_allowed(embedded_pair: EmbeddedPair, scratch: Callable[..., str]) -> None:
    settings = Settings().at(embedded_pair.primary_reader_url(scratch()))
    with pytest.raises(errors.PrimaryRefused, match="AUTOREV_ALLOW_PRIMARY"):
        connect(settings)
    server = connect(settings.model_copy(update={"allow_primary": True})).server
    assert server.role == "primary"
    assert server.lag_seconds == 0
    assert any("is a primary" in warning for warning in server.warnings)


@pytest.mark.integration
def test_of_several_hosts_the_standby_answers_and_is_kept(
    embedded_pair: EmbeddedPair, scratch: Callable[..., str]
) -> None:
    name = scratch()
    hosts = f"{embedded_pair.sockets / 'primary'},{embedded_pair.sockets / 'standby'}"
    source = connect(Settings().at(f"host={hosts} dbname={name} user=autorev_reader"))
    assert source.server.role == "standby"
    assert source.server.host.endswith("standby")
    kept = conninfo_to_dict(source.conninfo)
    assert kept["host"] == source.server.host
    with source.open() as connection:
        assert connection.execute("select pg_is_in_recovery()").fetchone() == (True,)


@pytest.mark.integration
def test_a_role_that_could_write_is_warned_about(embedded_pair: EmbeddedPair, scratch: Callable[..., str]) -> None:
    name = scratch("create table cars (id uuid); grant insert on cars to autorev_reader")
    server = connect(Settings().at(embedded_pair.reader_url(name))).server
    assert server.can_write
    assert any("may write to public.cars" in warning for warning in server.warnings)
    owner = connect(Settings().at(embedded_pair.standby_url(name))).server
    assert any("superuser" in warning for warning in owner.warnings)


@pytest.mark.integration
def test_hidden_unreadable_and_empty_tables_are_different_things(
    embedded_pair: EmbeddedPair, scratch: Callable[..., str]
) -> None:
    name = scratch(
        """
        create table empty_one (id int);
        create table no_policy (id int); alter table no_policy enable row level security;
        create table own_rows (id int); alter table own_rows enable row level security;
        create policy own on own_rows for select using (id = 1);
        create table open_to_all (id int); alter table open_to_all enable row level security;
        create policy everyone on open_to_all for select using (true);
        create table narrowed (id int); alter table narrowed enable row level security;
        create policy everyone on narrowed for select using (true);
        create policy less on narrowed as restrictive for select using (id > 1);
        create table someone_else (id int); alter table someone_else enable row level security;
        create policy writers on someone_else for select to autorev_writer using (true);
        create table closed (id int);
        drop role if exists narrow_reader;
        create role narrow_reader login;
        grant select on empty_one, no_policy, own_rows, open_to_all, narrowed, someone_else to narrow_reader;
        """,
        grant=False,
    )
    url = f"host={embedded_pair.sockets / 'standby'} dbname={name} user=narrow_reader"
    server = connect(Settings().at(url)).server
    assert server.hidden_tables == ("public.narrowed", "public.no_policy", "public.own_rows", "public.someone_else")
    assert server.unreadable_tables == ("public.closed",)
    assert any("Row-level security" in warning and "BYPASSRLS" in warning for warning in server.warnings)
    assert any("may not read public.closed" in warning for warning in server.warnings)
    assert connect(Settings().at(embedded_pair.standby_url(name))).server.hidden_tables == ()


@pytest.mark.integration
def test_a_database_built_again_under_its_name_is_another_one(
    embedded_pair: EmbeddedPair, scratch: Callable[..., str]
) -> None:
    name = scratch()
    first = connect(Settings().at(embedded_pair.reader_url(name))).server.identity
    assert connect(Settings().at(embedded_pair.reader_url(name))).server.identity == first
    with psycopg.connect(embedded_pair.primary_url(), autocommit=True) as owner:
        owner.execute(f'drop database "{name}"')
        owner.execute(f'create database "{name}"')
    embedded_pair.wait_for_replay()
    assert connect(Settings().at(embedded_pair.reader_url(name))).server.identity != first


@pytest.mark.integration
def test_a_missing_database_and_an_unknown_role_are_told_apart(embedded_pair: EmbeddedPair) -> None:
    with pytest.raises(errors.MissingDatabase, match="no database not_there"):
        connect(Settings().at(embedded_pair.reader_url("not_there")))
    url = f"host={embedded_pair.sockets / 'standby'} dbname=postgres user=nobody_here"
    with pytest.raises(errors.WrongPassword, match="knows no role nobody_here"):
        connect(Settings().at(url))


@pytest.mark.integration
def test_the_statement_timeout_ends_a_statement_in_words(
    embedded_pair: EmbeddedPair, scratch: Callable[..., str]
) -> None:
    source = connect(Settings(statement_timeout_seconds=1).at(embedded_pair.reader_url(scratch())))
    with source.open() as connection, pytest.raises(psycopg.errors.QueryCanceled) as ended:
        connection.execute("select pg_sleep(5)")
    assert isinstance(explain(ended.value, source.conninfo), errors.QuestionTimeout)


def test_a_refusing_port_is_a_sentence_without_the_password() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(errors.Unreachable, match="refuses connections") as refused:
        connect(Settings().at(f"postgresql://u:s3cret@127.0.0.1:{port}/d"))
    assert "s3cret" not in str(refused.value)


def test_a_silent_host_is_given_up_after_the_timeout() -> None:
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        url = f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/d"
        with pytest.raises(errors.Unreachable, match="did not answer in 2 seconds"):
            connect(Settings(connect_timeout_seconds=2).at(url))


def test_an_unknown_name_and_a_missing_socket_are_sentences() -> None:
    with pytest.raises(errors.Unreachable, match=r"no-such-host\.invalid is not known"):
        connect(Settings().at("postgresql://u@no-such-host.invalid/d"))
    with pytest.raises(errors.Unreachable, match="No Postgres listens at the socket"):
        connect(Settings().at("host=/nowhere/at/all dbname=d"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('FATAL:  password authentication failed for user "u"', errors.WrongPassword),
        ("fe_sendauth: no password supplied", errors.WrongPassword),
        ("FATAL:  sorry, too many clients already", errors.TooManyConnections),
        ("FATAL:  remaining connection slots are reserved for roles with", errors.TooManyConnections),
        ("server does not support SSL, but SSL was required", errors.EncryptionRefused),
        ('FATAL:  no pg_hba.conf entry for host "1.2.3.4", user "u"', errors.EncryptionRefused),
        ("FATAL:  unsupported startup parameter: options", errors.Unreachable),
        ("FATAL:  the database system is starting up", errors.Unreachable),
        ("server closed the connection unexpectedly", errors.ConnectionLost),
        ("ERROR:  canceling statement due to conflict with recovery", errors.ConnectionLost),
        ("ERROR:  canceling statement due to statement timeout", errors.QuestionTimeout),
        ("something new about s3cret", errors.Unreachable),
    ],
)
def test_every_failure_has_its_class_whichever_program_reports_it(text: str, kind: type[errors.ReplicaError]) -> None:
    for error in (psycopg.OperationalError(text), duckdb.IOException(text)):
        explained = explain(error, "host=h password=s3cret dbname=d user=u")
        assert type(explained) is kind
        assert "s3cret" not in str(explained)
