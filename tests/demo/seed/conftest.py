from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module

import pytest

from demo.world import Plan, World

CONTENT = ("core_cars", "parts", "tracks", "maintenance", "knowledge", "media", "forums", "events")


@pytest.fixture(scope="session")
def content_world() -> World:
    """The content tables of a clean plan, before any defect is planted; do not change them."""
    world = World(Plan(now=datetime(2026, 1, 27, tzinfo=UTC), clean=True))
    for domain in CONTENT:
        import_module(f"demo.seed.{domain}").seed(world)
    return world
