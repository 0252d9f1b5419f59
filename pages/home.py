"""Home: the numbers to look at first."""

from dashboards import home, shell
from metrics import METRICS, alerts, breakdown, measure
from queries import system

with shell.page("home") as filters:
    given = {"span": filters.span, "compare": filters.compare, "segment": filters.segment}
    found, parts = {}, {}
    for metric in METRICS:
        with shell.panel():
            answer = shell.ask(measure, metric=metric, **given)
            found[metric.key] = (answer.frame, answer.computed(metric.definition))
    shell.draw(home.cards(found, filters), filters)
    shell.draw(home.ledger(shell.ask(system.tables).frame), filters)
    with shell.panel():
        told = alerts.rules(shell.settings().home)
        judged = shell.ask(alerts.judged, told=told, timezone=filters.span.timezone)
        shell.draw(home.alarms(judged.frame, judged.computed(home.ALERTS)), filters)
    shell.draw(home.targets(found, shell.settings().targets), filters)
    for metric in home.SOUGHT if filters.earlier else ():
        if metric.key in found:
            with shell.panel():
                split = shell.ask(breakdown, metric=metric, by=metric.leading, **given)
                parts[metric.key] = (split.frame, split.computed(home.CHANGED))
    shell.draw(home.changed(parts, filters), filters)
    shell.draw(home.activity(found, filters), filters)
