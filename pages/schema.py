"""Schema: what bound to what, and what did not."""

from dashboards import schema, shell, tables
from queries import system

with shell.page("schema") as filters:
    listed, columns = shell.ask(system.tables), shell.ask(system.columns)
    computed = columns.with_questions(listed).how(schema.BOUND, "meta.columns", "meta.tables")
    shell.draw(shell.make(schema.summary, columns, computed), filters)
    with shell.controls():
        state = shell.choose("State", "state", list(schema.STATES))
        domain = shell.choose("Domain", "domain", tables.domains(listed.frame))
        words = shell.search()
    found = shell.make(schema.bindings, columns, listed, computed, words=words, domain=domain, state=state)
    shell.draw(found, filters)
    shell.draw(shell.make(schema.gaps, columns, listed, computed), filters)
    with shell.panel():
        changes = shell.ask(system.drift)
        shell.draw(shell.make(schema.drift, changes, changes.how(schema.DRIFT, "meta.drift")), filters)
    with shell.panel():
        values = shell.ask(system.uncarried)
        shell.draw(shell.make(schema.uncarried, values, values.how(schema.UNCARRIED, "meta.uncarried")), filters)
    with shell.panel():
        last = shell.ask(system.last_refresh)
        shell.draw(shell.make(schema.refreshed, last, last.how(schema.REFRESHED, "meta.refresh")), filters)
