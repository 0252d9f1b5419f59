"""Decisions about errors: who may take them, where they are kept, and what they change on the primary."""

from __future__ import annotations

import json
import threading
import uuid
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from pydantic import SecretStr

from actions.primary import NotWritten
from actions.triage import NotDecided, decide
from catalogue.roles import Viewer
from demo import ddl
from queries import errors
from replica import Mirror, mirror_folder, refresh
from replica.settings import Settings
from store import Store

NOW = datetime.now(UTC).replace(microsecond=0)
ANN, BOB = Viewer("ops", "ann@autorev.app"), Viewer("admin", "bob@autorev.app")
TABLES = ("application_errors", "audit_log", "user_feedback")


def ago(**time):
    return (NOW - timedelta(**time)).isoformat()


@pytest.fixture
def mirror(mirror_with):
    """Return a mirror with two issues, x and y."""
    return mirror_with(
        application_errors=f"""
            id | error_type | error_message | user_id | occurrence_count | last_seen_at
            e1 | Error      | x             | u1      | 5                | {ago(days=1)}
            e2 | Error      | y             | u1      | 1                | {ago(days=2)}
        """
    )


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "home")


def listed(mirror, store):
    found = errors.issues(mirror, log=store.triage())
    return {title: dict(row) for title, row in ((row["title"], row) for row in found.iter_rows(named=True))}


def mark(mirror, title):
    return errors.issues(mirror).filter(title=title)["fingerprint"].item()


def test_without_a_primary_a_decision_is_kept_here_only_and_shows_at_once(mirror, store):
    done = decide(mirror, store, ANN, "resolve", [mark(mirror, "x")])
    assert (done.sentence, done.rows) == ("1 issue resolved: kept here only.", None)
    assert listed(mirror, store)["x"]["state"] == "resolved"
    assert listed(mirror, store)["y"]["state"] == "new"


def test_many_are_decided_about_at_once_and_repeats_count_once(mirror, store):
    both = [mark(mirror, "x"), mark(mirror, "y"), mark(mirror, "x")]
    done = decide(mirror, store, ANN, "assign", both, details={"to": "ann"})
    assert done.sentence == "2 issues assigned to ann: kept here only."
    assert {row["assignee"] for row in listed(mirror, store).values()} == {"ann"}


@pytest.mark.parametrize("role", ["content", "finance", "none"])
def test_a_role_that_may_not_decide_is_refused_whatever_the_page_drew(mirror, store, role):
    with pytest.raises(NotDecided, match="may look at errors but not decide"):
        decide(mirror, store, Viewer(role, "eve"), "resolve", [mark(mirror, "x")])
    assert store.triage() == ()


def test_one_unknown_issue_among_many_stops_all(mirror, store):
    with pytest.raises(NotDecided, match="no issue v1:0"):
        decide(mirror, store, ANN, "ignore", [mark(mirror, "x"), "v1:0"])
    assert store.triage() == ()


@pytest.mark.parametrize(
    ("action", "details", "words"),
    [
        ("snooze", {}, "needs an end"),
        ("snooze", {"until": NOW - timedelta(days=1)}, "needs an end"),
        ("snooze", {"more_events": -1}, "not a number from 1 on"),
        ("comment", {"text": "  "}, "1 to 2,000"),
        ("comment", {"text": "x" * 2001}, "1 to 2,000"),
        ("merge", {"into": "v1:0"}, "no issue"),
        ("split", {}, "not merged"),
        ("delete", {}, "no action 'delete'"),
    ],
)
def test_particulars_that_make_no_sense_are_refused(mirror, store, action, details, words):
    with pytest.raises(NotDecided, match=words):
        decide(mirror, store, ANN, action, [mark(mirror, "x")], details=details)
    assert store.triage() == ()


