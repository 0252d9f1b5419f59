"""Home: the numbers to look at first."""

from dashboards import home, navigation, shell
from finance_reports import pack
from metrics import METRICS, SOUGHT, alerts, breakdown, measure
from queries import system

with shell.page("home") as filters:
    given = {"span": filters.span, "compare": filters.compare, "segment": filters.segment}
    found, parts = {}, {}
    with shell.panel():
        for one, answer in shell.ask_each(measure, [{"metric": metric} for metric in METRICS], **given):
            found[one["metric"].key] = (answer, answer.how(one["metric"].definition))
    shell.draw(shell.make(home.cards, found, filters), filters)
    if shell.viewer().role in navigation.BOOKS:
        with shell.panel():
            books = shell.ask(pack.outlook, last=filters.span.last)
            shell.draw(shell.make(home.outlook, books, books.how("")), filters)
    shell.draw(home.trust(shell.troubled(), shell.mirror().freshness().snapshot_at), filters)
    shell.draw(shell.make(home.ledger, shell.ask(system.tables)), filters)
    with shell.panel():
        told = alerts.rules(shell.settings().home)
        judged = shell.ask(alerts.judged, told=told, timezone=filters.span.timezone)
        shell.draw(shell.make(home.alarms, judged, judged.how(home.ALERTS)), filters)
    shell.draw(shell.make(home.targets, found, shell.settings().targets), filters)
    sought = [{"metric": one, "by": one.leading} for one in SOUGHT if filters.earlier and one.key in found]
    with shell.panel():
        for one, split in shell.ask_each(breakdown, sought, **given):
            parts[one["metric"].key] = (split, split.how(home.CHANGED))
    shell.draw(shell.make(home.changed, parts, filters), filters)
    shell.draw(shell.make(home.activity, found, filters), filters)
