"""Changes to AutoRev's database: who may make them, what they change and nothing else, and how they are taken back."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from pydantic import SecretStr

from actions.administration import ACTIONS, NotPermitted, perform, preview, undo
from actions.primary import NotWritten
from catalogue.roles import ROLES, Viewer
from demo import ddl
from replica.settings import Settings

ADMIN = Viewer("admin", "ann@autorev.app")
ONE, TWO = (str(uuid.uuid5(uuid.NAMESPACE_OID, name)) for name in ("one", "two"))
FILLED = {
    "feedback": "insert into user_feedback (id, status, message) values ('{}', 'new', 'hello')",
    "comment": "insert into community_post_comments (id, content, moderation_status) values ('{}', 'hi', 'flagged')",
    "event": "insert into events (id, name, status) values ('{}', 'Meet', 'pending')",
    "video": "insert into youtube_ingestion_queue (id, status, error_message) values ('{}', 'failed', 'quota')",
    "job": "insert into scrape_jobs (id, status, error_message) values ('{}', 'failed', 'timeout')",
    "flag": "insert into app_config (key, value) values ('{}', 'false')",
}
CHOICE = {
    "feedback": "resolved", "comment": "rejected", "event": "approved", "video": "pending", "job": "pending",
    "flag": "true",
}  # fmt: skip
every_action = pytest.mark.parametrize("key", ACTIONS)


@pytest.fixture(scope="module")
def database(embedded_pair):
    """Return the name of a database with the tables that may be changed, empty."""
    name = f"administration_{uuid.uuid4().hex[:8]}"
    shapes = [ddl.documented_shapes()[table] for table in {*(one.table for one in ACTIONS.values()), "audit_log"}]
    with psycopg.connect(embedded_pair.primary_url(), autocommit=True) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        with psycopg.connect(embedded_pair.primary_url(name), autocommit=True) as owner:
            for shape in shapes:
                owner.execute(ddl.create_table(shape).encode())
            owner.execute(ddl.grants(shapes, name).encode())
        yield name
        server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def owner(database, embedded_pair):
    """Return a connection that may do all, over tables of two rows each."""
    with psycopg.connect(embedded_pair.primary_url(database), autocommit=True, row_factory=dict_row) as connection:
        for key, statement in FILLED.items():
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier(ACTIONS[key].table)))
            for record in (ONE, TWO):
                connection.execute(statement.format(record).encode())
        connection.execute("delete from audit_log")
        yield connection


@pytest.fixture
def settings(database, embedded_pair, tmp_path):
    return Settings(home=tmp_path, primary_url=SecretStr(embedded_pair.writer_url(database)))


def held(owner, key):
    """Return the rows of an action's table by their keys."""
    action = ACTIONS[key]
    rows = owner.execute(sql.SQL("select * from {}").format(sql.Identifier(action.table))).fetchall()
    return {str(row[action.keyed_by]): row for row in rows}


def audited(owner):
    return owner.execute("select * from audit_log order by changed_at").fetchall()


@pytest.mark.integration
@every_action
def test_a_change_touches_the_chosen_row_in_its_columns_and_is_on_record(owner, settings, key):
    before = held(owner, key)
    done = perform(settings, ADMIN, key, CHOICE[key], [ONE], note="looked at")
    after = held(owner, key)
    assert done.sentence == f"1 row of {ACTIONS[key].table} changed."
    assert after[TWO] == before[TWO]
    changed = {name for name in after[ONE] if after[ONE][name] != before[ONE][name]}
    assert ACTIONS[key].columns[0] in changed <= set(ACTIONS[key].columns)
    assert str(after[ONE][ACTIONS[key].columns[0]]).lower() == CHOICE[key]
    (line,) = audited(owner)
    assert (line["action"], line["table_name"]) == ("UPDATE", ACTIONS[key].table)
    assert (line["new_values"]["decided_by"], line["new_values"]["note"]) == ("ann@autorev.app", "looked at")


