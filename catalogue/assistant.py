"""TODO AL (AI Assistant)."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    INTEGER,
    JSONB,
    TEXT,
    TEXT_ARRAY,
    TIMESTAMP,
    UUID,
    UUID_ARRAY,
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "AL (AI Assistant)"

al_conversations = table(
    "al_conversations",
    Note(
        title='Chat Sessions',
        domain=DOMAIN,
        grain="TODO",
        rows=105,
        columns=15,
        event_time="created_at",
    ),
    column("id", UUID, "TODO Primary key", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("title", TEXT, "TODO Conversation title"),
    column("summary", TEXT, "TODO AI-generated summary"),
    column("initial_car_slug", TEXT, "TODO Car context", references="cars.slug"),
    column("initial_car_id", UUID, "TODO FK to cars", references="cars.id"),
    column("message_count", INTEGER, "TODO Number of messages"),
    column("total_credits_used", INTEGER, "TODO Credits consumed"),
    column("last_message_at", TIMESTAMP, "TODO Last activity"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


al_messages = table(
    "al_messages",
    Note(
        title='Chat Messages',
        domain=DOMAIN,
        grain="TODO",
        rows=441,
        columns=12,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("conversation_id", UUID, "TODO FK to al_conversations", references="al_conversations.id"),
    column("role", TEXT, "TODO Message role (user/assistant)"),
    column("content", TEXT, "TODO Message content"),
    column("tool_calls", JSONB, "TODO Tools invoked"),
    column("credits_used", INTEGER, "TODO Credits for this message"),
    column("response_tokens", INTEGER, "TODO Token count"),
    column("sequence_number", INTEGER, "TODO Message order"),
    assumed("model", TEXT, "TODO"),
    assumed("latency_ms", INTEGER, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


al_user_credits = table(
    "al_user_credits",
    Note(
        title='Credit Balances',
        domain=DOMAIN,
        grain="TODO",
        rows=70,
        columns=16,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("subscription_tier", TEXT, "TODO User's tier"),
    column("balance_cents", INTEGER, "TODO Current balance"),
    column("purchased_cents", INTEGER, "TODO Total purchased"),
    column("spent_cents_this_month", INTEGER, "TODO Monthly spend"),
    column("input_tokens_this_month", INTEGER, "TODO Input tokens used"),
    column("output_tokens_this_month", INTEGER, "TODO Output tokens used"),
    column("is_unlimited", BOOLEAN, "TODO Has unlimited access"),
    assumed("last_refill_date", TIMESTAMP, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


al_usage_logs = table(
    "al_usage_logs",
    Note(
        title='Usage Tracking',
        domain=DOMAIN,
        grain="TODO",
        rows=115,
        columns=18,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("credits_used", INTEGER, "TODO Credits consumed"),
    column("tool_calls", JSONB, "TODO Tools invoked"),
    column("input_tokens", INTEGER, "TODO Input token count"),
    column("output_tokens", INTEGER, "TODO Output token count"),
    column("cost_cents", INTEGER, "TODO Cost in cents"),
    column("model", TEXT, "TODO AI model used"),
    assumed("conversation_id", UUID, "TODO", references="al_conversations.id"),
    assumed("purpose", TEXT, "TODO"),
    assumed("source", TEXT, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


al_articles = table(
    "al_articles",
    Note(
        title='AI-Generated Articles',
        domain=DOMAIN,
        grain="TODO",
        rows=58,
        columns=33,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("car_slugs", TEXT_ARRAY, "TODO Related car slugs"),
    column("car_ids", UUID_ARRAY, "TODO Related car IDs"),
    column("article_type", TEXT, "TODO Article type"),
    column("title", TEXT, "TODO Article title"),
    column("content", TEXT, "TODO Article body"),
    column("summary", TEXT, "TODO Short summary"),
    column("status", TEXT, "TODO Publication status"),
    column("published_at", TIMESTAMP, "TODO Publication date"),
    assumed("slug", TEXT, "TODO"),
    assumed("hero_image_url", TEXT, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
