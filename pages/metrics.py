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
        for key in [along or chosen.leading] if chosen.facts else []:
            with shell.panel():
                parts = shell.ask(breakdown, metric=chosen, by=key, compare=filters.compare, **given)
                computed = parts.computed(glossary.BROKEN_DOWN)
                shell.draw(glossary.breakdown(chosen, key, parts.frame, computed, filters), filters)
            with shell.panel():
                rows = shell.ask(founders.behind, facts=chosen.facts, measured=chosen.measured, **given)
                shell.draw(glossary.behind(chosen, rows.frame, rows.computed(glossary.BEHIND)), filters)
