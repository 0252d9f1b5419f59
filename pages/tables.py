"""Tables: all of them, or one with its columns and rows."""

from dashboards import shell, tables
from queries import explorer, system

with shell.page("tables") as filters:
    listed = shell.ask(system.tables)
    computed = listed.how(tables.LISTED, "meta.tables")
    with shell.controls():
        name = shell.choose("Table", "table", listed.frame["table_name"].to_list(), every="All tables")
        words = shell.search() if name is None else ""
        domain = shell.choose("Domain", "domain", tables.domains(listed.frame)) if name is None else None
    if name is None:
        shell.draw(shell.make(tables.overview, listed, computed, words=words, domain=domain), filters)
    else:
        shell.draw(shell.make(tables.facts, listed, computed, name), filters)
        columns = shell.ask(system.columns, table_name=name)
        if tables.is_found(listed.frame, name):
            with shell.panel():
                profile = shell.ask(explorer.profile, table_name=name)
                asked = columns.with_questions(profile).how(tables.PROFILED, "meta.columns")
                shell.draw(shell.make(tables.columns, columns, profile, asked), filters)
            with shell.panel():
                names = explorer.explored(shell.mirror(), name).columns
                with shell.controls():
                    conditions, order = shell.row_filters(names), shell.row_order(names)
                total = shell.ask(explorer.matching, table_name=name, filters=conditions).frame
                page = shell.page_of(total, order["page_size"])
                rows = shell.ask(explorer.rows, table_name=name, filters=conditions, page=page, **order)
                shell.draw(shell.make(tables.sample, rows, total, rows.how(tables.SAMPLED), conditions), filters)
        else:
            shell.draw(shell.make(tables.columns, columns, None, columns.how(tables.PROFILED, "meta.columns")), filters)
