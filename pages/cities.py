"""Cities: which events are coming up where."""

from dashboards import cities as views
from dashboards import shell
from queries.content import cities

with shell.page("cities") as filters:
    with shell.panel():
        found = shell.ask(cities.cities)
        shell.draw(views.overview(found.frame, found.computed(views.COUNTED), filters), filters)
    with shell.panel():
        losing = shell.ask(cities.losing)
        shell.draw(views.losing(losing.frame, losing.computed(views.LOSES)), filters)
    with shell.panel():
        series = shell.ask(cities.series)
        shell.draw(views.series(series.frame, series.computed(views.RECURS)), filters)
