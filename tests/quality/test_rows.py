"""The rows behind a finding: told as they are, shown masked."""

from __future__ import annotations

import pytest

from catalogue.personal import EVERYTHING
from quality.rows import failing
from quality.run import run
from queries.explorer import NotAllowed

PROFILES = """
    id | email           | display_name | location_state
    u1 | not-an-address  | Jane Doe     | CA
    u2 | jane@gmail.com  | Jane Doe     | CA
    u3 | also wrong      | TBD          | California
"""


@pytest.fixture
def mirror(mirror_with):
    return mirror_with(user_profiles=PROFILES)


def named(mirror, column, klass):
    [found] = [
        result.check.id for result in run(mirror, tables=["user_profiles"]).results
        if result.state == "fail" and (result.check.column, result.check.klass) == (column, klass)
    ]  # fmt: skip
    return found


def test_rows_are_chosen_by_what_is_hidden_and_shown_masked(mirror, uuid_of):
    found = failing(mirror, check=named(mirror, "display_name", "placeholder"))
    assert found["id"].to_list() == [uuid_of("u3")]
    assert found["display_name"][0].startswith("name ")
    assert found["email"][0] not in {"also wrong", None}
    assert {"id", "email", "display_name", "location_state"} <= set(found.columns)


def test_whoever_revealed_names_sees_names_only(mirror):
    check = named(mirror, "display_name", "placeholder")
    row = failing(mirror.seeing(frozenset({"name"})), check=check).row(0, named=True)
    assert row["display_name"] == "TBD"
    assert row["email"] != "also wrong"
    row = failing(mirror.seeing(EVERYTHING), check=check).row(0, named=True)
    assert (row["display_name"], row["email"]) == ("TBD", "also wrong")


def test_the_rows_are_as_many_as_the_finding_says(mirror):
    for result in run(mirror, tables=["user_profiles"]).results:
        if result.state == "fail" and result.check.where is not None:
            assert failing(mirror, check=result.check.id).height == result.rows, result.check.id


def test_of_what_is_missing_the_keys_are_told(mirror_with):
    mirror = mirror_with(
        cars="id | slug | name\n c1 | a | A\n c2 | b | B", car_issues="id | car_slug | car_id\n i1 | a | c1"
    )
    assert failing(mirror, check="car_issues.car_slug.coverage_gap").rows() == [("b",)]


def test_a_check_that_is_not_there_is_said_in_words(mirror):
    for name in ("user_profiles.email.nothing", "no_such_table.x.range", "", "'; drop table cars; --"):
        with pytest.raises(NotAllowed, match="There is no check"):
            failing(mirror, check=name)


def test_what_was_read_is_on_the_record_of_questions(mirror):
    check = named(mirror, "display_name", "placeholder")
    with mirror.trace() as trace:
        failing(mirror, check=check)
    assert [one.tables for one in trace.questions] == [("user_profiles",)]
