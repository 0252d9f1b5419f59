"""Pipelines: jobs, queues, forums, settings and the record of changes."""

from dashboards import administering, home, listing, shell
from dashboards import operations as views
from metrics import BY_KEY, measure
from queries import operations, system
from queries.operations import records

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
        records.event_sources,
        "Event sources",
        False,
        "Sites that events were found at, at most 500; approved is a share of those that were decided.",
        "No event was found yet.",
    ),
    (
        operations.config,
        "Settings of the application",
        False,
        "Rows of app_config.",
        "The application has no settings.",
    ),
    (
        records.volumes,
        "Changes by table",
        True,
        (
            "Changes of the range. A day is unusual where it is further above the day in the middle than chance and "
            "the table's own spread explain."
        ),
        "Nothing was changed in this range.",
    ),
    (
        records.changers,
        "Who changed",
        True,
        "Accounts that changed rows in the range, at most 500; the system is one row.",
        "Nothing was changed in this range.",
    ),
    (
        operations.audit,
        "Changes",
        True,
        "The newest 500 changes of the range, fields and rows before and after as far as they may be seen.",
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
    with shell.panel():
        read = shell.ask(system.last_refresh).computed(views.READ, "the mirror's record of refreshes")
        shell.draw(views.refreshed(shell.mirror().freshness(), read), filters)
    for question, title, ranged, how, empty in FIGURES:
        with shell.panel():
            given = {"span": filters.span} if ranged else {}
            rows = shell.ask(question, **given)
            key, acts = question.__name__, question.__name__ in administering.OF
            shell.draw(listing.rows(key, title, rows.frame, rows.computed(how), empty=empty, selects=acts), filters)
            if acts:
                administering.bar(key, rows.frame)
    with shell.panel():
        days = shell.ask(records.daily, span=filters.span)
        shell.draw(views.daily(days.frame, days.computed(views.DAILY), filters), filters)
    with shell.panel():
        tables = shell.ask(system.tables)
        shell.draw(views.growth(tables.frame, tables.computed(views.GROWTH)), filters)
