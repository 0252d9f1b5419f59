"""Users: everybody; a row leads to the timeline of who stands in it."""

from dashboards import listing, people, shell
from dashboards import operations as views
from queries import people as questions

with shell.page("users") as filters:
    with shell.controls():
        words = shell.search()
        stage = shell.choose("Lifecycle", "lifecycle", list(questions.LIFECYCLES))
        tier = shell.choose("Plan", "plan", ["free", "enthusiast", "collector", "tuner", "admin"])
    with shell.panel():
        zone = filters.span.timezone
        found = shell.ask(questions.listed, words=words, tier=tier, lifecycle=stage, timezone=zone)
        computed = found.how(people.EVERYBODY)
        shell.draw(shell.make(people.overview, found, computed, filters), filters)
        shell.draw(
            shell.make(listing.rows, "people", "People", found, computed, empty=people.NOBODY, actor="user_id"), filters
        )
        shell.draw(shell.make(views.cohorts, found, found.how(views.COHORTS), empty=people.NOBODY), filters)
    with shell.panel():
        told = shell.ask(questions.personas)
        computed = told.how("Personas and levels of knowledge that questionnaires were condensed into.")
        empty = "No questionnaire was condensed yet."
        shell.draw(shell.make(listing.rows, "personas", "Personas", told, computed, empty=empty), filters)
