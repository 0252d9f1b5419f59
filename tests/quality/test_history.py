"""What runs say together: first seen, last passed, flapping, incidents, mutes, what is deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from quality import history, incidents
from quality.run import run
from store import Decision, Mute, Store

START = datetime(2026, 11, 1, tzinfo=UTC)
ID = "tracks.name.placeholder"
WRONG, RIGHT = "id | slug | name\n t1 | a | TBD", "id | slug | name\n t1 | a | Oval"


@pytest.fixture
def recorded(mirror_with):
    """Record runs of a table that is wrong where the letter is w; return the last one's row of the check."""

    def record(letters):
        first = mirror_with(tracks=RIGHT)
        found = {letter: run(mirror_with(tracks=text), tables=["tracks"]) for letter, text in
                 {"w": WRONG, "r": RIGHT}.items()}  # fmt: skip
        for day, letter in enumerate(letters):
            history.record(first, replace(found[letter], started_at=START + timedelta(days=day)))
        if not letters:
            return first, None
        latest = history.latest(first, run=history.stamp(first))
        return first, latest.filter(id=ID).row(0, named=True)

    return record


def test_a_failure_is_dated_from_the_run_after_the_last_that_passed(recorded):
    _, row = recorded("wrww")
    assert row["state"] == "fail"
    assert row["first_seen"] == START + timedelta(days=2)
    assert row["last_ok"] == START + timedelta(days=1)
    assert row["age_days"] == 1.0
    assert not row["flapping"]


def test_three_changes_in_ten_runs_are_flapping(recorded):
    _, row = recorded("wrwr")
    assert row["state"] == "pass"
    assert row["flapping"]


def test_runs_and_trend_are_oldest_first(recorded):
    mirror, _ = recorded("rw")
    stamp = history.stamp(mirror)
    assert history.trend(mirror, run=stamp, check=ID)["rows"].to_list() == [0, 1]
    runs = history.runs(mirror, run=stamp)
    assert runs["started_at"].is_sorted()
    assert runs["warning"].to_list()[1] == runs["warning"].to_list()[0] + 1


def test_without_a_run_everything_is_empty(mirror_with):
    mirror = mirror_with()
    assert history.stamp(mirror) is None
    assert history.latest(mirror, run=None).is_empty()
    assert history.runs(mirror, run=None).is_empty()
    assert history.volumes(mirror, run=None).is_empty()


def test_a_muted_failure_is_muted_with_its_reason_and_a_pass_stays_a_pass(mirror_with):
    for text, state in ((WRONG, "muted"), (RIGHT, "pass")):
        found = run(mirror_with(tracks=text), tables=["tracks"], mutes={ID: "the importer is being repaired"})
        [result] = [one for one in found.results if one.check.id == ID]
        assert result.state == state
    assert result.check.exemption is None


def test_a_mute_needs_a_reason_and_an_end(tmp_path):
    store = Store(tmp_path)
    today = datetime.now(UTC).date()
    for reason, until in (("  ", today), ("because", today - timedelta(days=1)), ("because", today + timedelta(400))):
        with pytest.raises(ValueError, match=r"Say why|A mute ends"):
            store.mute(ID, reason, until)
    store.mute(ID, "being repaired", today, who="ops")
    assert store.mutes()[ID].reason == "being repaired"
    store.unmute(ID)
    assert store.mutes() == {}


def test_tables_in_trouble_are_counted_by_weight(recorded):
    mirror, _ = recorded("rw")
    stamp = history.stamp(mirror)
    before = min(path.name for path in history.folder(mirror).glob("run-*.parquet"))
    was, now = (history.troubled(mirror, run=name)["tracks"] for name in (before, stamp))
    assert now == (was[0], was[1] + 1)


def told(mirror, **people):
    found = incidents.told(
        incidents.read(history.folder(mirror)).filter(id=ID), people.get("decisions", {}), people.get("mutes", {}),
        START + timedelta(days=10),
    )  # fmt: skip
    return found.sort("opened_at").to_dicts()


def test_an_incident_opens_with_the_first_failure_and_ends_by_itself(recorded):
    mirror, _ = recorded("rwwrw")
    first, second = told(mirror)
    assert (first["state"], first["runs"], first["last_ok"]) == ("resolved", 2, START)
    assert (first["opened_at"], first["resolved_at"]) == (START + timedelta(1), START + timedelta(3))
    assert first["age_days"] == 2.0
    assert (second["state"], second["opened_at"], second["resolved_at"]) == ("open", START + timedelta(4), None)
    assert second["sentence"].startswith("1 row")


def test_an_acknowledgement_holds_for_its_incident_only(recorded):
    mirror, _ = recorded("wrw")
    seen = Decision(acknowledged_at=START + timedelta(hours=1), acknowledged_by="ann", assignee="bob")
    _, second = told(mirror, decisions={ID: seen})
    assert (second["state"], second["assignee"]) == ("open", "bob")
    later = Decision(acknowledged_at=START + timedelta(days=2, hours=1), acknowledged_by="ann")
    assert [one["state"] for one in told(mirror, decisions={ID: later})] == ["resolved", "acknowledged"]


def test_a_muted_incident_stands_until_the_mute_ends(recorded, mirror_with):
    mirror, _ = recorded("w")
    silent = run(mirror_with(tracks=WRONG), tables=["tracks"], mutes={ID: "known"})
    history.record(mirror, replace(silent, started_at=START + timedelta(days=1)))
    mute = Mute(ID, "known", (START + timedelta(days=2)).date(), "ops")
    [one] = told(mirror, mutes={ID: mute})
    assert (one["state"], one["by"], one["reason"], one["runs"]) == ("muted", "ops", "known", 2)
    [one] = told(mirror)
    assert (one["state"], one["opened_at"]) == ("open", START)


def test_a_failure_is_older_than_the_runs_that_are_kept(recorded, monkeypatch):
    monkeypatch.setattr(history, "KEPT", 1)
    monkeypatch.setattr(history, "KEPT_DAYS", 2)
    mirror, row = recorded("rwwwww")
    assert len(list(history.folder(mirror).glob("run-*.parquet"))) == 3
    assert (row["first_seen"], row["last_ok"]) == (START + timedelta(days=1), START)


def test_of_a_day_beyond_the_last_runs_the_last_run_is_kept(recorded, mirror_with, monkeypatch):
    monkeypatch.setattr(history, "KEPT", 2)
    mirror, _ = recorded("")
    found = run(mirror_with(tracks=RIGHT), tables=["tracks"])
    for hours in (1, 2, 3, 30, 31, 32):
        history.record(mirror, replace(found, started_at=START + timedelta(hours=hours)))
    kept = sorted(path.name for path in history.folder(mirror).glob("run-*.parquet"))
    assert [name[4:15] for name in kept] == ["20261101T03", "20261102T06", "20261102T07", "20261102T08"]


def test_decisions_are_added_up_and_the_last_word_holds(tmp_path):
    store = Store(tmp_path)
    store.decide(ID, "acknowledge", who="ann")
    store.decide(ID, "assign", who="ann", details=" bob ")
    store.decide(ID, "accept", who="ann")
    one = store.decisions()[ID]
    assert (one.acknowledged_by, one.assignee, one.accepted) == ("ann", "bob", True)
    store.decide(ID, "assign", who="ann")
    store.decide(ID, "withdraw", who="ann")
    one = store.decisions()[ID]
    assert (one.acknowledged_by, one.assignee, one.accepted) == ("ann", None, False)
    with pytest.raises(ValueError, match="at most 80"):
        store.decide(ID, "assign", details="x" * 81)
