"""This machine's clock is moved back: what was written then is from the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from replica import Refresher, generations

pytestmark = pytest.mark.integration
AHEAD = timedelta(hours=5)


def from_the_future(mirrored):
    mirrored.edit(
        "update meta.refresh set refreshed_at = refreshed_at + interval 5 hours, "
        "snapshot_at = snapshot_at + interval 5 hours, reconciled_at = reconciled_at + interval 5 hours"
    )
    generations.write_status(mirrored.folder, generations.Status(datetime.now(UTC) + AHEAD))


def test_an_age_that_cannot_be_known_is_not_called_zero(mirrored, look):
    before = mirrored.shown()
    from_the_future(mirrored)
    fresh = mirrored.mirror.freshness()
    assert fresh.age_seconds is None
    assert fresh.stale
    assert "clock was moved back" in fresh.problem
    page = look(mirrored.settings)
    assert page.tracebacks == []
    assert " ago" not in page.all_text
    assert fresh.problem in page.texts
    assert mirrored.shown() == before


def test_the_refresher_does_not_wait_for_the_clock_to_catch_up(mirrored, until):
    from_the_future(mirrored)
    refresher = Refresher(mirrored.settings)
    refresher.start()
    try:
        until(lambda: generations.number(mirrored.current) == 2)
        until(lambda: not mirrored.mirror.freshness().stale)
    finally:
        refresher.stop()
    assert mirrored.mirror.freshness().age_seconds < 60
    assert mirrored.shown() == mirrored.live()


def test_the_comparison_of_days_does_not_wait_either(mirrored):
    mirrored.set(incremental_rows=1000)
    mirrored.refresh(full=True)
    from_the_future(mirrored)
    mirrored.run("delete from page_views where session_id = 's7'")
    mirrored.refresh()
    assert mirrored.shown() == mirrored.live()
