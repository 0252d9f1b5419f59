"""`autorev errors`."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from autorev import app
from commands.document import markdown
from commands.errors import summed
from queries import errors
from queries.errors.detail import NoSuchIssue
from store import Store

run = CliRunner()
NOW = datetime.now(UTC).replace(microsecond=0)


def ago(**time):
    return (NOW - timedelta(**time)).isoformat()


@pytest.fixture
def autorev(mirror_with, tmp_path):
    """Return a runner of `autorev errors` over two issues: x, met by two people, and one of noise."""
    mirror = mirror_with(
        application_errors=f"""
            id | error_type | error_message | severity | user_id | occurrence_count | first_seen_at | last_seen_at
            e1 | Error | order 1 `gone` | blocking | u1 | 4 | {ago(days=9)}  | {ago(days=3)}
            e2 | Error | order 2 `gone` | major    | u2 | 1 | {ago(days=2)}  | {ago(days=2)}
            e3 | Error | Script error.  |          |    | 1 | {ago(days=20)} | {ago(days=20)}
        """
    )
    home = tmp_path / "home"
    (home / "mirrors").mkdir(parents=True)
    (home / "mirrors" / "shown").symlink_to(mirror.folder, target_is_directory=True)
    place = {
        "AUTOREV_HOME": str(home),
        "AUTOREV_MIRROR_NAME": "shown",
        "AUTOREV_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/x",
    }

    def ask(*arguments):
        return run.invoke(app, ["errors", *arguments, "--no-refresh"], env=place, catch_exceptions=True)

    ask.home = home
    return ask


def answer(done):
    assert done.exit_code == 0, done.exception
    return json.loads(done.stdout)


def test_the_list_has_the_columns_agreed_and_every_issue(autorev):
    rows = answer(autorev("--format", "json"))
    assert list(rows[0]) == [
        "fingerprint", "title", "type", "severity", "state", "events", "users", "first_seen", "last_seen",
    ]  # fmt: skip
    assert [(row["title"], row["severity"], row["state"], row["events"], row["users"]) for row in rows] == [
        ("order 2 `gone`", "blocking", "ongoing", 5, 2),
        ("Script error.", None, "ongoing", 1, 0),
    ]
    assert datetime.fromisoformat(rows[0]["last_seen"]) == NOW - timedelta(days=2)
    table = list(csv.DictReader(io.StringIO(autorev("--format", "csv").stdout)))
    assert [row["severity"] for row in table] == ["blocking", ""]


def test_the_list_is_narrowed_by_state_and_time(autorev):
    assert answer(autorev("--format", "json", "--state", "new")) == []
    assert [row["events"] for row in answer(autorev("--format", "json", "--since", "7d"))] == [5]
    assert [row["events"] for row in answer(autorev("--format", "json", "--since", ago(days=30)[:10]))] == [5, 1]
    refused = autorev("--since", "soon")
    assert isinstance(refused.exception, ValueError)
    assert "7d, 24h or 2026-01-27" in str(refused.exception)


def test_decisions_are_kept_and_shown(autorev):
    mark = answer(autorev("--format", "json"))[0]["fingerprint"]
    done = answer(autorev("resolve", mark, "--format", "json"))
    assert done == {"sentence": "1 issue resolved: kept here only.", "fingerprints": [mark], "rows": None}
    assert answer(autorev("--format", "json", "--state", "resolved"))[0]["fingerprint"] == mark
    for arguments in (
        ("reopen", mark), ("assign", mark, "--to", "ann"), ("snooze", mark, "--for", "24h"),
        ("snooze", mark, "--events", "7"), ("snooze", mark, "--until-worse"), ("ignore", mark),
    ):  # fmt: skip
        assert autorev(*arguments).exit_code == 0
    kept = Store(autorev.home).triage()
    assert [one.action for one in kept] == ["resolve", "reopen", "assign", "snooze", "snooze", "snooze", "ignore"]
    assert [one.details for one in kept[4:6]] == [{"until_events": 12}, {"until_worse": True}]
    assert answer(autorev("show", mark, "--format", "json"))["assignee"] == "ann"
    assert autorev("resolve", "v1:unknown").exit_code != 0


def test_show_tells_everything_of_one_issue(autorev):
    mark = answer(autorev("--format", "json"))[0]["fingerprint"]
    shown = answer(autorev("show", mark, "--format", "json"))
    assert shown["why"][0]["key"] == "Error | order <int> `gone`"
    assert len(shown["samples"]) == 2
    assert {share["dimension"] for share in shown["shares"]} >= {"browser", "release", "country"}
    assert "why 1" in autorev("show", mark).stdout
    assert isinstance(autorev("show", "v1:unknown").exception, NoSuchIssue)


def test_the_digest_is_markdown_in_which_no_message_acts(autorev):
    text = autorev("digest", "--since", "7d").stdout
    assert text.startswith("# Errors as of ")
    assert "- 1 open issues" in text
    assert "## New (0)\n\nNone." in text
    assert answer(autorev("digest", "--format", "json"))["issues"] == []


def test_a_title_in_the_digest_is_a_code_span(mirror_with):
    mirror = mirror_with(
        application_errors=f"""
            id | error_type | error_message                     | severity | user_id | first_seen_at  | last_seen_at
            e1 | Error      | a ``b`` [x](javascript:1) <i>     | blocking | u1      | {ago(hours=1)} | {ago(hours=1)}
        """
    )
    text = markdown(summed(errors.issues(mirror), NOW, NOW - timedelta(days=1)))
    told = "` blocking `, 1 users, at least 1 events, 1 in 24 hours, nobody looks after it, ` v1:"
    assert f"## New (1)\n\n1. ``` a ``b`` [x](javascript:1) <i> ```: {told}" in text


def group(tmp_path, text):
    file = tmp_path / "events.jsonl"
    file.write_text(text, encoding="utf-8")
    return run.invoke(app, ["errors", "group", "--events", str(file)])


def test_group_answers_one_object_per_line_in_order_without_a_database(tmp_path):
    lines = [
        {"error_type": "TypeError", "error_message": "x of 12", "stack_trace": None, "page_url": None, "more": 1},
        {"error_type": "Error", "error_message": "Script error.", "fingerprint": None},
        {"error_type": "TypeError", "error_message": "x of 7"},
    ]
    done = group(tmp_path, "\n\n".join(json.dumps(line) for line in lines) + "\n")
    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [row["row"] for row in answer] == [0, 1, 2]
    assert answer[0] == {
        "row": 0, "fingerprint": answer[2]["fingerprint"], "key": "TypeError | x of <int>", "normalised": "x of <int>",
        "family": None, "noise": False,
    }  # fmt: skip
    assert (answer[1]["family"], answer[1]["noise"]) == ("masked_script", True)


def test_group_of_an_empty_file_is_an_empty_list(tmp_path):
    assert json.loads(group(tmp_path, "").stdout) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}\n{broken", "Line 2 of"),
        ("[1]", "holds no JSON object"),
        ('{"error_type": 3}', "error_type is a text or null, not 3"),
        ('{"fingerprint": "a"}', "fingerprint is a list of texts or null, not 'a'"),
    ],
)
def test_group_says_which_line_cannot_be_used(tmp_path, text, words):
    refused = group(tmp_path, text)
    assert isinstance(refused.exception, ValueError)
    assert words in str(refused.exception)


def test_group_takes_half_a_surrogate_pair_for_text(tmp_path):
    assert group(tmp_path, '{"error_message": "a\\ud800b"}').exit_code == 0
