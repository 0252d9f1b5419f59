"""Statements: one at a time, over a fiscal period or any days."""

from dashboards import shell, statements
from finance_reports import pack

with shell.page("statements") as filters, shell.panel():
    offered = shell.ask(pack.offered).frame
    with shell.controls():
        kind = shell.choose("Statement", "statement", list(statements.KINDS), every="Income statement")
        names = [*offered.periods, statements.ABOVE]
        period = shell.choose("Period", "period", names, every="Fiscal year to date")
        split = shell.choose("Columns", "split", list(statements.COLUMNS), every="Compared with earlier")
        detail = shell.choose("Detail", "detail", list(statements.DETAILS), every="Every account")
        entries = shell.choose("Entries", "entries", list(statements.ENTRIES), every="Posted")
    days = statements.within(offered, period, filters.span)
    made = shell.ask(
        pack.printed, first=days.first, last=days.last, name=days.name, statuses=statements.statuses(entries),
        **statements.asked(kind, split, detail),
    )  # fmt: skip
    shell.draw(shell.make(statements.view, made, made.how(statements.COMPUTED), entries), filters)
