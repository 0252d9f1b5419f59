"""Pipelines: jobs, queues, forums, settings and the record of changes."""

from dashboards import operations as views
from dashboards import sections, shell
from queries import system
from queries.operations import records

with shell.page("pipelines") as filters:
    sections.metrics(("job_success",), filters)
    with shell.panel():
        read = shell.ask(system.last_refresh).computed(views.READ, "the mirror's record of refreshes")
        shell.draw(views.refreshed(shell.mirror().freshness(), read), filters)
    sections.tables(views.PIPELINES, filters)
    with shell.panel():
        days = shell.ask(records.daily, span=filters.span)
        shell.draw(shell.make(views.daily, days, days.how(views.DAILY), filters), filters)
    with shell.panel():
        tables = shell.ask(system.tables)
        shell.draw(shell.make(views.growth, tables, tables.how(views.GROWTH)), filters)
