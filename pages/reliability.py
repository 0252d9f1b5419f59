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
        releases = charts.released(known.frame, filters.span.first, filters.span.last)
        shown = reliability.cards(
            free and (free.frame, free.computed(reliability.FREE)),
            days and (days.frame, days.computed(reliability.RATES)),
            (releases, known.computed(reliability.RELEASES)),
            (acts.frame, acts.computed(reliability.ACTED)),
        )
        shell.draw(shown, filters)
        if days is not None:
            drawn = reliability.rates(days.frame, releases, days.computed(reliability.RATES), filters)
            shell.draw(drawn, filters)
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
