"""The benchmark of Home compares like with like: mirror and standby answer every statement alike."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from benchmarks import home
from queries.span import Span

pytestmark = pytest.mark.integration


def test_every_statement_of_home_is_answered_alike_by_mirror_and_standby(demo_mirror, embedded_pair, built):
    asked = home._questions(demo_mirror, Span.of(date(2025, 12, 31), date(2026, 1, 27)))
    assert len(asked) >= 15
    with psycopg.connect(embedded_pair.reader_url(built("demo")), autocommit=True) as standby:
        standby.execute("set timezone = 'UTC'")
        for question in asked:
            home._agree(question, demo_mirror, standby)
