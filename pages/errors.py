"""Errors: what wants a decision, or one issue whole."""

from dashboards import errors as views
from dashboards import shell, triage
from queries import errors
from queries.errors import detail

with shell.page("errors") as filters:
    log, issue, me = triage.log(), shell.place(triage.ISSUE), shell.viewer().name
    triage.answers()
    with shell.controls():
        state = shell.choose("State", "state", [views.EVERY, *views.STATE_WORDS.values()], every=views.ATTENTION)
        order = shell.choose("Sort by", "sort", list(views.ORDER_WORDS), every="Rank")
        words = shell.search()
        noise = shell.toggle("With noise", "noise")
    with shell.panel():
        listed = shell.ask(
            errors.issues, log=log, search=words, states=views.states(state), noise=noise, me=me,
            order=views.ORDER_WORDS[order or "Rank"], since=filters.span.start, until=filters.span.end,
        )  # fmt: skip
        computed = listed.how(views.LISTED, "application_errors", "user_feedback")
        neighbours = listed.frame["fingerprint"].to_list()
        triage.remember(log)
        if issue is None:
            triage.listed(shell.selected("issues", listed.frame, "fingerprint"), neighbours, listed.as_of)
            shell.draw(shell.make(views.overview, listed, computed), filters)
        else:
            issue = triage.lead(issue, log)
            one = shell.ask(errors.issues, log=log, search=f"fingerprint:{issue}")
            triage.single(issue, neighbours, listed.as_of)
            shell.heading(*views.head(one.frame))
            about = {"fingerprint": issue, "log": log}
            days = shell.ask(detail.daily, timezone=filters.span.timezone, **about)
            shell.draw(
                shell.make(views.over_time, days, shell.ask(detail.deploys, log=log), computed, filters), filters
            )
            rows = shell.ask(detail.samples, **about)
            shell.draw(shell.make(views.samples, rows, rows.how(views.LISTED), shell.place("row")), filters)
            shell.draw(shell.make(views.shares, shell.ask(detail.shares, **about), computed), filters)
            shell.draw(
                shell.make(views.history, errors.decided(log).get(issue, errors.Decided()).history, computed), filters
            )
            triage.comment(issue, listed.as_of)
            with shell.panel():
                earlier = shell.ask(detail.before, **about)
                shell.draw(shell.make(views.before, earlier, earlier.how(views.LISTED)), filters)
            shell.draw(shell.make(views.related, shell.ask(detail.related, **about), computed), filters)
            told = shell.ask(detail.why, **about)
            shell.draw(shell.make(views.why, told, rows.frame["error_hash"].n_unique(), computed), filters)
