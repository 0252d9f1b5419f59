"""TODO Gamification."""

from __future__ import annotations

from catalogue._declare import (
    DATE,
    DECIMAL,
    INTEGER,
    JSONB,
    TEXT,
    TIMESTAMP,
    UUID,
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "Gamification"

user_xp = table(
    "user_xp",
    Note(
        title='XP and Levels',
        domain=DOMAIN,
        grain="TODO",
        rows=16,
        columns=6,
        columns_at_least=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("total_xp", INTEGER, "TODO Total XP earned"),
    column("current_level", INTEGER, "TODO Current level"),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


xp_levels = table(
    "xp_levels",
    Note(
        title='Level Definitions',
        domain=DOMAIN,
        grain="TODO",
        rows=7,
        columns=5,
        columns_at_least=True,
    ),
    column("level", INTEGER, "TODO Level number", primary_key=True),
    column("xp_required", INTEGER, "TODO XP needed for level"),
    column("title", TEXT, "TODO Level title"),
    column("rewards", JSONB, "TODO Level rewards"),
)


xp_actions = table(
    "xp_actions",
    Note(
        title='XP Values',
        domain=DOMAIN,
        grain="TODO",
        rows=16,
        columns=5,
        columns_at_least=True,
    ),
    column("action_key", TEXT, "TODO Action identifier", primary_key=True),
    column("xp_value", INTEGER, "TODO XP awarded"),
    column("description", TEXT, "TODO Action description"),
    column("daily_limit", INTEGER, "TODO Max times per day"),
)


user_streaks = table(
    "user_streaks",
    Note(
        title='Engagement Streaks',
        domain=DOMAIN,
        grain="TODO",
        rows=0,
        columns=6,
        columns_at_least=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("current_streak", INTEGER, "TODO Current week streak"),
    column("longest_streak", INTEGER, "TODO All-time longest"),
    column("last_activity_week", DATE, "TODO Last active week"),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


user_achievements = table(
    "user_achievements",
    Note(
        title='Best Records',
        domain=DOMAIN,
        grain="TODO",
        rows=3,
        columns=10,
        columns_at_least=True,
        event_time="achieved_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("achievement_type", TEXT, "TODO Achievement type"),
    column("value", DECIMAL, "TODO Achievement value"),
    column("achieved_at", TIMESTAMP, "TODO When achieved"),
)
