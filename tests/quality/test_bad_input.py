"""Tables as nobody expects them: what cannot be judged is an error with words, and the rest is judged."""

from __future__ import annotations

import pytest

from quality.run import run

pytestmark = pytest.mark.integration
STRANGE = (
    "create extension if not exists vector",
    "create table cars (id uuid primary key default gen_random_uuid(), slug text, name text, hp text)",
    "insert into cars (slug, name, hp) select 'car-' || i, 'Car ' || i, 'about ' || i from generate_series(1, 30) i",
    "create table tracks (id uuid primary key, slug text, name text)",
    "create table events (id uuid primary key, slug text, name text)",
    "revoke select on events from autorev_reader",
    'create table "Mixed Case" ("Id" int primary key, "Kind Of" text, "endAt" timestamptz)',
    """insert into "Mixed Case" values (1, 'TBD', '2031-01-01'), (2, 'fine', null)""",
    "create table heap (a int, b text)",
    "create table long_texts (id int primary key, body text)",
    "insert into long_texts select i, repeat(chr(64 + i), 1048576) from generate_series(1, 3) i",
    "create table vectors (id int primary key, embedding vector(3), label text)",
    "insert into vectors values (1, '[1,2,3]', 'n/a'), (2, null, 'b')",
    "create table secrets (id int primary key, token text)",
    "revoke select on secrets from autorev_reader",
)


@pytest.fixture
def strange(small):
    small.run(*STRANGE)
    small.refresh()
    return small


@pytest.fixture
def feedback(small):
    small.run(
        "create table cars (id uuid primary key, slug text, name text)",
        "insert into cars values (gen_random_uuid(), 'a', 'A')",
        "create table user_feedback (id uuid primary key default gen_random_uuid(), message text)",
        "insert into user_feedback (message) values ('hello')",
        "create table zones (id int primary key, name text)",
        "insert into zones values (1, 'TBD')",
    )
    small.refresh()
    return small


def judged(small, engine="sql"):
    return {result.check.id: result for result in run(small.mirror, engine).results}


def test_strange_tables_are_judged_alike_by_both_engines_and_only_the_withheld_are_errors(strange):
    pulse, record = judged(strange), judged(strange, "gx")
    assert {name: (one.state, one.rows) for name, one in pulse.items()} == {
        name: (one.state, one.rows) for name, one in record.items()
    }
    errors = {name: one.words for name, one in pulse.items() if one.state == "error"}
    assert set(errors) == {"events.*.schema.readable", "secrets.*.schema.readable"}
    assert errors["secrets.*.schema.readable"] == (
        "The role that reads has no right to select from it. Nothing else of it was judged; grant select to the role."
    )
    failed = {name for name, one in pulse.items() if one.state == "fail"}
    # A column of another type than documented, names in mixed case, a table beside a vector.
    assert {
        "cars.hp.schema.type", "Mixed Case.Kind Of.placeholder", "Mixed Case.endAt.time_order.future",
        "vectors.label.placeholder",
    } <= failed  # fmt: skip
    assert {one.check.table for one in pulse.values()} >= {"tracks", "heap", "long_texts"}
    assert not {name for name in failed if name.startswith(("heap.", "long_texts."))}
    assert pulse["tracks.*.unexpected_emptiness"].state == "fail"


DIES = (
    """create function dies() returns text language plpgsql volatile as $$
    begin
        perform pg_terminate_backend(pg_backend_pid());
        return pg_sleep(1)::text;
    end $$""",
    "drop table user_feedback",
    "create view user_feedback as select gen_random_uuid() as id, dies() as message",
    "grant select on user_feedback to autorev_reader",
)


def test_a_connection_that_dies_between_two_tables_costs_that_table_and_the_rest_is_judged(feedback):
    whole = judged(feedback, "gx")
    feedback.run(*DIES)
    found = judged(feedback, "gx")
    errors = {name: one for name, one in found.items() if one.state == "error"}
    assert {one.check.table for one in errors.values()} == {"user_feedback"}
    assert all("terminat" in one.words or "closed" in one.words or "lost" in one.words for one in errors.values())
    assert found.keys() == whole.keys()
    assert {name: one.state for name, one in found.items() if name not in errors} == {
        name: one.state for name, one in whole.items() if name not in errors
    }


CONFLICT = """
    create function in_the_way() returns text language plpgsql volatile as $$
    declare held int := (select count(*) from pg_locks where locktype = 'advisory' and classid = 7);
    begin
        if held < {times} then
            -- Held by the session, whatever becomes of the statement: it counts the attempts.
            perform pg_advisory_lock(7, held);
            raise exception 'canceling statement due to conflict with recovery' using errcode = '40001';
        end if;
        return 'x';
    end $$
"""


@pytest.mark.parametrize(("times", "state"), [(1, "pass"), (99, "error")])
def test_a_conflict_with_recovery_is_tried_once_more_and_then_an_error(feedback, times, state):
    feedback.run(
        CONFLICT.format(times=times),
        "drop table user_feedback",
        "create view user_feedback as select gen_random_uuid() as id, in_the_way() as message",
        "grant select on user_feedback to autorev_reader",
    )
    found = {one.check.id: one for one in run(feedback.mirror, "gx", ["user_feedback", "cars"]).results}
    assert found["user_feedback.message.not_null"].state == state
    assert found["cars.slug.not_null"].state == "pass"
    if state == "error":
        assert "conflict with recovery" in found["user_feedback.message.not_null"].words
