"""Plans: what they grant, who pays, who was invited."""

from dashboards import finance, sections, shell
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
    sections.metrics(("mrr", "paying_users", "conversion"), filters)
    sections.tables(FIGURES, filters)
    with shell.panel():
        moved = shell.ask(ledger.recurring_revenue, ends=filters.span.ends())
        shell.draw(shell.make(finance.recurring, moved, moved.how(finance.RECURRING), dark=filters.dark), filters)
    labels = {
        "buyers": ("Accounts that bought credit", "people"), "bought": ("Credit bought", "currency"),
        "each": ("Credit bought by each", "currency"),
    }  # fmt: skip
    how = "Credit bought on top of plans over all time, by the balances of accounts."
    sections.numbers(billing.purchases, labels, how, filters)
