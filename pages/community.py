"""Community: posts, moderation, taking part, points."""

from dashboards import listing, sections, shell
from queries import operations
from queries.operations import points

FIGURES = (
    (
        operations.moderation,
        "Moderation queue",
        False,
        "Comments that are pending or flagged, oldest first.",
        "No comment waits for a decision.",
    ),
    (
        operations.waiting_events,
        "Events to approve",
        False,
        "Events that were neither approved nor rejected, the soonest first, at most 500.",
        "No event waits for a decision.",
    ),
    (
        operations.posts,
        "Posts",
        False,
        "Likes and comments counted from their own tables, beside the counts the post stores.",
        "Nobody posted yet.",
    ),
    (
        operations.taking_part,
        "Taking part",
        False,
        "Rows of images, saved events, RSVPs, running streaks and records, and the people behind.",
        "Nobody took part yet.",
    ),
    (
        operations.levels,
        "Levels",
        False,
        "People on the level that their points reach; the stored level may differ.",
        "No level is defined.",
    ),
    (
        points.earning,
        "Actions that earn points",
        False,
        (
            "How often each action was done, as its own table proves, and what that is worth within the limit of a "
            "day; blank where no documented table proves it."
        ),
        "No action is defined.",
    ),
)

with shell.page("community") as filters:
    answers = []
    for question, title, _, how, empty in FIGURES:
        with shell.panel():
            rows = shell.ask(question)
            answers.append((question.__name__, title, rows.frame, rows.computed(how), empty))
    shell.draw(listing.counted(answers), filters)
    for key, title, frame, computed, empty in answers:
        sections.rows(key, title, frame, computed, empty, filters)
