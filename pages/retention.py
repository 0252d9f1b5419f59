"""Retention: who comes back, and how much later."""

from dashboards import retention, shell
from queries import events as stream
from queries import retention as questions

with shell.page("retention") as filters, shell.panel():
    events = retention.names(shell.ask(questions.names).frame)
    with shell.controls():
        first = shell.choose("Began with", "first", events, every=retention.ANYTHING)
        back = shell.choose("Came back with", "back", events, every=retention.ANYTHING)
        unit = shell.choose("Periods", "unit", list(retention.UNITS), every="Weeks")
        mode = shell.choose("Back", "mode", list(retention.MODES), every="In that period")
        clock = shell.choose("Clock", "clock", list(retention.CLOCKS), every="Calendar")
    asked = retention.asked(first, back, unit, mode, clock)
    given = {"asked": asked, "span": filters.span, "segment": filters.segment}
    cells, curve = shell.ask(questions.cells, **given), shell.ask(questions.curve, **given)
    computed = cells.how(retention.COUNTED)
    shell.draw(shell.make(retention.summary, cells, curve, asked, computed), filters)
    shell.draw(shell.make(retention.curve, curve, asked, filters, computed), filters)
    shell.draw(shell.make(retention.heat, cells, asked, filters, computed), filters)
    shell.say(shell.ask(stream.left_out).frame)
    cohorts, periods = shell.make(retention.cohorts, cells).frame, shell.make(retention.periods, cells, asked).frame
    if cohorts:
        with shell.controls():
            cohort = shell.choose("People who began", "cohort", cohorts, every=cohorts[0]) or cohorts[0]
            when = shell.choose("And came back", "period", list(periods), every=next(iter(periods)))
        when = when or next(iter(periods))
        listed = shell.ask(questions.people, **given, cohort=cohort, period=periods[when])
        shell.draw(shell.make(retention.people, listed, cohort, when, listed.how(retention.COUNTED)), filters)
