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
    for question, title, ranged, how, empty in FIGURES:
        with shell.panel():
            given = {"span": filters.span} if ranged else {}
            rows = shell.ask(question, **given)
            shell.draw(listing.rows(question.__name__, title, rows.frame, rows.computed(how), empty=empty), filters)
