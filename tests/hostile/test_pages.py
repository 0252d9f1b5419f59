"""Every page and every table over the hostile database: shown without an error, text only where it stays text."""

from __future__ import annotations

import json

import pytest

from dashboards import navigation
from queries import system
from tests.hostile.conftest import MARK

pytestmark = pytest.mark.integration
PLAIN = {"text", "code", "dataframe", "selectbox"}
"""Elements that show a text letter by letter."""


def faults(page):
    """Say what is wrong with a page: errors, and elements that would read a text of the database as markup."""
    found = [one.stack_trace for one in page.exception]
    found += [caption.value for caption in page.caption if "cannot be shown" in caption.value]
    found += [str(one.proto)[:300] for one in page._tree if MARK in markup(one)]
    return found


def markup(element):
    if element.type == "plotly_chart":
        # A chart reads HTML and nothing else: its texts are escaped, so that none of them holds a tag.
        return "".join(text for text in texts(json.loads(element.proto.spec)) if "<" in text)
    return "" if element.type in PLAIN else str(getattr(element, "proto", ""))


def texts(part):
    """Return all texts of a chart."""
    if isinstance(part, str):
        return [part]
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return [text for each in inside for text in texts(each)]


@pytest.mark.parametrize("key", [page.key for page in navigation.PAGES])
def test_a_page_shows_hostile_text_as_text(open_page, hostile_mirror, key):
    page = open_page(key, hostile_mirror, unfold=True, range="All time")
    assert faults(page) == []


def test_every_table_shows_hostile_text_as_text(open_page, hostile_mirror):
    tables = system.tables(hostile_mirror)
    wrong = {}
    for name in tables["table_name"]:
        page = open_page("tables", hostile_mirror, table=name)
        if found := faults(page):
            wrong[name] = found, [text.value for text in page.text]
    assert wrong == {}
