from __future__ import annotations

from collections import Counter

import pytest

from catalogue import TABLES, documented_tables
from demo.planted import PLANTED
from quality.check import CLASSES
from quality.derive import derive
from quality.run import run

pytestmark = pytest.mark.integration


def test_every_table_has_a_suite(spoilt):
    known = spoilt.known
    suites = {name: derive(name, known) for name in known.tables}
    assert [name for name, checks in suites.items() if not checks] == []
    assert len(documented_tables()) == 88
    assert len(TABLES) == 89
    assert len(suites) == 172
    assert all(check.table == name for name, checks in suites.items() for check in checks)


def test_ids_are_unique_and_classes_known(spoilt):
    ids = Counter(result.check.id for result in spoilt.results)
    assert [name for name, times in ids.items() if times > 1] == []
    assert {result.check.klass for result in spoilt.results} == set(CLASSES)


@pytest.mark.parametrize("defect", PLANTED, ids=lambda defect: f"{defect.klass} {defect.table}.{defect.column}")
def test_every_planted_defect_is_found_with_its_rows(spoilt, defect):
    rows = [
        result.rows
        for result in spoilt.results
        if result.state == "fail"
        and (result.check.klass, result.check.table, result.check.column) == (defect.klass, defect.table, defect.column)
    ]
    if defect.klass == "concentration":
        # Those moved there, and those that stood there before.
        assert any(count >= defect.rows for count in rows)
    else:
        assert defect.rows in rows


def test_nothing_of_weight_is_found_on_the_clean_twin(mirror_of):
    found = run(mirror_of("clean", clean=True))
    assert [
        (result.check.id, result.rows, result.words)
        for result in found.results
        if result.state == "error" or (result.state == "fail" and result.check.severity != "info")
    ] == []


def test_a_lost_reference_says_where_it_points_instead(spoilt):
    [lost] = [result for result in spoilt.results if result.check.id == "car_track_lap_times.track_id.orphan_reference"]
    assert lost.rows == 1_232
    assert lost.words == "3 of 127 ids match tracks, 120 match track_venues."
    assert len(lost.sample_keys) == 20


def test_the_same_things_are_found_under_live_names(mirror_of, spoilt):
    live = run(mirror_of("live_defects", names="live"))
    there = {result.check.id: result.rows for result in live.results if result.state == "fail"}
    missed = {
        result.check.id
        for result in spoilt.results
        if result.state == "fail" and result.check.id in {one.check.id for one in live.results}
        and there.get(result.check.id) != result.rows
    }  # fmt: skip
    # The live schema derives these from one column each, so that they cannot disagree.
    assert missed == {
        "application_errors.is_resolved.contradiction.status",
        "car_issues.car_id.contradiction.against_car_slug",
    }
