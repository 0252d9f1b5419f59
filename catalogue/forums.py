"""What is learnt from owners' forums: the forums, the threads read, the insights drawn and what supports each."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    JSONB,
    TEXT,
    TEXT_ARRAY,
    TIMESTAMP,
    UUID,
    UUID_ARRAY,
    VECTOR,
    Derived,
    Lookup,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "Forum Intelligence"

forum_sources = table(
    "forum_sources",
    Note(
        title="Forum Registry",
        domain=DOMAIN,
        grain="One row per forum read.",
        rows=17,
        columns=15,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("slug", TEXT, "Identifies the forum in keys.", unique=True),
    column("name", TEXT, "Name of the forum."),
    column("base_url", TEXT, "Address of the forum."),
    column("car_brands", TEXT_ARRAY, "Makes it is about."),
    column("car_slugs", TEXT_ARRAY, "Cars it is about, by slug.", elements_of="cars.slug"),
    column("car_ids", UUID_ARRAY, "Cars it is about, by id.", elements_of="cars.id"),
    column("scrape_config", JSONB, "How its pages are read.", personal="free text"),
    column("priority", INTEGER, "Place in the order of work; higher comes first.", unit="rank"),
    column("is_active", BOOLEAN, "Whether it is being read."),
    column("last_scraped_at", TIMESTAMP, "When it was last read."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


forum_scraped_threads = table(
    "forum_scraped_threads",
    Note(
        title="Raw Scraped Content",
        domain=DOMAIN,
        grain="One row per thread read.",
        rows=308,
        columns=19,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("thread_url", TEXT, "Address of the thread."),
    column("thread_title", TEXT, "Title of the thread.", personal="free text"),
    column("subforum", TEXT, "Section of the forum it stands in."),
    column("posts", JSONB, "The posts as they were read.", personal="message"),
    column(
        "processing_status",
        TEXT,
        "How far the search for insights got.",
        one_of=("pending", "processing", "completed", "failed", "no_insights"),
    ),
    column("relevance_score", DECIMAL, "How much the thread has to say about cars.", unit="share 0-1"),
    column("car_slugs_detected", TEXT_ARRAY, "Cars it names, by slug.", elements_of="cars.slug"),
    column("car_ids_detected", UUID_ARRAY, "Cars it names, by id.", elements_of="cars.id"),
    column("insights_extracted", INTEGER, "How many insights it gave.", unit="insights"),
    assumed("forum_source_id", UUID, "Forum it was read from.", references="forum_sources.id"),
    assumed("processed_at", TIMESTAMP, "When the search for insights ended."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


community_insights = table(
    "community_insights",
    Note(
        title="Extracted Insights",
        domain=DOMAIN,
        grain="One row per insight drawn from forums.",
        rows=1661,
        columns=24,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column(
        "car_id",
        UUID,
        "The car the row is about, by id.",
        references="cars.id",
        live=Lookup("car_slug", "cars", "slug", "id"),
    ),
    column(
        "insight_type",
        TEXT,
        "Kind of knowledge.",
        one_of=(
            "known_issue",
            "maintenance_tip",
            "modification_guide",
            "troubleshooting",
            "buying_guide",
            "performance_data",
            "reliability_report",
            "cost_insight",
            "comparison",
        ),
    ),
    column("title", TEXT, "The insight in a few words.", personal="free text"),
    column("summary", TEXT, "The insight in a few sentences.", personal="free text"),
    column("details", JSONB, "The insight at length.", personal="free text"),
    column("confidence", DECIMAL, "How sure the extraction is.", unit="share 0-1"),
    column(
        "consensus_strength",
        DECIMAL,
        "How far owners agree.",
        unit="share 0-1",
        live=Derived(
            ("consensus_strength",),
            "case {consensus_strength} "
            "when 'strong' then 0.9 "
            "when 'moderate' then 0.6 when 'single_source' then 0.3 end",
            "strong, moderate, single_source to 0.9, 0.6, 0.3",
            when_type="text",
        ),
    ),
    column("source_forum", TEXT, "Forum it was drawn from."),
    column("source_urls", TEXT_ARRAY, "Addresses of the threads it was drawn from."),
    column("embedding", VECTOR, "Vector for search by meaning; not copied here.", mirrored=False),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


community_insight_sources = table(
    "community_insight_sources",
    Note(
        title="Multi-Source Tracking",
        domain=DOMAIN,
        grain="One row per insight and a thread that supports it.",
        rows=1649,
        columns=8,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("insight_id", UUID, "The insight.", references="community_insights.id"),
    column("thread_id", UUID, "The thread.", references="forum_scraped_threads.id"),
    column("thread_url", TEXT, "Address of the thread."),
    column("forum_slug", TEXT, "Forum of the thread.", references="forum_sources.slug"),
    column("relevance_score", DECIMAL, "How well the thread supports the insight.", unit="share 0-1"),
    column("extracted_quotes", TEXT_ARRAY, "Sentences of the posts that support it.", personal="free text"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
