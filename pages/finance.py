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
    shell.draw(finance.figures(made.frame.figures, made.computed("")), filters)
    shell.draw(finance.profit(made.frame.income, made.computed(finance.PROFIT), dark=filters.dark), filters)
    with shell.panel():
        moved = shell.ask(ledger.recurring_revenue, ends=made.frame.ends)
        shell.draw(finance.recurring(moved.frame, moved.computed(finance.RECURRING), dark=filters.dark), filters)
    with shell.panel():
        spent = shell.ask(ledger.costs_by_month, **days)
        shell.draw(finance.spent(spent.frame, spent.computed(finance.SPENT), dark=filters.dark), filters)
        recorded = shell.ask(ledger.costs, **days)
        shell.draw(finance.costs(recorded.frame, recorded.computed(finance.RECORDED)), filters)
        booked = shell.ask(ledger.booked_costs, closings=made.frame.closings, **days)
        shell.draw(finance.reconciled(booked.frame, booked.computed(finance.RECONCILED)), filters)
    with shell.panel():
        logged = shell.ask(ledger.assistant_costs, **days)
        shell.draw(
            finance.assistant(logged.frame, recorded.frame, booked.frame, logged.computed(finance.ASSISTANT)), filters
        )
