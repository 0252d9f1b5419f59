"""Sources: which tracks are timed, and what channels, forums and documents give."""

from dashboards import listing, shell
from dashboards import sources as views
from queries import sources

with shell.page("sources") as filters:
    with shell.panel():
        whole = shell.ask(sources.coverage)
        how = "All tracks, and all lap times ever recorded, by whether their track is there."
        shell.draw(listing.numbers(whole.frame, whole.computed(how), views.OVERVIEW), filters)
    for question, title, how, empty in views.FIGURES:
        with shell.panel():
            rows = shell.ask(question)
            shell.draw(listing.rows(question.__name__, title, rows.frame, rows.computed(how), empty=empty), filters)
    with shell.panel():
        former = shell.ask(sources.former_issues)
        how = "Known problems in the table that car_issues replaced: carried over where car and title are the same."
        shell.draw(listing.numbers(former.frame, former.computed(how), views.FORMER), filters)
