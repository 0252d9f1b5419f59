"""Gamification: points and levels of the sixteen people who earned any, and three records; no streak is kept yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from demo.seed import _content as content
from demo.seed._draw import DAY, moment, moments, places_by, stamps, text_of
from demo.seed.users import after

if TYPE_CHECKING:
    from demo.world import World

_LEVELS: Final[tuple[tuple[int, str, dict[str, Any]], ...]] = (
    # points, title, what it brings
    (0, "Passenger", {}),
    (100, "Learner", {"badge": "learner"}),
    (300, "Daily Driver", {"badge": "daily_driver", "assistant_credits": 10}),
    (750, "Enthusiast", {"badge": "enthusiast", "assistant_credits": 20}),
    (1_500, "Track Regular", {"badge": "track_regular", "assistant_credits": 40}),
    (3_000, "Builder", {"badge": "builder", "assistant_credits": 60, "profile_frame": "steel"}),
    (6_000, "Legend", {"badge": "legend", "assistant_credits": 100, "profile_frame": "gold"}),
)
_ACTIONS: Final = (
    # key, points, what people read, times a day
    ("onboarding_completed", 50, "Finish setting up your account", 1),
    ("vehicle_added", 40, "Add a car to your garage", 5),
    ("vehicle_photo_added", 10, "Add a photo of your car", 5),
    ("service_logged", 20, "Log a service", 3),
    ("build_created", 40, "Start a build project", 3),
    ("build_part_added", 10, "Add a part to a build", 10),
    ("car_favorited", 5, "Save a car", 10),
    ("question_asked", 5, "Ask the assistant", 10),
    ("insight_rated", 5, "Rate an answer", 10),
    ("post_published", 60, "Publish a post", 2),
    ("comment_written", 10, "Write a comment", 10),
    ("event_saved", 10, "Save an event", 5),
    ("event_submitted", 50, "Submit an event that gets approved", None),
    ("lap_time_logged", 30, "Log a lap time", 5),
    ("dyno_run_logged", 30, "Log a dyno run", 3),
    ("friend_joined", 100, "Invite a friend who signs up", None),
)
_RECORDS: Final = (("highest_wheel_horsepower", 488.0), ("fastest_lap_seconds", 96.412), ("most_track_days", 7.0))


def seed(world: World) -> None:
    """Add the five tables of the domain."""
    world.tables["xp_levels"] = pl.DataFrame(
        {
            "level": range(1, len(_LEVELS) + 1),
            "xp_required": [points for points, *_ in _LEVELS],
            "title": [title for _, title, _ in _LEVELS],
            "rewards": [text_of(rewards) for *_, rewards in _LEVELS],
        },
        schema_overrides={"level": pl.Int64},
    )
    world.tables["xp_actions"] = pl.DataFrame(
        _ACTIONS,
        orient="row",
        schema={"action_key": pl.String, "xp_value": pl.Int64, "description": pl.String, "daily_limit": pl.Int64},
    )
    world.tables["user_xp"] = _points(world)
    world.tables["user_streaks"] = content.empty("user_streaks")
    world.tables["user_achievements"] = _records(world)


def _points(world: World) -> pl.DataFrame:
    """Draw who earned points, more the longer they are here, and the level those points reach."""
    count = world.rows("user_xp")
    rng = world.random("user_xp")
    people = world.tables["user_profiles"].filter(pl.col("onboarding_completed_at").is_not_null())
    chosen = people[np.sort(rng.permutation(len(people))[:count]).tolist()]
    onboarded = moments(chosen["onboarding_completed_at"])
    weeks = (moment(world.now) - onboarded) / (7 * DAY)
    total = 50 + (rng.gamma(1.1, 7.0, count) * weeks).astype(np.int64) * 5
    thresholds = [points for points, *_ in _LEVELS]
    return pl.DataFrame(
        {
            "id": world.ids("user_xp", count),
            "user_id": chosen["id"],
            "total_xp": total,
            "current_level": np.searchsorted(thresholds, total, side="right").astype(np.int64),
            "updated_at": stamps(after(world, "user_xp.updated_at", onboarded)),
        }
    )


def _records(world: World) -> pl.DataFrame:
    """Draw which of the people with points hold the records."""
    count = world.rows("user_achievements")
    earned = world.tables["user_xp"]
    holders = earned[places_by(world.random("user_achievements"), count, earned["total_xp"].to_numpy()).tolist()]
    people = holders.select(id="user_id").join(world.tables["user_profiles"], on="id", maintain_order="left")
    return pl.DataFrame(
        {
            "id": world.ids("user_achievements", count),
            "user_id": holders["user_id"],
            "achievement_type": [kind for kind, _ in _RECORDS],
            "value": [value for _, value in _RECORDS],
            "achieved_at": stamps(
                after(world, "user_achievements.achieved_at", moments(people["onboarding_completed_at"]))
            ),
        }
    )
