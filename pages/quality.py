"""Quality: which numbers can be trusted, and what is checked where."""

from dashboards import data_quality, judging, shell
from quality import history
from quality.check import DIMENSIONS

with shell.page("quality") as filters:
    run = judging.newest()
    judging.running()
    latest = shell.ask(history.latest, run=run)
    results, read = latest.frame, latest.how(data_quality.JUDGED)
    judged, matrix = shell.make(data_quality.computed, latest, read, run), shell.make(data_quality.matrix, latest, read)
    shell.draw(shell.make(data_quality.verdict, latest, matrix), filters)
    shell.draw(shell.make(data_quality.state, latest, matrix, judged), filters)
    shell.draw(shell.make(data_quality.heat, matrix, judged, dark=filters.dark), filters)
    with shell.controls():
        table = shell.choose("Table", "table", matrix.frame["table_name"].to_list(), every="Choose a table")
        dimension = shell.choose("Dimension", "dimension", list(DIMENSIONS)) if table is not None else None
        of = data_quality.failing(results, muted=True) if table is None else results.filter(table_name=table)
        check = shell.choose("Check", "check", of["id"].to_list(), every="Choose a check")
    if table is not None:
        shell.draw(shell.make(data_quality.cell, latest, judged, table=table, dimension=dimension), filters)
    if check is not None:
        judging.one(results, run, check, filters, latest.as_of)
    shell.draw(shell.make(data_quality.runs, shell.ask(history.runs, run=run), judged, dark=filters.dark), filters)
