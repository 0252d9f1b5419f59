"""Acquisition: which ways people come, and which bring those who convert and stay."""

from dashboards import acquisition, shell
from queries import acquisition as questions
from queries import events as stream
from queries import retention

with shell.page("acquisition") as filters, shell.panel():
    names = shell.ask(retention.names).frame
    with shell.controls():
        by = shell.choose("Channels are", "by", list(acquisition.BY), every="Source") or "Source"
        lookback = shell.choose("Looking back", "lookback", list(acquisition.LOOKBACKS), every="90 days")
        events = shell.choose_many("Converts by", "events", names, none="Account opened")
    given = {
        "asked": acquisition.asked(by, events, lookback),
        "span": filters.span,
        "segment": filters.segment,
    }
    found = shell.ask(questions.channels, **given)
    computed = found.how(acquisition.COUNTED)
    shell.draw(shell.make(acquisition.summary, found, computed), filters)
    credited = found.how(f"{acquisition.CREDITED} {acquisition.COUNTED}")
    shell.draw(shell.make(acquisition.models, found, by, filters, credited), filters)
    stayed = found.how(f"{acquisition.STAYED} {acquisition.COUNTED}")
    shell.draw(shell.make(acquisition.channels, found, by, filters, stayed), filters)
    shell.say(shell.ask(stream.left_out).frame)
    with shell.controls():
        channel = shell.choose("People who came by", "channel", found.frame["channel"].to_list(), every="Any way")
    listed = shell.ask(questions.people, **given, channel=channel)
    shell.draw(shell.make(acquisition.people, listed, channel, listed.how(acquisition.COUNTED)), filters)
