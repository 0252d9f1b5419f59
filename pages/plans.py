"""Plans: what they grant, who pays, who was invited."""

from dashboards import home, listing, shell
from metrics import BY_KEY, measure
from queries import operations

FIGURES = (
    (
        operations.plans,
        "Plans",
        False,
        "List prices, features granted, accounts on the tier, subscriptions by state.",
        "No plan is defined.",
    ),
    (
        operations.referrals,
        "Referrals",
        False,
        "Invitations by state; for each milestone the people who reached it.",
        "Nobody was invited yet.",
    ),
)

with shell.page("plans") as filters:
    found = {}
    for key in ("paying_users", "conversion"):
        with shell.panel():
            answer = shell.ask(measure, metric=BY_KEY[key], span=filters.span, compare=filters.compare)
            found[key] = (answer.frame, answer.computed(BY_KEY[key].definition))
    shell.draw(home.cards(found, filters), filters)
    for question, title, ranged, how, empty in FIGURES:
        with shell.panel():
            given = {"span": filters.span} if ranged else {}
            rows = shell.ask(question, **given)
            shell.draw(listing.rows(question.__name__, title, rows.frame, rows.computed(how), empty=empty), filters)
