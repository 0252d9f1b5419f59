"""The page of coverage: marks, one car, another weight, days kept."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from store import Mark, Store


@pytest.fixture
def mirror(mirror_with):
    """Return two cars, one of them wanted and both thin."""
    return mirror_with(
        cars="id | slug | name | brand\n c1 | miata | Miata | Mazda\n c2 | supra | Supra | Toyota",
        car_dyno_runs="id | car_slug\n d1 | miata\n d2 | miata",
    )


def words(page):
    return [element.value for element in page.text]


def test_one_car_is_shown_kind_by_kind_and_an_unknown_one_is_refused_in_words(open_page, mirror):
    page = open_page("content", mirror, car="miata")
    assert not page.exception
    assert "Miata" in words(page)
    assert page.subheader[0].value == "Kind by kind"
    page = open_page("content", mirror, car="wartburg")
    assert not page.exception
    assert any("There is no car 'wartburg'" in word for word in words(page))


def test_what_is_marked_done_leaves_the_worklist_and_stays_in_the_log(open_page, mirror, tmp_path):
    page = open_page("content", mirror, make="Mazda", kind="Recalls")
    shown = page.dataframe[0].value
    assert pl.DataFrame(shown)["title"].to_list() == ["Recalls"]
    kept = Store(tmp_path)
    kept.mark(Mark("miata", "recalls", "done", "me", datetime.now(UTC)))
    assert [mark.what for mark in kept.marks()] == ["done"]
    page = open_page("content", mirror, make="Mazda", kind="Recalls")
    assert "Nothing is left to write here. Choose another make, kind or owner." in words(page)
    kept.mark(Mark("miata", "recalls", "open", "me", datetime.now(UTC)))
    assert kept.marks() == ()


def test_another_weight_is_shown_before_it_is_kept(open_page, mirror):
    page = open_page("content", mirror, weigh="Dyno runs")
    page.number_input[0].set_value(50.0).run()
    assert any("Dyno runs weighing 50 instead of 4." in word for word in words(page))
    assert any("[kinds.dyno]" in code.value for code in page.code)


def test_a_missing_table_is_said_and_its_weight_left_out(open_page, mirror_with):
    page = open_page("content", mirror_with(cars="slug | name\n a | A", missing=frozenset({"car_safety_data"})))
    sentence = "Safety cannot be known: car_safety_data is not there, or not for us to read. Its weight is left out."
    assert sentence in words(page)


def test_the_day_is_kept_once(open_page, mirror, tmp_path):
    for _ in range(2):
        open_page("content", mirror)
    assert len(list((tmp_path / "coverage").rglob("*.parquet"))) == 1


def test_a_role_without_the_page_is_refused(open_page, mirror):
    page = open_page("content", mirror, role="finance")
    assert not page.dataframe
