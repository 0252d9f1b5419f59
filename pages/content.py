"""Coverage: the worklist, who wants what, kinds; or one car."""

from dashboards import coverage as views
from dashboards import marking, shell
from quality import history
from queries import content
from queries.content import worklist
from queries.content.rules import current

with shell.page("content") as filters, shell.panel():
    marks, chosen = marking.marks(), shell.place(views.CAR)
    given = {"marks": marks, "filters": filters}
    if chosen is None:
        with shell.controls():
            brands = sorted(shell.ask(content.cars).frame["brand"].drop_nulls().unique())
            titles = {kind.title: kind.key for kind in current().kinds}
            brand = shell.choose("Make", "make", brands)
            kind = titles.get(shell.choose("Kind", "kind", list(titles)) or "")
            owner = shell.choose("Owner", "owner", list(current().owners))
            quadrant = shell.choose("Quadrant", "quadrant", list(worklist.QUADRANTS))
            rows = shell.choose("Heat map of", "rows-of", list(views.ROWS), every="Cars")
        seen = shell.make(
            views.overview, shell.ask, brand=brand, kind=kind, owner=owner, quadrant=quadrant, rows=rows, **given
        ).frame  # fmt: skip
        shell.draw(seen.head, filters)
        marking.buttons(seen.work)
        for picture in seen.pictures:
            shell.draw(picture, filters)
        folder, days = marking.keep_day(seen.cars, seen.as_of)
        shell.draw(shell.make(views.trends, shell.ask, folder=folder, days=days, **given), filters)
        tried = marking.other_weight()
        if tried is not None:
            listed, scored, wants = views.asked_of_cars(shell.ask, marks, filters)
            other = shell.ask(content.scores, marks=marks, rules=tried[0])
            then = worklist.priorities(listed.frame, other.frame, wants.frame)
            shell.draw(views.changed(seen.cars, then, *tried[1:], other.computed(views.COVERED)), filters)
        shell.draw(seen.absent, filters)
        if shell.toggle("Beside the live views", "live"):
            with shell.panel():
                shell.draw(shell.make(views.live_views_of_all, shell.ask, **given), filters)
    else:
        slug = content.find(shell.mirror(), chosen)
        car = shell.make(views.of_one_car, shell.ask, slug=slug, **given).frame
        shell.heading(car.name, car.slug)
        shell.back(views.CAR, "All cars")
        for picture in car.pictures:
            shell.draw(picture, filters)
        with shell.panel():
            run = history.stamp(shell.mirror())
            shell.draw(shell.make(views.findings_of_one_car, shell.ask, run=run, slug=slug), filters)
        with shell.panel():
            shell.draw(shell.make(views.live_views_of_one_car, shell.ask, slug=slug, **given), filters)