@pytest.mark.integration
@every_action
def test_a_preview_shows_what_the_change_then_makes_and_changes_nothing(owner, settings, key):
    before = held(owner, key)
    shown = preview(settings, ADMIN, key, CHOICE[key], [ONE, TWO])
    assert held(owner, key) == before
    assert audited(owner) == []
    done = perform(settings, ADMIN, key, CHOICE[key], [ONE, TWO])
    timeless = [
        {(one.record, one.column) for one in outcome.differences if not one.column.endswith(("_at", "_for"))}
        for outcome in (shown, done)
    ]
    assert timeless[0] == timeless[1]
    assert {(one.record, one.column, one.after) for one in shown.differences} >= {
        (record, ACTIONS[key].columns[0], CHOICE[key]) for record in (ONE, TWO)
    }


@pytest.mark.integration
@every_action
def test_a_change_can_be_taken_back(owner, settings, key):
    before = held(owner, key)
    done = perform(settings, ADMIN, key, CHOICE[key], [ONE, TWO])
    assert undo(settings, ADMIN, done).sentence == "2 rows given back what they held."
    assert held(owner, key) == before
    assert [line["new_values"].get("undone") for line in audited(owner)] == [None, None, True, True]


@pytest.mark.integration
def test_what_somebody_changed_again_is_not_taken_back(owner, settings):
    done = perform(settings, ADMIN, "feedback", "resolved", [ONE, TWO])
    owner.execute("update user_feedback set status = 'wont_fix' where id = %s", [ONE])
    undone = undo(settings, ADMIN, done)
    assert undone.sentence == (
        "1 row given back what they held. 1 had been changed again meanwhile and were left as they are."
    )
    assert {key: row["status"] for key, row in held(owner, "feedback").items()} == {ONE: "wont_fix", TWO: "new"}


@pytest.mark.integration
def test_only_what_failed_is_tried_again_and_only_a_flag_is_switched(owner, settings):
    owner.execute("update scrape_jobs set status = 'running' where id = %s", [ONE])
    owner.execute("""update app_config set value = '{"limit": 5}' where key = %s""", [ONE])
    for key in ("job", "flag"):
        done = perform(settings, ADMIN, key, CHOICE[key], [ONE, TWO])
        assert {row.record for row in done.rows} == {TWO}
        assert done.sentence.endswith("1 are gone or are none of these any more and stay as they are.")


@every_action
def test_without_a_primary_nothing_is_pretended(tmp_path, key):
    with pytest.raises(NotWritten, match="No primary is named"):
        perform(Settings(home=tmp_path), ADMIN, key, CHOICE[key], [ONE])


@every_action
def test_every_other_role_is_refused_before_anything_is_asked(tmp_path, key):
    for role in {*ROLES, "none"} - ACTIONS[key].roles:
        with pytest.raises(NotPermitted, match=f"role {role} may not change"):
            preview(Settings(home=tmp_path), Viewer(role, "eve"), key, CHOICE[key], [ONE])


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"action": "delete"}, "no action 'delete'"),
        ({"choice": "'; drop table events"}, "no choice"),
        ({"keys": []}, "0 rows are chosen"),
        ({"keys": [str(number) for number in range(201)]}, "201 rows are chosen"),
        ({"note": "x" * 501}, "at most 500"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(tmp_path, chosen, said):
    asked = {"action": "event", "choice": "approved", "keys": [ONE]} | chosen
    with pytest.raises(NotPermitted, match=said):
        perform(Settings(home=tmp_path), ADMIN, **asked)


@pytest.mark.integration
def test_a_role_that_may_not_write_the_column_is_named_and_changes_nothing(owner, settings):
    owner.execute("revoke update on events from autorev_writer")
    try:
        with pytest.raises(NotWritten, match=r"may not change events\.status"):
            perform(settings, ADMIN, "event", "approved", [ONE])
    finally:
        owner.execute("grant update (status, approved_at, updated_at) on events to autorev_writer")
    assert audited(owner) == []
