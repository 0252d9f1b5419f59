"""E-mail: what is sent, what arrives, what is opened, what is refused."""

from dashboards import operations as views
from dashboards import sections, shell
from queries import operations
from queries.operations import mailing

FIGURES = (
    (
        operations.mail,
        "Templates",
        True,
        (
            "E-mails queued in the range. Delivered is a share of sent, "
            " opened of delivered, clicked of opened, bounced of sent, complained of delivered."
        ),
        "No e-mail was queued in this range.",
    ),
)

with shell.page("mail") as filters:
    sections.metrics(("mail_delivered",), filters)
    sections.tables(FIGURES, filters)
    with shell.panel():
        sent = shell.ask(mailing.by_period, span=filters.span)
        shell.draw(shell.make(views.mailed, sent, sent.how(views.MAILED), filters), filters)
    with shell.panel():
        refused = shell.ask(mailing.suppressed, span=filters.span)
        shell.draw(shell.make(views.suppressed, refused, refused.how(views.SUPPRESSED), filters), filters)
