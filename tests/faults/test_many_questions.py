"""Fifty questions at once, one of which would never end: it is stopped at its time and the rest are not held up."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import dataframely as dy
import psutil
import pytest

from replica.errors import QuestionTimeout, TooManyRows

SECONDS = 3


class Number(dy.Schema):
    n = dy.Int64()


@pytest.fixture
def mirror(mirror_with):
    """Return a mirror whose questions may run for three seconds and use 300 MB."""
    made = mirror_with(cars="slug\n" + "\n".join(f"car-{number}" for number in range(100)))
    made.settings = made.settings.model_copy(
        update={"question_seconds": SECONDS, "row_limit": 1000, "memory_limit": "300MB"}
    )
    return made


@pytest.fixture
def ask(mirror, tmp_path):
    """Return what puts a question and says how it ended and after how many seconds."""

    def put(sql):
        path = tmp_path / f"{abs(hash(sql))}.sql"
        path.write_text(sql)
        began = time.monotonic()
        try:
            ended = mirror.ask(path, Number).height
        except (QuestionTimeout, TooManyRows) as stopped:
            ended = type(stopped)
        return ended, time.monotonic() - began

    return put


def usual(number):
    return f"select length(slug) + {number} as n from cars, range(2000) group by all"  # noqa: S608  a number


ENDLESS = "select count(*) as n from range(10000000) a, range(10000000) b where a.range + b.range = 3"
TOO_MANY = "select range as n from range(100000000)"
TOO_LARGE = "select count(*) as n from (select distinct hash(range) from range(100000000))"


def test_fifty_questions_at_once_with_slow_and_large_ones(ask):
    ask(usual(0))
    process = psutil.Process()
    with ThreadPoolExecutor(50) as threads:
        began = time.monotonic()
        alone = list(threads.map(ask, [usual(number) for number in range(1, 50)]))
        without = time.monotonic() - began
        before = process.memory_info().rss
        bad = [threads.submit(ask, sql) for sql in (ENDLESS, TOO_MANY, TOO_LARGE)]
        began = time.monotonic()
        beside = list(threads.map(ask, [usual(number) for number in range(50, 97)]))
        within = time.monotonic() - began
        endless, too_many, too_large = [one.result() for one in bad]
        after = process.memory_info().rss
    assert {ended for ended, _ in (*alone, *beside)} == {2}, "slugs of five letters, and of six"
    assert endless[0] is QuestionTimeout
    assert SECONDS <= endless[1] < SECONDS + 2, "stopped at its time"
    assert too_many[0] is TooManyRows
    assert too_large[0] in {TooManyRows, QuestionTimeout}
    assert within < max(SECONDS, 8 * without), f"{within:.2f} s beside the slow ones, {without:.2f} s without"
    assert after - before < 600 * 1024**2, "memory stays bounded"


def test_a_question_stopped_between_two_batches_of_rows_is_a_sentence_too(ask, mirror):
    """Rows that come by and by are stopped by Arrow, which has another name for it."""
    mirror.settings = mirror.settings.model_copy(update={"question_seconds": 1, "row_limit": 10**12})
    ended, seconds = ask(
        "select a.range as n from range(10000000) a, range(10000000) b where (a.range + b.range) % 1000 = 0"
    )
    assert ended is QuestionTimeout
    assert seconds < 3
