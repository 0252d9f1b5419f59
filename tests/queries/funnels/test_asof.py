"""The SQL way gives the answer of the compiled pass."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import funnels
from queries.funnels import asof

STEPS = [["a", "b", "c"], ["a", "a", "b"], ["a", {"any_of": ["a", "b"]}, {"any_of": ["b", "c"]}, "c"]]
EVENTS = st.lists(st.tuples(st.integers(0, 8), st.sampled_from("abcx")), max_size=9)


def same(log, definition):
    ours, theirs = funnels.follow(log, definition), asof.follow(log, definition)
    assert ours.keys.to_list() == theirs.keys.to_list()
    assert ours.depths.tolist() == theirs.depths.tolist()
    for place, depth in enumerate(ours.depths):
        assert ours.times[place, :depth].tolist() == theirs.times[place, :depth].tolist()
    return ours


@settings(max_examples=80, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=3), st.sampled_from(STEPS), st.integers(0, 8))
def test_both_ways_reach_the_same_steps_at_the_same_moments(events_frame, actors, steps, window):
    given_events = {f"u{number}": listed for number, listed in enumerate(actors)}
    log = funnels.of_frame(events_frame(given_events))
    same(log, funnels.parse({"steps": steps, "window_s": window}))


def test_they_agree_on_thousands_of_events_at_few_moments():
    rng = np.random.default_rng(4)
    frame = funnels.of_frame(
        pl.DataFrame(
            {
                "actor": rng.integers(0, 300, 6000).astype(str),
                "timestamp": rng.integers(0, 400, 6000),
                "event": rng.choice(list("abcdx"), 6000),
            }
        )
    )
    for count_by in ("user", "session"):
        found = same(frame, funnels.parse({"steps": ["a", "b", "a", "c"], "window_s": 200, "count_by": count_by}))
        assert (found.depths == 4).sum() > 50


@pytest.mark.parametrize("more", [
    {"order": "strict"}, {"order": "unordered"}, {"optional_steps": [2]}, {"count_by": "attempt"},
    {"one_row_many_steps": True}, {"exclusions": [{"event": "x", "from_step": 1, "to_step": 2}]},
])  # fmt: skip
def test_what_sql_does_not_answer_is_refused(more, events_frame):
    log = funnels.of_frame(events_frame({"u": [(0, "a")]}))
    with pytest.raises(funnels.BadDefinition, match="only plain funnels"):
        asof.follow(log, funnels.parse({"steps": ["a", "b"], **more}))
