"""Sources: which tracks are timed, and what channels, forums and documents give."""

from dashboards import sections, shell
from dashboards import sources as views
from queries import sources

with shell.page("sources") as filters:
    how = "All tracks, and all lap times ever recorded, by whether their track is there."
    sections.numbers(sources.coverage, views.OVERVIEW, how, filters)
    sections.tables(views.FIGURES, filters)
    how = "Known problems in the table that car_issues replaced: carried over where car and title are the same."
    sections.numbers(sources.former_issues, views.FORMER, how, filters)
