"""Cities: which events are coming up where."""

from dashboards import cities as views
from dashboards import shell
from queries.content import cities

with shell.page("cities") as filters:
    with shell.panel():
        found = shell.ask(cities.cities)
        shell.draw(shell.make(views.overview, found, found.how(views.COUNTED), filters), filters)
    with shell.panel():
        losing = shell.ask(cities.losing)
        shell.draw(shell.make(views.losing, losing, losing.how(views.LOSES)), filters)
    with shell.panel():
        series = shell.ask(cities.series)
        shell.draw(shell.make(views.series, series, series.how(views.RECURS)), filters)
