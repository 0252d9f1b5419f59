"""TODO Email & Referrals."""

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

DOMAIN = "Email & Referrals"

email_templates = table(
    "email_templates",
    Note(
        title='Email Template Storage',
        domain=DOMAIN,
        grain="TODO",
        rows=9,
        columns=15,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("slug", TEXT, "TODO Template identifier"),
    column("name", TEXT, "TODO Template name"),
    column("subject", TEXT, "TODO Email subject line"),
    column("preview_text", TEXT, "TODO Preview text"),
    column("html_content", TEXT, "TODO HTML email body"),
    column("category", TEXT, "TODO Template category"),
    column("requires_opt_in", BOOLEAN, "TODO Requires marketing opt-in"),
    column("is_active", BOOLEAN, "TODO Is currently active"),
    column("available_variables", JSONB, "TODO Template variables"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


email_logs = table(
    "email_logs",
    Note(
        title='Email Delivery Log',
        domain=DOMAIN,
        grain="TODO",
        rows=60,
        columns=15,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("recipient_email", TEXT, "TODO Recipient email"),
    column("template_slug", TEXT, "TODO Template used", references="email_templates.slug"),
    column("subject", TEXT, "TODO Email subject"),
    column("resend_id", TEXT, "TODO Resend message ID"),
    column("status", TEXT, "TODO Delivery status"),
    column("error_message", TEXT, "TODO Error if failed"),
    column("sent_at", TIMESTAMP, "TODO Send time"),
    column("delivered_at", TIMESTAMP, "TODO Delivery time"),
    column("opened_at", TIMESTAMP, "TODO Open time"),
    column("clicked_at", TIMESTAMP, "TODO Click time"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


referrals = table(
    "referrals",
    Note(
        title='Referral Program Tracking',
        domain=DOMAIN,
        grain="TODO",
        rows=0,
        columns=12,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("referrer_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("referee_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("referee_email", TEXT, "TODO Referee's email"),
    column("referral_code", TEXT, "TODO Unique referral code"),
    column("status", TEXT, "TODO Referral status"),
    column("referrer_reward_credits", INTEGER, "TODO Credits for referrer"),
    column("referee_reward_credits", INTEGER, "TODO Credits for referee"),
    column("rewarded_at", TIMESTAMP, "TODO When rewards given"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


referral_milestones = table(
    "referral_milestones",
    Note(
        title='Milestone Configuration',
        domain=DOMAIN,
        grain="TODO",
        rows=4,
        columns=9,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    assumed("friends_required", INTEGER, "TODO"),
    assumed("reward_type", TEXT, "TODO"),
    assumed("reward_value", INTEGER, "TODO"),
    assumed("description", TEXT, "TODO"),
)
