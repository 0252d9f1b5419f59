"""Two other libraries judge the same columns on frames of the mirror: they find what we find, value for value."""

from __future__ import annotations

import pytest

from benchmarks.judges import by_pandera, by_pointblank, column_checks, frame
from catalogue import TABLES
from replica.mirror import Mirror
from replica.settings import mirror_folder

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("judge", [by_pointblank, by_pandera])
def test_another_library_counts_the_same_offending_values(spoilt, demo_settings, judge):
    mirror = Mirror(mirror_folder(demo_settings), demo_settings)
    ours = {one.check.id: one.rows for one in spoilt.results}
    said = {}
    for table in TABLES:
        if checks := column_checks(table, spoilt.known):
            said |= judge(frame(mirror, table), checks)
    assert {name: (ours[name], count) for name, count in said.items() if count != ours[name]} == {}
    found = {name for name, count in said.items() if count}
    assert len(said) > 900
    assert {
        "car_issues.severity.enumeration",
        "events.latitude.range",
        "community_insights.car_id.missing_reference",
    } <= found
