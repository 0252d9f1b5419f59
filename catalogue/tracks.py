"""TODO Track & Performance."""

from __future__ import annotations

from catalogue._declare import (
    DATE,
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

DOMAIN = "Track & Performance"

tracks = table(
    "tracks",
    Note(
        title='Track Venues',
        domain=DOMAIN,
        grain="TODO",
        rows=450,
        columns=12,
        columns_at_least=True,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("slug", TEXT, "TODO URL-friendly identifier"),
    column("name", TEXT, "TODO Track name"),
    column("country", TEXT, "TODO Country"),
    column("region", TEXT, "TODO Region/state"),
    column("city", TEXT, "TODO City"),
    column("length_km", DECIMAL, "TODO Track length"),
    column("surface", TEXT, "TODO Surface type"),
    column("website", TEXT, "TODO Track website"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


track_layouts = table(
    "track_layouts",
    Note(
        title='Layout Variants',
        domain=DOMAIN,
        grain="TODO",
        rows=0,
        columns=10,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("track_id", UUID, "TODO FK to tracks", references="tracks.id"),
    column("layout_key", TEXT, "TODO Layout identifier"),
    column("name", TEXT, "TODO Layout name"),
    column("length_km", DECIMAL, "TODO Layout length"),
    column("turns", INTEGER, "TODO Number of turns"),
    column("direction", TEXT, "TODO Clockwise/counter-clockwise"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


user_track_times = table(
    "user_track_times",
    Note(
        title='User Lap Times',
        domain=DOMAIN,
        grain="TODO",
        rows=0,
        columns=15,
        columns_at_least=True,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("user_vehicle_id", UUID, "TODO FK to user_vehicles", references="user_vehicles.id"),
    column("track_id", UUID, "TODO FK to tracks", references="tracks.id"),
    column("lap_time_ms", INTEGER, "TODO Lap time in milliseconds"),
    column("session_date", DATE, "TODO Track day date"),
    column("conditions", TEXT, "TODO Track conditions"),
    column("notes", TEXT, "TODO User notes"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
