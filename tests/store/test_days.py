"""Daily answers."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from store import StoreUnavailable
from store.days import Days


def test_the_first_answer_of_a_day_is_kept_and_read_with_its_day(tmp_path):
    days = Days(tmp_path / "coverage")
    assert days.keep(date(2026, 1, 2), pl.DataFrame({"slug": ["a"], "coverage": [0.5]}))
    assert not days.keep(date(2026, 1, 2), pl.DataFrame({"slug": ["a"], "coverage": [0.9]}))
    assert days.keep(date(2026, 1, 1), pl.DataFrame({"slug": ["a"], "coverage": [0.4]}))
    assert days.read().rows() == [(date(2026, 1, 1), "a", 0.4), (date(2026, 1, 2), "a", 0.5)]
    assert days.read(since=date(2026, 1, 2)).height == 1


def test_a_damaged_day_is_left_out_and_no_day_is_no_row(tmp_path):
    days = Days(tmp_path)
    (tmp_path / "2026-01-01.parquet").write_text("broken")
    assert days.read().is_empty()


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreUnavailable, match="AUTOREV_HOME"):
        Days(tmp_path / "taken").keep(date(2026, 1, 1), pl.DataFrame({"slug": ["a"]}))
