"""What the page of AL says: which numbers and tables, and how each is computed."""

from __future__ import annotations

from typing import Final

from queries import assistant

NUMBERS: Final = (
    (
        assistant.totals,
        {
            "conversations": ("Conversations with messages", "conversations"), "people": ("People who asked", "people"),
            "questions": ("Questions", "messages"), "answers": ("Answers", "messages"),
            "input_tokens": ("Tokens read", "tokens"), "output_tokens": ("Tokens written", "tokens"),
        },
        "Messages of the range, staff's included, and tokens of all logged requests.",
        "total_",
    ),
    (
        assistant.concentration,
        {
            "people": ("People with cost", "people"), "p50": ("Cost per person, median", "currency"),
            "p95": ("95 of 100 below", "currency"), "p99": ("99 of 100 below", "currency"),
            "top_share": ("Dearest 1 %", "share"),
        },
        "Cost of the range by the people who caused it; requests of nobody left out.",
        "",
    ),
    (
        assistant.siblings,
        {
            "unanswered": ("Unanswered conversations", "conversations"),
            "miscounted": ("Stored count of messages is wrong", "conversations"),
            "unlogged": ("Answered, not in the usage log", "conversations"),
        },
        "Conversations begun in the range beside their messages and the usage log.",
        "",
    ),
    (
        assistant.latency,
        {"p50": ("Answer time, median", "seconds"), "p95": ("Answer time, 95 of 100", "seconds")},
        "How long answers of the range took, where it was recorded.",
        "time_",
    ),
)  # fmt: skip
FIGURES: Final = (
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
        assistant.words,
        "Words of questions",
        True,
        (
            f"Words of people's questions in the range, each used by at least {assistant.SHARED_BY} people: what fewer "
            "wrote is theirs. Words of every English sentence are left out, at most 100 are shown."
        ),
        f"No word was used by {assistant.SHARED_BY} people in this range.",
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
