"""AL assistant: what is asked, what it costs, what credit is left."""

from dashboards import home, listing, shell
from metrics import BY_KEY, measure
from queries import assistant

FIGURES = (
    (
        assistant.by_plan,
        "Cost against plans",
        True,
        (
            "Cost of the range by the effective plan of who caused it, brought to 30 days, beside the list price of a "
            "month of running paid subscriptions; staff and requests of nobody apart."
        ),
        "There is no account.",
    ),
    (
        assistant.topics,
        "Topics",
        True,
        "Conversations begun in the range by the car they began from; their words are private.",
        "No conversation was begun in this range.",
    ),
    (
        assistant.waiting,
        "Questions without an answer",
        True,
        "Conversations whose newest message is a question of the range, at most 500.",
        "Every question of this range was answered.",
    ),
    (
        assistant.models,
        "Models",
        True,
        "Requests, tokens and cost by language model; percentiles are of one request.",
        "No request to a language model in this range.",
    ),
    (
        assistant.spending,
        "Cost by person",
        True,
        "Requests, tokens and cost of each person; requests of nobody are one row.",
        "No request to a language model in this range.",
    ),
    (
        assistant.tools,
        "Tools",
        True,
        "Tools that answers used, and answers that used none.",
        "No answer in this range.",
    ),
    (
        assistant.balances,
        "Credit left",
        False,
        "Balance against a month's allowance by the effective plan; an unlimited account has no tank.",
        "No account has a balance.",
    ),
)

with shell.page("assistant") as filters:
    found = {}
    for key in ("conversations", "answers", "model_costs", "cost_per_answer", "cost_per_active_user"):
        with shell.panel():
            answer = shell.ask(measure, metric=BY_KEY[key], span=filters.span, compare=filters.compare)
            found[key] = (answer.frame, answer.computed(BY_KEY[key].definition))
    shell.draw(home.cards(found, filters), filters)
    with shell.panel():
        said = shell.ask(assistant.totals, span=filters.span)
        labels = {
            "conversations": ("Conversations with messages", "conversations"), "people": ("People who asked", "people"),
            "questions": ("Questions", "messages"), "answers": ("Answers", "messages"),
            "input_tokens": ("Tokens read", "tokens"), "output_tokens": ("Tokens written", "tokens"),
        }  # fmt: skip
        computed = said.computed("Messages of the range, staff's included, and tokens of all logged requests.")
        totals = said.frame.rename({name: f"total_{name}" for name in labels})
        shell.draw(listing.numbers(totals, computed, {f"total_{key}": one for key, one in labels.items()}), filters)
    with shell.panel():
        uneven = shell.ask(assistant.concentration, span=filters.span)
        labels = {
            "people": ("People with cost", "people"), "p50": ("Cost per person, median", "currency"),
            "p95": ("95 of 100 below", "currency"), "p99": ("99 of 100 below", "currency"),
            "top_share": ("Dearest 1 %", "share"),
        }  # fmt: skip
        computed = uneven.computed("Cost of the range by the people who caused it; requests of nobody left out.")
        shell.draw(listing.numbers(uneven.frame, computed, labels), filters)
    with shell.panel():
        told = shell.ask(assistant.siblings, span=filters.span)
        labels = {
            "unanswered": ("Unanswered conversations", "conversations"),
            "miscounted": ("Stored count of messages is wrong", "conversations"),
            "unlogged": ("Answered, not in the usage log", "conversations"),
        }
        computed = told.computed("Conversations begun in the range beside their messages and the usage log.")
        shell.draw(listing.numbers(told.frame, computed, labels), filters)
    with shell.panel():
        timed = shell.ask(assistant.latency, span=filters.span)
        labels = {"p50": ("Answer time, median", "seconds"), "p95": ("Answer time, 95 of 100", "seconds")}
        computed = timed.computed("How long answers of the range took, where it was recorded.")
        shell.draw(
            listing.numbers(
                timed.frame.rename({"p50": "time_p50", "p95": "time_p95"}),
                computed,
                {f"time_{key}": label for key, label in labels.items()},
            ),
            filters,
        )
    for question, title, ranged, how, empty in FIGURES:
        with shell.panel():
            given = {"span": filters.span} if ranged else {}
            rows = shell.ask(question, **given)
            shell.draw(listing.rows(question.__name__, title, rows.frame, rows.computed(how), empty=empty), filters)
