"""Garage: which cars people own, save and build, and what is due."""

from dashboards import listing, shell
from queries import operations
from queries.operations import vehicles

FIGURES = (
    (operations.garage, "Cars", False, "Over all time; each person once for each car.", "Nobody has a car yet."),
    (
        operations.due,
        "Due",
        False,
        (
            "Registration or inspection within 60 days, oil older than a year or 5,000 miles, "
            "brake fluid older than 2 years, tires of 3/32 inch or less."
        ),
        "Nothing is due.",
    ),
    (
        vehicles.services,
        "Services logged",
        False,
        "All service records by what was done; costs in dollars as entered, where they were.",
        "Nobody logged a service yet.",
    ),
    (
        vehicles.service_due,
        "Services by schedule",
        False,
        "Services that were logged, by the schedule of the car: due again by time or distance, at most 500.",
        "No service on a car's schedule was logged yet.",
    ),
    (
        vehicles.concierge,
        "What reminders rest on",
        False,
        "Of all vehicles those with the field filled.",
        "Nobody has a car yet.",
    ),
    (
        vehicles.aims,
        "What builds aim at",
        False,
        (
            "Upgrades chosen in builds, by the objectives under which the profile of the car advises them, and by the "
            "system of the car they change."
        ),
        "Nobody chose an upgrade yet.",
    ),
)

with shell.page("garage") as filters:
    answers = []
    for question, title, _, how, empty in FIGURES:
        with shell.panel():
            rows = shell.ask(question)
            answers.append((question.__name__, title, rows.frame, rows.computed(how), empty))
    shell.draw(listing.counted(answers), filters)
    for key, title, frame, computed, empty in answers:
        shell.draw(listing.rows(key, title, frame, computed, empty=empty), filters)
