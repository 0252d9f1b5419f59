"""Gamification: experience points, levels, streaks and best records."""

from __future__ import annotations

from catalogue._declare import (
    DATE,
    DECIMAL,
    INTEGER,
    JSONB,
    TEXT,
    TIMESTAMP,
    UUID,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "Gamification"

user_xp = table(
    "user_xp",
    Note(
        title="XP and Levels",
        domain=DOMAIN,
        grain="One row per person who has earned points: their total and level.",
        rows=16,
        columns=6,
        columns_at_least=True,
    ),
    assumed("id", UUID, "Identifies the row.", primary_key=True),
    column("user_id", UUID, "Whose points they are.", references="user_profiles.id", unique=True),
    column("total_xp", INTEGER, "Points earned over all time.", unit="points"),
    column("current_level", INTEGER, "Level those points reach."),
    assumed("updated_at", TIMESTAMP, "When points were last added."),
)


xp_levels = table(
    "xp_levels",
    Note(
        title="Level Definitions",
        domain=DOMAIN,
        grain="One row per level that can be reached.",
        rows=7,
        columns=5,
        columns_at_least=True,
    ),
    column("level", INTEGER, "Number of the level, from 1.", primary_key=True),
    column("xp_required", INTEGER, "Points needed to reach it.", unit="points"),
    column("title", TEXT, "Name of the level."),
    column("rewards", JSONB, "What reaching it brings."),
)


xp_actions = table(
    "xp_actions",
    Note(
        title="XP Values",
        domain=DOMAIN,
        grain="One row per action that earns points.",
        rows=16,
        columns=5,
        columns_at_least=True,
    ),
    column("action_key", TEXT, "Name of the action.", primary_key=True),
    column("xp_value", INTEGER, "Points for doing it once.", unit="points"),
    column("description", TEXT, "The action as people read it."),
    column("daily_limit", INTEGER, "How often a day it counts; empty means always.", unit="times a day"),
)


user_streaks = table(
    "user_streaks",
    Note(
        title="Engagement Streaks",
        domain=DOMAIN,
        grain="One row per person: how many weeks in a row they were active.",
        rows=0,
        columns=6,
        columns_at_least=True,
    ),
    assumed("id", UUID, "Identifies the row.", primary_key=True),
    column("user_id", UUID, "Whose streak it is.", references="user_profiles.id", unique=True),
    column("current_streak", INTEGER, "Length of the running streak.", unit="weeks"),
    column("longest_streak", INTEGER, "Length of the longest streak so far.", unit="weeks"),
    column("last_activity_week", DATE, "First day of the last week with activity."),
    assumed("updated_at", TIMESTAMP, "When the streak was last counted."),
)


user_achievements = table(
    "user_achievements",
    Note(
        title="Best Records",
        domain=DOMAIN,
        grain="One row per person and kind of record: the best value so far.",
        rows=3,
        columns=10,
        columns_at_least=True,
        event_time="achieved_at",
    ),
    assumed("id", UUID, "Identifies the record.", primary_key=True),
    column("user_id", UUID, "Who holds it.", references="user_profiles.id"),
    column("achievement_type", TEXT, "Kind of record, such as most power or fastest lap."),
    column("value", DECIMAL, "The record itself, in the unit of its kind."),
    column("achieved_at", TIMESTAMP, "When it was set."),
)
