"""TODO YouTube & Media."""

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
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "YouTube & Media"

youtube_videos = table(
    "youtube_videos",
    Note(
        title='Video Metadata',
        domain=DOMAIN,
        grain="TODO",
        rows=2261,
        columns=42,
        event_time="created_at",
    ),
    column("video_id", TEXT, "TODO YouTube video ID", primary_key=True),
    column("url", TEXT, "TODO Full video URL"),
    column("title", TEXT, "TODO Video title"),
    column("channel_id", TEXT, "TODO YouTube channel ID", references="youtube_channels.channel_id"),
    column("channel_name", TEXT, "TODO Channel name"),
    column("duration_seconds", INTEGER, "TODO Video length"),
    column("view_count", INTEGER, "TODO View count"),
    column("summary", TEXT, "TODO AI summary"),
    column("one_line_take", TEXT, "TODO Quick verdict"),
    column("key_points", JSONB, "TODO Main points"),
    column("pros_mentioned", JSONB, "TODO Pros discussed"),
    column("cons_mentioned", JSONB, "TODO Cons discussed"),
    column("notable_quotes", JSONB, "TODO Key quotes"),
    column("quality_score", DECIMAL, "TODO Content quality score"),
    assumed("processing_status", TEXT, "TODO"),
    assumed("published_at", TIMESTAMP, "TODO"),
    assumed("processed_at", TIMESTAMP, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


youtube_video_car_links = table(
    "youtube_video_car_links",
    Note(
        title='Video-to-Car Mapping',
        domain=DOMAIN,
        grain="TODO",
        rows=2302,
        columns=25,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("video_id", TEXT, "TODO FK to youtube_videos", references="youtube_videos.video_id"),
    column("car_slug", TEXT, "TODO FK to cars", references="cars.slug"),
    column("car_id", UUID, "TODO FK to cars", references="cars.id"),
    column("role", TEXT, "TODO Video role (review/comparison/etc.)"),
    column("match_confidence", DECIMAL, "TODO Matching confidence"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


youtube_channels = table(
    "youtube_channels",
    Note(
        title='Channel Metadata',
        domain=DOMAIN,
        grain="TODO",
        rows=29,
        columns=17,
        event_time="created_at",
    ),
    column("channel_id", TEXT, "TODO YouTube channel ID", primary_key=True),
    column("channel_name", TEXT, "TODO Channel name"),
    column("channel_handle", TEXT, "TODO @handle"),
    column("credibility_tier", TEXT, "TODO Trust tier (1/2/3)"),
    column("content_focus", TEXT, "TODO Primary content type"),
    column("primary_brands", TEXT_ARRAY, "TODO Brands covered"),
    column("auto_ingest", BOOLEAN, "TODO Auto-import videos"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


youtube_ingestion_queue = table(
    "youtube_ingestion_queue",
    Note(
        title='Processing Queue',
        domain=DOMAIN,
        grain="TODO",
        rows=1283,
        columns=17,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("video_id", TEXT, "TODO YouTube video ID"),
    column("video_url", TEXT, "TODO Full URL"),
    column("channel_id", TEXT, "TODO Channel ID", references="youtube_channels.channel_id"),
    column("discovered_via", TEXT, "TODO How discovered"),
    column("target_car_slug", TEXT, "TODO Target car", references="cars.slug"),
    column("status", TEXT, "TODO Processing status"),
    column("priority", INTEGER, "TODO Processing priority"),
    column("attempts", INTEGER, "TODO Processing attempts"),
    assumed("error_message", TEXT, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("processed_at", TIMESTAMP, "TODO"),
)


featured_content = table(
    "featured_content",
    Note(
        title='Curated Content',
        domain=DOMAIN,
        grain="TODO",
        rows=166,
        columns=38,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("source_type", TEXT, "TODO Content type (youtube/vimeo/podcast/article)"),
    column("source_url", TEXT, "TODO Content URL"),
    column("title", TEXT, "TODO Content title"),
    column("description", TEXT, "TODO Description"),
    column("channel_name", TEXT, "TODO Creator name"),
    column("category", TEXT, "TODO Content category"),
    column("brands_featured", TEXT_ARRAY, "TODO Brands covered"),
    column("topics", TEXT_ARRAY, "TODO Topics covered"),
    column("related_car_slugs", TEXT_ARRAY, "TODO Related cars"),
    column("related_car_ids", UUID_ARRAY, "TODO Related car IDs"),
    column("component_focus", TEXT_ARRAY, "TODO Components covered"),
    column("quality_score", DECIMAL, "TODO Quality rating"),
    column("is_editors_pick", BOOLEAN, "TODO Editor's pick"),
    column("ai_summary", TEXT, "TODO AI-generated summary"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
