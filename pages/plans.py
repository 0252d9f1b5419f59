"""Plans: what they grant, who pays, who was invited."""

from dashboards import finance, home, listing, shell
from metrics import BY_KEY, measure
from queries import finance as ledger
from queries import operations
from queries.operations import billing

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
    (
        billing.gates,
        "On the way to a plan",
        True,
        "Product events about prices, gates, upgrades and the checkout, and who subscribed later.",
        "Nobody came to prices or a gate in this range.",
    ),
    (
        billing.entitlements,
        "What plans grant",
        False,
        "Features by plan; without a number there is no limit.",
        "No plan grants anything.",
    ),
)

with shell.page("plans") as filters:
    found = {}
    for key in ("mrr", "paying_users", "conversion"):
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
        moved = shell.ask(ledger.recurring_revenue, ends=filters.span.ends())
        shell.draw(finance.recurring(moved.frame, moved.computed(finance.RECURRING), dark=filters.dark), filters)
    with shell.panel():
        bought = shell.ask(billing.purchases)
        labels = {
            "buyers": ("Accounts that bought credit", "people"), "bought": ("Credit bought", "currency"),
            "each": ("Credit bought by each", "currency"),
        }  # fmt: skip
        computed = bought.computed("Credit bought on top of plans over all time, by the balances of accounts.")
        shell.draw(listing.numbers(bought.frame, computed, labels), filters)
