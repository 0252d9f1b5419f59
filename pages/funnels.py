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
        earlier = shell.ask(questions.steps, **given | {"span": filters.earlier}) if filters.earlier else None
        computed = steps.how(funnels.COUNTED)
        shell.draw(shell.make(funnels.summary, steps, earlier, total, asked, computed), filters)
        shell.draw(shell.make(funnels.bars, steps, earlier, filters, computed, chosen.title), filters)
        shell.draw(shell.make(funnels.notes, shell.ask(questions.left_out, **given)), filters)
        trend = shell.ask(questions.trend, **given)
        shell.draw(shell.make(funnels.trend, trend, filters, trend.how(funnels.BY_ENTRY)), filters)
        shell.draw(shell.make(funnels.times, total, filters, total.how(funnels.COUNTED)), filters)
        if asked.breakdown is not None:
            parts = shell.ask(questions.breakdown, **given)
            shell.draw(shell.make(funnels.segments, parts, asked, filters, parts.how(funnels.COMPARED)), filters)
        others = shell.ask(questions.correlation, **given)
        shell.draw(shell.make(funnels.correlations, others, filters, others.how(funnels.ASSOCIATED)), filters)
        with shell.controls():
            choice = shell.choose("People", "who", list(funnels.WHO), every="Dropped after")
            at = shell.choose("Step", "step", funnels.step_names(asked), every=funnels.step_names(asked)[0])
        which, step, words = funnels.who(choice, at, asked)
        listed = shell.ask(questions.people, **given, which=which, step=step)
        shell.draw(shell.make(funnels.people, listed, words, listed.how(funnels.COUNTED)), filters)
