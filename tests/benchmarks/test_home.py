"""The benchmark of Home compares like with like: mirror and standby say every metric alike."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from benchmarks import home
from queries.span import Span

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("span", [
    Span.of(date(2025, 12, 31), date(2026, 1, 27)),
    Span.of(date(2025, 11, 3), date(2026, 1, 27), "America/New_York"),
    Span(date(2025, 10, 1), date(2026, 1, 27), "Europe/Berlin", "month"),
], ids=["days", "weeks in New York", "months in Berlin"])  # fmt: skip
def test_every_metric_of_home_is_said_alike_by_mirror_and_standby(demo_mirror, embedded_pair, built, span):
    written = home.statements(span, demo_mirror.freshness().snapshot_at)
    assert len(written) >= 26
    with psycopg.connect(embedded_pair.reader_url(built("demo")), autocommit=True) as standby:
        standby.execute("set timezone = 'UTC'")
        home.agree(written, demo_mirror, standby)
