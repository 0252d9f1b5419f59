"""Race tracks, their layouts, and the lap times members record there.

Benchmark laps of cars in general are in `core_cars.car_track_lap_times`.
"""

from __future__ import annotations

from catalogue._declare import (
    DATE,
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

DOMAIN = "Track & Performance"

tracks = table(
    "tracks",
    Note(
        title="Track Venues",
        domain=DOMAIN,
        grain="One row per race track.",
        rows=450,
        columns=12,
        columns_at_least=True,
        event_time="created_at",
        live=("track_venues",),
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("slug", TEXT, "Name of the track as it appears in web addresses."),
    column("name", TEXT, "Name of the track."),
    column("country", TEXT, "Country it lies in."),
    column("region", TEXT, "State or region it lies in."),
    column("city", TEXT, "Nearest town."),
    column("length_km", DECIMAL, "Length of a lap of the main layout.", unit="kilometres"),
    column("surface", TEXT, "What the track is paved with."),
    column("website", TEXT, "Address of its site."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


track_layouts = table(
    "track_layouts",
    Note(
        title="Layout Variants",
        domain=DOMAIN,
        grain="One row per layout of a track.",
        rows=0,
        columns=10,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("track_id", UUID, "Track it is a layout of.", references="tracks.id"),
    column("layout_key", TEXT, "Names the layout within its track."),
    column("name", TEXT, "Name of the layout as people read it."),
    column("length_km", DECIMAL, "Length of a lap.", unit="kilometres"),
    column("turns", INTEGER, "Corners in a lap.", unit="corners"),
    column("direction", TEXT, "Which way round it is driven.", one_of=("clockwise", "counter-clockwise")),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


user_track_times = table(
    "user_track_times",
    Note(
        title="User Lap Times",
        domain=DOMAIN,
        grain="One row per lap time a member recorded.",
        rows=0,
        columns=15,
        columns_at_least=True,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "Member who drove.", references="user_profiles.id", personal="pseudonym"),
    column("user_vehicle_id", UUID, "The member's own car that was driven.", references="user_vehicles.id"),
    column("track_id", UUID, "Where the lap was driven.", references="tracks.id"),
    column("lap_time_ms", INTEGER, "Time of the lap.", unit="milliseconds"),
    column("session_date", DATE, "Day the lap was driven."),
    column("conditions", TEXT, "Weather and surface during the lap.", personal="free text"),
    column("notes", TEXT, "What the member wrote about it.", personal="message"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
