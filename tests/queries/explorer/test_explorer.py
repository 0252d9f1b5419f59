"""Rows of any table by filters, sort and page from allow-lists."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from queries import explorer
from queries.explorer import Filter, NotAllowed

CARS = """
    id | slug    | hp  | name
    1  | miata   | 181 | Mazda 100%
    2  | supra   | 382 | Toyota
    3  | unknown |     | Mazda 1000
"""


@pytest.fixture
def mirror(mirror_with):
    return mirror_with(cars=CARS)


def slugs(mirror, **question):
    return explorer.rows(mirror, "cars", **question).get_column("slug").to_list()


def test_missing_values_come_last_in_either_direction(mirror):
    assert slugs(mirror, sort="hp") == ["miata", "supra", "unknown"]
    assert slugs(mirror, sort="hp", descending=True) == ["supra", "miata", "unknown"]


def test_numbers_compare_as_numbers(mirror):
    assert slugs(mirror, filters=[Filter("hp", "at_least", "200")]) == ["supra"]
    assert slugs(mirror, filters=[Filter("hp", "at_most", "1000")], sort="hp") == ["miata", "supra"]


def test_a_percent_sign_in_a_filter_is_a_percent_sign(mirror):
    assert slugs(mirror, filters=[Filter("name", "contains", "100%")]) == ["miata"]


def test_filters_count_what_they_show(mirror):
    filters = [Filter("name", "starts", "mazda"), Filter("hp", "missing")]
    assert explorer.matching(mirror, "cars", filters=filters) == 1
    assert slugs(mirror, filters=filters) == ["unknown"]


def test_pages_split_the_rows_without_overlap(mirror):
    assert [slugs(mirror, sort="slug", page=page, page_size=2) for page in (1, 2, 3)] == [
        ["miata", "supra"],
        ["unknown"],
        [],
    ]


@pytest.mark.parametrize(
    "question",
    [
        {"sort": "hp; drop table cars"},
        {"filters": [Filter("1=1 --", "is", "x")]},
        {"filters": [Filter("hp", "or", "x")]},
        {"page": 0},
        {"page_size": 100_000},
    ],
)
def test_what_is_not_on_the_allow_list_is_refused_in_words(mirror, question):
    with pytest.raises(NotAllowed):
        explorer.rows(mirror, "cars", **question)


def test_a_table_that_is_not_there_is_refused_in_words(mirror):
    with pytest.raises(NotAllowed, match="no table"):
        explorer.rows(mirror, "sqlite_master")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.text(), some.sampled_from(sorted(explorer.OPERATORS)))
def test_no_value_of_a_filter_breaks_out_of_it(mirror, value, operator):
    chosen = [Filter("name", operator, value)]
    assert explorer.matching(mirror, "cars", filters=chosen) == len(slugs(mirror, filters=chosen))


def test_the_profile_counts_nulls_and_distinct_values(mirror):
    profile = explorer.profile(mirror, "cars").rows_by_key("column_name", named=True, unique=True)
    hp = profile["hp"]
    assert (hp["rows"], hp["nulls"], hp["distinct"]) == (3, 1, 2)
    assert hp["null_share"] == pytest.approx(1 / 3)
    assert sorted(hp["top_values"]) == ["181", "382"]


def test_an_empty_table_has_no_shares_rather_than_zero(mirror):
    row = explorer.profile(mirror, "parts").row(0, named=True)
    assert (row["rows"], row["null_share"], row["distinct_share"]) == (0, None, None)
