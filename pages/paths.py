"""Paths: what people do next."""

from dashboards import paths, shell
from queries import events
from queries import paths as questions

with shell.page("paths") as filters, shell.panel():
    with shell.controls():
        by = shell.choose("Stations are", "by", list(paths.BY), every="Route")
        stations = shell.ask(questions.stations, by=paths.BY[by or "Route"]).frame
        start = shell.choose("From", "start", stations, every="Where sessions begin")
        end = shell.choose("To", "end", stations, every="Where sessions end")
        steps = shell.choose("Steps", "steps", ["2", "3", "4", "5", "6", "8"], every="4")
    asked = paths.asked(start, end, by, steps)
    given = {"asked": asked, "span": filters.span, "segment": filters.segment}
    found = shell.ask(questions.edges, **given)
    computed = found.how(paths.COUNTED)
    shell.draw(shell.make(paths.drawn, found, filters, computed), filters)
    shell.say(shell.ask(events.left_out).frame)
    ways = shell.make(paths.ways, found).frame
    if ways:
        with shell.controls():
            way = shell.choose("People who went", "way", list(ways), every=next(iter(ways))) or next(iter(ways))
        step, source, target = ways.get(way, next(iter(ways.values())))
        listed = shell.ask(questions.people, **given, step=step, source=source, target=target)
        shell.draw(shell.make(paths.people, listed, way, computed), filters)
