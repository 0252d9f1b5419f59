"""Every page over every kind of database: the demo, as documented, under live names, and one row per table.

What the pages show of the demo also tells that every documented table stands behind a named figure, and that every
chart over time carries annotations.
"""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pytest

import catalogue
from dashboards import navigation, shell
from dashboards.answers import Answer
from replica import Mirror, generations, layout, mirror_folder, refresh
from replica.settings import Settings
from tests.conftest import stands_for
from tests.pages.test_every_page import CASES
from tests.personal.conftest import _plain

pytestmark = pytest.mark.integration
ADDRESS = {"range": "All time"}
ELSEWHERE = frozenset({"tables", "schema", "quality"})
"""Pages about every table alike: Tables, Schema, Quality with its findings, gaps and drift."""


def shown(open_page, mirror):
    """Open every page and return what could not be shown, by page, but for what says which column is missing."""
    wrong = {}
    for page in navigation.PAGES:
        opened = open_page(page.key, mirror, **ADDRESS, **CASES[page.key].address)
        said = [one.stack_trace for one in opened.exception]
        said += [one.value for one in opened.caption if "cannot be shown" in one.value]
        words = [one.value for one in opened.text]
        if len(said) > sum("has no counterpart in the database" in word for word in words):
            wrong[page.key] = [*said, *words[-4:]]
    return wrong


def only(note, kind):
    """Return the value of a column in a table's only row; equal keys meet across tables."""
    return [stands_for("row0")] if note.spelling == "UUID[]" else _plain(kind, note.one_of, 0)


@pytest.fixture
def drawn(monkeypatch):
    """Return what pages draw, as (page, number or figure)."""
    found = []
    draw = shell.draw

    def noted(given, filters):
        key = shell.st.session_state["_page"]
        view = given.frame if isinstance(given, Answer) else given
        found.extend((key, one) for one in (*view.numbers, *view.figures))
        draw(view, filters)

    monkeypatch.setattr(shell, "draw", noted)
    return found


def over_time(chart):
    """Tell whether a chart has days along its horizontal axis."""
    for trace in chart.data:
        along = getattr(trace, "x", None)
        if along is not None and trace.type != "heatmap" and any(isinstance(one, (date, datetime)) for one in along):
            return True
    return False


def test_every_page_shows_the_demo_every_table_has_a_figure_and_every_time_chart_annotations(
    open_page, demo_mirror, drawn
):
    assert shown(open_page, demo_mirror) == {}
    behind = {
        table: (page, getattr(one, "title", "") or getattr(one, "label", ""))
        for page, one in drawn
        if page not in ELSEWHERE
        for table in one.computed.tables
    }
    named = {table: where for table, where in behind.items() if where[1]}
    assert sorted(set(catalogue.TABLES) - set(named)) == []
    assert {catalogue.note_of(catalogue.TABLES[table]).domain for table in named if table in catalogue.TABLES} == {
        catalogue.note_of(table).domain for table in catalogue.TABLES.values()
    }
    without = {
        one.key
        for _, one in drawn
        if getattr(one, "chart", None) is not None and not one.table.is_empty() and over_time(one.chart)
        if one.days is None
    }
    assert without == set()


@pytest.mark.parametrize(
    ("name", "plan"),
    [("as_documented", {"as_documented": True, "clean": True}), ("clean_live", {"names": "live", "clean": True})],
)
def test_every_page_shows_the_demo_as_documented_and_under_live_names(
    open_page, embedded_home, embedded_pair, built, name, plan
):
    built(name, **plan)
    settings = Settings(home=embedded_home).at(embedded_pair.reader_url(name), mirror_name=f"pages-{name}")
    refresh(settings)
    assert shown(open_page, Mirror(mirror_folder(settings), settings)) == {}


def test_every_page_shows_one_row_per_table(open_page, empty_generation, tmp_path):
    folder = tmp_path / "one-row"
    folder.mkdir()
    unfinished = generations.building(folder)
    generations.clone(empty_generation, unfinished)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for table in catalogue.TABLES.values():
            columns = [(column, layout.duckdb_type(column)) for column in layout.mirrored(table)]
            values = [only(catalogue.column_note(column), kind) for column, kind in columns]
            casts = ", ".join(f"?::{kind}" for _, kind in columns)
            connection.execute(f"insert into {layout.quoted(table.name)} values ({casts})", values)  # noqa: S608
        connection.execute("update meta.tables set rows = 1")
    generations.publish(unfinished)
    assert shown(open_page, Mirror(folder, Settings(home=tmp_path))) == {}