def test_a_snooze_by_number_counts_from_now(mirror, store):
    decide(mirror, store, ANN, "snooze", [mark(mirror, "x")], details={"more_events": 3})
    assert store.triage()[-1].details == {"until_events": 8}
    decide(mirror, store, ANN, "snooze", [mark(mirror, "x")], details={"more_users": 2})
    assert store.triage()[-1].details == {"until_users": 3}
    assert listed(mirror, store)["x"]["state"] == "snoozed"


def test_an_issue_is_merged_and_split_again(mirror, store):
    decide(mirror, store, ANN, "merge", [mark(mirror, "y")], details={"into": mark(mirror, "x")})
    assert {title: row["events"] for title, row in listed(mirror, store).items()} == {"x": 6}
    with pytest.raises(NotDecided, match="into itself"):
        decide(mirror, store, ANN, "merge", [mark(mirror, "y")], details={"into": mark(mirror, "x")})
    decide(mirror, store, ANN, "split", [mark(mirror, "y")])
    assert set(listed(mirror, store)) == {"x", "y"}


def test_two_people_at_once_lose_nothing(mirror, tmp_path):
    fingerprint = mark(mirror, "x")

    def write(viewer):
        for number in range(10):
            decide(mirror, Store(tmp_path / "home"), viewer, "comment", [fingerprint], details={"text": str(number)})

    people = [threading.Thread(target=write, args=(viewer,)) for viewer in (ANN, BOB)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    log = Store(tmp_path / "home").triage()
    assert sorted((one.by, one.details["text"]) for one in log) == sorted(
        (viewer.name, str(number)) for viewer in (ANN, BOB) for number in range(10)
    )


# On the primary


def issue_of_three(mirror):
    return errors.issues(mirror).filter(rows=3)["fingerprint"].item()


@pytest.fixture
def live(embedded_pair, tmp_path):
    """Return a mirror of a small database, with the address of its primary in the settings, and a way to look there."""
    name = f"triage_{uuid.uuid4().hex[:8]}"
    shapes = [ddl.documented_shapes()[table] for table in TABLES]
    with psycopg.connect(embedded_pair.primary_url(), autocommit=True) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    with psycopg.connect(embedded_pair.primary_url(name), autocommit=True, row_factory=dict_row) as owner:
        for shape in shapes:
            owner.execute(ddl.create_table(shape).encode())
        owner.execute(ddl.grants(shapes, name).encode())
        for number, (message, status) in enumerate([("x 1", "new"), ("x 2", "new"), ("x 3", "closed"), ("y", "new")]):
            owner.execute(
                "insert into application_errors (id, error_type, error_message, status, is_resolved, last_seen_at, "
                "created_at) values (%s, 'Error', %s, %s, %s, %s, %s)",
                [uuid.uuid5(uuid.NAMESPACE_OID, str(number)), message, status, status == "closed", ago(days=1),
                 ago(days=1)],
            )  # fmt: skip
        embedded_pair.wait_for_replay(name)
        settings = Settings(home=tmp_path / "home", primary_url=SecretStr(embedded_pair.writer_url(name))).at(
            embedded_pair.reader_url(name), mirror_name=name
        )
        refresh(settings)
        yield Mirror(mirror_folder(settings), settings), owner
    with psycopg.connect(embedded_pair.primary_url(), autocommit=True) as server:
        server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def rows(owner, table):
    return owner.execute(sql.SQL("select * from {} order by 1").format(sql.Identifier(table))).fetchall()


@pytest.mark.integration
def test_resolving_settles_the_rows_seen_and_writes_a_line_for_each(live, store):
    mirror, owner = live
    owner.execute("insert into application_errors (id, error_type, error_message, status, last_seen_at) "
                  "values (gen_random_uuid(), 'Error', 'x 99', 'new', now())")  # fmt: skip
    done = decide(mirror, store, ANN, "resolve", [issue_of_three(mirror)])
    assert (done.sentence, done.rows) == ("1 issue resolved: 2 rows settled on the primary.", 2)
    found = {row["error_message"]: row for row in rows(owner, "application_errors")}
    assert {message: (row["status"], row["is_resolved"]) for message, row in found.items()} == {
        "x 1": ("resolved", True), "x 2": ("resolved", True), "x 3": ("closed", True),
        "y": ("new", False),
                       "x 99": ("new", None)}  # fmt: skip
    assert found["x 1"]["resolved_at"] is not None
    audit = rows(owner, "audit_log")
    assert [(line["action"], line["table_name"]) for line in audit] == [("UPDATE", "application_errors")] * 2
    assert {line["record_id"] for line in audit} == {found["x 1"]["id"], found["x 2"]["id"]}
    assert audit[0]["old_values"]["status"] == "new"
    assert audit[0]["new_values"]["decided_by"] == "ann@autorev.app"
    assert store.triage()[-1].details == {"rows": 2}
    # The mirror still holds the rows as they were: what was done shows all the same.
    assert errors.issues(mirror, log=store.triage()).filter(rows=3)["state"].to_list() == ["resolved"]


@pytest.mark.integration
def test_what_somebody_else_settled_meanwhile_is_left_alone(live, store):
    mirror, owner = live
    owner.execute("update application_errors set status = 'wont_fix' where error_message = 'x 1'")
    issue = issue_of_three(mirror)
    assert decide(mirror, store, BOB, "resolve", [issue]).rows == 1
    assert decide(mirror, store, ANN, "resolve", [issue]).rows == 0
    assert len(rows(owner, "audit_log")) == 1


@pytest.mark.integration
def test_two_people_who_resolve_at_once_settle_every_row_once(live, store):
    mirror, owner = live
    issue, done = issue_of_three(mirror), []
    people = [
        threading.Thread(
            target=lambda viewer=viewer: done.append(decide(mirror, store, viewer, "resolve", [issue]).rows)
        )
        for viewer in (ANN, BOB)
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(done) == [0, 2]
    assert len(rows(owner, "audit_log")) == 2
    assert {one.by for one in store.triage()} == {ANN.name, BOB.name}


@pytest.mark.integration
def test_what_happened_after_the_person_looked_stays_open(live, store):
    mirror, owner = live
    issue = issue_of_three(mirror)
    assert decide(mirror, store, ANN, "resolve", [issue], seen_at=NOW - timedelta(days=2)).rows == 0
    assert {row["status"] for row in rows(owner, "application_errors")} == {"new", "closed"}


@pytest.mark.integration
def test_without_its_line_in_the_audit_nothing_changes(live, store):
    mirror, owner = live
    owner.execute("revoke insert on audit_log from autorev_writer")
    with pytest.raises(NotWritten, match="may not write to audit_log"):
        decide(mirror, store, ANN, "resolve", [issue_of_three(mirror)])
    assert {row["status"] for row in rows(owner, "application_errors")} == {"new", "closed"}
    assert store.triage() == ()


@pytest.mark.integration
def test_a_standby_and_a_dead_address_are_refused_in_words(live, store, embedded_pair):
    mirror, _ = live
    issue = issue_of_three(mirror)
    for address, words in (
        (mirror.settings.database_url.get_secret_value(), "names a standby"),
        ("postgresql://autorev:s3cret@127.0.0.1:9/none", "did not take the change"),
    ):
        settings = mirror.settings.model_copy(update={"primary_url": SecretStr(address)})
        with pytest.raises(NotWritten, match=words) as refused:
            decide(Mirror(mirror.folder, settings), store, ANN, "resolve", [issue])
        assert "s3cret" not in str(refused.value)
    assert store.triage() == ()


@pytest.mark.integration
def test_live_names_are_settled_by_status_and_date(live, store):
    mirror, owner = live
    owner.execute("alter table application_errors drop column is_resolved")
    issue = issue_of_three(mirror)
    assert decide(mirror, store, ANN, "resolve", [issue]).rows == 2
    line = json.loads(json.dumps(rows(owner, "audit_log")[0]["new_values"]))
    assert set(line) == {"status", "resolved_at", "decided_by", "issue"}
