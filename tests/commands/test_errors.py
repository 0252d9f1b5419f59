"""`autorev errors`."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from autorev import app

run = CliRunner()


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
