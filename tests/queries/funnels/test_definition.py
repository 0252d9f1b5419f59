"""One JSON form: what it takes, what it refuses, and that it is written as it is read."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from queries import funnels

FULL = {
    "version": 1,
    "steps": [
        "a",
        {"any_of": ["b", "c"], "where": {"page": "/cars/*", "n": "5"}, "within_s": 60},
        {"event": "scroll", "min": 25, "optional": True},
        {"event": "scroll", "min": {"property": "depth", "value": 75.0}, "name": "Read to the end"},
    ],
    "order": "ordered",
    "window_s": 3600,
    "exclusions": [{"event": "x", "from_step": 1, "to_step": 3}],
    "count_by": "props.org",
    "to_step": 2,
    "report_range_s": [0.0, 86400.0],
    "range_applies_to": "both",
    "trend_unit": "week",
    "timezone": "America/New_York",
    "origin": "2026-01-01T00:00:00+00:00",
    "breakdown": {"property": "device", "touch": "step", "step": 2},
    "one_row_many_steps": True,
    "identity_map": {"anon": "u1"},
}


def test_what_is_written_is_what_was_read():
    found = funnels.parse(FULL)
    assert found.as_json() == FULL
    assert funnels.read(found.text()) == found


def test_a_case_file_says_the_same_after_being_written(case):
    found = funnels.parse(case["config"])
    assert funnels.parse(json.loads(found.text())) == found


def test_optional_steps_may_be_listed_or_marked():
    listed = funnels.parse({"steps": ["a", "b", "c"], "optional_steps": [2]})
    assert listed == funnels.parse({"steps": ["a", {"event": "b", "optional": True}, "c"]})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": "a"}, "`steps` must be a list, not a text"),
        ({"steps": ["a"] * 21}, "21 steps; at most 20"),
        ({"steps": [""]}, "Step 1 names no event"),
        ({"steps": [{"event": "a", "any_of": ["b"]}]}, "Step 1 needs either `event` or `any_of`"),
        ({"steps": ["a", {"event": "b", "where": {"x": None}}]}, "needs a plain value for 'x'"),
        ({"steps": ["a", {"event": "b", "min": "much"}]}, "`min of step 2` must be a number, not a text"),
        ({"order": "backwards"}, "`order` cannot be 'backwards'"),
        ({"window_s": -1}, "`window_s` is -1 seconds"),
        ({"window_s": float("nan")}, "`window_s` must be a number"),
        ({"window_s": True}, "`window_s` must be a number, not a flag"),
        ({"exclusions": [{"event": "x", "from_step": 2, "to_step": 2}]}, "from 2 to 2 holds none"),
        ({"exclusions": [{"event": "x", "from_step": 1, "to_step": 5}]}, "names step 5; there are steps 1 to 2"),
        ({"optional_steps": [1]}, "Step 1 is where an actor enters"),
        ({"order": "unordered", "optional_steps": [2]}, "none can be optional"),
        ({"order": "unordered", "count_by": "attempt"}, "Attempts are told apart by step 1"),
        ({"count_by": "props."}, "`count_by` names no property"),
        ({"count_by": "household"}, "`count_by` cannot be 'household'"),
        ({"timezone": "Mars/Olympus"}, "no time zone 'Mars/Olympus'"),
        ({"report_range_s": [5, 1]}, "ends at 1, before it begins at 5"),
        ({"origin": "yesterday"}, "`origin` is no moment"),
        ({"version": 7}, "version 7, and this suite reads version 1"),
        ({"colour": "red"}, "no key 'colour'"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_sentence(change, words):
    with pytest.raises(funnels.BadDefinition) as refused:
        funnels.parse({"steps": ["a", "b"], **change})
    assert words in refused.value.sentence
    assert refused.value.sentence.endswith(".")
    assert refused.value.next_step


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null"])
def test_what_is_no_object_is_refused(text):
    with pytest.raises(funnels.BadDefinition):
        funnels.read(text)


def test_windows_from_nothing_to_ten_years_are_taken(followed):
    events = {"u": [(0, "a"), (0, "b"), (400 * 86400, "c")]}
    steps = ["a", "b", "c"]
    counts = [
        funnels.steps_of(followed(events, steps=steps, window_s=window))["count"].to_list()
        for window in (0, 399 * 86400, 400 * 86400)
    ]
    assert counts == [[1, 1, 0], [1, 1, 0], [1, 1, 1]]
    assert all(sum(before) <= sum(after) for before, after in pairwise(counts))
