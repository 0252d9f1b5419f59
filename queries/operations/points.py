"""Experience points: which actions earn them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import dataframely as dy

if TYPE_CHECKING:
    from replica import Mirror

HERE = Path(__file__).parent


class Earning(dy.Schema):
    """One row per action, what earned most first; null where no documented table proves the action."""

    action = dy.String()
    description = dy.String(nullable=True)
    worth = dy.Int64(nullable=True, description="Points for doing it once.")
    times_a_day = dy.Int64(nullable=True, description="How often a day it counts; null is always.")
    times = dy.Int64(nullable=True, description="How often it was done.")
    people = dy.Int64(nullable=True)
    points = dy.Int64(nullable=True, description="Within the limit of a day (UTC).")
    points_share = dy.Float64(nullable=True, description="Of the points of all actions that are proven.")


def earning(mirror: Mirror) -> dy.DataFrame[Earning]:
    """Which actions drive points?"""
    return mirror.ask(HERE / "earning.sql", Earning)
