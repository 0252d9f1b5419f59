"""How the made-up AutoRev database is filled: one module per domain, each with `seed(world)`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.world import World

ORDER: Final = (
    "core_cars",
    "parts",
    "users",
    "tracks",
    "maintenance",
    "knowledge",
    "media",
    "forums",
    "events",
    "billing",
    "assistant",
    "community",
    "gamification",
    "email",
    "system",
    "deprecated",
    "analytics",
    "finance",
)
"""Each module may read what earlier ones made; what comes later is referred to through `World.ids`."""


def seed_all(world: World, progress: Callable[[str, int, int], None] | None = None) -> None:
    """Fill the world, domain by domain, then plant the known defects unless the plan is clean.

    `progress` hears the domain and how many of how many are done.
    """
    for done, domain in enumerate(ORDER):
        if progress is not None:
            progress(domain, done, len(ORDER))
        import_module(f"demo.seed.{domain}").seed(world)
    if not world.plan.clean:
        for defect in import_module("demo.planted").PLANTED:
            defect.apply(world)
