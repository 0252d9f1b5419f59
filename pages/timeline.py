"""Timeline: everything that one actor did, across tables."""

from dashboards import listing, people, shell, timeline
from queries import events
from queries import people as accounts
from queries import timeline as questions

with shell.page("timeline") as filters, shell.panel():
    actor, zone = shell.place("actor"), filters.span.timezone
    if actor is None:
        with shell.controls():
            words = shell.search()
        found = shell.ask(questions.actors, words=words, span=filters.span, segment=filters.segment)
        shell.draw(shell.make(timeline.actors, found, found.how(timeline.COUNTED)), filters)
        shell.say(shell.ask(events.left_out).frame)
    else:
        shell.back("actor", "Back to everybody")
        known, weeks = (
            shell.ask(questions.actor, actor_key=actor),
            shell.ask(questions.weeks, actor_key=actor, timezone=zone),
        )
        if known.frame.is_empty():
            shell.empty(timeline.STRANGER)
        else:
            computed = known.computed(timeline.COUNTED)
            shell.draw(timeline.one(known.frame, weeks.frame, known.as_of, computed), filters)
            shell.draw(shell.make(timeline.activity, weeks, filters, weeks.how(timeline.BY_WEEK)), filters)
        account = shell.ask(accounts.listed, words=actor, timezone=zone)
        if not account.frame.is_empty():
            computed = account.how(people.EVERYBODY)
            shell.draw(
                shell.make(listing.rows, "person", "The account", account, computed, empty=people.NOBODY), filters
            )
        done = shell.ask(questions.timeline, actor_key=actor, span=filters.span)
        shell.draw(shell.make(timeline.timeline, done, done.how(timeline.COUNTED)), filters)
