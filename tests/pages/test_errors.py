"""The page of errors: the list, one issue whole, and the buttons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from catalogue.roles import Viewer
from dashboards import access
from dashboards import errors as views
from queries import errors
from store import Store
from tests.pages.test_every_page import HOSTILE, SAFE, holders

NOW = datetime.now(UTC)


def ago(**time):
    return (NOW - timedelta(**time)).isoformat()


@pytest.fixture
def mirror(mirror_with):
    """Return three issues: one new, one ongoing, one of noise; the first met by somebody who clicked before."""
    stack = "at f (/srv/app/a.js:{}:1)"
    return mirror_with(
        application_errors=f"""
            id | error_type | error_message | stack_trace       | user_id | app_version | first_seen_at | last_seen_at
            e1 | Error | young 1       | {stack.format(1)} | u1      | abc1234     | {ago(days=2)}  | {ago(hours=3)}
            e2 | Error | young 2       | {stack.format(9)} |         | abc1234     | {ago(days=2)}  | {ago(hours=2)}
            e3 | Error | old           |                   |         |             | {ago(days=20)} | {ago(hours=1)}
            e4 | Error | Script error. |                   |         |             | {ago(days=1)}  | {ago(hours=1)}
        """,
        user_profiles="id\nu1",
        page_views=f"id | user_id | page_url | country | created_at\np1 | u1 | /garage | DE | {ago(hours=4)}",
    )  # fmt: skip


def mark(mirror, title):
    return errors.issues(mirror).filter(title=title)["fingerprint"].item()


def said(page):
    return [element.value for element in page.text]


def issues(page):
    return next(frame.value for frame in page.dataframe if "daily" in frame.value.columns)


def test_the_list_begins_with_what_wants_a_decision_without_noise(open_page, mirror):
    page = open_page("errors", mirror)
    assert not page.exception
    assert issues(page)["title"].tolist() == ["young 2"]
    assert {metric.label: metric.value for metric in page.metric}["Issues shown"] == "1"
    page = open_page("errors", mirror, state="Every state", noise="true")
    assert sorted(issues(page)["title"]) == ["Script error.", "old", "young 2"]


def test_a_search_that_cannot_be_read_is_explained(open_page, mirror):
    page = open_page("errors", mirror, search="colour:red")
    assert not page.exception
    assert any("There is no field 'colour'" in text for text in said(page))


def test_an_issue_shows_rows_shares_reasons_and_what_came_before(open_page, mirror):
    page = open_page("errors", mirror, issue=mark(mirror, "young 2"))
    assert not page.exception
    assert "young 2" in said(page)
    assert any(text.startswith("New since") and "2 events" in text and "1 user known" in text for text in said(page))
    tables = [frame.value for frame in page.dataframe]
    shares = next(table for table in tables if "dimension" in table.columns)
    assert {("Release", "abc1234", 1.0), ("Country", "DE", 0.5)} <= {
        *shares[["dimension", "value", "share"]].itertuples(index=False, name=None)
    }
    assert next(table for table in tables if "moment" in table.columns)["page"].tolist() == ["/garage"]
    assert "young 2\n\nIn the app:\nat f (/srv/app/a.js:9:1)" in [code.value for code in page.code]
    assert "Error | a.js:f" in [code.value for code in page.code]


def test_a_link_that_leads_nowhere_is_said_in_words(open_page, mirror):
    page = open_page("errors", mirror, issue="v1:nothing")
    assert not page.exception
    assert "There is no issue v1:nothing." in said(page)


def test_a_link_of_an_earlier_grouping_leads_to_where_its_row_is_now(open_page, mirror, tmp_path):
    row = errors.issues(mirror).height and errors.built(mirror).issues.filter(key="Error | old")["latest_id"].item()
    Store(tmp_path).remember_fingerprints({"v0:before": row}, at=NOW - timedelta(days=29))
    Store(tmp_path).remember_fingerprints({"v0:ago": row}, at=NOW - timedelta(days=31))
    assert "old" in said(open_page("errors", mirror, issue="v0:before"))
    assert "There is no issue v0:ago." in said(open_page("errors", mirror, issue="v0:ago"))


def test_a_press_decides_and_shows_at_once(open_page, mirror, tmp_path):
    page = open_page("errors", mirror, issue=mark(mirror, "young 2"))
    page.button(key="triage-Resolve").click().run()
    assert not page.exception
    assert "1 issue resolved: kept here only." in said(page)
    assert any(text.startswith("Resolved since") for text in said(page))
    page.button(key="triage-Assign to me").click().run()
    assert [(one.action, one.by) for one in Store(tmp_path).triage()] == [("resolve", "local"), ("assign", "local")]


def test_the_keys_lead_to_the_neighbours_and_back(open_page, mirror):
    page = open_page("errors", mirror, state="Every state")
    order = issues(page)["fingerprint"].tolist()
    page.button(key="triage-Open").click().run()
    assert page.query_params["issue"] in (order[0], [order[0]])
    page.button(key="triage-Next").click().run()
    assert page.query_params["issue"] in (order[1], [order[1]])
    assert page.button(key="triage-Next").disabled
    page.button(key="triage-All issues").click().run()
    assert "issue" not in page.query_params


def test_a_comment_is_kept_and_shown(open_page, mirror, tmp_path):
    page = open_page("errors", mirror, issue=mark(mirror, "young 2"))
    next(area for area in page.text_area).set_value("<b>look</b>")
    next(button for button in page.button if button.label == "Say").click().run()
    assert not page.exception
    assert Store(tmp_path).triage()[-1].details == {"text": "<b>look</b>"}
    assert holders(page, "<b>look</b>") <= {*SAFE, "text_area"}


def test_a_role_that_may_only_look_sees_buttons_that_do_nothing(open_page, mirror, monkeypatch):
    monkeypatch.setattr(access, "viewer", lambda: Viewer("founder", "eve"))
    assert not open_page("errors", mirror, issue=mark(mirror, "old")).button(key="triage-Resolve").disabled
    monkeypatch.setattr("dashboards.triage.MAY", frozenset({"ops"}))
    assert open_page("errors", mirror, issue=mark(mirror, "old")).button(key="triage-Resolve").disabled


@pytest.mark.parametrize("text", [*HOSTILE, "[a](javascript:alert(1))", "\u202eevil", "$x$ :red[y] # z"])
def test_whatever_an_error_says_is_shown_as_text(open_page, mirror_with, text):
    head = "id | error_type | error_message | stack_trace | page_url | browser | app_version | api_route | severity"
    mirror = mirror_with(application_errors=f"{head} | last_seen_at\ne1 | {' | '.join([text] * 8)} | {ago(hours=1)}")
    (fingerprint,) = errors.issues(mirror)["fingerprint"]
    for address in ({"state": "Every state", "noise": "true"}, {"issue": fingerprint}):
        page = open_page("errors", mirror, unfold=True, **address)
        assert not page.exception
        # Charts take text letter by letter (charts.harmless).
        assert holders(page, text) <= {*SAFE, "plotly_chart"}


def test_a_stack_of_a_megabyte_is_shown_in_part(open_page, mirror_with):
    long = "at f (/srv/app/a.js:1:1) " * 40_000
    mirror = mirror_with(
        application_errors=f"id | error_message | stack_trace | last_seen_at\ne1 | x | {long} | {ago(hours=1)}"
    )
    page = open_page("errors", mirror, issue=mark(mirror, "x"))
    assert not page.exception
    assert max(len(code.value) for code in page.code) < 30_000


def test_the_state_chosen_names_its_states():
    assert views.states(None) == errors.SHOWN
    assert views.states("Every state") == errors.STATES
    assert views.states("Came back") == ("regressed",)
