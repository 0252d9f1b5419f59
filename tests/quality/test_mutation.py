"""Break one thing in a clean database: the right check fails, and only checks that speak of it."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality.pulse import pulse
from replica import generations
from replica.mirror import Mirror

pytestmark = pytest.mark.integration
BREAKS = {
    "events.latitude": ("events", "latitude = 133", {"range"}),
    "events.venue_name": ("events", "venue_name = 'TBD'", {"placeholder"}),
    "events.end_date": ("events", "end_date = start_date - 3", {"contradiction"}),
    "events.created_at": ("events", "created_at = timestamptz '2031-01-01 00:00:00+00'", {"time_order"}),
    "car_track_lap_times.track_id": ("car_track_lap_times", "track_id = uuid()", {"orphan_reference"}),
    "car_issues.severity": ("car_issues", "severity = 'LOW'", {"enumeration"}),
    "car_issues.car_slug": ("car_issues", "car_slug = 'nothing-like-it'", {"non_canonical_slug"}),
    "car_issues.description": ("car_issues", "description = 'ok'", {"short_text"}),
    "part_pricing_snapshots.price_cents": ("part_pricing_snapshots", "price_cents = -1", {"range"}),
    "parts.name": ("parts", "name = null", {"not_null"}),
}
ALSO = {"events.end_date": {"time_order"}, "events.created_at": {"time_order"}, "car_issues.car_slug": {"coverage_gap"}}


@pytest.mark.parametrize("place", BREAKS)
def test_one_broken_value_fails_the_check_that_speaks_of_it(mirror_of, tmp_path_factory, place):
    clean = mirror_of("clean", clean=True)
    table, change, classes = BREAKS[place]
    before = {result.check.id for result in pulse(clean, [table]) if result.state == "fail"}

    @settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(row=st.integers(min_value=0, max_value=200))
    def broken(row):
        folder = tmp_path_factory.mktemp("broken")
        unfinished = generations.building(folder)
        generations.clone(generations.current(clean.folder), unfinished)
        with duckdb.connect(str(unfinished)) as connection:
            key = "video_id" if table == "youtube_videos" else "id"
            connection.execute(
                f"update {table} set {change} where {key} in (select {key} from {table} order by {key} "  # noqa: S608
                f"limit 1 offset {row})"
            )
        generations.publish(unfinished)
        after = [result for result in pulse(Mirror(folder, clean.settings), [table]) if result.state == "fail"]
        new = [result for result in after if result.check.id not in before]
        assert classes <= {result.check.klass for result in new}
        assert {result.check.klass for result in new} <= classes | ALSO.get(place, set())
        assert {result.check.column for result in new} >= {place.split(".")[1]}

    broken()
