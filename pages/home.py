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
            found[one["metric"].key] = (answer.frame, answer.computed(one["metric"].definition))
    shell.draw(home.cards(found, filters), filters)
    if shell.viewer().role in navigation.BOOKS:
        with shell.panel():
            books = shell.ask(pack.outlook, last=filters.span.last)
            shell.draw(home.outlook(books.frame, books.computed("")), filters)
    shell.draw(home.trust(shell.troubled(), shell.mirror().freshness().snapshot_at), filters)
    shell.draw(home.ledger(shell.ask(system.tables).frame), filters)
    with shell.panel():
        told = alerts.rules(shell.settings().home)
        judged = shell.ask(alerts.judged, told=told, timezone=filters.span.timezone)
        shell.draw(home.alarms(judged.frame, judged.computed(home.ALERTS)), filters)
    shell.draw(home.targets(found, shell.settings().targets), filters)
    sought = [{"metric": one, "by": one.leading} for one in SOUGHT if filters.earlier and one.key in found]
    with shell.panel():
        for one, split in shell.ask_each(breakdown, sought, **given):
            parts[one["metric"].key] = (split.frame, split.computed(home.CHANGED))
    shell.draw(home.changed(parts, filters), filters)
    shell.draw(home.activity(found, filters), filters)
