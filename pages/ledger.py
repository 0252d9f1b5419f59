"""Ledger: the lines behind a figure and the entry behind a line."""

from dashboards import ledger, shell, statements
from finance_reports import general_ledger
from queries import finance

with shell.page("ledger") as filters, shell.panel():
    with shell.controls():
        words = shell.search()
        entries = shell.choose("Entries", "entries", list(statements.ENTRIES), every="Posted")
    over = {"words": words, "first": filters.span.first, "last": filters.span.last}
    asked = {**over, "statuses": statements.statuses(entries)}
    count = shell.ask(general_ledger.looked_up, **asked).frame.rows
    found = shell.ask(general_ledger.looked_up, page=shell.page_of(count, general_ledger.PAGE), **asked)
    with shell.controls():
        chosen = shell.choose("Entry", "entry", ledger.entries(found.frame), every="None opened")
    if chosen is not None:
        one = shell.ask(finance.entry, entry_id=chosen)
        shell.draw(shell.make(ledger.entry, one, one.how(ledger.ENTRY)), filters)
    shell.draw(shell.make(ledger.lines, found, found.how(ledger.LINES)), filters)
