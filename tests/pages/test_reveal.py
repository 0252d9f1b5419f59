"""Revealing personal data: a reason, a quarter of an hour, one session, on record."""

from __future__ import annotations

import pytest

from dashboards import access, reveal, shell
from replica.settings import load_settings
from store import Store

PROFILES = "id | display_name | email\nu1 | Jane Doe | jane@private.example"
USERS = {"table": "user_profiles"}


def press(page, reason="ticket 12"):
    """Reveal with a reason, as a person does."""
    page.text_input(key="reveal-reason").input(reason)
    next(button for button in page.button if button.label == "Reveal").click()
    return page.run()


def shown(page):
    """Return all that a page sent to the browser, tables included."""
    cells = [frame.value.to_csv() for frame in page.dataframe]
    return "\n".join([*cells, *(str(getattr(element, "proto", "")) for element in page._tree)])


@pytest.fixture
def exports(monkeypatch):
    """Return what is offered for download, by the name of the file."""
    offered = {}
    button = shell.st.download_button

    def noted(label, data, name, *rest, **more):
        offered[name] = data
        return button(label, data, name, *rest, **more)

    monkeypatch.setattr(shell.st, "download_button", noted)
    return offered


def test_data_is_masked_until_it_is_revealed_with_a_reason(open_page, mirror_with, tmp_path):
    page = open_page("tables", mirror_with(user_profiles=PROFILES), role="founder", **USERS)
    assert "Jane Doe" not in shown(page)
    press(page, "   ")
    assert "Say why you need to see personal data" in shown(page)
    assert "Jane Doe" not in shown(page)
    press(page)
    assert not page.exception
    assert "Jane Doe" in shown(page)
    assert "jane@private.example" in shown(page)
    assert any("Personal data visible" in str(element.proto) for element in page._tree if hasattr(element, "proto"))
    begun, *_ = reversed(Store(tmp_path).reveals())
    assert (begun.what, begun.who, begun.role) == ("begun", "founder@suite.example", "founder")
    assert (begun.place, begun.tables, begun.reason) == ("tables", ("user_profiles",), "ticket 12")


def test_a_role_sees_no_more_than_it_may_reveal(open_page, mirror_with):
    page = press(open_page("tables", mirror_with(user_profiles=PROFILES), role="content", **USERS))
    assert "Jane Doe" in shown(page)
    assert "jane@private.example" not in shown(page)


def test_a_role_that_may_reveal_nothing_is_told_so(open_page, mirror_with, monkeypatch):
    monkeypatch.setenv("AUTOREV_REVEALS", '{"content": []}')
    page = open_page("tables", mirror_with(user_profiles=PROFILES), role="content", **USERS)
    said = [text.value for text in page.text]
    assert "Your role is content, which may not reveal personal data. Ask an admin." in said
    assert not [button for button in page.button if button.label == "Reveal"]


def test_what_one_session_revealed_is_not_served_to_another(open_page, mirror_with):
    mirror = mirror_with(user_profiles=PROFILES)
    before = open_page("tables", mirror, role="founder", **USERS)
    revealed = press(open_page("tables", mirror, role="founder", **USERS))
    after = open_page("tables", mirror, role="founder", **USERS)
    assert ["Jane Doe" in shown(page) for page in (before.run(), revealed.run(), after)] == [False, True, False]


def test_it_ends_when_the_time_is_up_or_somebody_hides_it(open_page, mirror_with, tmp_path):
    page = press(open_page("tables", mirror_with(user_profiles=PROFILES), role="founder", **USERS))
    page.session_state[reveal.STATE].ends = 0.0
    assert "Jane Doe" not in shown(page.run())
    press(page)
    assert "Jane Doe" in shown(page)
    page.button(key="hide").click().run()
    assert "Jane Doe" not in shown(page)
    assert Store(tmp_path).reveals()[0].what == "ended"


def test_it_does_not_outlive_the_person(open_page, mirror_with):
    page = press(open_page("tables", mirror_with(user_profiles=PROFILES), role="founder", **USERS))
    page.user = {**page.user, "email": "admin@suite.example"}
    assert "Jane Doe" not in shown(page.run())


def test_an_export_holds_what_the_page_shows_and_is_on_record(open_page, mirror_with, exports, tmp_path):
    page = open_page("tables", mirror_with(user_profiles=PROFILES), unfold=True, role="founder", **USERS)
    assert b"Jane Doe" not in exports["sample.csv"]()
    press(page)
    assert b"Jane Doe" in exports["sample.csv"]()
    assert (Store(tmp_path).reveals()[0].what, Store(tmp_path).reveals()[0].place) == ("exported", "sample.csv")
    revealed = exports["sample.csv"]
    page.button(key="hide").click().run()
    with pytest.raises(access.Refused, match="hidden again"):
        revealed()


def test_reading_is_recorded_once_for_each_page_and_its_tables(open_page, mirror_with, tmp_path):
    page = press(open_page("tables", mirror_with(user_profiles=PROFILES), role="founder", **USERS))
    page.run()
    used = [one for one in Store(tmp_path).reveals() if one.what == "used"]
    assert {(one.place, one.tables) for one in used} == {("tables", ("user_profiles",))}
    assert len(used) == 1


def test_a_saved_view_repeats_nothing_personal(open_page, mirror_with, tmp_path):
    address = {**USERS, "column": "email", "operator": "is", "value": "jane@private.example"}
    page = open_page("tables", mirror_with(user_profiles=PROFILES), role="founder", **address)
    page.text_input[[one.label for one in page.text_input].index("Name of this view")].input("mine")
    next(button for button in page.button if button.label == "Save").click()
    page.run()
    (view,) = Store(tmp_path).views("tables")
    assert "table=user_profiles" in view.query
    assert "jane" not in view.query
    press(page)
    page.text_input[[one.label for one in page.text_input].index("Name of this view")].input("another")
    next(button for button in page.button if button.label == "Save").click()
    assert any("Hide personal data before you save a view" in text.value for text in page.run().text)
    assert len(Store(tmp_path).views("tables")) == 1


def test_the_record_is_shown_to_admins(open_page, mirror_with):
    mirror = mirror_with(user_profiles=PROFILES)
    press(open_page("tables", mirror, role="ops", **USERS), "a complaint")
    page = open_page("audit", mirror, role="admin")
    entries = page.dataframe[0].value
    assert entries[["what", "who", "reason"]].values.tolist()[-1] == ["begun", "ops@suite.example", "a complaint"]
    assert not open_page("audit", mirror, role="founder").dataframe


def test_settings_say_for_a_role_what_it_may_reveal(monkeypatch):
    monkeypatch.setenv("AUTOREV_REVEALS", '{"ops": ["email"]}')
    assert load_settings().may_reveal("ops") == {"email"}
    assert "email" in load_settings().may_reveal("finance")
    assert load_settings().may_reveal("none") == frozenset()
