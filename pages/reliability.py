"""Reliability: errors in numbers."""

from dashboards import reliability, shell, triage
from queries.errors import detail, statistics

with shell.page("reliability") as filters:
    log, span = triage.log(), {"span": filters.span}
    free = None
    with shell.panel():
        free = shell.ask(statistics.error_free, **span)
    with shell.panel():
        acts = shell.ask(statistics.times_to_act, log=log)
        told = None if free is None else free.computed(reliability.FREE)
        shown = reliability.cards(free and free.frame, acts.frame, told, acts.computed(reliability.ACTED))
        shell.draw(shown, filters)
    with shell.panel():
        days = shell.ask(statistics.rates, **span)
        releases = shell.ask(detail.deploys, log=log)
        told = days.computed(reliability.RATES)
        shell.draw(reliability.rates(days.frame, releases.frame, told, filters), filters)
    with shell.panel():
        found = shell.ask(statistics.severities, **span)
        shell.draw(reliability.severities(found.frame, found.computed(reliability.SEVERITY)), filters)
    with shell.panel():
        views = shell.ask(statistics.live_views, log=log)
        shell.draw(reliability.live_views(views.frame, views.computed(reliability.VIEWS)), filters)
    with shell.panel():
        failed = shell.ask(statistics.failures, **span)
        shell.draw(reliability.failures(failed.frame, failed.computed(reliability.FAILED)), filters)
    with shell.panel():
        pages = shell.ask(statistics.pages_seen, **span)
        shell.draw(reliability.pages(pages.frame, pages.computed(reliability.PAGES)), filters)
