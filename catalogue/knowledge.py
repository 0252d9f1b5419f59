"""The texts the assistant searches: whole documents, and the passages they are cut into.

Full texts and embedding vectors stay in the source database; here they are counted, never copied.
"""

from __future__ import annotations

from catalogue._declare import (
    INTEGER,
    JSONB,
    TEXT,
    TIMESTAMP,
    UUID,
    VECTOR,
    Lookup,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "Knowledge Base"

source_documents = table(
    "source_documents",
    Note(
        title="Document Sources",
        domain=DOMAIN,
        grain="One row per document taken in.",
        rows=764,
        columns=12,
        event_time="created_at",
    ),
    column("id", UUID, "Identifies the document.", primary_key=True),
    column("source_type", TEXT, "Kind of document."),
    column("source_url", TEXT, "Address it was read from."),
    column("source_title", TEXT, "Title of the document."),
    column("license", TEXT, "Terms under which it may be used."),
    column("raw_text", TEXT, "The whole text; not copied here.", mirrored=False),
    column("metadata", JSONB, "Whatever else the reader noted."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


document_chunks = table(
    "document_chunks",
    Note(
        title="Vector Embeddings",
        domain=DOMAIN,
        grain="One row per passage of a document.",
        rows=7447,
        columns=13,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("document_id", UUID, "Document it was cut from.", references="source_documents.id"),
    column(
        "car_id",
        UUID,
        "The car the row is about, by id.",
        references="cars.id",
        live=Lookup("car_slug", "cars", "slug", "id"),
    ),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column("chunk_index", INTEGER, "Place of the passage in its document.", unit="position"),
    column("chunk_text", TEXT, "Words of the passage."),
    column("chunk_tokens", INTEGER, "Length of the passage.", unit="tokens"),
    column("topic", TEXT, "What the passage was found to be about."),
    column("embedding_model", TEXT, "Model that made the vector."),
    column("embedding", VECTOR, "Vector for search by meaning; not copied here.", mirrored=False),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
