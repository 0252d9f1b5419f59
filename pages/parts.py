"""Parts: is the catalogue whole, sure and priced, and does it hold what people build?"""

from dashboards import listing, shell
from dashboards import parts as views
from queries import parts

with shell.page("parts") as filters:
    with shell.panel():
        whole = shell.ask(parts.overview)
        how = "All parts, to be bought now or not, all fitments and all cars; low confidence is below 0.6."
        shell.draw(listing.numbers(whole.frame, whole.computed(how), views.OVERVIEW), filters)
    for question, title, how, empty in views.FIGURES:
        with shell.panel():
            rows = shell.ask(question)
            shell.draw(listing.rows(question.__name__, title, rows.frame, rows.computed(how), empty=empty), filters)
