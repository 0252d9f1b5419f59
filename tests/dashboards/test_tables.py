"""Documented beside measured, and what a table's columns and rows look like."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from dashboards import tables
from dashboards.view import Computed
from queries import explorer, system
from queries.explorer import Filter

HOW = Computed("How.")


@pytest.fixture
def listed(mirror_with):
    frame = system.tables(mirror_with(cars="slug\nmiata"))
    return frame.with_columns(
        documented_rows=pl.when(pl.col("table_name") == "cars").then(309),
        documented_columns=pl.when(pl.col("table_name") == "cars").then(139),
        documented_columns_at_least=pl.col("table_name") == "cars",
    )


def number(view, key):
    return next(one for one in view.numbers if one.key == key)


def test_documented_rows_stand_beside_the_measured_ones(listed):
    view = tables.facts(listed, HOW, "cars")
    assert (number(view, "rows").value, number(view, "documented-rows").value) == (1, 309)
    assert number(view, "documented-columns").label == "Columns documented, at least"


def test_what_was_not_measured_is_unknown_and_not_zero(listed):
    view = tables.facts(listed, HOW, "user_profiles")
    assert [number(view, key).value for key in ("documented-rows", "columns", "bytes")] == [None, None, None]
    assert number(tables.overview(listed, HOW), "bytes").value is None


def test_a_lower_bound_is_shown_as_one(listed):
    shown = tables.overview(listed, HOW).figures[0].table
    assert shown.filter(pl.col("table_name") == "cars").item(0, "documented_columns") == "≥ 139"


def test_every_word_searched_for_must_be_found(listed):
    def found(words, domain=None):
        return set(tables.overview(listed, HOW, words=words, domain=domain).figures[0].table["table_name"])

    assert "car_tuning_profiles" in found("CAR tuning")
    assert "cars" not in found("CAR tuning")
    assert found("", "Core Car Data") < found("")
    assert found("(.*") == set()


def test_tables_outside_the_dictionary_are_a_domain_of_their_own(listed):
    extra = listed.head(1).with_columns(domain=pl.lit(None, pl.String), table_name=pl.lit("scratch"))
    both = pl.concat([listed, extra])
    assert tables.domains(both)[-1] == tables.UNDOCUMENTED
    assert tables.overview(both, HOW, domain=tables.UNDOCUMENTED).figures[0].table["table_name"].to_list() == [
        "scratch"
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mode": "sampled"}, tables.MODES["sampled"]),
        ({"hidden": True}, tables.MODES["hidden"]),
        ({"found": False}, tables.MODES["missing"]),
        ({"live_name": "vehicles"}, "In the database it is called vehicles."),
        ({"newest_event": datetime(2026, 1, 27, tzinfo=UTC)}, "Newest event 27 Jan 2026 00:00:00 UTC."),
    ],
)
def test_what_a_reader_should_know_of_a_table_is_a_sentence(listed, change, said):
    frame = listed.with_columns(**{name: pl.lit(value) for name, value in change.items()})
    assert said in tables.facts(frame, HOW, "cars").notes


def test_a_column_that_is_not_copied_keeps_its_row_with_unknown_shares(mirror_with):
    mirror = mirror_with(cars="slug | hp\nmiata | 181\nsupra |", unbound=frozenset({"cars.engine"}))
    view = tables.columns(system.columns(mirror, table_name="cars"), explorer.profile(mirror, "cars"), HOW)
    shares = dict(view.figures[0].table.select("column_name", "null_share").iter_rows())
    assert (shares["hp"], shares["slug"], shares["engine"]) == (0.5, 0.0, None)
    assert view.figures[0].code == '[bindings]\n"cars.engine" = "…"'
    assert "cars.engine" in view.figures[0].alt


def test_numbers_of_a_row_are_shown_as_they_are(mirror_with):
    rows = explorer.rows(mirror_with(cars="slug | hp\nmiata | 2181"), "cars")
    kinds = {column.name: column.kind for column in tables.sample(rows, 1, HOW).figures[0].settings.columns}
    assert (kinds["hp"], kinds["slug"], kinds["created_at"]) == ("plain", "text", "time")


def test_no_row_is_said_differently_with_and_without_a_filter():
    nothing = pl.DataFrame({"slug": []})
    assert tables.sample(nothing, 0, HOW).figures[0].empty == "The table has no rows."
    filtered = tables.sample(nothing, 0, HOW, [Filter("hp", "at_least", "200")])
    assert filtered.figures[0].empty == "No row meets the filter."
    assert filtered.notes == ("0 of 0 rows where hp is at least 200.",)
