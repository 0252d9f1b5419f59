"""TODO Knowledge Base."""

from __future__ import annotations

from catalogue._declare import (
    INTEGER,
    JSONB,
    TEXT,
    TIMESTAMP,
    UUID,
    VECTOR,
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "Knowledge Base"

source_documents = table(
    "source_documents",
    Note(
        title='Document Sources',
        domain=DOMAIN,
        grain="TODO",
        rows=764,
        columns=12,
        event_time="created_at",
    ),
    column("id", UUID, "TODO Primary key", primary_key=True),
    column("source_type", TEXT, "TODO Document type"),
    column("source_url", TEXT, "TODO Source URL"),
    column("source_title", TEXT, "TODO Document title"),
    column("license", TEXT, "TODO Content license"),
    column("raw_text", TEXT, "TODO Full document text", mirrored=False),
    column("metadata", JSONB, "TODO Additional metadata"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


document_chunks = table(
    "document_chunks",
    Note(
        title='Vector Embeddings',
        domain=DOMAIN,
        grain="TODO",
        rows=7447,
        columns=13,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("document_id", UUID, "TODO FK to source_documents", references="source_documents.id"),
    column("car_id", UUID, "TODO FK to cars", references="cars.id"),
    column("car_slug", TEXT, "TODO Car context", references="cars.slug"),
    column("chunk_index", INTEGER, "TODO Position in document"),
    column("chunk_text", TEXT, "TODO Chunk content"),
    column("chunk_tokens", INTEGER, "TODO Token count"),
    column("topic", TEXT, "TODO Detected topic"),
    column("embedding_model", TEXT, "TODO Embedding model used"),
    column("embedding", VECTOR, "TODO Vector embedding", mirrored=False),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
