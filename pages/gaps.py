"""Gaps: what is documented against what is there."""

from dashboards import data_quality, judging, schema, shell
from quality import gaps, history
from queries import system

with shell.page("gaps") as filters:
    listed, columns = shell.ask(system.tables), shell.ask(system.columns)
    shell.draw(shell.make(data_quality.sizes, listed, listed.how(data_quality.SIZES, "meta.tables")), filters)
    with shell.panel():
        covered = shell.ask(gaps.coverage)
        shell.draw(shell.make(data_quality.coverage, covered, covered.how(data_quality.COVERAGE)), filters)
    with shell.panel():
        said = shell.ask(gaps.appendix)
        shell.draw(shell.make(data_quality.appendix, said, said.how(data_quality.APPENDIX)), filters)
    run = judging.newest()
    latest = shell.ask(history.latest, run=run)
    judged = shell.make(data_quality.computed, latest, latest.how(data_quality.JUDGED), run)
    shell.draw(shell.make(data_quality.gaps, latest, judged), filters)
    suggested = shell.make(data_quality.suggestions, latest)
    shell.draw(shell.make(data_quality.suggested, suggested, judged), filters)
    check = shell.choose("Suggestion", "check", suggested.frame["id"].to_list(), every="Choose a suggestion")
    if check is not None:
        judging.one(latest.frame, run, check, filters, latest.as_of)
    bound = columns.with_questions(listed).how(schema.BOUND, "meta.columns", "meta.tables")
    shell.draw(shell.make(schema.gaps, columns, listed, bound), filters)
