"""Pages: what is seen, entered, left, read and clicked, and what is slow."""

from dashboards import engagement, shell
from queries import engagement as questions
from queries import events

with shell.page("engagement") as filters:
    with shell.controls():
        by = shell.choose("Pages by", "by", list(engagement.BY), every="Route") or "Route"
    given = {"by": engagement.BY[by], "span": filters.span, "segment": filters.segment}
    with shell.panel():
        found = shell.ask(questions.pages, **given)
        counted, read, loaded = map(found.how, (engagement.COUNTED, engagement.READ, engagement.LOADED))
        shell.draw(shell.make(engagement.summary, found, counted), filters)
        shell.draw(shell.make(engagement.pages, found, by, filters, counted), filters)
        shell.draw(shell.make(engagement.reading, found, by, filters, read), filters)
        shell.draw(shell.make(engagement.slow, found, by, filters, loaded), filters)
        with shell.controls():
            stations = shell.make(engagement.stations, found).frame
            station = shell.choose("Clicks and people of", "station", stations, every="All pages")
        clicks = shell.ask(questions.clicks, **given, station=station)
        shell.draw(shell.make(engagement.clicks, clicks, station, filters, clicks.how(engagement.CLICKED)), filters)
        who = shell.ask(questions.people, **given, station=station)
        shell.draw(shell.make(engagement.people, who, station, who.how(engagement.COUNTED)), filters)
        shell.say(shell.ask(events.left_out).frame)
