"""Feedback: what people wrote and nobody settled yet."""

from dashboards import administering, home, listing, shell
from metrics import BY_KEY, measure
from queries import operations

FIGURES = (
    (
        operations.feedback,
        "Waiting",
        False,
        "Messages of people that are neither addressed nor in a settled state; automatic reports left out.",
        "Nothing waits for an answer.",
    ),
)

with shell.page("feedback") as filters:
    found = {}
    for key in ("open_feedback",):
        with shell.panel():
            answer = shell.ask(measure, metric=BY_KEY[key], span=filters.span, compare=filters.compare)
            found[key] = (answer.frame, answer.computed(BY_KEY[key].definition))
    shell.draw(home.cards(found, filters), filters)
    for question, title, ranged, how, empty in FIGURES:
        with shell.panel():
            given = {"span": filters.span} if ranged else {}
            rows = shell.ask(question, **given)
            key, computed = question.__name__, rows.computed(how)
            shell.draw(listing.rows(key, title, rows.frame, computed, empty=empty, selects=True), filters)
            administering.bar(key, rows.frame)
