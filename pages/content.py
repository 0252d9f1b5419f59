"""Coverage: the worklist, who wants what, kinds; or one car."""

from dashboards import coverage as views
from dashboards import marking, shell
from quality import history
from quality.one_car import of_car
from queries import content
from queries.content import demand as wanted
from queries.content import live_views, worklist
from queries.content.rules import current

with shell.page("content") as filters, shell.panel():
    marks, chosen = marking.marks(), shell.place(views.CAR)
    if chosen is None:
        with shell.controls():
            brands = sorted(shell.ask(content.cars).frame["brand"].drop_nulls().unique())
            titles = {kind.title: kind.key for kind in current().kinds}
            brand = shell.choose("Make", "make", brands)
            kind = titles.get(shell.choose("Kind", "kind", list(titles)) or "")
            owner = shell.choose("Owner", "owner", list(current().owners))
            quadrant = shell.choose("Quadrant", "quadrant", list(worklist.QUADRANTS))
            rows = shell.choose("Heat map of", "rows-of", list(views.ROWS), every="Cars")
        seen = shell.view(
            views.overview, marks=marks, filters=filters, brand=brand, kind=kind, owner=owner, quadrant=quadrant,
            rows=rows,
        )  # fmt: skip
        shell.draw(seen.head, filters)
        marking.buttons(seen.work)
        for picture in seen.pictures:
            shell.draw(picture, filters)
        folder, days = marking.keep_day(seen.cars, seen.as_of)
        shell.draw(shell.view(views.trends, marks=marks, filters=filters, folder=folder, days=days), filters)
        tried = marking.other_weight()
        if tried is not None:
            listed, scored, wants = views.asked_of_cars(shell.ask, marks, filters)
            other = shell.ask(content.scores, marks=marks, rules=tried[0])
            then = worklist.priorities(listed.frame, other.frame, wants.frame)
            shell.draw(views.changed(seen.cars, then, *tried[1:], other.computed(views.COVERED)), filters)
        shell.draw(seen.absent, filters)
        if shell.toggle("Beside the live views", "live"):
            with shell.panel():
                shell.draw(shell.view(views.live_views_of_all, marks=marks, filters=filters), filters)
    else:
        listed, scored, wants = views.asked_of_cars(shell.ask, marks, filters)
        signs = shell.ask(worklist.signs).frame
        computed = scored.with_questions(wants).computed(views.COVERED + " " + views.WANTED)
        cars = worklist.priorities(listed.frame, scored.frame, wants.frame)
        slug = content.find(shell.mirror(), chosen)
        shell.heading(*cars.filter(cars["slug"] == slug).select("name", "slug").row(0))
        shell.back(views.CAR, "All cars")
        kinds = worklist.since(worklist.checked(scored.frame, signs), listed.frame)
        shell.draw(views.one_car(cars, slug, kinds, computed), filters)
        weeks = shell.ask(wanted.history, slug=slug)
        shell.draw(views.history(weeks.frame, weeks.computed(views.WANTED), filters), filters)
        found = shell.ask(worklist.linked, slug=slug)
        shell.draw(views.linked(found.frame, found.computed("Rows that name the car by slug, alias or id.")), filters)
        with shell.panel():
            run, called = history.stamp(shell.mirror()), shell.ask(content.called, slug=slug).frame
            words = {by: tuple(called.filter(by=by)["word"]) for by in ("slug", "id")}
            faults = shell.ask(of_car, run=run, slugs=words["slug"], ids=words["id"])
            how = faults.computed(views.FINDS, *faults.frame["table_name"])
            shell.draw(views.findings(faults.frame, how, checked=run is not None), filters)
        with shell.panel():
            live = shell.ask(live_views.live_cars)
            beside = live_views.of_car(live.frame, scored.frame, cars, wants.frame, slug)
            shell.draw(views.beside(beside, live.computed(views.BESIDE)), filters)
