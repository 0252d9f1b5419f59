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
    first = shell.ask(history.spread, run=run, moment=before, last=1)
    second = shell.ask(history.spread, run=run, moment=after, last=0)
    computed = shell.make(data_quality.computed, second, kept.how(data_quality.DRIFT), run)
    found = shell.make(distributions.schema_changes, first, second), shell.make(distributions.moved, first, second)
    shell.draw(shell.make(data_quality.drift, *found, computed), filters)
    shell.draw(shell.make(data_quality.volumes, shell.ask(history.volumes, run=run), computed), filters)
    past = shell.make(data_quality.computed, second, kept.how(data_quality.OWN_PAST), run)
    shell.draw(shell.make(data_quality.own_past, shell.ask(history.own_past, run=run), past), filters)
    with shell.panel():
        changes = shell.ask(system.drift)
        shell.draw(shell.make(schema.drift, changes, changes.how(schema.DRIFT, "meta.drift")), filters)
