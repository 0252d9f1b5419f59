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
        counted, read, loaded = map(found.computed, (engagement.COUNTED, engagement.READ, engagement.LOADED))
        shell.draw(engagement.summary(found.frame, counted), filters)
        shell.draw(engagement.pages(found.frame, by, filters, counted), filters)
        shell.draw(engagement.reading(found.frame, by, filters, read), filters)
        shell.draw(engagement.slow(found.frame, by, filters, loaded), filters)
        with shell.controls():
            stations = engagement.split(found.frame)[1]["station"].head(engagement.PAGES).to_list()
            station = shell.choose("Clicks and people of", "station", stations, every="All pages")
        clicks = shell.ask(questions.clicks, **given, station=station)
        shell.draw(engagement.clicks(clicks.frame, station, filters, clicks.computed(engagement.CLICKED)), filters)
        who = shell.ask(questions.people, **given, station=station)
        shell.draw(engagement.people(who.frame, station, who.computed(engagement.COUNTED)), filters)
        shell.say(shell.ask(events.left_out).frame)
