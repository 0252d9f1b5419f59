"""Reliability: errors in numbers."""

from dashboards import charts, reliability, shell, triage
from queries.errors import detail, statistics

with shell.page("reliability") as filters:
    log, span = triage.log(), {"span": filters.span}
    free = days = None
    with shell.panel():
        free = shell.ask(statistics.error_free, **span)
    with shell.panel():
        days = shell.ask(statistics.rates, **span)
    with shell.panel():
        acts, known = shell.ask(statistics.times_to_act, log=log), shell.ask(detail.deploys, log=log)
        releases = shell.make(charts.released, known, filters.span.first, filters.span.last)
        shown = shell.make(
            reliability.cards,
            free and (free, free.how(reliability.FREE)),
            days and (days, days.how(reliability.RATES)),
            (releases, known.how(reliability.RELEASES)),
            (acts, acts.how(reliability.ACTED)),
        )
        shell.draw(shown, filters)
        if days is not None:
            drawn = shell.make(reliability.rates, days, releases, days.how(reliability.RATES), filters)
            shell.draw(drawn, filters)
    with shell.panel():
        found = shell.ask(statistics.severities, **span)
        shell.draw(shell.make(reliability.severities, found, found.how(reliability.SEVERITY)), filters)
    with shell.panel():
        views = shell.ask(statistics.live_views, log=log)
        shell.draw(shell.make(reliability.live_views, views, views.how(reliability.VIEWS)), filters)
    with shell.panel():
        failed = shell.ask(statistics.failures, **span)
        shell.draw(shell.make(reliability.failures, failed, failed.how(reliability.FAILED)), filters)
    with shell.panel():
        pages = shell.ask(statistics.pages_seen, **span)
        shell.draw(shell.make(reliability.pages, pages, pages.how(reliability.PAGES)), filters)
