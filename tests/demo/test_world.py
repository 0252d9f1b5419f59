from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from demo.world import Plan, World

NOW = datetime(2026, 1, 27, tzinfo=UTC)


def test_ids_are_uuids_and_fewer_are_the_beginning_of_more() -> None:
    world = World(Plan(now=NOW))
    ids = world.ids("tracks", 450)
    assert ids.n_unique() == 450
    assert {uuid.UUID(one).version for one in ids} == {4}
    assert world.ids("tracks", 3).to_list() == ids[:3].to_list()


def test_chance_follows_from_seed_and_name_alone() -> None:
    world = World(Plan(now=NOW))
    first = world.random("a").random(3).tolist()
    world.random("b").random(100)
    assert world.random("a").random(3).tolist() == first
    assert world.random("b").random(3).tolist() != first
    assert World(Plan(now=NOW, seed=1)).random("a").random(3).tolist() != first


def test_a_plan_survives_being_written_down() -> None:
    plan = Plan(scale=3, seed=9, now=NOW, as_documented=True, clean=True)
    assert Plan.from_record(plan.as_record()) == plan


def test_without_a_moment_the_data_end_today() -> None:
    now = Plan().now
    assert (now.hour, now.minute, now.second, now.microsecond, now.tzinfo) == (0, 0, 0, 0, UTC)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"scale": 0}, "from 1 on"), ({"seed": -1}, "0 or more"), ({"now": NOW.replace(tzinfo=None)}, "no time zone")],
)
def test_a_plan_that_cannot_be_built_is_refused(arguments: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Plan(**arguments)  # type: ignore[arg-type]
