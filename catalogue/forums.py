"""TODO Forum Intelligence."""

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
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "Forum Intelligence"

forum_sources = table(
    "forum_sources",
    Note(
        title='Forum Registry',
        domain=DOMAIN,
        grain="TODO",
        rows=17,
        columns=15,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("slug", TEXT, "TODO Forum identifier"),
    column("name", TEXT, "TODO Forum name"),
    column("base_url", TEXT, "TODO Forum URL"),
    column("car_brands", TEXT_ARRAY, "TODO Brands covered"),
    column("car_slugs", TEXT_ARRAY, "TODO Specific cars covered"),
    column("car_ids", UUID_ARRAY, "TODO FK to cars"),
    column("scrape_config", JSONB, "TODO Scraping configuration"),
    column("priority", INTEGER, "TODO Scrape priority"),
    column("is_active", BOOLEAN, "TODO Is actively scraped"),
    column("last_scraped_at", TIMESTAMP, "TODO Last scrape time"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


forum_scraped_threads = table(
    "forum_scraped_threads",
    Note(
        title='Raw Scraped Content',
        domain=DOMAIN,
        grain="TODO",
        rows=308,
        columns=19,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("thread_url", TEXT, "TODO Thread URL"),
    column("thread_title", TEXT, "TODO Thread title"),
    column("subforum", TEXT, "TODO Forum section"),
    column("posts", JSONB, "TODO Thread posts"),
    column("processing_status", TEXT, "TODO Processing status"),
    column("relevance_score", DECIMAL, "TODO Relevance to cars"),
    column("car_slugs_detected", TEXT_ARRAY, "TODO Cars mentioned"),
    column("car_ids_detected", UUID_ARRAY, "TODO FK to cars"),
    column("insights_extracted", INTEGER, "TODO Insights generated"),
    assumed("forum_source_id", UUID, "TODO", references="forum_sources.id"),
    assumed("processed_at", TIMESTAMP, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


community_insights = table(
    "community_insights",
    Note(
        title='Extracted Insights',
        domain=DOMAIN,
        grain="TODO",
        rows=1661,
        columns=24,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("car_slug", TEXT, "TODO FK to cars", references="cars.slug"),
    column("car_id", UUID, "TODO FK to cars", references="cars.id"),
    column("insight_type", TEXT, "TODO Type of insight"),
    column("title", TEXT, "TODO Insight title"),
    column("summary", TEXT, "TODO Brief summary"),
    column("details", JSONB, "TODO Detailed content"),
    column("confidence", DECIMAL, "TODO Extraction confidence"),
    column("consensus_strength", DECIMAL, "TODO Community agreement level"),
    column("source_forum", TEXT, "TODO Source forum"),
    column("source_urls", TEXT_ARRAY, "TODO Source thread URLs"),
    column("embedding", VECTOR, "TODO Vector embedding", mirrored=False),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


community_insight_sources = table(
    "community_insight_sources",
    Note(
        title='Multi-Source Tracking',
        domain=DOMAIN,
        grain="TODO",
        rows=1649,
        columns=8,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("insight_id", UUID, "TODO FK to community_insights", references="community_insights.id"),
    column("thread_id", UUID, "TODO FK to forum_scraped_threads", references="forum_scraped_threads.id"),
    column("thread_url", TEXT, "TODO Thread URL"),
    column("forum_slug", TEXT, "TODO Forum identifier", references="forum_sources.slug"),
    column("relevance_score", DECIMAL, "TODO Relevance to insight"),
    column("extracted_quotes", TEXT_ARRAY, "TODO Supporting quotes"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
