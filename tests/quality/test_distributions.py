"""Drift between two runs: of the schema, of absent values, of means and of what values there are."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from quality import distributions
from quality.distributions import MOVED, SPREAD, keep, measure, moved, schema_changes, wanted

AT = datetime(2026, 11, 1, tzinfo=UTC)


def spread(**more):
    row = {
        "table_name": "t", "column_name": "c", "live_type": "text", "state": "exact", "rows": 100, "values": 100,
        "different": 2, "at": AT,
    }  # fmt: skip
    return pl.DataFrame([row | more], schema=SPREAD)


def moves(before, after):
    return [(row["what"], pytest.approx(row["distance"])) for row in moved(before, after).to_dicts()]


@pytest.mark.parametrize(("values", "found"), [(95, [("no value", 0.05)]), (96, []), (100, [])])
def test_five_points_more_without_a_value_are_a_move(values, found):
    assert moves(spread(), spread(values=values)) == found


def test_a_mean_moves_by_standard_deviations_of_before():
    before = spread(mean=10.0, deviation=4.0)
    assert moves(before, spread(mean=11.0, deviation=9.0)) == [("mean", 0.25)]
    assert moves(before, spread(mean=10.9, deviation=9.0)) == []
    assert moves(spread(mean=10.0, deviation=0.0), spread(mean=99.0, deviation=1.0)) == []


def test_a_tenth_of_the_values_in_other_places_is_a_move_and_the_largest_change_is_named():
    before = spread(shares=json.dumps({"a": 0.5, "b": 0.5}))
    after = spread(shares=json.dumps({"a": 0.5, "b": 0.3, "c": 0.2}))
    [row] = moved(before, after).to_dicts()
    # Half of |0| + |-0.2| + |0.2|.
    assert (row["what"], row["distance"]) == ("values", pytest.approx(0.2))
    assert row["words"] == "“b” was 50.0% of the values and is 30.0%."
    assert moves(before, spread(shares=json.dumps({"a": 0.55, "b": 0.45}))) == []


def test_of_few_rows_nothing_is_said():
    assert moved(spread(rows=19, values=19), spread(rows=19, values=0)).schema == MOVED
    assert moves(spread(rows=19, values=19), spread(rows=100, values=0)) == []


def test_what_came_went_and_changed_in_the_schema_is_said():
    def at(*names):
        return pl.concat([spread(table_name=t, column_name=c, live_type=kind) for t, c, kind in names])

    before = at(("t", "a", "text"), ("t", "b", "text"), ("old", "x", "text"))
    after = at(("t", "a", "integer"), ("t", "n", None), ("new", "x", "text"))
    assert schema_changes(before, after)["words"].to_list() == [
        "The table new is new.", "The table old is gone.", "t.a was text and is integer.", "t.b is gone (it was text).",
        "t.n is new (computed).",
    ]  # fmt: skip


def test_values_are_measured_and_none_of_personal_data_is_kept(mirror_with):
    mirror = mirror_with(
        user_profiles="id | email | display_name | onboarding_step\n"
        + "\n".join(f"u{n} | jane{n % 2}@x.com | Jane | {n}" for n in range(4)),
        car_issues="id | severity | kind\n i1 | low | brakes\n i2 | low | mail jane@x.com\n i3 | high | brakes\n"
        " i4 | null | brakes",
    )
    found = {(row["table_name"], row["column_name"]): row for row in measure(mirror).to_dicts()}
    step = found["user_profiles", "onboarding_step"]
    assert (step["rows"], step["values"], step["mean"], step["least"], step["most"]) == (4, 4, 1.5, 0.0, 3.0)
    assert step["deviation"] == pytest.approx(1.2909944)
    severity = found["car_issues", "severity"]
    assert severity["values"] == 3
    assert json.loads(severity["shares"]) == {"high": pytest.approx(1 / 3), "low": pytest.approx(2 / 3)}
    assert found["user_profiles", "email"]["shares"] is None
    assert found["user_profiles", "display_name"]["shares"] is None
    assert "jane" not in "".join(row["shares"] or "" for row in found.values()).lower()


def test_it_is_kept_once_a_day_and_the_newest_only(tmp_path, monkeypatch):
    monkeypatch.setattr(distributions, "KEPT", 2)
    assert wanted(tmp_path, AT)
    keep(tmp_path, spread(), AT)
    assert not wanted(tmp_path, AT + timedelta(hours=19))
    assert wanted(tmp_path, AT + timedelta(hours=20))
    for day in (1, 2):
        keep(tmp_path, spread(), AT + timedelta(days=day))
    assert [distributions.moment(path.name) for path in distributions.files(tmp_path)] == [
        AT + timedelta(days=1), AT + timedelta(days=2),
    ]  # fmt: skip
