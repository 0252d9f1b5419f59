"""Videos and other media about cars: channels followed, videos read, the cars each speaks of, and the queue."""

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
    Derived,
    Lookup,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "YouTube & Media"

youtube_videos = table(
    "youtube_videos",
    Note(
        title="Video Metadata",
        domain=DOMAIN,
        grain="One row per video read.",
        rows=2261,
        columns=42,
        event_time="created_at",
    ),
    column("video_id", TEXT, "The platform's id of the video.", primary_key=True),
    column("url", TEXT, "Address of the video."),
    column("title", TEXT, "Title of the video."),
    column("channel_id", TEXT, "Channel that published it.", references="youtube_channels.channel_id"),
    column("channel_name", TEXT, "Name of that channel when the video was read."),
    column("duration_seconds", INTEGER, "Running time.", unit="seconds"),
    column("view_count", INTEGER, "Views when the video was read.", unit="views"),
    column("summary", TEXT, "What the video says, written by a model."),
    column("one_line_take", TEXT, "Its verdict in one line."),
    column("key_points", JSONB, "List of its main points."),
    column("pros_mentioned", JSONB, "List of what it praises."),
    column("cons_mentioned", JSONB, "List of what it criticises."),
    column("notable_quotes", JSONB, "List of sentences worth quoting."),
    column("quality_score", DECIMAL, "How useful the video is.", unit="share 0-1"),
    assumed(
        "processing_status",
        TEXT,
        "How far the reading got.",
        one_of=("pending", "transcript_fetched", "processing", "processed", "failed", "rejected", "no_transcript"),
    ),
    assumed("published_at", TIMESTAMP, "When it was published."),
    assumed("processed_at", TIMESTAMP, "When the reading ended."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


youtube_video_car_links = table(
    "youtube_video_car_links",
    Note(
        title="Video-to-Car Mapping",
        domain=DOMAIN,
        grain="One row per video and a car it speaks of.",
        rows=2302,
        columns=25,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("video_id", TEXT, "The video.", references="youtube_videos.video_id"),
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
        "The car it speaks of, by id.",
        references="cars.id",
        live=Lookup("car_slug", "cars", "slug", "id"),
    ),
    column(
        "role",
        TEXT,
        "Part the car plays in the video.",
        one_of=("review", "comparison", "mention"),
        live=Derived(
            ("role",),
            "case {role}::text when 'primary' then 'review' else {role}::text end",
            "primary to review",
            always=True,
        ),
    ),
    column("match_confidence", DECIMAL, "How sure the match is.", unit="share 0-1"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


youtube_channels = table(
    "youtube_channels",
    Note(
        title="Channel Metadata",
        domain=DOMAIN,
        grain="One row per channel known.",
        rows=29,
        columns=17,
        event_time="created_at",
    ),
    column("channel_id", TEXT, "The platform's id of the channel.", primary_key=True),
    column("channel_name", TEXT, "Name of the channel."),
    column("channel_handle", TEXT, "Its handle, with the at sign."),
    column(
        "credibility_tier",
        TEXT,
        "How far it is trusted; one is most.",
        one_of=("1", "2", "3"),
        live=Derived(
            ("credibility_tier",),
            "regexp_replace({credibility_tier}::text, '^tier', '')",
            "tier1, tier2, tier3 to 1, 2, 3",
            always=True,
        ),
    ),
    column(
        "content_focus",
        TEXT,
        "What it mostly shows.",
        live=Derived(
            ("content_focus",), "array_to_string({content_focus}, ', ')", "list joined by commas", when_type="ARRAY"
        ),
    ),
    column("primary_brands", TEXT_ARRAY, "Makes it mostly covers."),
    column("auto_ingest", BOOLEAN, "Whether its new videos are queued unasked."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


youtube_ingestion_queue = table(
    "youtube_ingestion_queue",
    Note(
        title="Processing Queue",
        domain=DOMAIN,
        grain="One row per video waiting to be read, or tried.",
        rows=1283,
        columns=17,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("video_id", TEXT, "The platform's id of the video; it may not have been read yet."),
    column("video_url", TEXT, "Address of the video."),
    column("channel_id", TEXT, "Channel that published it.", references="youtube_channels.channel_id"),
    column("discovered_via", TEXT, "How it came to be queued."),
    column("target_car_slug", TEXT, "Car it was looked for.", references="cars.slug"),
    column("status", TEXT, "How far the work got."),
    column("priority", INTEGER, "Place in the order of work.", unit="rank"),
    column("attempts", INTEGER, "How often it was tried.", unit="attempts"),
    assumed("error_message", TEXT, "Why the last try failed.", personal="free text"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("processed_at", TIMESTAMP, "When the work ended."),
)


featured_content = table(
    "featured_content",
    Note(
        title="Curated Content",
        domain=DOMAIN,
        grain="One row per piece chosen by the editors.",
        rows=166,
        columns=38,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("source_type", TEXT, "Kind of medium.", one_of=("youtube", "vimeo", "podcast", "article")),
    column("source_url", TEXT, "Address of the piece."),
    column("title", TEXT, "Title of the piece."),
    column("description", TEXT, "The piece in words."),
    column("channel_name", TEXT, "Who made it."),
    column("category", TEXT, "Section it is shown in."),
    column("brands_featured", TEXT_ARRAY, "Makes it covers."),
    column("topics", TEXT_ARRAY, "Topics it covers."),
    column("related_car_slugs", TEXT_ARRAY, "Cars it is about, by slug.", elements_of="cars.slug"),
    column("related_car_ids", UUID_ARRAY, "Cars it is about, by id.", elements_of="cars.id"),
    column("component_focus", TEXT_ARRAY, "Parts of the car it covers."),
    column("quality_score", DECIMAL, "How good the piece is.", unit="share 0-1"),
    column("is_editors_pick", BOOLEAN, "Whether the editors single it out."),
    column("ai_summary", TEXT, "What it says, written by a model."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
