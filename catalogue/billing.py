"""Subscription & Billing: plans, what they include, and who pays for them."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
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
from catalogue.users import TIERS

DOMAIN = "Subscription & Billing"

plans = table(
    "plans",
    Note(
        title="Subscription Plans",
        domain=DOMAIN,
        grain="One row per plan on offer.",
        rows=3,
        columns=10,
        columns_at_least=True,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the plan.", primary_key=True),
    column("name", TEXT, "Name under which it is sold."),
    column("tier", TEXT, "Tier it gives to an account.", one_of=TIERS),
    column("price_monthly", INTEGER, "Price of a month.", unit="cents"),
    column("price_annual", INTEGER, "Price of a year paid at once.", unit="cents"),
    column("features", JSONB, "What the plan advertises."),
    assumed("created_at", TIMESTAMP, "When the plan was set up."),
)


plan_entitlements = table(
    "plan_entitlements",
    Note(
        title="Feature Access",
        domain=DOMAIN,
        grain="One row per plan and feature it grants, limits or withholds.",
        rows=79,
        columns=6,
        columns_at_least=True,
    ),
    assumed("id", UUID, "Identifies the entitlement.", primary_key=True),
    column("plan_id", UUID, "Plan it belongs to.", references="plans.id"),
    column("feature_key", TEXT, "Feature it is about."),
    column("enabled", BOOLEAN, "True when the plan includes the feature."),
    column("limit", INTEGER, "How much of it may be used; empty means without limit."),
)


subscriptions = table(
    "subscriptions",
    Note(
        title="User Subscriptions",
        domain=DOMAIN,
        grain="One row per subscription that an account took out.",
        rows=0,
        columns=15,
        columns_at_least=True,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the subscription.", primary_key=True),
    column("user_id", UUID, "Account that pays.", references="user_profiles.id"),
    column("plan_id", UUID, "Plan it pays for.", references="plans.id"),
    column("stripe_subscription_id", TEXT, "Number at the payment provider.", personal="identifier"),
    column(
        "status",
        TEXT,
        "State of the subscription, in the payment provider's words.",
        one_of=(
            "active",
            "trialing",
            "past_due",
            "canceled",
            "unpaid",
            "incomplete",
            "incomplete_expired",
            "paused",
        ),
    ),
    column("current_period_start", TIMESTAMP, "From when the last payment counts."),
    column("current_period_end", TIMESTAMP, "Until when the last payment counts."),
    column("cancel_at_period_end", BOOLEAN, "True when it will not renew."),
    assumed("canceled_at", TIMESTAMP, "When it was cancelled."),
    assumed("created_at", TIMESTAMP, "When it was taken out."),
)
