"""Content pipelines: what waits, how fast it moves, what is stuck, and what finishing it would give."""

from dashboards import intake as views
from dashboards import listing, marking, shell
from queries import content, pipelines

with shell.page("intake") as filters:
    with shell.panel():
        listed, scored = shell.ask(content.cars), shell.ask(content.scores, marks=marking.marks())
        brought, opened = shell.ask(pipelines.brings), shell.ask(pipelines.opened)
        whole = pipelines.whole(listed.frame, scored.frame, brought.frame)
        gives = scored.with_questions(brought).computed(views.GIVES)
        shell.draw(listing.numbers(whole, gives, views.WHOLE), filters)
        found = pipelines.cars(listed.frame, scored.frame, brought.frame, opened.frame)
        shell.draw(views.cars(found, opened.with_questions(brought).computed(views.GIVES)), filters)
    with shell.panel():
        standing = shell.ask(pipelines.standing)
        how = standing.computed(views.STANDS)
        shell.draw(listing.rows("standing", "Pipelines", standing.frame, how, empty=""), filters)
    with shell.panel():
        pace = shell.ask(pipelines.pace, span=filters.span)
        shell.draw(views.pace(pace.frame, pace.computed(views.MOVES), filters), filters)
    with shell.panel():
        sources = shell.ask(pipelines.sources)
        how = sources.computed(views.FROM)
        shell.draw(listing.rows("work-sources", "By source", sources.frame, how, empty="No work came in."), filters)
