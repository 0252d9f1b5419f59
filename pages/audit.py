"""Audit: who revealed personal data and why, and who looked at which page."""

from dashboards import audit, shell

with shell.page("audit") as filters:
    shell.draw(audit.reveals(shell.store().reveals()), filters)
    shell.draw(audit.page_views(shell.store().page_runs()), filters)
