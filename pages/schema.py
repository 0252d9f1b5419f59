"""Schema: what bound to what, and what did not."""

from dashboards import schema, shell, tables
from queries import system

with shell.page("schema") as filters:
    listed, columns = shell.ask(system.tables), shell.ask(system.columns)
    computed = columns.with_questions(listed).computed(schema.BOUND, "meta.columns", "meta.tables")
    shell.draw(schema.summary(columns.frame, computed), filters)
    with shell.controls():
        state = shell.choose("State", "state", list(schema.STATES))
        domain = shell.choose("Domain", "domain", tables.domains(listed.frame))
        words = shell.search()
    found = schema.bindings(columns.frame, listed.frame, computed, words=words, domain=domain, state=state)
    shell.draw(found, filters)
    shell.draw(schema.gaps(columns.frame, listed.frame, computed), filters)
    with shell.panel():
        changes = shell.ask(system.drift)
        shell.draw(schema.drift(changes.frame, changes.computed(schema.DRIFT, "meta.drift")), filters)
    with shell.panel():
        values = shell.ask(system.uncarried)
        shell.draw(schema.uncarried(values.frame, values.computed(schema.UNCARRIED, "meta.uncarried")), filters)
    with shell.panel():
        last = shell.ask(system.last_refresh)
        shell.draw(schema.refreshed(last.frame, last.computed(schema.REFRESHED, "meta.refresh")), filters)
