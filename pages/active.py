"""Active users: how many, how often, in which state, and by which definition."""

from dashboards import active, shell
from queries import activity as questions
from queries import events

with shell.page("active") as filters:
    with shell.controls():
        sources = shell.choose("Active by", "sources", list(active.ANY), every=next(iter(active.ANY)))
    given = {
        "span": filters.span,
        "segment": filters.segment,
        "sources": active.ANY[sources or next(iter(active.ANY))],
    }
    with shell.panel():
        found = shell.ask(questions.active, **given)
        shell.draw(shell.make(active.cards, found, found.how(active.COUNTED)), filters)
        shell.say(shell.ask(events.left_out).frame)
        shell.draw(shell.make(active.over_time, found, filters, found.how(active.COUNTED)), filters)
        states = shell.ask(questions.lifecycle, **given)
        computed = states.how(active.LIVED)
        shell.draw(shell.make(active.lifecycle, states, filters, computed), filters)
        periods = shell.make(active.periods, states).frame
        with shell.controls():
            state = shell.choose("People", "state", list(active.STATES), every="New") or "New"
            period = shell.choose("In the period from", "period", periods, every=periods[0]) or periods[0]
        listed = shell.ask(questions.people, **given, state=active.STATES[state], period=period)
        shell.draw(shell.make(active.people, listed, state, period, computed), filters)
    with shell.panel():
        others = shell.ask(questions.definitions, span=filters.span)
        shell.draw(shell.make(active.definitions, others, others.how(active.RECONCILED)), filters)
