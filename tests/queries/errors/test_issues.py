"""Issues: what belongs together, whom it hits, and how it stands."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from queries import errors
from queries.errors import detail, rates
from queries.errors.built import forget
from queries.errors.grouping import group
from queries.errors.search import SearchNotUnderstood, Term, parse
from store import Store, Triage

NOW = datetime.now(UTC).replace(microsecond=0)
HEAD = "error_type | error_message | severity | user_id | occurrence_count | app_version | first_seen_at | last_seen_at"


def ago(**time):
    return (NOW - timedelta(**time)).isoformat()


def row(message, *, seen, first=None, user="", times="1", severity="major", release="", more=""):
    cells = ("Error", message, severity, user, times, release, ago(**(first or seen)), ago(**seen))
    return " | ".join(cells) + (f" | {more}" if more else "")


@pytest.fixture
def listed(mirror_with):
    """Return a lister: rows of application_errors in, issues out."""
    made = {}

    def ask(*rows, head=HEAD, log=(), **arguments):
        table = "id | " + head + "\n" + "\n".join(f"e{number} | {line}" for number, line in enumerate(rows))
        if table not in made:
            made[table] = mirror_with(application_errors=table)
        return errors.issues(made[table], log=log, **arguments)

    return ask


def said(action, fingerprint, *, by="ann", at=NOW, **details):
    return Triage(fingerprint, action, by, at, details)


def fingerprint(message):
    return group(pl.DataFrame({"error_type": ["Error"], "error_message": [message]}))["fingerprint"][0]


def test_rows_of_one_fault_are_one_issue_counted_by_occurrences_and_people(listed):
    found = listed(
        row("order 1 gone", seen={"days": 3}, user="u1", times="4"),
        row("order 22 gone", seen={"days": 1}, user="u2"),
        row("order 3 gone", seen={"hours": 2}, times="5"),
        row("other", seen={"hours": 1}, user="u1"),
    )
    assert found.select("title", "events", "users", "events_of_unknown", "rows").rows() == [
        ("order 3 gone", 10, 2, 5, 3),
        ("other", 1, 1, 0, 1),
    ]


def test_automatic_reports_of_the_feedback_form_belong_to_the_same_issue(mirror_with):
    mirror = mirror_with(
        application_errors=f"""
            id | error_type  | error_message         | last_seen_at
            e1 | api_failure | [Auto] Cannot save it | {ago(days=1)}
        """,
        user_feedback=f"""
            id | category   | message               | error_metadata              | created_at
            f1 | auto-error | [Auto] Cannot save it | {{"errorType":"api_failure","occurrenceCount":3}} | {ago(days=2)}
            f2 | bug        | I cannot save it      |                             | {ago(days=2)}
        """,
    )
    assert errors.issues(mirror).select("title", "events", "rows").rows() == [("Cannot save it", 4, 2)]


def test_an_issue_is_new_for_a_week(listed):
    found = listed(row("young", seen={"days": 6}), row("old", seen={"hours": 1}, first={"days": 8}))
    assert dict(found.select("title", "state").rows()) == {"young": "new", "old": "ongoing"}


def test_resolved_in_the_tables_is_resolved_here(listed):
    head = HEAD + " | status | resolved_at"
    found = listed(
        row("done", seen={"days": 9}, more=f"fixed | {ago(days=8)}"),
        row("half", seen={"days": 9}, more=f"fixed | {ago(days=8)}"),
        row("half", seen={"hours": 2}, first={"days": 9}, more="new |"),
        head=head,
    )
    assert dict(found.select("title", "state").rows()) == {"done": "resolved", "half": "ongoing"}


def test_an_open_row_after_the_resolve_is_a_regression(listed):
    head = HEAD + " | status | resolved_at"
    fixed = row("x", seen={"days": 20}, more=f"fixed | {ago(days=19)}")
    assert listed(fixed, row("x", seen={"days": 1}, more="new |"), head=head)["state"].to_list() == ["regressed"]
    # A row that the logger counted on after it was settled has come back as well.
    again = row("x", seen={"days": 1}, first={"days": 20}, more=f"fixed | {ago(days=19)}")
    assert listed(again, head=head)["state"].to_list() == ["regressed"]
    assert listed(fixed, row("x", seen={"days": 8}, more="new |"), head=head)["state"].to_list() == ["ongoing"]


def test_a_row_before_the_newest_deploy_or_of_a_stale_tab_is_no_regression(listed):
    head = HEAD + " | status | resolved_at"
    fixed = row("x", seen={"days": 20}, release="aaaaaaa", more=f"fixed | {ago(days=19)}")
    deploy = row("y", seen={"days": 2}, release="bbbbbbb", more="new |")
    before = row("x", seen={"days": 3}, more="new |")
    stale = row("x", seen={"days": 1}, release="aaaaaaa", more="new |")
    unknown = row("x", seen={"days": 1}, more="new |")
    current = row("x", seen={"days": 1}, release="bbbbbbb", more="new |")

    def state(extra):
        found = listed(fixed, deploy, extra, head=head)
        return found.filter(pl.col("title") == "x")["state"].item()

    assert [state(extra) for extra in (before, stale, unknown, current)] == [
        "resolved", "resolved", "regressed", "regressed",
    ]  # fmt: skip


def test_a_row_that_arrives_late_but_happened_before_the_resolve_does_not_count(listed):
    resolve = said("resolve", fingerprint("x"), at=NOW - timedelta(days=2))
    late = f"Error | x | major |  | 1 |  | {ago(days=9)} | {ago(days=3)} | {ago(minutes=1)}"
    found = listed(late, head=HEAD + " | created_at", log=[resolve])
    assert found["state"].to_list() == ["resolved"]


def test_resolved_in_a_release_waits_for_that_release(listed):
    resolve = said("resolve", fingerprint("x"), at=NOW - timedelta(days=5), release="ccccccc")
    seen = row("x", seen={"days": 1}, first={"days": 30}, release="bbbbbbb")
    assert listed(seen, log=[resolve])["state"].to_list() == ["resolved"]
    out = row("y", seen={"hours": 30}, release="ccccccc")
    after = row("x", seen={"hours": 1}, release="ccccccc")
    found = listed(seen, out, after, log=[resolve])
    assert found.filter(pl.col("title") == "x")["state"].to_list() == ["regressed"]


def test_what_people_decided_last_holds_until_its_condition_is_met(listed):
    mark = fingerprint("x")
    events = [row("x", seen={"hours": 1}, first={"days": 30}, times="12", user="u1")]
    yesterday = NOW - timedelta(days=1)

    def state(*log):
        return listed(*events, log=log)["state"].item()

    assert state(said("ignore", mark)) == "ignored"
    assert state(said("ignore", mark), said("reopen", mark)) == "ongoing"
    assert state(said("snooze", mark, until=(NOW + timedelta(days=1)).isoformat())) == "snoozed"
    assert state(said("snooze", mark, until=(NOW - timedelta(days=1)).isoformat())) == "ongoing"
    assert state(said("snooze", mark, until_events=13)) == "snoozed"
    assert state(said("snooze", mark, until_events=12)) == "ongoing"
    assert state(said("snooze", mark, until_users=2)) == "snoozed"
    assert state(said("snooze", mark, until_users=1)) == "ongoing"
    assert state(said("snooze", mark, at=yesterday, until_worse=True)) == "snoozed"
    assert state(said("resolve", mark)) == "resolved"
    assert state(said("resolve", mark, at=yesterday)) == "regressed"


def test_what_a_snooze_has_ended_for_wants_a_decision_again(listed):
    mark = fingerprint("x")
    old = [row("x", seen={"hours": 1}, first={"days": 30}, times="12"), row("y", seen={"hours": 1}, first={"days": 30})]
    snooze = said("snooze", mark, at=NOW - timedelta(days=1), until_events=12)

    def waiting(*log):
        return listed(*old, log=log, states=errors.SHOWN)["title"].to_list()

    assert waiting() == waiting(said("snooze", mark, until_events=13)) == []
    assert waiting(snooze) == ["x"]
    assert waiting(snooze, said("ignore", mark)) == waiting(snooze, said("reopen", mark)) == []


def test_an_issue_that_strikes_far_more_than_it_used_to_escalates_for_a_week(listed):
    mark = fingerprint("x")

    def found(*log, **burst):
        rows = (row("x", seen=burst, times="60"), row("x", seen={"days": 27}), row("now", seen={"minutes": 1}))
        return listed(*rows, log=log).filter(pl.col("title") == "x").row(0, named=True)

    escalating = found(days=6)
    assert escalating["state"] == "escalating"
    assert timedelta(0) <= NOW - timedelta(days=6) - escalating["since"] < timedelta(hours=1)
    assert found(days=8)["state"] == "ongoing"
    # What was put aside until it gets worse is back when it does, and not for a rise of before.
    asleep = said("snooze", mark, at=NOW - timedelta(days=3), until_worse=True)
    assert (found(asleep, days=6)["state"], found(asleep, days=2)["state"]) == ("snoozed", "escalating")


def test_severities_as_they_are_and_as_documented_stand_in_one_order_and_none_is_dropped(listed):
    named = ("low", "odd", "Medium", "critical", "", "minor", "high", "blocking", "major")
    found = listed(*(row(f"a {name or 'none'}", seen={"hours": 1}, severity=name) for name in named), order="severity")
    assert found.select("severity_rank").to_series().to_list() == [0, 0, 1, 1, 2, 2, 3, 4, 4]
    assert set(found["severity"].to_list()[-2:]) == {"odd", None}
    assert {*found["severity"].to_list()} == {*named, None} - {""}


def test_two_people_at_once_lose_nothing(listed):
    mark = fingerprint("x")
    log = [said("assign", mark, by="ann", to="ann"), said("comment", mark, by="bob", text="seen"), said("ignore", mark)]
    found = listed(row("x", seen={"hours": 1}), log=log)
    assert found.select("state", "assignee", "comments").rows() == [("ignored", "ann", 1)]
    assert [one.action for one in errors.decided(log)[mark].history] == ["assign", "comment", "ignore"]


def test_a_merge_counts_people_once_and_a_split_undoes_it(listed):
    rows = [row("x", seen={"hours": 1}, user="u1"), row("y", seen={"hours": 2}, user="u1", times="2")]
    merge = said("merge", fingerprint("y"), into=fingerprint("x"))
    merged = listed(*rows, log=[merge])
    assert merged.select("fingerprint", "events", "users").rows() == [(fingerprint("x"), 3, 1)]
    assert listed(*rows, log=[merge, said("split", fingerprint("y"))]).height == 2
    assert errors.fold("a", {"a": "b", "b": "a"}) in {"a", "b"}


def test_the_list_is_ranked_by_people_then_recency_and_sorted_as_asked(listed):
    rows = (
        *(row("many", seen={"days": 2}, user=f"u{number}") for number in range(9)),
        row("loud", seen={"hours": 1}, times="5", user="u1", severity="minor"),
        row("grave", seen={"days": 5}, severity="blocking"),
        row("unsaid", seen={"days": 6}, severity="", times="2"),
    )
    assert listed(*rows)["title"].to_list()[:2] == ["many", "loud"]
    assert listed(*rows, order="severity")["title"].to_list() == ["grave", "many", "loud", "unsaid"]
    assert listed(*rows, order="last_seen")["title"].to_list()[0] == "loud"
    assert listed(*rows, order="users", most=1)["title"].to_list() == ["many"]
    assert listed(*rows, order="velocity")["title"].to_list()[0] == "loud"
    assert listed(*rows, order="events")["title"].to_list() == ["many", "loud", "unsaid", "grave"]
    assert listed(*rows, order="first_seen")["title"].to_list() == ["loud", "many", "grave", "unsaid"]


def test_related_issues_say_nearly_the_same_or_come_from_the_same_place(mirror_with):
    mirror = mirror_with(
        application_errors=f"""
            id | error_message                    | stack_trace               | api_route | last_seen_at
            e1 | cannot load the price of a car   |                           | cars      | {ago(hours=1)}
            e2 | cannot load the price of a part  |                           | parts     | {ago(hours=1)}
            e3 | no such wheel                    |                           | cars      | {ago(hours=1)}
            e4 | no such tyre                     | at f (/srv/app/a.js:1:1)  | cars      | {ago(hours=1)}
        """
    )
    marks = dict(errors.issues(mirror).select("title", "fingerprint").rows())
    found = detail.related(mirror, marks["cannot load the price of a car"])
    # Of seven words ("a" is too short to count) they share five; where a frame is known, it is the place.
    assert found.select("fingerprint", "alike", "same_culprit").rows() == [
        (marks["cannot load the price of a part"], 5 / 7, False), (marks["no such wheel"], 0.0, True),
    ]  # fmt: skip


def test_shares_are_of_occurrences_by_each_dimension_and_unknown_is_one_of_them(mirror_with):
    head = "id | error_message | browser | os | is_mobile | api_route | page_url | app_version | occurrence_count"
    mirror = mirror_with(
        application_errors=f"""
            {head} | last_seen_at
            e1 | x | Chrome | Windows | false | cars/12 |                              | aaaaaaa | 3 | {ago(hours=1)}
            e2 | x |        | iOS     | true  |         | https://a.test/cars/bmw-m3?x | bbbbbbb | 1 | {ago(hours=2)}
        """
    )
    found = detail.shares(mirror, errors.issues(mirror)["fingerprint"].item())
    told = {(dimension, value): share for dimension, value, _, share in found.rows()}
    assert {dimension for dimension, _ in told} == set(detail.DIMENSIONS)
    assert told[("browser", "Chrome")] == told[("os", "Windows")] == told[("device", "desktop")] == 0.75
    assert told[("browser", None)] == told[("device", "phone")] == told[("route", "/cars/<slug>")] == 0.25
    assert told[("release", "aaaaaaa")] == 0.75
    assert told[("feature", "browse-cars")] == told[("country", None)] == 1.0


def test_a_search_narrows_by_what_it_names(listed):
    head = HEAD + " | api_route | page_url | stack_trace | browser"
    rows = (
        row("Cannot read 7 cars", seen={"hours": 1}, user="u1", release="abc1234",
            more="garage/vehicles | | TypeError: at loadCar | Chrome"),
        row("Script error.", seen={"hours": 1}, severity="", more="| https://a.test/events?x=1 | | Firefox"),
    )  # fmt: skip

    def titles(search, **more):
        return sorted(listed(*rows, head=head, search=search, **more)["title"].to_list())

    both, first, second = ["Cannot read 7 cars", "Script error."], ["Cannot read 7 cars"], ["Script error."]
    assert titles("") == titles("type:err") == both
    assert titles("route:garage") == titles("release:abc") == titles("browser:chrome") == first
    assert titles("route:/events") == titles("user:unknown -route:garage") == second
    assert titles("-user:unknown -route:garage") == []
    assert titles("user:unknown") == titles("-route:garage") == titles("severity:unknown") == second
    assert titles('message:"cannot read <int>"') == titles("loadcar") == titles("-script") == first
    assert titles("state:new family:masked_script") == titles("-cannot") == second
    assert titles("", noise=False) == first
    assert titles("route:garage route:events") == []


def test_a_search_does_not_find_people_by_their_address(listed):
    rows = (row("x", seen={"hours": 1}, more="Error: at mail jane@example.com (/srv/a.js:1:1)"),)
    assert listed(*rows, head=HEAD + " | stack_trace", search="jane@example.com").is_empty()
    assert listed(*rows, head=HEAD + " | stack_trace", search="/srv/a.js").height == 1


def test_what_is_said_of_an_issue_holds_no_secret_and_no_search_finds_one(mirror_with):
    mirror = mirror_with(application_errors="id | error_message\ne1 | from sk_live_abcdefgh ?first_name=jane")
    [told] = detail.why(mirror, errors.issues(mirror)["fingerprint"].item()).to_dicts()
    assert told["normalised"] == "from <token> ?first_name=<hidden>"
    assert told["key"] == "unknown | from <token> ?first_name=<hidden>"
    assert errors.issues(mirror, search="message:abcdefgh").is_empty()
    assert errors.issues(mirror, search="jane").is_empty()
    assert errors.issues(mirror, search="message:from").height == 1


def test_a_search_is_read_word_by_word_or_refused_with_a_reason():
    assert parse('type:a -route:"b c" https://x.test/a free') == (
        Term("type", "a"), Term("route", "b c", negated=True), Term("text", "https://x.test/a"), Term("text", "free"),
    )  # fmt: skip
    for wrong, words in (("colour:red", "no field 'colour'"), ('"open', "not closed"), ("state:odd", "no state 'odd'")):
        with pytest.raises(SearchNotUnderstood, match=words):
            parse(wrong)
    with pytest.raises(SearchNotUnderstood, match="at most 500"):
        parse("x" * 501)


def test_titles_hold_no_address_of_a_person(listed):
    found = listed(row("Mail to jane@example.com bounced", seen={"hours": 1}))
    assert found["title"].to_list() == ["Mail to <email> bounced"]


def test_without_first_and_last_seen_the_time_of_the_row_counts(mirror_with):
    gone = {"first_seen_at", "last_seen_at", "occurrence_count", "status", "resolved_at", "fixed_at", "app_version",
            "metadata", "severity", "user_id", "stack_trace"}  # fmt: skip
    mirror = mirror_with(
        application_errors=f"id | error_message | is_resolved | created_at\ne1 | x | false | {ago(days=1)}",
        unbound=frozenset(f"application_errors.{name}" for name in gone),
        missing=frozenset({"user_feedback"}),
    )
    found = errors.issues(mirror)
    assert found.select("title", "state", "severity", "users", "events").rows() == [("x", "new", None, 0, 1)]


def test_what_is_kept_beside_the_mirror_answers_as_what_was_computed(mirror_with):
    mirror = mirror_with(application_errors=f"id | error_message | last_seen_at\ne1 | x | {ago(days=1)}")
    first = errors.issues(mirror)
    forget()
    assert errors.issues(mirror, search="message:x").equals(first)
    assert len(list((mirror.folder / "errors").iterdir())) == 1


def test_decisions_about_fingerprints_of_another_version_hold_for_what_their_rows_are_now(mirror_with, tmp_path):
    mirror = mirror_with(
        application_errors=f"id | error_message | last_seen_at\ne1 | a | {ago(days=1)}\ne2 | b | {ago(days=2)}"
    )
    rows = dict(errors.built(mirror).issues.select("normalised", "latest_id").iter_rows())
    store = Store(tmp_path / "kept")
    store.remember_fingerprints({"v0:a": rows["a"], "v0:b": rows["b"]}, at=NOW - timedelta(days=300))
    store.note_triage([said("ignore", "v0:a"), said("comment", "v0:lost", text="of a row that is gone")])
    log = detail.decisions(mirror, store)
    assert dict(errors.issues(mirror, log=log).select("title", "state").iter_rows()) == {"a": "ignored", "b": "new"}
    store.note_triage([said("merge", "v0:b", into="v0:a")])
    assert errors.issues(mirror, log=detail.decisions(mirror, store)).select("state", "rows").rows() == [("ignored", 2)]
    assert [one.fingerprint for one in store.triage()] == ["v0:a", "v0:lost", "v0:b"]


def test_what_was_grouped_before_is_not_grouped_again(mirror_with, monkeypatch):
    looked_at = []

    def noted(given, **more):
        looked_at.extend(given["error_message"])
        return group(given, **more)

    monkeypatch.setattr(sys.modules["queries.errors.built"], "group", noted)
    mirror = mirror_with(application_errors=f"id | error_message | last_seen_at\ne1 | x 1 | {ago(days=1)}")
    errors.issues(mirror)
    newer = mirror_with(
        application_errors=f"""
            id | error_message | last_seen_at
            e1 | x 1 | {ago(days=1)}
            e2 | x 2 | {ago(hours=1)}
        """
    )
    newer.folder.joinpath("errors").mkdir(exist_ok=True)
    for kept in (mirror.folder / "errors").iterdir():
        shutil.copytree(kept, newer.folder / "errors" / kept.name, dirs_exist_ok=True)
    [issue] = errors.issues(newer).rows(named=True)
    assert (issue["title"], issue["events"]) == ("x 2", 2)
    assert detail.why(newer, issue["fingerprint"])["wordings"].to_list() == [2]
    assert looked_at == ["x 1", "x 2"]


def test_a_database_at_rest_is_judged_as_of_its_last_error(listed):
    found = listed(row("x", seen={"days": 90}), row("y", seen={"days": 95}, first={"days": 120}))
    assert dict(found.select("title", "state").rows()) == {"x": "new", "y": "ongoing"}


# Rates


def spikes(hours, **at):
    counts = [0.0] * hours
    for place, value in at.items():
        counts[int(place.removeprefix("h"))] = value
    return pl.Series(counts).to_numpy()


def escalated(counts):
    quiet = pl.Series([1.0] * len(counts)).to_numpy()
    before, found, after = rates.escalations(np.stack([quiet, counts, quiet]))
    assert before is after is None
    return found


def test_an_hour_far_above_the_usual_escalates_but_small_counts_do_not():
    assert escalated(spikes(672, h10=1, h600=10)) == 600
    assert escalated(spikes(672, h10=1, h600=9)) is None
    usual = pl.Series([20.0, 24.0] * 336).to_numpy().copy()
    usual[650] = 40
    assert escalated(usual) is None
    usual[650] = 60
    assert escalated(usual) == 650


def test_a_rise_is_told_once_until_it_has_paused_for_a_day():
    assert escalated(spikes(672, h10=1, h600=50, h610=50, h630=50)) == 600
    assert escalated(spikes(672, h10=1, h600=50, h630=50)) == 630


def test_an_issue_of_today_has_no_usual_rate():
    assert escalated(spikes(672, h600=50)) is None
    assert escalated(spikes(672, h590=1, h600=50)) is None


def test_occurrences_are_spread_evenly_from_first_to_last():
    as_of = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
    begins = int(as_of.timestamp()) // 3600 - 2
    spans = pl.DataFrame({"number": [1], "begins": [begins], "ends": [begins + 4], "rate": [2.5]})
    hours, summed = rates.counted(spans, as_of)
    assert hours["hour"].dt.hour().to_list() == [10, 11, 12]
    assert hours["events"].to_list() == [2.5, 2.5, 2.5]
    assert (summed["last_day"].item(), summed["daily"].item()[-2:].to_list()) == (7.5, [0.0, 7.5])


def test_what_lies_before_the_days_kept_or_after_the_moment_shown_is_left_out():
    as_of = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
    now = int(as_of.timestamp()) // 3600
    spans = pl.DataFrame(
        {
            "number": [3, 7, 7],
            "begins": [now + 1, 0, now],
            "ends": [now + 2, now - 700, now + 1],
            "rate": [1.0, 2.0, 4.0],
        }
    )
    hours, summed = rates.counted(spans, as_of)
    assert hours.select("number", "events").rows() == [(7, 4.0)]
    assert summed.select("number", "last_day", "escalated_at").rows() == [(3, 0.0, None), (7, 4.0, None)]
    assert rates.counted(spans.clear(), as_of)[1].is_empty()
