"""Known problems of cars in the table that `car_issues` replaced: its first rows, never changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from demo.seed import _content as content

if TYPE_CHECKING:
    from demo.world import World

_ROWS: Final = 42


def seed(world: World) -> None:
    """Add the one table of the domain, a part of what `car_issues` holds, written before it."""
    issues = world.tables["car_issues"]
    kept = np.sort(world.random("vehicle_known_issues").permutation(len(issues))[:_ROWS])
    world.tables["vehicle_known_issues"] = (
        issues[kept.tolist()]
        .select("car_slug", "title", "severity", "description")
        .with_columns(
            id=world.ids("vehicle_known_issues", _ROWS),
            created_at=content.written(world, "vehicle_known_issues", _ROWS, since=0.05, until=0.14),
        )
    )
