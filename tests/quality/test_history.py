"""What runs say together: first seen, last passed, flapping, mutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from quality import history
from quality.run import run
from store import Store

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
    before = min(path.name for path in history.folder(mirror).glob("*.parquet"))
    was, now = (history.troubled(mirror, run=name)["tracks"] for name in (before, stamp))
    assert now == (was[0], was[1] + 1)
