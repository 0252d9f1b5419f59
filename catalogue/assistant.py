"""AL, the assistant: conversations, messages, credits, usage and the articles it wrote."""

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
    Derived,
    Note,
    assumed,
    column,
    table,
)
from catalogue.users import TIERS

DOMAIN = "AL (AI Assistant)"

TOOL_NAMES_TO_JSON = Derived(
    ("tool_calls",),
    "to_jsonb({tool_calls})",
    "array of tool names to a JSON array",
    when_type="ARRAY",
    always=True,
)

al_conversations = table(
    "al_conversations",
    Note(
        title="Chat Sessions",
        domain=DOMAIN,
        grain="One row per conversation with the assistant.",
        rows=105,
        columns=15,
        event_time="created_at",
    ),
    column("id", UUID, "Identifies the conversation.", primary_key=True),
    column("user_id", UUID, "Who talks with the assistant.", references="user_profiles.id"),
    column("title", TEXT, "Headline of the conversation.", personal="message"),
    column("summary", TEXT, "Digest of the conversation, written by a model.", personal="message"),
    column("initial_car_slug", TEXT, "Car the conversation started from, by slug.", references="cars.slug"),
    column("initial_car_id", UUID, "Car the conversation started from, by id.", references="cars.id"),
    column("message_count", INTEGER, "Messages from both sides.", unit="messages"),
    column("total_credits_used", INTEGER, "Credits spent in the whole conversation.", unit="credits"),
    column("last_message_at", TIMESTAMP, "When the latest message was written."),
    assumed("created_at", TIMESTAMP, "When the conversation began."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


al_messages = table(
    "al_messages",
    Note(
        title="Chat Messages",
        domain=DOMAIN,
        grain="One row per message of a conversation, from either side.",
        rows=441,
        columns=12,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Identifies the message.", primary_key=True),
    column("conversation_id", UUID, "Conversation it belongs to.", references="al_conversations.id"),
    column("role", TEXT, "Which side wrote it.", one_of=("user", "assistant")),
    column("content", TEXT, "What was written.", personal="message"),
    column(
        "tool_calls", JSONB, "Tools the assistant used for the answer.", live=TOOL_NAMES_TO_JSON, personal="free text"
    ),
    column("credits_used", INTEGER, "Credits the message cost.", unit="credits"),
    column("response_tokens", INTEGER, "Length of the answer.", unit="tokens"),
    column("sequence_number", INTEGER, "Place of the message in its conversation."),
    assumed("model", TEXT, "Language model that answered."),
    assumed("latency_ms", INTEGER, "Time the answer took.", unit="milliseconds"),
    assumed("created_at", TIMESTAMP, "When the message was written."),
)


al_user_credits = table(
    "al_user_credits",
    Note(
        title="Credit Balances",
        domain=DOMAIN,
        grain="One row per account: what is left of its assistant credit and what this month used.",
        rows=70,
        columns=16,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the balance.", primary_key=True),
    column("user_id", UUID, "Whose balance it is.", references="user_profiles.id", unique=True),
    column("subscription_tier", TEXT, "Copy of the account's plan; may lag behind the profile.", one_of=TIERS),
    column("balance_cents", INTEGER, "Credit left now; may be negative.", unit="cents"),
    column("purchased_cents", INTEGER, "Credit ever bought on top of the plan.", unit="cents"),
    column("spent_cents_this_month", INTEGER, "Credit used since the month began.", unit="cents"),
    column("input_tokens_this_month", INTEGER, "Tokens sent to models since the month began.", unit="tokens"),
    column("output_tokens_this_month", INTEGER, "Tokens received from models since the month began.", unit="tokens"),
    column("is_unlimited", BOOLEAN, "True for accounts that are not charged."),
    assumed("messages_this_month", INTEGER, "Messages since the month began.", unit="messages"),
    assumed("last_refill_date", TIMESTAMP, "When the plan's allowance was last added."),
    assumed("created_at", TIMESTAMP, "When the balance was opened."),
    assumed("updated_at", TIMESTAMP, "When the balance last moved."),
)


al_usage_logs = table(
    "al_usage_logs",
    Note(
        title="Usage Tracking",
        domain=DOMAIN,
        grain="One row per request to a language model, with its tokens and cost.",
        rows=115,
        columns=18,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Identifies the request.", primary_key=True),
    column("user_id", UUID, "On whose behalf it ran.", references="user_profiles.id"),
    column("credits_used", INTEGER, "Credits charged.", unit="credits"),
    column("tool_calls", JSONB, "Tools used on the way.", live=TOOL_NAMES_TO_JSON, personal="free text"),
    column("input_tokens", INTEGER, "Tokens sent to the model.", unit="tokens"),
    column("output_tokens", INTEGER, "Tokens received from the model.", unit="tokens"),
    column("cost_cents", INTEGER, "What the provider charges us.", unit="cents"),
    column("model", TEXT, "Language model used."),
    assumed("conversation_id", UUID, "Conversation it served.", references="al_conversations.id"),
    assumed(
        "purpose",
        TEXT,
        "Why the model was asked; empty in older rows.",
        one_of=("user_chat", "admin_insights"),
    ),
    assumed("source", TEXT, "Part of the application that asked."),
    assumed("created_at", TIMESTAMP, "When the request was made."),
)


al_articles = table(
    "al_articles",
    Note(
        title="AI-Generated Articles",
        domain=DOMAIN,
        grain="One row per article about one or several cars, written by a model.",
        rows=58,
        columns=33,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the article.", primary_key=True),
    column("car_slugs", TEXT_ARRAY, "Cars the article is about, by slug.", elements_of="cars.slug"),
    column("car_ids", UUID_ARRAY, "Cars the article is about, by id.", elements_of="cars.id"),
    column("article_type", TEXT, "Kind of article, such as a comparison or a guide."),
    column("title", TEXT, "Headline."),
    column("content", TEXT, "Whole text of the article."),
    column("summary", TEXT, "The article in a few sentences."),
    column("status", TEXT, "How far it is on the way to being published."),
    column("published_at", TIMESTAMP, "When readers could first see it."),
    assumed("slug", TEXT, "Name of the article in its address."),
    assumed("hero_image_url", TEXT, "Address of the picture at its head."),
    assumed("created_at", TIMESTAMP, "When the article was written."),
)
