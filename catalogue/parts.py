"""TODO Parts & Upgrades."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    TEXT,
    TEXT_ARRAY,
    TIMESTAMP,
    UUID,
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "Parts & Upgrades"

parts = table(
    "parts",
    Note(
        title='Parts Catalog',
        domain=DOMAIN,
        grain="TODO",
        rows=6448,
        columns=16,
        event_time="created_at",
    ),
    column("id", UUID, "TODO Primary key", primary_key=True),
    column("name", TEXT, "TODO Part name"),
    column("brand_name", TEXT, "TODO Manufacturer brand"),
    column("part_number", TEXT, "TODO Part number/SKU"),
    column("category", TEXT, "TODO Category (intake/exhaust/tune/suspension/etc.)"),
    column("description", TEXT, "TODO Part description"),
    column("quality_tier", TEXT, "TODO Quality tier (budget/mid/premium)"),
    column("street_legal", BOOLEAN, "TODO Is street legal"),
    column("is_active", BOOLEAN, "TODO Is currently available"),
    column("source_urls", TEXT_ARRAY, "TODO Source URLs"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


part_fitments = table(
    "part_fitments",
    Note(
        title='Car-to-Part Mapping',
        domain=DOMAIN,
        grain="TODO",
        rows=9299,
        columns=16,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("part_id", UUID, "TODO FK to parts", references="parts.id"),
    column("car_id", UUID, "TODO FK to cars", references="cars.id"),
    column("car_variant_id", UUID, "TODO FK to car_variants (optional)", references="car_variants.id"),
    column("fitment_notes", TEXT, "TODO Installation notes"),
    column("requires_tune", BOOLEAN, "TODO Requires ECU tune"),
    column("install_difficulty", TEXT, "TODO Difficulty level"),
    column("estimated_labor_hours", DECIMAL, "TODO Labor time estimate"),
    column("verified", BOOLEAN, "TODO Is fitment verified"),
    column("confidence", DECIMAL, "TODO Confidence score (0-1)"),
    column("source_url", TEXT, "TODO Source reference"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


part_pricing_snapshots = table(
    "part_pricing_snapshots",
    Note(
        title='Price Tracking',
        domain=DOMAIN,
        grain="TODO",
        rows=6827,
        columns=10,
        event_time="recorded_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("part_id", UUID, "TODO FK to parts", references="parts.id"),
    column("vendor_name", TEXT, "TODO Vendor name"),
    column("vendor_url", TEXT, "TODO Vendor website"),
    column("product_url", TEXT, "TODO Direct product link"),
    column("currency", TEXT, "TODO Currency code"),
    column("price_cents", INTEGER, "TODO Price in cents"),
    column("in_stock", BOOLEAN, "TODO Availability status"),
    column("recorded_at", TIMESTAMP, "TODO When price was recorded"),
)


part_relationships = table(
    "part_relationships",
    Note(
        title='Compatibility',
        domain=DOMAIN,
        grain="TODO",
        rows=38,
        columns=7,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("part_id", UUID, "TODO FK to parts", references="parts.id"),
    column("related_part_id", UUID, "TODO FK to related part", references="parts.id"),
    column("relation_type", TEXT, "TODO Relationship (requires/suggests/conflicts)"),
    column("reason", TEXT, "TODO Explanation"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


part_brands = table(
    "part_brands",
    Note(
        title='Brand Metadata',
        domain=DOMAIN,
        grain="TODO",
        rows=9,
        columns=7,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("name", TEXT, "TODO Brand name"),
    column("website", TEXT, "TODO Brand website"),
    column("country", TEXT, "TODO Country of origin"),
    column("notes", TEXT, "TODO Additional notes"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


upgrade_keys = table(
    "upgrade_keys",
    Note(
        title='Upgrade Reference',
        domain=DOMAIN,
        grain="TODO",
        rows=49,
        columns=9,
        event_time="created_at",
    ),
    column("key", TEXT, "TODO Unique upgrade key (e.g., 'cold_air_intake')", primary_key=True),
    column("name", TEXT, "TODO Display name"),
    column("category", TEXT, "TODO Category (intake/exhaust/etc.)"),
    column("description", TEXT, "TODO Upgrade description"),
    column("typical_cost_low", INTEGER, "TODO Low cost estimate"),
    column("typical_cost_high", INTEGER, "TODO High cost estimate"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


upgrade_packages = table(
    "upgrade_packages",
    Note(
        title='Curated Bundles',
        domain=DOMAIN,
        grain="TODO",
        rows=42,
        columns=30,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("name", TEXT, "TODO Package name"),
    column("tier", TEXT, "TODO Package tier (Stage 1/2/3)"),
    column("category", TEXT, "TODO Focus area"),
    column("estimated_cost_low", INTEGER, "TODO Low price estimate"),
    column("estimated_cost_high", INTEGER, "TODO High price estimate"),
    column("delta_hp", INTEGER, "TODO HP gain"),
    column("delta_torque", INTEGER, "TODO Torque gain"),
    column("delta_zero_to_sixty", DECIMAL, "TODO 0-60 improvement"),
    assumed("slug", TEXT, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


upgrade_key_parts = table(
    "upgrade_key_parts",
    Note(
        title='Package Contents',
        domain=DOMAIN,
        grain="TODO",
        rows=2767,
        columns=6,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("upgrade_key", TEXT, "TODO FK to upgrade_keys", references="upgrade_keys.key"),
    column("part_id", UUID, "TODO FK to parts", references="parts.id"),
    column("priority", INTEGER, "TODO Recommendation priority"),
    column("notes", TEXT, "TODO Installation notes"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
