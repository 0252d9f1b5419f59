"""Funnels: where people drop out, who they are, and whether it is getting better."""

from dashboards import funnel_choice, funnels, shell
from queries import funnels as questions

with shell.page("funnels") as filters, shell.panel():
    chosen = funnel_choice.funnel_choice(*shell.ask(questions.vocabulary).frame)
    asked = chosen.definition()
    if asked is None:
        shell.empty("Choose the events that are its steps, in order.")
    else:
        given = {"definition": asked, "span": filters.span, "segment": filters.segment}
        steps, total = shell.ask(questions.steps, **given), shell.ask(questions.durations, **given)
        earlier = shell.ask(questions.steps, **given | {"span": filters.earlier}).frame if filters.earlier else None
        computed = steps.computed(funnels.COUNTED)
        shell.draw(funnels.summary(steps.frame, earlier, total.frame, asked, computed), filters)
        shell.draw(funnels.bars(steps.frame, earlier, filters, computed, chosen.title), filters)
        shell.draw(funnels.notes(shell.ask(questions.left_out, **given).frame), filters)
        trend = shell.ask(questions.trend, **given)
        shell.draw(funnels.trend(trend.frame, filters, trend.computed(funnels.BY_ENTRY)), filters)
        shell.draw(funnels.times(total.frame, filters, total.computed(funnels.COUNTED)), filters)
        if asked.breakdown is not None:
            parts = shell.ask(questions.breakdown, **given)
            shell.draw(funnels.segments(parts.frame, asked, filters, parts.computed(funnels.COMPARED)), filters)
        others = shell.ask(questions.correlation, **given)
        shell.draw(funnels.correlations(others.frame, filters, others.computed(funnels.ASSOCIATED)), filters)
        with shell.controls():
            choice = shell.choose("People", "who", list(funnels.WHO), every="Dropped after")
            at = shell.choose("Step", "step", funnels.step_names(asked), every=funnels.step_names(asked)[0])
        which, step, words = funnels.who(choice, at, asked)
        listed = shell.ask(questions.people, **given, which=which, step=step)
        shell.draw(funnels.people(listed.frame, words, listed.computed(funnels.COUNTED)), filters)
