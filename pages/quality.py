"""Quality: which numbers can be trusted, and what is wrong."""

from dashboards import data_quality, shell
from quality import history

with shell.page("quality") as filters:
    run = shell.checked()
    latest = shell.ask(history.latest, run=run)
    results = latest.frame
    judged = data_quality.computed(data_quality.JUDGED, results, run, latest.as_of)
    matrix = history.matrix(results)
    shell.draw(data_quality.verdict(results, matrix), filters)
    shell.draw(data_quality.state(results, matrix, judged), filters)
    with shell.controls():
        severity = shell.choose("Severity", "severity", ["critical", "warning"])
        owner = shell.choose("Owner", "owner", results["owner"].unique().sort().to_list())
        table = shell.choose("Table", "table", matrix["table_name"].to_list())
        words = shell.search()
    ranked = data_quality.computed(data_quality.RANKED, results, run, latest.as_of)
    shell.draw(
        data_quality.findings(results, ranked, severity=severity, owner=owner, table=table, words=words), filters
    )
    check = shell.choose("Check", "check", data_quality.failing(results)["id"].to_list(), every="Choose a finding")
    if check is not None:
        shell.draw(data_quality.said(results, check), filters)
        past = shell.ask(history.trend, run=run, check=check)
        shell.draw(
            data_quality.one(results, past.frame, data_quality.measured(results, check, latest.as_of), check), filters
        )
        shell.muting(check)
    shell.draw(data_quality.heat(matrix, judged, dark=filters.dark), filters)
    shell.draw(data_quality.gaps(results, judged), filters)
    shell.draw(data_quality.drift(shell.ask(history.volumes, run=run).frame, judged), filters)
    shell.draw(data_quality.runs(shell.ask(history.runs, run=run).frame, judged, dark=filters.dark), filters)
