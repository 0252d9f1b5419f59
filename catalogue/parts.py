"""Aftermarket parts, the cars they fit, what they cost over time, and the upgrades they belong to.

An upgrade key names a kind of change (a cold air intake); `upgrade_key_parts` lists the products that carry it
out; an upgrade package bundles several changes with the gain to expect.
"""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    TEXT,
    TEXT_ARRAY,
    TIMESTAMP,
    UUID,
    Derived,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "Parts & Upgrades"

parts = table(
    "parts",
    Note(
        title="Parts Catalog",
        domain=DOMAIN,
        grain="One row per product of the parts catalogue.",
        rows=6448,
        columns=16,
        event_time="created_at",
    ),
    column("id", UUID, "Identifies the part.", primary_key=True),
    column("name", TEXT, "Name of the product."),
    column("brand_name", TEXT, "Brand that makes it."),
    column("part_number", TEXT, "The maker's number for it."),
    column(
        "category",
        TEXT,
        "System of the car it belongs to, such as intake or suspension.",
        live=Derived(("category",), "{category}::text", "enumeration as text", when_type="USER-DEFINED"),
    ),
    column("description", TEXT, "The product in words."),
    column(
        "quality_tier",
        TEXT,
        "Price and quality class.",
        one_of=("budget", "mid", "premium"),
        live=Derived(
            ("quality_tier",),
            "case {quality_tier}::text when 'standard' then 'mid' else {quality_tier}::text end",
            "standard to mid",
            always=True,
        ),
    ),
    column("street_legal", BOOLEAN, "Whether it may be used on public roads."),
    column("is_active", BOOLEAN, "Whether it can be bought now."),
    column("source_urls", TEXT_ARRAY, "Web addresses the facts were taken from."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


part_fitments = table(
    "part_fitments",
    Note(
        title="Car-to-Part Mapping",
        domain=DOMAIN,
        grain="One row per part and the car, or variant of a car, it fits.",
        rows=9299,
        columns=16,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("part_id", UUID, "The part.", references="parts.id"),
    column("car_id", UUID, "The car it fits.", references="cars.id"),
    column("car_variant_id", UUID, "The variant it fits, where not every one does.", references="car_variants.id"),
    column("fitment_notes", TEXT, "What to know before fitting it."),
    column("requires_tune", BOOLEAN, "Whether the engine computer must be retuned."),
    column("install_difficulty", TEXT, "Skill that fitting it takes.", one_of=("easy", "moderate", "hard", "pro_only")),
    column("estimated_labor_hours", DECIMAL, "Work that fitting it takes.", unit="hours"),
    column("verified", BOOLEAN, "Whether a person has confirmed that it fits."),
    column("confidence", DECIMAL, "How sure the match is.", unit="share 0-1"),
    column("source_url", TEXT, "Web address the facts were taken from."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


part_pricing_snapshots = table(
    "part_pricing_snapshots",
    Note(
        title="Price Tracking",
        domain=DOMAIN,
        grain="One row per part, vendor and day a price was read.",
        rows=6827,
        columns=10,
        event_time="recorded_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("part_id", UUID, "The part.", references="parts.id"),
    column("vendor_name", TEXT, "Shop that asks the price."),
    column("vendor_url", TEXT, "Address of the shop."),
    column("product_url", TEXT, "Address of the product in the shop."),
    column("currency", TEXT, "Currency of the price, as a three-letter code."),
    column("price_cents", INTEGER, "Price asked.", unit="cents"),
    column("in_stock", BOOLEAN, "Whether the shop had it."),
    column(
        "recorded_at",
        TIMESTAMP,
        "When the price was read.",
        live=Derived(
            ("recorded_at",), "{recorded_at}::timestamp at time zone 'UTC'", "day to midnight UTC", when_type="date"
        ),
    ),
)


part_relationships = table(
    "part_relationships",
    Note(
        title="Compatibility",
        domain=DOMAIN,
        grain="One row per ordered pair of parts that bear on each other.",
        rows=38,
        columns=7,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("part_id", UUID, "The part the statement is about.", references="parts.id"),
    column("related_part_id", UUID, "The part it is related to.", references="parts.id"),
    column(
        "relation_type",
        TEXT,
        "How the first bears on the second.",
        one_of=("requires", "suggests", "conflicts"),
        live=Derived(
            ("relation_type",),
            "case {relation_type}::text "
            "when 'conflicts_with' then 'conflicts' "
            "when 'recommended_with' then 'suggests' "
            "else {relation_type}::text end",
            "conflicts_with to conflicts, recommended_with to suggests",
            always=True,
        ),
    ),
    column("reason", TEXT, "Why, in words."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


part_brands = table(
    "part_brands",
    Note(
        title="Brand Metadata",
        domain=DOMAIN,
        grain="One row per brand of parts.",
        rows=9,
        columns=7,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("name", TEXT, "Name of the brand."),
    column("website", TEXT, "Address of its site."),
    column("country", TEXT, "Country it comes from."),
    column("notes", TEXT, "Anything else known of it."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


upgrade_keys = table(
    "upgrade_keys",
    Note(
        title="Upgrade Reference",
        domain=DOMAIN,
        grain="One row per kind of upgrade.",
        rows=49,
        columns=9,
        event_time="created_at",
    ),
    column("key", TEXT, "Identifies the kind of upgrade, such as cold_air_intake.", primary_key=True),
    column("name", TEXT, "Name as people read it."),
    column("category", TEXT, "System of the car it changes."),
    column("description", TEXT, "What the upgrade does."),
    column("typical_cost_low", INTEGER, "What it costs at the least.", unit="dollars"),
    column("typical_cost_high", INTEGER, "What it costs at the most.", unit="dollars"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


upgrade_packages = table(
    "upgrade_packages",
    Note(
        title="Curated Bundles",
        domain=DOMAIN,
        grain="One row per bundle of upgrades.",
        rows=42,
        columns=30,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("name", TEXT, "Name of the bundle."),
    column("tier", TEXT, "How far the bundle goes.", one_of=("Stage 1", "Stage 2", "Stage 3")),
    column("category", TEXT, "What the bundle is meant to improve."),
    column("estimated_cost_low", INTEGER, "What it costs at the least.", unit="dollars"),
    column("estimated_cost_high", INTEGER, "What it costs at the most.", unit="dollars"),
    column("delta_hp", INTEGER, "Power gained.", unit="horsepower"),
    column("delta_torque", INTEGER, "Torque gained.", unit="pound-feet"),
    column("delta_zero_to_sixty", DECIMAL, "Change of the time to 60 mph.", unit="seconds"),
    assumed("slug", TEXT, "Name of the bundle as it appears in web addresses."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


upgrade_key_parts = table(
    "upgrade_key_parts",
    Note(
        title="Package Contents",
        domain=DOMAIN,
        grain="One row per upgrade and a part that carries it out.",
        rows=2767,
        columns=6,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("upgrade_key", TEXT, "The kind of upgrade.", references="upgrade_keys.key"),
    column("part_id", UUID, "The part.", references="parts.id"),
    column(
        "priority",
        INTEGER,
        "Order of recommendation; one comes first.",
        unit="rank",
        live=Derived(
            ("role",),
            "case {role}::text when 'primary' then 1 when 'alternative' then 2 when 'supporting' then 3 end",
            "primary, alternative, supporting to 1, 2, 3",
        ),
    ),
    column("notes", TEXT, "What to know before fitting it."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
