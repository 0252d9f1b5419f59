"""Gaps: what is documented against what is there."""

from dashboards import data_quality, judging, schema, shell
from quality import gaps, history
from queries import system

with shell.page("gaps") as filters:
    listed, columns = shell.ask(system.tables), shell.ask(system.columns)
    shell.draw(data_quality.sizes(listed.frame, listed.computed(data_quality.SIZES, "meta.tables")), filters)
    with shell.panel():
        covered = shell.ask(gaps.coverage)
        shell.draw(data_quality.coverage(covered.frame, covered.computed(data_quality.COVERAGE)), filters)
    with shell.panel():
        said = shell.ask(gaps.appendix)
        shell.draw(data_quality.appendix(said.frame, said.computed(data_quality.APPENDIX)), filters)
    run = judging.newest()
    latest = shell.ask(history.latest, run=run)
    judged = data_quality.computed(data_quality.JUDGED, latest.frame, run, latest.as_of)
    shell.draw(data_quality.gaps(latest.frame, judged), filters)
    suggested = data_quality.suggestions(latest.frame)
    shell.draw(data_quality.suggested(suggested, judged), filters)
    check = shell.choose("Suggestion", "check", suggested["id"].to_list(), every="Choose a suggestion")
    if check is not None:
        judging.one(latest.frame, run, check, filters, latest.as_of)
    bound = columns.with_questions(listed).computed(schema.BOUND, "meta.columns", "meta.tables")
    shell.draw(schema.gaps(columns.frame, listed.frame, bound), filters)
