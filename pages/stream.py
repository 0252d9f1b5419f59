"""Event stream: which names it reads, what it leaves out, where recorded sessions differ from computed ones."""

from dashboards import shell, stream
from queries import events

with shell.page("stream") as filters:
    with shell.panel():
        counts, names = shell.ask(events.counted), shell.ask(events.unmapped)
        shell.draw(stream.summary(counts.frame, names.frame, counts.computed(stream.COUNTED)), filters)
        words = shell.search()
        shell.draw(stream.names(names.frame, names.computed(stream.NAMED), words), filters)
    with shell.panel():
        sessions = shell.ask(events.session_disagreements)
        shell.draw(stream.disagreements(sessions.frame, sessions.computed(stream.CUT)), filters)
