"""Home: the numbers to look at first."""

from dashboards import home, shell
from metrics import METRICS, measure
from queries import system

with shell.page("home") as filters:
    found = {}
    for metric in METRICS:
        with shell.panel():
            answer = shell.ask(
                measure, metric=metric, span=filters.span, compare=filters.compare, segment=filters.segment
            )
            found[metric.key] = (answer.frame, answer.computed(metric.definition))
    shell.draw(home.cards(found, filters), filters)
    shell.draw(home.ledger(shell.ask(system.tables).frame), filters)
    shell.draw(home.activity(found, filters), filters)
