"""Trends: how often something happens, and how many do it."""

from dashboards import shell, trends
from queries import events as stream
from queries import retention
from queries import trends as questions

with shell.page("trends") as filters, shell.panel():
    names = shell.ask(retention.names).frame
    with shell.controls():
        events = shell.choose_many("Events", "events", names, none="Page views")
    with shell.controls():
        count = shell.choose("Count", "count", list(trends.COUNTS), every="People")
        part = shell.choose("Break down by", "breakdown", list(trends.BREAKDOWNS), every="Nothing")
        formula = shell.choose("Of two events", "formula", list(trends.FORMULAS), every="Each by itself")
        average = shell.choose("Moving average", "average", ["3", "7", "28"], every="None")
    asked = trends.asked(events, count, formula, part, average, filters.span.grain)
    found = shell.ask(questions.series, asked=asked, span=filters.span, segment=filters.segment)
    computed = found.how(trends.COUNTED)
    shell.draw(shell.make(trends.drawn, found, asked, filters, computed), filters)
    shell.say(shell.ask(stream.left_out).frame)
    lines, periods = shell.make(trends.lines, found).frame, shell.make(trends.periods, found).frame
    if lines:
        with shell.controls():
            line = shell.choose("People of", "line", lines, every=lines[0]) or lines[0]
            period = shell.choose("In the period from", "period", periods, every=periods[0]) or periods[0]
        if line in lines and period in periods:
            given = {"asked": asked, "span": filters.span, "segment": filters.segment}
            who = shell.ask(questions.people, **given, series=line, period=period)
            shell.draw(shell.make(trends.people, who, line, period, who.how(trends.COUNTED)), filters)
