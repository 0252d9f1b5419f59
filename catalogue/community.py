"""TODO Community & Social."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    TEXT,
    TIMESTAMP,
    UUID,
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "Community & Social"

community_posts = table(
    "community_posts",
    Note(
        title='User Posts/Builds',
        domain=DOMAIN,
        grain="TODO",
        rows=9,
        columns=22,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("post_type", TEXT, "TODO Post type"),
    column("title", TEXT, "TODO Post title"),
    column("content", TEXT, "TODO Post content"),
    column("car_id", UUID, "TODO FK to cars", references="cars.id"),
    column("status", TEXT, "TODO Publication status"),
    column("is_featured", BOOLEAN, "TODO Is featured post"),
    column("like_count", INTEGER, "TODO Number of likes"),
    column("comment_count", INTEGER, "TODO Number of comments"),
    assumed("slug", TEXT, "TODO"),
    assumed("view_count", INTEGER, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


community_post_comments = table(
    "community_post_comments",
    Note(
        title='Comments with AI Moderation',
        domain=DOMAIN,
        grain="TODO",
        rows=1,
        columns=14,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("post_id", UUID, "TODO FK to community_posts", references="community_posts.id"),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("parent_comment_id", UUID, "TODO For replies", references="community_post_comments.id"),
    column("content", TEXT, "TODO Comment content"),
    column("moderation_status", TEXT, "TODO pending/approved/rejected/flagged"),
    column("moderation_reason", TEXT, "TODO Moderation explanation"),
    column("moderation_score", DECIMAL, "TODO AI moderation score"),
    column("like_count", INTEGER, "TODO Number of likes"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


community_post_likes = table(
    "community_post_likes",
    Note(
        title='Post Likes',
        domain=DOMAIN,
        grain="TODO",
        rows=1,
        columns=4,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("post_id", UUID, "TODO FK to community_posts", references="community_posts.id"),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("created_at", TIMESTAMP, "TODO When liked"),
)


user_uploaded_images = table(
    "user_uploaded_images",
    Note(
        title='User Image Uploads',
        domain=DOMAIN,
        grain="TODO",
        rows=16,
        columns=29,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("blob_url", TEXT, "TODO Storage URL"),
    column("blob_path", TEXT, "TODO Storage path"),
    column("file_name", TEXT, "TODO Original filename"),
    column("file_size", INTEGER, "TODO File size in bytes"),
    column("mime_type", TEXT, "TODO MIME type"),
    column("image_type", TEXT, "TODO Type (vehicle/build/profile)"),
    column("entity_type", TEXT, "TODO What it's attached to"),
    column("entity_id", UUID, "TODO Entity ID"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
