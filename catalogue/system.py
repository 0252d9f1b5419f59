"""System & Configuration: settings of the application, its ingestion jobs and its fitment vocabulary."""

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
    Lookup,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "System & Configuration"

app_config = table(
    "app_config",
    Note(
        title="Application Configuration",
        domain=DOMAIN,
        grain="One row per setting or feature flag of the application.",
        rows=7,
        columns=7,
    ),
    column("key", TEXT, "Name of the setting.", primary_key=True),
    column("value", JSONB, "What it is set to.", personal="free text"),
    column("description", TEXT, "What it does."),
    column("is_public", BOOLEAN, "True when browsers may read it."),
    assumed("updated_at", TIMESTAMP, "When it was last changed."),
)


scrape_jobs = table(
    "scrape_jobs",
    Note(
        title="Data Ingestion Jobs",
        domain=DOMAIN,
        grain="One row per job that collects or enriches content.",
        rows=241,
        columns=20,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the job.", primary_key=True),
    column("job_type", TEXT, "What kind of content it collects."),
    column(
        "car_slug",
        TEXT,
        "Car it works on, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column("car_id", UUID, "Car it works on, by id.", references="cars.id"),
    column("status", TEXT, "State of the job.", one_of=("pending", "running", "completed", "failed")),
    column("priority", INTEGER, "Order of work: 1 comes first, 10 last."),
    column("sources_attempted", TEXT_ARRAY, "Sources it asked."),
    column("sources_succeeded", TEXT_ARRAY, "Sources that gave something."),
    column("error_message", TEXT, "Why it failed, where it did.", personal="free text"),
    assumed("attempts", INTEGER, "Times it was started.", unit="attempts"),
    assumed("scheduled_for", TIMESTAMP, "When it is to run."),
    assumed("started_at", TIMESTAMP, "When it last began."),
    assumed("completed_at", TIMESTAMP, "When it ended."),
    assumed("created_at", TIMESTAMP, "When it was queued."),
)


fitment_tag_mappings = table(
    "fitment_tag_mappings",
    Note(
        title="Fitment Normalization",
        domain=DOMAIN,
        grain="One row per word a vendor uses for a car and the car we take it for.",
        rows=124,
        columns=12,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the mapping.", primary_key=True),
    column("vendor_key", TEXT, "Vendor whose word it is."),
    column("tag", TEXT, "The word, as the vendor writes it."),
    column("tag_kind", TEXT, "What the word stands for, such as a chassis or an engine."),
    column("car_id", UUID, "Car it means.", references="cars.id"),
    column("car_variant_id", UUID, "Year and trim it means, where known.", references="car_variants.id"),
    column("confidence", DECIMAL, "How sure the mapping is.", unit="share 0-1"),
    assumed("created_at", TIMESTAMP, "When the mapping was made."),
)
