"""Content pipelines: what waits, how fast it moves, what is stuck, and what finishing it would give."""

from dashboards import intake as views
from dashboards import listing, marking, shell
from queries import content, pipelines

with shell.page("intake") as filters:
    with shell.panel():
        listed, scored = shell.ask(content.cars), shell.ask(content.scores, marks=marking.marks())
        brought, opened = shell.ask(pipelines.brings), shell.ask(pipelines.opened)
        whole = shell.make(pipelines.whole, listed, scored, brought)
        gives = scored.with_questions(brought).how(views.GIVES)
        shell.draw(shell.make(listing.numbers, whole, gives, views.WHOLE), filters)
        found = shell.make(pipelines.cars, listed, scored, brought, opened)
        shell.draw(shell.make(views.cars, found, opened.with_questions(brought).how(views.GIVES)), filters)
    with shell.panel():
        standing = shell.ask(pipelines.standing)
        how = standing.how(views.STANDS)
        shell.draw(shell.make(listing.rows, "standing", "Pipelines", standing, how, empty=""), filters)
    with shell.panel():
        pace = shell.ask(pipelines.pace, span=filters.span)
        shell.draw(shell.make(views.pace, pace, pace.how(views.MOVES), filters), filters)
    with shell.panel():
        sources = shell.ask(pipelines.sources)
        how = sources.how(views.FROM)
        shell.draw(
            shell.make(listing.rows, "work-sources", "By source", sources, how, empty="No work came in."), filters
        )
