"""Parts: is the catalogue whole, sure and priced, and does it hold what people build?"""

from dashboards import parts as views
from dashboards import sections, shell
from queries import parts

with shell.page("parts") as filters:
    how = "All parts, to be bought now or not, all fitments and all cars; low confidence is below 0.6."
    sections.numbers(parts.overview, views.OVERVIEW, how, filters)
    sections.tables(views.FIGURES, filters)
