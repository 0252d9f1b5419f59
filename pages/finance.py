"""Finance: the figures of a fiscal period, from the books alone."""

from dashboards import finance, shell, statements
from finance_reports import pack
from queries import finance as ledger

with shell.page("finance") as filters, shell.panel():
    offered = shell.ask(pack.offered).frame
    with shell.controls():
        names = [*offered.periods, statements.ABOVE]
        period = shell.choose("Period", "period", names, every="Fiscal year to date")
    within = statements.within(offered, period, filters.span)
    days = {"first": within.first, "last": within.last}
    made = shell.ask(pack.overview, name=within.name, **days)
    shell.draw(shell.make(finance.figures, made, made.how("")), filters)
    shell.draw(shell.make(finance.profit, made, made.how(finance.PROFIT), dark=filters.dark), filters)
    with shell.panel():
        moved = shell.ask(ledger.recurring_revenue, ends=made.frame.ends)
        shell.draw(shell.make(finance.recurring, moved, moved.how(finance.RECURRING), dark=filters.dark), filters)
    with shell.panel():
        spent = shell.ask(ledger.costs_by_month, **days)
        shell.draw(shell.make(finance.spent, spent, spent.how(finance.SPENT), dark=filters.dark), filters)
        recorded = shell.ask(ledger.costs, **days)
        shell.draw(shell.make(finance.costs, recorded, recorded.how(finance.RECORDED)), filters)
        booked = shell.ask(ledger.booked_costs, closings=made.frame.closings, **days)
        shell.draw(shell.make(finance.reconciled, booked, booked.how(finance.RECONCILED)), filters)
    with shell.panel():
        logged = shell.ask(ledger.assistant_costs, **days)
        shell.draw(shell.make(finance.assistant, logged, recorded, booked, logged.how(finance.ASSISTANT)), filters)
