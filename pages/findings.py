"""Findings: what is wrong, worst first, and what is done about it."""

from dashboards import data_quality, judging, shell
from quality import history

with shell.page("findings") as filters:
    run = judging.newest()
    latest, told = shell.ask(history.latest, run=run), judging.told()
    results = latest.frame
    wrong = data_quality.owned(data_quality.failing(results, muted=True), told)
    with shell.controls():
        severity = shell.choose("Severity", "severity", ["critical", "warning"])
        domain = shell.choose("Domain", "domain", wrong["domain"].drop_nulls().unique().sort().to_list())
        owner = shell.choose("Owner", "owner", wrong["owner"].unique().sort().to_list())
        table = shell.choose("Table", "table", wrong["table_name"].unique().sort().to_list())
        words = shell.search()
        muted = shell.toggle("With muted", "muted")
    ranked = data_quality.computed(results, latest.computed(data_quality.RANKED), run)
    wanted = {"severity": severity, "domain": domain, "owner": owner, "table_name": table}
    shell.draw(data_quality.findings(results, told, ranked, words=words, muted=muted, **wanted), filters)
    check = shell.choose("Check", "check", wrong["id"].to_list(), every="Choose a finding")
    if check is not None:
        judging.one(results, run, check, filters, latest.as_of)
    ended = data_quality.computed(results, latest.computed(data_quality.RESOLVED), run)
    shell.draw(data_quality.resolved(told, ended), filters)
