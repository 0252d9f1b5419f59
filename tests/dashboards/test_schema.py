"""What each documented name reads, and what has no counterpart."""

from __future__ import annotations

import polars as pl
import pytest

from dashboards import schema
from dashboards.view import Computed
from queries import system

HOW = Computed("How.")


@pytest.fixture
def known(mirror_with):
    mirror = mirror_with(unbound=frozenset({"cars.engine", "cars.hp"}), missing=frozenset({"car_issues"}))
    columns = system.columns(mirror).with_columns(
        state=pl.when(pl.col("column_name") == "name").then(pl.lit("alias")).otherwise("state")
    )
    return columns, system.tables(mirror)


def test_every_column_counts_in_exactly_one_state(known):
    columns, _ = known
    counts = {number.key: number.value for number in schema.summary(columns, HOW).numbers}
    assert sum(counts.values()) == columns.height
    assert counts["unbound"] == 2 + columns.filter(pl.col("table_name") == "car_issues").height


def test_filters_of_state_domain_and_words_hold_together(known):
    found = schema.bindings(*known, HOW, words="CARS", domain="Core Car Data", state="unbound").figures[0].table
    assert found.select("table_name", "column_name").rows() == [("cars", "engine"), ("cars", "hp")]


def test_what_one_side_lacks_is_listed_with_the_lines_that_bind_it(known):
    unbound, missing, unexpected = schema.gaps(*known, HOW).figures
    assert '"cars.engine" = "…"' in unbound.code.splitlines()
    assert unbound.code.startswith("[bindings]")
    assert missing.table["table_name"].to_list() == ["car_issues"]
    assert unexpected.table.is_empty()


def test_the_sentence_of_many_unbound_columns_stays_short(known):
    columns, _ = known
    every = columns.with_columns(state=pl.lit("unbound"))
    assert f"and {every.height - 12} more" in schema.gaps(every, known[1], HOW).figures[0].alt


def test_notes_of_the_last_refresh_are_one_row_each(mirror_with):
    last = system.last_refresh(mirror_with()).with_columns(warnings=pl.Series([["one", "two"]]))
    assert schema.refreshed(last, HOW).figures[0].table.to_series().to_list() == ["one", "two"]
    none = last.with_columns(warnings=pl.lit(None, pl.List(pl.String)))
    assert schema.refreshed(none, HOW).figures[0].table.is_empty()
