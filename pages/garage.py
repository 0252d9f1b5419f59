"""Garage: which cars people own, save and build, and what is due."""

from dashboards import listing, shell
from queries import operations

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
