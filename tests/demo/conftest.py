from __future__ import annotations

from datetime import UTC, datetime

import pytest

from demo.seed import seed_all
from demo.world import Plan, World

NOW = datetime(2026, 1, 27, tzinfo=UTC)


def made(**plan: object) -> World:
    """Make the whole world of a plan that ends on the day of the dictionary."""
    world = World(Plan(now=NOW, **plan))  # type: ignore[arg-type]
    seed_all(world)
    return world


@pytest.fixture(scope="session")
def clean_world() -> World:
    """Every table of a clean plan; do not change them."""
    return made(clean=True)


@pytest.fixture(scope="session")
def spoilt_world() -> World:
    """Every table of the usual plan, with its defects; do not change them."""
    return made()
