"""Feedback: what people wrote and nobody settled yet."""

from dashboards import sections, shell
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
    sections.metrics(("open_feedback",), filters)
    sections.tables(FIGURES, filters)
