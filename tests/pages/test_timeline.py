"""Lists of people lead to the timeline of whoever is chosen, and it shows one actor and nobody else."""

from __future__ import annotations

import pytest

from dashboards import navigation, shell
from tests.queries.timeline.test_timeline import TABLES

PEOPLE = {"range": "Custom", "from": "2026-01-01", "to": "2026-01-31"}
OWN = {
    "active": {"period": "2026-01-02"},
    "funnels": {"definition": '{"steps": ["page_view", "click"], "window_s": 3600}'},
}
"""Where a page shows nobody by itself."""


@pytest.fixture
def led(monkeypatch):
    """Return where choosing the first row of any list of people leads."""
    found = []
    monkeypatch.setattr(shell, "selected", lambda _key, frame, column: frame[column].head(1).to_list())
    monkeypatch.setattr(shell.st, "switch_page", lambda page, query_params: found.append((page, query_params["actor"])))
    return found


@pytest.mark.parametrize("key", ["users", "acquisition", "active", "retention", "paths", "funnels"])
def test_choosing_somebody_leads_to_the_timeline(open_page, mirror_with, uuid_of, led, key):
    page = open_page(key, mirror_with(**TABLES), **PEOPLE, **OWN.get(key, {}))
    assert not page.exception
    assert led[0][0] == navigation.BY_KEY["timeline"].script
    assert led[0][1] in {uuid_of("u1"), "visitor v2"}


def test_one_actor_is_shown_with_account_and_acts(open_page, mirror_with, uuid_of):
    page = open_page("timeline", mirror_with(**TABLES), **PEOPLE, actor=uuid_of("u1"))
    assert not page.exception
    assert [one.value for one in page.subheader] == ["Activity by week", "The account", "What was done"]
    acts = page.dataframe[-1].value
    assert acts["what"].to_list() == [
        "click", "page_view", "email_opened", "email_sent", "page_view", "account_recorded", "page_view",
    ]  # fmt: skip


def test_a_stranger_is_said_to_be_one(open_page, mirror_with):
    page = open_page("timeline", mirror_with(**TABLES), **PEOPLE, actor="<b>nobody</b>")
    assert not page.exception
    assert any("knows no such actor" in one.value for one in page.text)
