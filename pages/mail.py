"""E-mail: what is sent, what arrives, what is opened, what is refused."""

from dashboards import home, listing, shell
from dashboards import operations as views
from metrics import BY_KEY, measure
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
    found = {}
    for key in ("mail_delivered",):
        with shell.panel():
            answer = shell.ask(measure, metric=BY_KEY[key], span=filters.span, compare=filters.compare)
            found[key] = (answer.frame, answer.computed(BY_KEY[key].definition))
    shell.draw(home.cards(found, filters), filters)
    for question, title, ranged, how, empty in FIGURES:
        with shell.panel():
            given = {"span": filters.span} if ranged else {}
            rows = shell.ask(question, **given)
            shell.draw(listing.rows(question.__name__, title, rows.frame, rows.computed(how), empty=empty), filters)
    with shell.panel():
        sent = shell.ask(mailing.by_period, span=filters.span)
        shell.draw(views.mailed(sent.frame, sent.computed(views.MAILED), filters), filters)
    with shell.panel():
        refused = shell.ask(mailing.suppressed, span=filters.span)
        shell.draw(views.suppressed(refused.frame, refused.computed(views.SUPPRESSED), filters), filters)
