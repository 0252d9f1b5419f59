"""What is kept of a generation goes with it."""

from __future__ import annotations

import gc
import weakref

import duckdb
import pytest

from queries import funnels, kept
from queries.funnels.log import of_mirror
from replica import generations
from replica.mirror import close


@pytest.fixture
def next_generation():
    """Return what publishes a generation that holds what the current one does."""

    def publish(mirror):
        unfinished = generations.building(mirror.folder)
        generations.clone(generations.current(mirror.folder), unfinished)
        generations.publish(unfinished)

    return publish


def test_a_value_is_made_once_a_generation_and_the_one_before_stays_until_it_is_forgotten(mirror_with, next_generation):
    mirror, values, made = mirror_with(), kept.PerGeneration(), []

    def value():
        return values.of(mirror, "key", lambda: made.append(mirror.generation) or len(made))

    assert [value(), value()] == [1, 1]
    next_generation(mirror)
    assert not values.holds(mirror, "key")
    assert [value(), value()] == [2, 2]
    kept.forget(mirror)
    assert value() == 2
    next_generation(mirror)
    kept.forget(mirror)
    assert not values._made, "nobody is shown an older generation any more"


def test_a_mirror_made_anew_under_a_number_used_before_has_nothing_kept(mirror_with):
    mirror, values = mirror_with(), kept.PerGeneration()
    assert values.of(mirror, "key", lambda: "old") == "old"
    number = mirror.generation
    close(mirror.folder)
    with duckdb.connect(str(generations.current(mirror.folder))) as connection:
        connection.execute("update meta.refresh set refreshed_at = refreshed_at + interval 1 second")
    assert mirror.generation == number
    assert values.of(mirror, "key", lambda: "new") == "new"


def test_of_many_keys_the_one_made_first_is_forgotten(mirror_with):
    mirror, values = mirror_with(), kept.PerGeneration(most=2)
    for key in "abca":
        values.of(mirror, key, list)
    assert [values.holds(mirror, key) for key in "abc"] == [True, False, True]


def test_events_that_a_funnel_followed_are_let_go_with_their_generation(mirror_with, next_generation):
    mirror = mirror_with(page_views="visitor_id | page_url | created_at\n a | / | 2026-01-02\n a | /cars | 2026-01-02")
    definition = funnels.parse({"steps": ["page_view", "page_view"], "window_s": 86400})
    held = []
    for _ in range(3):
        assert funnels.steps(mirror, definition=definition)["count"].to_list() == [1, 1]
        held.append(weakref.ref(of_mirror(mirror)))
        kept.forget(mirror)
        next_generation(mirror)
    kept.forget(mirror)
    gc.collect()
    assert [one() for one in held] == [None, None, None]
