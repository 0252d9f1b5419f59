"""Metrics: the glossary, or one metric whole."""

from dashboards import glossary, shell
from metrics import breakdown, measure
from queries import founders

with shell.page("metrics") as filters:
    with shell.controls():
        chosen = glossary.TITLES.get(shell.choose("Metric", "metric", list(glossary.TITLES), every="Glossary") or "")
        by = {words: key for key, words in chosen.dimensions.items()} if chosen else {}
        along = by.get(shell.choose("Break down by", "by", list(by), every=glossary.BY_ITSELF) or "") if by else None
    if chosen is None:
        shell.draw(glossary.entries(), filters)
    else:
        given = {"span": filters.span, "segment": filters.segment}
        with shell.panel():
            whole = shell.ask(measure, metric=chosen, compare=filters.compare, **given)
            shell.draw(glossary.whole(chosen, whole.frame, whole.computed(chosen.definition), filters), filters)
        for one in chosen.behind:
            with shell.panel():
                key = along or one.leading
                parts = shell.ask(breakdown, metric=one, by=key, compare=filters.compare, **given)
                computed = parts.computed(glossary.BROKEN_DOWN)
                shell.draw(glossary.breakdown(one, key, parts.frame, computed, filters), filters)
            with shell.panel():
                rows = shell.ask(founders.behind, facts=one.facts, measured=one.measured, **given)
                shell.draw(glossary.behind(one, rows.frame, rows.computed(glossary.BEHIND)), filters)
