"""Users: everybody, or one person with what was done."""

from dashboards import listing, people, shell
from queries import people as questions

with shell.page("users") as filters:
    user = shell.place("user")
    if user is None:
        with shell.controls():
            words = shell.search()
            stage = shell.choose("Lifecycle", "lifecycle", list(questions.LIFECYCLES))
            tier = shell.choose("Plan", "plan", ["free", "enthusiast", "collector", "tuner", "admin"])
        with shell.panel():
            zone = filters.span.timezone
            found = shell.ask(questions.listed, words=words, tier=tier, lifecycle=stage, timezone=zone)
            computed = found.computed(people.EVERYBODY)
            shell.draw(people.overview(found.frame, computed, filters), filters)
            leads = ("user_id", "user")
            shell.draw(
                listing.rows("people", "People", found.frame, computed, empty=people.NOBODY, leads=leads), filters
            )
        with shell.panel():
            told = shell.ask(questions.personas)
            computed = told.computed("Personas and levels of knowledge that questionnaires were condensed into.")
            empty = "No questionnaire was condensed yet."
            shell.draw(listing.rows("personas", "Personas", told.frame, computed, empty=empty), filters)
    else:
        shell.back("user", "Back to everybody")
        with shell.panel():
            one = shell.ask(questions.listed, words=user, timezone=filters.span.timezone)
            computed = one.computed(people.EVERYBODY)
            shell.draw(listing.rows("person", "This person", one.frame, computed, empty=people.NOBODY), filters)
        with shell.panel():
            done = shell.ask(questions.history, user_id=user)
            computed = done.computed(people.DONE)
            shell.draw(
                listing.rows("history", "What was done", done.frame, computed, empty="Nothing is recorded."), filters
            )
