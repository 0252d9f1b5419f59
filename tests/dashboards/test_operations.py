"""Growth of tables, cohorts of people, and who looked at which page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from dashboards import audit, operations
from dashboards.view import Computed
from store import Run, Store

HOW = Computed("How.")


def test_growth_is_against_the_documented_rows_and_blank_where_none_were():
    tables = pl.DataFrame(
        {"table_name": ["a", "b", "c"], "rows": [15, 5, None], "documented_rows": [10, 0, 7], "bytes": [1, 1, None],
         "newest_event": [None, None, None]}
    )  # fmt: skip
    found = operations.growth(tables, HOW).figures[0].table
    rows = {row["table_name"]: (row["added"], row["growth"]) for row in found.to_dicts()}
    assert rows == {"a": (5, 0.5), "b": (5, None), "c": (None, None)}


def test_cohorts_are_months_of_sign_up_of_the_people_chosen():
    people = pl.DataFrame(
        {
            "created_at": [datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC),
                           datetime(2025, 12, 9, tzinfo=UTC), None],
            "lifecycle": ["Core", "Gone", "At risk", "New"], "vehicles": [1, 0, 2, 0], "projects": [0, 0, 1, 0],
            "conversations": [1, 1, 0, 0],
        },
        schema_overrides={"created_at": pl.Datetime(time_zone="UTC")},
    )  # fmt: skip
    found = operations.cohorts(people, HOW, empty="Nobody.").figures[0].table
    assert found.rows() == [(date(2026, 1, 1), 2, 0.5, 0.5, 0.0, 1.0), (date(2025, 12, 1), 1, 0.0, 1.0, 1.0, 0.0)]


def test_use_of_pages_counts_runs_people_and_failures(tmp_path):
    store, at = Store(tmp_path), datetime(2026, 1, 7, tzinfo=UTC)
    assert [number.value for number in audit.page_views(store.page_runs()).numbers] == [0, 0, 0]
    seen = {"who": "ann", "role": "founder"}
    runs = [
        Run("page", "home", at, 1.0, "shown", seen), Run("page", "home", at, 3.0, "error", {"who": "bob"}),
        Run("page", "users", at, 2.0, "shown", {}),
    ]  # fmt: skip
    for run in reversed(runs):
        store.record(run)
    view = audit.page_views(store.page_runs())
    assert [number.value for number in view.numbers] == [3, 2, 1]
    assert view.figures[0].table.drop("slow_seconds").rows() == [
        ("home", 2, 2, 0.5, 2.0, at), ("users", 1, 0, 0.0, 2.0, at),
    ]  # fmt: skip
    assert view.figures[1].table["who"].to_list() == ["ann", "bob", None]
