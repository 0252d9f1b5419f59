"""Pipelines: jobs, queues, forums, settings and the record of changes."""

from dashboards import administering, home, listing, shell
from metrics import BY_KEY, measure
from queries import operations

FIGURES = (
    (
        operations.jobs,
        "Jobs",
        False,
        "All jobs there ever were; the rate is of those that ended. Missed ones wait past their time.",
        "No job was ever queued.",
    ),
    (
        operations.failed_jobs,
        "Jobs that failed",
        False,
        "Jobs in the state failed, the newest first, at most 500.",
        "No job failed.",
    ),
    (
        operations.failed_videos,
        "Videos that failed",
        False,
        "Rows of the ingestion queue in the state failed, at most 500.",
        "No video failed.",
    ),
    (operations.queues, "Queues", False, "What waits in which state, and the oldest of it.", "Nothing waits."),
    (
        operations.forums,
        "Forums",
        False,
        "Forums with their last reading; a thread is a forum's by its address.",
        "No forum is registered.",
    ),
    (
        operations.config,
        "Settings of the application",
        False,
        "Rows of app_config.",
        "The application has no settings.",
    ),
    (
        operations.audit,
        "Changes",
        True,
        "The newest 500 changes of the range, rows before and after as far as they may be seen.",
        "Nothing was changed in this range.",
    ),
)

with shell.page("pipelines") as filters:
    found = {}
    for key in ("job_success",):
        with shell.panel():
            answer = shell.ask(measure, metric=BY_KEY[key], span=filters.span, compare=filters.compare)
            found[key] = (answer.frame, answer.computed(BY_KEY[key].definition))
    shell.draw(home.cards(found, filters), filters)
    for question, title, ranged, how, empty in FIGURES:
        with shell.panel():
            given = {"span": filters.span} if ranged else {}
            rows = shell.ask(question, **given)
            key, acts = question.__name__, question.__name__ in administering.OF
            shell.draw(listing.rows(key, title, rows.frame, rows.computed(how), empty=empty, selects=acts), filters)
            if acts:
                administering.bar(key, rows.frame)
