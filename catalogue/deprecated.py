"""Tables the dictionary names only to say that another one took their place."""

from __future__ import annotations

from catalogue._declare import TEXT, TIMESTAMP, UUID, Note, assumed, table

vehicle_known_issues = table(
    "vehicle_known_issues",
    Note(
        title="Known Issues, Former",
        domain="Maintenance",
        grain="One row per known problem of a car, as kept before car_issues.",
        event_time="created_at",
        deprecated_for="car_issues",
    ),
    assumed("id", UUID, "Identifies the problem.", primary_key=True),
    assumed("car_slug", TEXT, "Car that has it, by slug.", references="cars.slug"),
    assumed("title", TEXT, "The problem in a few words."),
    assumed("severity", TEXT, "How bad it is.", one_of=("low", "medium", "high", "critical")),
    assumed("description", TEXT, "The problem in full."),
    assumed("created_at", TIMESTAMP, "When it was entered."),
)
