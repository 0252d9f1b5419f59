"""Car meets, track days and shows: the calendar, its taxonomy, members' interest, and coverage by city.

Dates and times of an event are wall-clock values at its venue; `timezone` names the zone they belong to.
"""

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
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "Events"

events = table(
    "events",
    Note(
        title="Core Event Data",
        domain=DOMAIN,
        grain="One row per event on the calendar.",
        rows=8737,
        columns=37,
        event_time="start_date",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("slug", TEXT, "Name of the event as it appears in web addresses."),
    column("name", TEXT, "Name of the event."),
    column("description", TEXT, "The event in words.", personal="free text"),
    column("event_type_id", UUID, "Kind of event.", references="event_types.id"),
    column("start_date", DATE, "First day, at the venue."),
    column("end_date", DATE, "Last day, at the venue; empty where it lasts one day."),
    column("start_time", TIME, "When it begins, at the venue."),
    column("end_time", TIME, "When it ends, at the venue."),
    column("timezone", TEXT, "Time zone of the venue, by its IANA name."),
    column("venue_name", TEXT, "Name of the venue."),
    column("address", TEXT, "Street and number of the venue."),
    column("city", TEXT, "Town of the venue."),
    column("state", TEXT, "State or province of the venue."),
    column("zip", TEXT, "Postal code of the venue."),
    column("country", TEXT, "Country of the venue."),
    column("latitude", DECIMAL, "North of the equator.", unit="degrees"),
    column("longitude", DECIMAL, "East of Greenwich.", unit="degrees"),
    column("region", TEXT, "Part of the country."),
    column("source_url", TEXT, "Address the event was found at."),
    column("registration_url", TEXT, "Address to sign up at."),
    column("image_url", TEXT, "Address of its picture."),
    column("cost_text", TEXT, "What it costs, in words."),
    column("is_free", BOOLEAN, "Whether it costs nothing."),
    column("status", TEXT, "Whether the event may be shown.", one_of=("pending", "approved", "rejected", "expired")),
    column("featured", BOOLEAN, "Whether it is given prominence."),
    assumed("approved_at", TIMESTAMP, "When it was approved."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


event_types = table(
    "event_types",
    Note(
        title="Event Taxonomy",
        domain=DOMAIN,
        grain="One row per kind of event.",
        rows=12,
        columns=8,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("slug", TEXT, "Names the kind in keys."),
    column("name", TEXT, "Name of the kind as people read it."),
    column("description", TEXT, "The kind in words."),
    column("icon", TEXT, "Emoji shown for it."),
    column("sort_order", INTEGER, "Place in lists.", unit="position"),
    column("is_track_event", BOOLEAN, "Whether such events are driven on a track."),
)


event_series = table(
    "event_series",
    Note(
        title="Recurring Event Series",
        domain=DOMAIN,
        grain="One row per series of recurring events.",
        rows=437,
        columns=16,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("name", TEXT, "Name of the series."),
    column("recurrence_rule", TEXT, "When it recurs."),
    column("event_type_id", UUID, "Kind of event.", references="event_types.id"),
    column("venue_name", TEXT, "Where it is usually held."),
    column("city", TEXT, "Town it is usually held in."),
    column("state", TEXT, "State it is usually held in."),
    assumed("start_date", DATE, "Day of the first event."),
    assumed("timezone", TEXT, "Time zone of its usual venue."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


event_car_affinities = table(
    "event_car_affinities",
    Note(
        title="Event-Car Links",
        domain=DOMAIN,
        grain="One row per event and a car or make it is meant for.",
        rows=79,
        columns=6,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("event_id", UUID, "The event.", references="events.id"),
    column("car_id", UUID, "The car, where the tie is to one car.", references="cars.id"),
    column("brand", TEXT, "The make, where the tie is to all of its cars."),
    column("affinity_type", TEXT, "How strong the tie is.", one_of=("featured", "welcome", "exclusive")),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


event_rsvps = table(
    "event_rsvps",
    Note(
        title="User RSVPs",
        domain=DOMAIN,
        grain="One row per member and event answered.",
        rows=0,
        columns=6,
        columns_at_least=True,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "Member who answers.", references="user_profiles.id", personal="pseudonym"),
    column("event_id", UUID, "The event.", references="events.id"),
    column("status", TEXT, "The answer.", one_of=("going", "interested", "not_going")),
    column("visibility", TEXT, "Who may see the answer.", one_of=("public", "private")),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


event_saves = table(
    "event_saves",
    Note(
        title="Saved Events",
        domain=DOMAIN,
        grain="One row per member and event saved.",
        rows=1,
        columns=5,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "Member who saved it.", references="user_profiles.id", personal="pseudonym"),
    column("event_id", UUID, "The event.", references="events.id"),
    column("notes", TEXT, "What the member wrote about it.", personal="message"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


target_cities = table(
    "target_cities",
    Note(
        title="Event Coverage Tracking",
        domain=DOMAIN,
        grain="One row per city whose events are to be covered.",
        rows=494,
        columns=21,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("city", TEXT, "Name of the city."),
    column("state", TEXT, "State it lies in."),
    column("population", INTEGER, "People who live there.", unit="people"),
    column("population_rank", INTEGER, "Place among cities by population; one is largest.", unit="rank"),
    column("latitude", DECIMAL, "North of the equator.", unit="degrees"),
    column("longitude", DECIMAL, "East of Greenwich.", unit="degrees"),
    column("region", TEXT, "Part of the country."),
    column("priority_tier", INTEGER, "Order of coverage; one is for the fifty largest.", unit="rank"),
    column("has_cnc_coverage", BOOLEAN, "Whether a Cars and Coffee meet there is known."),
    column("total_event_count", INTEGER, "Events known in and around it.", unit="events"),
    assumed("last_coverage_check", TIMESTAMP, "When its coverage was last looked at."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
