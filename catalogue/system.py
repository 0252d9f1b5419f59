"""TODO System & Configuration."""

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
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "System & Configuration"

app_config = table(
    "app_config",
    Note(
        title='Application Configuration',
        domain=DOMAIN,
        grain="TODO",
        rows=7,
        columns=7,
    ),
    column("key", TEXT, "TODO Configuration key", primary_key=True),
    column("value", JSONB, "TODO Configuration value"),
    column("description", TEXT, "TODO Description"),
    column("is_public", BOOLEAN, "TODO Is publicly accessible"),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


scrape_jobs = table(
    "scrape_jobs",
    Note(
        title='Data Ingestion Jobs',
        domain=DOMAIN,
        grain="TODO",
        rows=241,
        columns=20,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("job_type", TEXT, "TODO Job type"),
    column("car_slug", TEXT, "TODO Target car", references="cars.slug"),
    column("car_id", UUID, "TODO FK to cars", references="cars.id"),
    column("status", TEXT, "TODO Job status"),
    column("priority", INTEGER, "TODO Processing priority"),
    column("sources_attempted", TEXT_ARRAY, "TODO Sources tried"),
    column("sources_succeeded", TEXT_ARRAY, "TODO Sources that worked"),
    column("error_message", TEXT, "TODO Error if failed"),
    assumed("attempts", INTEGER, "TODO"),
    assumed("scheduled_for", TIMESTAMP, "TODO"),
    assumed("started_at", TIMESTAMP, "TODO"),
    assumed("completed_at", TIMESTAMP, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


fitment_tag_mappings = table(
    "fitment_tag_mappings",
    Note(
        title='Fitment Normalization',
        domain=DOMAIN,
        grain="TODO",
        rows=124,
        columns=12,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("vendor_key", TEXT, "TODO Vendor identifier"),
    column("tag", TEXT, "TODO Vendor's fitment tag"),
    column("tag_kind", TEXT, "TODO Tag type"),
    column("car_id", UUID, "TODO FK to cars", references="cars.id"),
    column("car_variant_id", UUID, "TODO FK to car_variants", references="car_variants.id"),
    column("confidence", DECIMAL, "TODO Mapping confidence"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
