"""Coverage: the worklist, who wants what, kinds; or one car."""

from dashboards import coverage as views
from dashboards import marking, shell
from quality import history
from quality.one_car import of_car
from queries import content
from queries.content import cities, live_views, trend, worklist
from queries.content import demand as wanted
from queries.content.rules import current

with shell.page("content") as filters, shell.panel():
    marks, chosen = marking.marks(), shell.place(views.CAR)
    given = {"since": filters.span.start, "until": filters.span.end}
    listed, scored = shell.ask(content.cars), shell.ask(content.scores, marks=marks)
    wants, signs = shell.ask(wanted.demand, **given), shell.ask(worklist.signs)
    unknown = shell.ask(content.lacking).frame
    computed = scored.with_questions(wants).computed(views.COVERED + " " + views.WANTED)
    cars = worklist.priorities(listed.frame, scored.frame, wants.frame)
    if chosen is None:
        with shell.controls():
            brands = sorted(cars["brand"].drop_nulls().unique())
            titles = {kind.title: kind.key for kind in current().kinds}
            brand = shell.choose("Make", "make", brands)
            kind = shell.choose("Kind", "kind", list(titles))
            owner = shell.choose("Owner", "owner", list(current().owners))
            quadrant = shell.choose("Quadrant", "quadrant", list(worklist.QUADRANTS))
        shown = cars if brand is None else cars.filter(cars["brand"] == brand)
        shown = shown if quadrant is None else shown.filter(shown["quadrant"] == quadrant)
        work = worklist.worklist(
            listed.frame.join(shown, on="slug", how="semi"), scored.frame, wants.frame, signs.frame, marks=marks,
            brand=brand, kind=titles.get(kind or ""), owner=owner,
        )  # fmt: skip
        shell.draw(views.summary(shown, unknown, computed), filters)
        shell.draw(views.work(work, computed), filters)
        marking.buttons(work)
        shell.draw(views.scatter(cars, shown, computed, filters), filters)
        rows = shell.choose("Rows", "rows-of", list(views.ROWS), every="Cars")
        shell.draw(views.heat(shown, scored.frame, rows, computed, filters), filters)
        shell.draw(views.kinds(scored.frame, computed, filters), filters)
        kept = marking.kept_days(cars, scored.as_of)
        moves = trend.moves(kept), trend.moves(kept, by="slug")
        shell.draw(views.trend(trend.by_day(kept), *moves, computed, filters), filters)
        tried = marking.other_weight()
        if tried is not None:
            other = shell.ask(content.scores, marks=marks, rules=tried[0]).frame
            then = worklist.priorities(listed.frame, other, wants.frame)
            shell.draw(views.changed(cars, then, *tried[1:], computed), filters)
        with shell.panel():
            absent = shell.ask(wanted.unmatched, **given)
            shell.draw(views.absent(absent.frame, absent.computed(views.WANTED)), filters)
        if shell.toggle("Beside the live views", "live"):
            with shell.panel():
                live, events = shell.ask(live_views.live_cars), shell.ask(live_views.live_events)
                found = live_views.summed(
                    live.frame, events.frame, cars, wants.frame, shell.ask(cities.cities).frame,
                    shell.ask(cities.series).frame,
                )  # fmt: skip
                shell.draw(views.beside(found, live.with_questions(events).computed(views.BESIDE)), filters)
    else:
        slug = content.find(shell.mirror(), chosen)
        shell.heading(*cars.filter(cars["slug"] == slug).select("name", "slug").row(0))
        shell.back(views.CAR, "All cars")
        kinds = worklist.since(worklist.checked(scored.frame, signs.frame), listed.frame)
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
