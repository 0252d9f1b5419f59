"""The same data under live names, units and shapes gives the same numbers."""

from __future__ import annotations

from datetime import date

import pytest

from metrics import METRICS, measure
from queries.span import Span
from replica import Mirror, mirror_folder, refresh
from replica.settings import Settings

pytestmark = pytest.mark.integration
NOBODY_YET = {"mrr", "paying_users", "conversion", "job_success"}
"""Nobody pays as documented, and no job ended in this range."""
SPAN = Span.of(date(2026, 1, 1), date(2026, 1, 26))


@pytest.fixture(scope="module")
def mirrors(embedded_home, embedded_pair, built):
    """Return the mirrors of the same clean data under documented and under live names."""
    found = {}
    for names in ("documented", "live"):
        name = built("clean" if names == "documented" else "clean_live", names=names, clean=True)
        settings = Settings(home=embedded_home).at(embedded_pair.reader_url(name), mirror_name=f"metrics-{name}")
        refresh(settings)
        found[names] = Mirror(mirror_folder(settings), settings)
    return found


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_a_metric_is_the_same_under_live_names(mirrors, metric):
    documented = measure(mirrors["documented"], metric, span=SPAN)
    live = measure(mirrors["live"], metric, span=SPAN)
    assert documented.value or metric.key in NOBODY_YET, "the demo gives this metric something to count"
    assert (live.value, live.previous) == (documented.value, documented.previous)
    assert live.series.drop("complete").equals(documented.series.drop("complete"))
