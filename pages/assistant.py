"""AL assistant: what is asked, what it costs, what credit is left."""

from dashboards import assistant as views
from dashboards import sections, shell

with shell.page("assistant") as filters:
    sections.metrics(("conversations", "answers", "model_costs", "cost_per_answer", "cost_per_active_user"), filters)
    for question, labels, how, prefix in views.NUMBERS:
        sections.numbers(question, labels, how, filters, prefix=prefix, span=filters.span)
    sections.tables(views.FIGURES, filters)
