"""What the frame of a page does: refresh, kept answers, saved views, and choices that are refused."""

from __future__ import annotations

from urllib.parse import parse_qsl

import duckdb

from replica import generations
from store import Store


def test_a_refresh_without_a_database_is_said_in_words(open_page, mirror_with):
    page = open_page("home", mirror_with())
    page.button(key="refresh").click().run()
    assert not page.exception
    assert "No database is named." in [text.value for text in page.text]


def test_a_refresh_that_ends_in_an_unforeseen_way_is_said_in_words(open_page, mirror_with):
    mirror = mirror_with()
    (mirror.folder / generations.LOCK).mkdir()
    page = open_page("home", mirror)
    page.button(key="refresh").click().run()
    assert not page.exception
    assert "The refresh ended with IsADirectoryError." in [text.value for text in page.text]


def test_an_answer_is_kept_until_the_next_generation(open_page, mirror_with):
    def users(page):
        return next(metric.value for metric in page.metric if metric.label == "Rows")

    mirror = mirror_with(cars="slug\nmiata")
    page = open_page("tables", mirror, table="cars")
    unfinished = generations.building(mirror.folder)
    generations.clone(generations.current(mirror.folder), unfinished)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute("update meta.tables set rows = 2 where table_name = 'cars'")
    assert users(page.run()) == "1"
    generations.publish(unfinished)
    assert users(page.run()) == "2"


def test_a_saved_view_opens_by_an_address_of_plain_characters(open_page, mirror_with, tmp_path):
    query = "table=cars&value=%3Cscript%3E%22%26"
    Store(tmp_path).save_view("tables", "<b>mine</b>", query)
    page = open_page("tables", mirror_with(), table="cars")
    links = [one.proto.body for one in page.get("html") if "Open" in one.proto.body]
    assert len(links) == 1
    address = links[0].split('href="?')[1].split('"')[0]
    assert parse_qsl(address.replace("&amp;", "&")) == parse_qsl(query)
    assert "<script>" not in links[0]
    assert "<b>mine</b>" in [text.value for text in page.text]


def test_what_the_address_names_beside_the_lists_is_refused_in_words(open_page, mirror_with):
    mirror = mirror_with(cars="slug | hp\nmiata | 181")
    strange = {"table": "cars", "sort": "hp; drop table cars", "column": "1=1", "page": "99"}
    page = open_page("tables", mirror, **strange)
    said = [text.value for text in page.text]
    assert not page.exception
    assert {"There is no sort by 'hp; drop table cars'.", "There is no column '1=1'."} <= set(said)
    page = open_page("tables", mirror, table="sqlite_master")
    assert "There is no table 'sqlite_master'." in [text.value for text in page.text]


def test_rows_follow_the_filter_sort_and_page_of_the_address(open_page, mirror_with):
    cars = "slug | hp\n" + "\n".join(f"car{number:03} | {number}" for number in range(120))
    address = {"table": "cars", "column": "hp", "operator": "is at least", "value": "10", "sort": "hp"}
    page = open_page("tables", mirror_with(cars=cars), **address, descending="true", page="2")
    assert page.dataframe[-1].value["hp"].tolist() == [str(power) for power in range(69, 19, -1)]
    assert "50 of 110 rows where hp is at least 10." in [text.value for text in page.text]


def test_a_day_in_a_table_is_written_as_a_date(open_page, mirror_with):
    mirror = mirror_with(
        tracks="id | name\nt1 | Sebring", car_track_lap_times="track_id | session_date\nt1 | 2026-05-01"
    )
    page = open_page("sources", mirror)
    assert page.dataframe[0].value["last_session"].tolist() == ["2026-05-01"]
