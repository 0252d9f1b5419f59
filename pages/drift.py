"""Drift: what changed between two runs, in the schema and in the values."""

from dashboards import data_quality, judging, schema, shell
from quality import distributions, history
from queries import system

with shell.page("drift") as filters:
    run = judging.newest()
    kept = shell.ask(history.spreads, run=run)
    moments = kept.frame["moment"].to_list()
    with shell.controls():
        before = shell.choose("Before", "before", moments[:-1], every="The last but one")
        after = shell.choose("After", "after", moments, every="The last")
    first = shell.ask(history.spread, run=run, moment=before, last=1).frame
    second = shell.ask(history.spread, run=run, moment=after, last=0).frame
    computed = data_quality.computed(data_quality.DRIFT, second, run, kept.as_of)
    found = distributions.schema_changes(first, second), distributions.moved(first, second)
    shell.draw(data_quality.drift(*found, computed), filters)
    shell.draw(data_quality.volumes(shell.ask(history.volumes, run=run).frame, computed), filters)
    past = data_quality.computed(data_quality.OWN_PAST, second, run, kept.as_of)
    shell.draw(data_quality.own_past(shell.ask(history.own_past, run=run).frame, past), filters)
    with shell.panel():
        changes = shell.ask(system.drift)
        shell.draw(schema.drift(changes.frame, changes.computed(schema.DRIFT, "meta.drift")), filters)
