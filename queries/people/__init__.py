"""The people: each with plan, activity, garage, credits, lifecycle and health."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import dataframely as dy

if TYPE_CHECKING:
    from replica import Mirror

HERE = Path(__file__).parent

LIFECYCLES: Final = {
    "New": "Signed up within 14 days and active within 28.",
    "Core": "Active on at least 8 of the latest 28 days.",
    "Active": "Active within 28 days.",
    "At risk": "Last active 28 to 60 days ago.",
    "Gone": "Last active more than 60 days ago.",
    "Never active": "Signed up and did nothing that was recorded.",
}


class People(dy.Schema):
    """One row per account of no staff, last active first."""

    user_id = dy.String(primary_key=True, description="The account.")
    display_name = dy.String(nullable=True, description="Name shown to others; masked unless revealed.")
    email = dy.String(nullable=True, description="Address; masked unless revealed.")
    stored_tier = dy.String(nullable=True, description="Plan as the profile has it.")
    effective_tier = dy.String(nullable=True, description="Plan of the running subscription, else the profile's.")
    source = dy.String(nullable=True, description="Source of the first visit.")
    created_at = dy.Datetime(time_zone="UTC", nullable=True, description="When the account was opened.")
    last_active_at = dy.Datetime(time_zone="UTC", nullable=True, description="When something was last done.")
    active_days = dy.Int64(description="Days with activity among the latest 28.")
    vehicles = dy.Int64(description="Vehicles in the garage.")
    favorites = dy.Int64(description="Cars saved.")
    projects = dy.Int64(description="Builds.")
    conversations = dy.Int64(description="Conversations with the assistant.")
    answers = dy.Int64(description="Questions of the questionnaire answered.")
    persona = dy.String(nullable=True, description="Type of driver.")
    knowledge_level = dy.String(nullable=True, description="How much the person knows about cars.")
    balance = dy.Decimal(18, 2, nullable=True, description="Assistant credit left, in dollars.")
    unlimited = dy.Bool(nullable=True, description="Whether the account is not charged.")
    lifecycle = dy.String(description="Stage, as in LIFECYCLES.")
    health = dy.Int64(description="Points of 100: activity 40, garage 20, build 15, assistant 15, saved cars 10.")
    reasons = dy.String(description="What the points are for.")


class Personas(dy.Schema):
    """One row per persona and knowledge level."""

    persona = dy.String(primary_key=True)
    knowledge_level = dy.String(primary_key=True)
    people = dy.Int64(min=0)
    completeness = dy.Float64(nullable=True, description="Mean share of the questionnaire answered.")


def listed(
    mirror: Mirror, *, words: str = "", tier: str | None = None, lifecycle: str | None = None, timezone: str = "UTC"
) -> dy.DataFrame[People]:
    """Who are our people, and how does each fare?

    Args:
        mirror: The data.
        words: Searched for in id, name, e-mail and source, as they are shown.
        tier: Only this effective plan.
        lifecycle: Only this stage.
        timezone: Of the days of activity.
    """
    return mirror.ask(
        HERE / "listed.sql", People,
        optional=frozenset({"user_profiles.email", "user_profiles.display_name"}),
        words=words, tier=tier, lifecycle=lifecycle, timezone=timezone, as_of=mirror.freshness().snapshot_at,
    )  # fmt: skip


def personas(mirror: Mirror) -> dy.DataFrame[Personas]:
    """Which personas and levels of knowledge do the questionnaires show?"""
    return mirror.ask(HERE / "personas.sql", Personas)
