"""Event stream: which names it reads, what it leaves out, where recorded sessions differ from computed ones."""

from dashboards import shell, stream
from queries import events

with shell.page("stream") as filters:
    with shell.panel():
        counts, names = shell.ask(events.counted), shell.ask(events.unmapped)
        shell.draw(shell.make(stream.summary, counts, names, counts.how(stream.COUNTED)), filters)
        words = shell.search()
        shell.draw(shell.make(stream.names, names, names.how(stream.NAMED), words), filters)
    with shell.panel():
        sessions = shell.ask(events.session_disagreements)
        shell.draw(shell.make(stream.disagreements, sessions, sessions.how(stream.CUT)), filters)
