"""TODO Events."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    TEXT,
    TIME,
    TIMESTAMP,
    UUID,
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "Events"

events = table(
    "events",
    Note(
        title='Core Event Data',
        domain=DOMAIN,
        grain="TODO",
        rows=8737,
        columns=37,
        event_time="start_date",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("slug", TEXT, "TODO URL-friendly identifier"),
    column("name", TEXT, "TODO Event name"),
    column("description", TEXT, "TODO Event description"),
    column("event_type_id", UUID, "TODO FK to event_types", references="event_types.id"),
    column("start_date", DATE, "TODO Event start date"),
    column("end_date", DATE, "TODO Event end date"),
    column("start_time", TIME, "TODO Start time"),
    column("end_time", TIME, "TODO End time"),
    column("timezone", TEXT, "TODO Timezone"),
    column("venue_name", TEXT, "TODO Venue name"),
    column("address", TEXT, "TODO Street address"),
    column("city", TEXT, "TODO City"),
    column("state", TEXT, "TODO State/province"),
    column("zip", TEXT, "TODO Postal code"),
    column("country", TEXT, "TODO Country"),
    column("latitude", DECIMAL, "TODO GPS latitude"),
    column("longitude", DECIMAL, "TODO GPS longitude"),
    column("region", TEXT, "TODO Geographic region"),
    column("source_url", TEXT, "TODO Original source"),
    column("registration_url", TEXT, "TODO Registration link"),
    column("image_url", TEXT, "TODO Event image"),
    column("cost_text", TEXT, "TODO Cost information"),
    column("is_free", BOOLEAN, "TODO Is free event"),
    column("status", TEXT, "TODO Event status"),
    column("featured", BOOLEAN, "TODO Is featured event"),
    assumed("approved_at", TIMESTAMP, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


event_types = table(
    "event_types",
    Note(
        title='Event Taxonomy',
        domain=DOMAIN,
        grain="TODO",
        rows=12,
        columns=8,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("slug", TEXT, "TODO Type identifier"),
    column("name", TEXT, "TODO Display name"),
    column("description", TEXT, "TODO Type description"),
    column("icon", TEXT, "TODO Emoji icon"),
    column("sort_order", INTEGER, "TODO Display order"),
    column("is_track_event", BOOLEAN, "TODO Is track-based"),
)


event_series = table(
    "event_series",
    Note(
        title='Recurring Event Series',
        domain=DOMAIN,
        grain="TODO",
        rows=437,
        columns=16,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("name", TEXT, "TODO Series name"),
    column("recurrence_rule", TEXT, "TODO Recurrence pattern"),
    column("event_type_id", UUID, "TODO FK to event_types", references="event_types.id"),
    column("venue_name", TEXT, "TODO Default venue"),
    column("city", TEXT, "TODO City"),
    column("state", TEXT, "TODO State"),
    assumed("start_date", DATE, "TODO"),
    assumed("timezone", TEXT, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


event_car_affinities = table(
    "event_car_affinities",
    Note(
        title='Event-Car Links',
        domain=DOMAIN,
        grain="TODO",
        rows=79,
        columns=6,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("event_id", UUID, "TODO FK to events", references="events.id"),
    column("car_id", UUID, "TODO FK to cars (nullable)", references="cars.id"),
    column("brand", TEXT, "TODO Brand name (nullable)"),
    column("affinity_type", TEXT, "TODO featured/welcome/exclusive"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


event_rsvps = table(
    "event_rsvps",
    Note(
        title='User RSVPs',
        domain=DOMAIN,
        grain="TODO",
        rows=0,
        columns=6,
        columns_at_least=True,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("event_id", UUID, "TODO FK to events", references="events.id"),
    column("status", TEXT, "TODO going/interested/not_going"),
    column("visibility", TEXT, "TODO Public/private"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


event_saves = table(
    "event_saves",
    Note(
        title='Saved Events',
        domain=DOMAIN,
        grain="TODO",
        rows=1,
        columns=5,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("event_id", UUID, "TODO FK to events", references="events.id"),
    column("notes", TEXT, "TODO User notes"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


target_cities = table(
    "target_cities",
    Note(
        title='Event Coverage Tracking',
        domain=DOMAIN,
        grain="TODO",
        rows=494,
        columns=21,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("city", TEXT, "TODO City name"),
    column("state", TEXT, "TODO State"),
    column("population", INTEGER, "TODO Population"),
    column("population_rank", INTEGER, "TODO Population rank"),
    column("latitude", DECIMAL, "TODO GPS latitude"),
    column("longitude", DECIMAL, "TODO GPS longitude"),
    column("region", TEXT, "TODO Geographic region"),
    column("priority_tier", INTEGER, "TODO Coverage priority (1=Top50)"),
    column("has_cnc_coverage", BOOLEAN, "TODO Has Cars & Coffee events"),
    column("total_event_count", INTEGER, "TODO Total events in area"),
    assumed("last_coverage_check", TIMESTAMP, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
