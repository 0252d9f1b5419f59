"""Audit: who revealed personal data and why."""

from dashboards import audit, shell

with shell.page("audit") as filters:
    shell.draw(audit.reveals(shell.store().reveals()), filters)
