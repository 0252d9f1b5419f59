"""Community & Social: posts, comments, likes and the images people upload."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    TEXT,
    TIMESTAMP,
    UUID,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "Community & Social"

community_posts = table(
    "community_posts",
    Note(
        title="User Posts/Builds",
        domain=DOMAIN,
        grain="One row per build, question or other post that somebody published.",
        rows=9,
        columns=22,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the post.", primary_key=True),
    column("user_id", UUID, "Author.", references="user_profiles.id"),
    column("post_type", TEXT, "Kind of post, such as a build or a question."),
    column("title", TEXT, "Headline.", personal="free text"),
    column("content", TEXT, "What the author wrote.", personal="free text"),
    column("car_id", UUID, "Car the post is about.", references="cars.id"),
    column("status", TEXT, "Whether others can see it."),
    column("is_featured", BOOLEAN, "True when the team put it forward."),
    column("like_count", INTEGER, "Stored number of likes; compare with community_post_likes.", unit="likes"),
    column("comment_count", INTEGER, "Stored number of comments; see community_post_comments.", unit="comments"),
    assumed("slug", TEXT, "Name of the post in its address.", personal="free text"),
    assumed("view_count", INTEGER, "Stored number of times it was opened.", unit="views"),
    assumed("created_at", TIMESTAMP, "When it was posted."),
    assumed("updated_at", TIMESTAMP, "When it was last changed."),
)


community_post_comments = table(
    "community_post_comments",
    Note(
        title="Comments with AI Moderation",
        domain=DOMAIN,
        grain="One row per comment under a post, with what moderation made of it.",
        rows=1,
        columns=14,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the comment.", primary_key=True),
    column("post_id", UUID, "Post it stands under.", references="community_posts.id"),
    column("user_id", UUID, "Author.", references="user_profiles.id"),
    column("parent_comment_id", UUID, "Comment it replies to.", references="community_post_comments.id"),
    column("content", TEXT, "What the author wrote.", personal="free text"),
    column(
        "moderation_status",
        TEXT,
        "Outcome of moderation so far.",
        one_of=("pending", "approved", "rejected", "flagged"),
    ),
    column("moderation_reason", TEXT, "Why moderation decided so.", personal="free text"),
    column("moderation_score", DECIMAL, "How objectionable the moderating model found it."),
    column("like_count", INTEGER, "Stored number of likes.", unit="likes"),
    assumed("created_at", TIMESTAMP, "When it was written."),
)


community_post_likes = table(
    "community_post_likes",
    Note(
        title="Post Likes",
        domain=DOMAIN,
        grain="One row per person and post they like.",
        rows=1,
        columns=4,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the like.", primary_key=True),
    column("post_id", UUID, "Post that is liked.", references="community_posts.id"),
    column("user_id", UUID, "Who likes it.", references="user_profiles.id"),
    column("created_at", TIMESTAMP, "When the like was given."),
)


user_uploaded_images = table(
    "user_uploaded_images",
    Note(
        title="User Image Uploads",
        domain=DOMAIN,
        grain="One row per image file that somebody uploaded.",
        rows=16,
        columns=29,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the image.", primary_key=True),
    column("user_id", UUID, "Who uploaded it.", references="user_profiles.id"),
    column("blob_url", TEXT, "Address at which the file is served.", personal="identifier"),
    column("blob_path", TEXT, "Place of the file in storage.", personal="identifier"),
    column("file_name", TEXT, "Name of the file on the person's device.", personal="message"),
    column("file_size", INTEGER, "Size of the file.", unit="bytes"),
    column("mime_type", TEXT, "Format of the file, as a media type."),
    column("image_type", TEXT, "What the image is for.", one_of=("vehicle", "build", "profile")),
    column("entity_type", TEXT, "Kind of thing the image belongs to."),
    column("entity_id", UUID, "The thing it belongs to; its table depends on entity_type."),
    assumed("created_at", TIMESTAMP, "When it was uploaded."),
)
