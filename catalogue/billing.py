"""TODO Subscription & Billing."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
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

DOMAIN = "Subscription & Billing"

plans = table(
    "plans",
    Note(
        title='Subscription Plans',
        domain=DOMAIN,
        grain="TODO",
        rows=3,
        columns=10,
        columns_at_least=True,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("name", TEXT, "TODO Plan name"),
    column("tier", TEXT, "TODO Tier level"),
    column("price_monthly", INTEGER, "TODO Monthly price (cents)"),
    column("price_annual", INTEGER, "TODO Annual price (cents)"),
    column("features", JSONB, "TODO Plan features"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


plan_entitlements = table(
    "plan_entitlements",
    Note(
        title='Feature Access',
        domain=DOMAIN,
        grain="TODO",
        rows=79,
        columns=6,
        columns_at_least=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("plan_id", UUID, "TODO FK to plans", references="plans.id"),
    column("feature_key", TEXT, "TODO Feature identifier"),
    column("enabled", BOOLEAN, "TODO Is feature enabled"),
    column("limit", INTEGER, "TODO Usage limit (if any)"),
)


subscriptions = table(
    "subscriptions",
    Note(
        title='User Subscriptions',
        domain=DOMAIN,
        grain="TODO",
        rows=0,
        columns=15,
        columns_at_least=True,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("plan_id", UUID, "TODO FK to plans", references="plans.id"),
    column("stripe_subscription_id", TEXT, "TODO Stripe subscription ID"),
    column("status", TEXT, "TODO Subscription status"),
    column("current_period_start", TIMESTAMP, "TODO Period start"),
    column("current_period_end", TIMESTAMP, "TODO Period end"),
    column("cancel_at_period_end", BOOLEAN, "TODO Will cancel"),
    assumed("canceled_at", TIMESTAMP, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
