"""The assistant: what it costs by model and person, which tools it uses, what credit is left, what goes unanswered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

if TYPE_CHECKING:
    from queries.span import Span
    from replica import Mirror

HERE = Path(__file__).parent
SHARED_BY: Final = 5
"""People who must have used a word before it is shown."""
COMMON: Final = (
    "a about after all also am an and any are as at be been before being best better between both but by can could do "
    "does doing for from get give go good got had has have how i i'd i'm i've if in into is it it's its just know like "
    "make many me more most much my need no not now of off on one only or other our out over please should show so "
    "some tell than thank thanks that that's the their them then there these they this those to too under up us use "
    "using want was we were what what's when where which while who why will with would yes you your"
)
"""Words that say nothing of a question's topic."""


class Spending(dy.Schema):
    """One row per person, dearest first; null is requests of nobody."""

    user_id = dy.String(nullable=True)
    tier = dy.String(nullable=True)
    requests = dy.Int64(min=0)
    input_tokens = dy.Int64(nullable=True)
    output_tokens = dy.Int64(nullable=True)
    cost = dy.Decimal(18, 2, nullable=True, description="Dollars.")


class Models(dy.Schema):
    """One row per language model, dearest first."""

    model = dy.String(primary_key=True)
    requests = dy.Int64(min=0)
    input_tokens = dy.Int64(nullable=True)
    output_tokens = dy.Int64(nullable=True)
    cost = dy.Decimal(18, 2, nullable=True, description="Dollars.")
    p50 = dy.Decimal(18, 4, nullable=True, description="Dollars of the request in the middle.")
    p95 = dy.Decimal(18, 4, nullable=True, description="Dollars that 95 of 100 requests stay below.")
    p99 = dy.Decimal(18, 4, nullable=True, description="Dollars that 99 of 100 requests stay below.")


class Concentration(dy.Schema):
    """One row: how the cost of the range falls on the people who caused it."""

    people = dy.Int64(min=0)
    p50 = dy.Decimal(18, 2, nullable=True, description="Dollars of the person in the middle.")
    p95 = dy.Decimal(18, 2, nullable=True, description="Dollars that 95 of 100 people stay below.")
    p99 = dy.Decimal(18, 2, nullable=True, description="Dollars that 99 of 100 people stay below.")
    top_share = dy.Float64(nullable=True, description="Share of the dearest hundredth of people, at least one.")


class Tools(dy.Schema):
    """One row per tool, and one for answers without any."""

    tool = dy.String(primary_key=True)
    calls = dy.Int64(min=0)
    answers = dy.Int64(min=0, description="Answers that used it.")


class Balances(dy.Schema):
    """One row per account with a balance, lowest first."""

    user_id = dy.String(nullable=True)
    tier = dy.String(nullable=True, description="Plan of the running subscription, else of the profile.")
    tier_differs = dy.Bool(description="Whether the copy beside the balance says another plan.")
    unlimited = dy.Bool(description="Whether nothing is charged.")
    balance = dy.Decimal(18, 2, nullable=True, description="Dollars left; may be negative.")
    allowance = dy.Decimal(18, 2, nullable=True, description="Dollars the plan gives in a month; none if unlimited.")
    purchased = dy.Decimal(18, 2, nullable=True, description="Dollars ever bought on top.")
    spent_this_month = dy.Decimal(18, 2, nullable=True, description="Dollars.")
    messages_this_month = dy.Int64(nullable=True)
    tank = dy.Float64(nullable=True, min=0, max=1, description="Balance as a share of the month's allowance.")
    last_refill_date = dy.Datetime(time_zone="UTC", nullable=True)


class Siblings(dy.Schema):
    """One row: conversations of the range beside the usage log."""

    conversations = dy.Int64(min=0)
    miscounted = dy.Int64(min=0, description="Whose stored number of messages is another than that of the messages.")
    unanswered = dy.Int64(min=0, description="Without any answer.")
    unlogged = dy.Int64(min=0, description="Answered, and without a request in the usage log.")


class Latency(dy.Schema):
    """One row: how long answers took, in seconds, where it was recorded."""

    answers = dy.Int64(min=0)
    timed = dy.Int64(min=0)
    p50 = dy.Float64(nullable=True)
    p95 = dy.Float64(nullable=True)


class Totals(dy.Schema):
    """One row: what was asked and answered in the range, and the tokens of all requests to language models."""

    conversations = dy.Int64(min=0, description="Conversations with a message in the range.")
    people = dy.Int64(min=0, description="Different people who asked.")
    questions = dy.Int64(min=0)
    answers = dy.Int64(min=0)
    input_tokens = dy.Int64(nullable=True, description="Null where no request was logged.")
    output_tokens = dy.Int64(nullable=True)


class ByPlan(dy.Schema):
    """One row per effective plan, staff and requests of nobody apart, dearest first."""

    tier = dy.String(primary_key=True)
    people = dy.Int64(min=0)
    people_with_cost = dy.Int64(min=0)
    cost = dy.Decimal(18, 2, nullable=True, description="Dollars of the range.")
    cost_in_30_days = dy.Decimal(18, 2, nullable=True, description="Dollars, the range brought to 30 days.")
    list_price_a_month = dy.Decimal(18, 2, nullable=True, description="Dollars of running paid subscriptions.")
    cost_share = dy.Float64(nullable=True, description="Cost in 30 days by the list price of a month.")


class Topics(dy.Schema):
    """One row per car that conversations began from, most first."""

    car = dy.String(primary_key=True)
    brand = dy.String(nullable=True)
    conversations = dy.Int64(min=1)
    people = dy.Int64(min=0)
    messages = dy.Int64(min=0)
    conversations_share = dy.Float64(min=0, max=1)


class Words(dy.Schema):
    """One row per word, what most people ask with first."""

    word = dy.String(primary_key=True)
    conversations = dy.Int64(min=1, description="Conversations with a question that holds the word.")
    people = dy.Int64(min=1, description="People who used it.")


class Waiting(dy.Schema):
    """One row per conversation that ends with a question, newest first."""

    conversation_id = dy.String(primary_key=True)
    user_id = dy.String(nullable=True)
    car = dy.String(nullable=True)
    messages = dy.Int64(min=1)
    asked_at = dy.Datetime(time_zone="UTC")


def totals(mirror: Mirror, *, span: Span) -> dy.DataFrame[Totals]:
    """How much is asked and answered, by how many, and how much do language models read and write?"""
    return mirror.ask(HERE / "totals.sql", Totals, since=span.start, until=span.end)


def by_plan(mirror: Mirror, *, span: Span) -> dy.DataFrame[ByPlan]:
    """What does the assistant cost on each plan, beside what the plan brings in?"""
    over = min(span.end, mirror.freshness().snapshot_at)
    days = max(1.0, (over - span.start).total_seconds() / 86_400)
    return mirror.ask(HERE / "by_plan.sql", ByPlan, since=span.start, until=span.end, days=days)


def topics(mirror: Mirror, *, span: Span) -> dy.DataFrame[Topics]:
    """What are conversations about, by the car they began from?"""
    return mirror.ask(HERE / "topics.sql", Topics, since=span.start, until=span.end)


def words(mirror: Mirror, *, span: Span) -> dy.DataFrame[Words]:
    """Which words do people ask with?

    What somebody wrote is personal: a word counts when at least `SHARED_BY` people used it. Words of every English
    sentence are left out.
    """
    common = pl.DataFrame({"word": COMMON.split()})
    return mirror.unmasked.ask(
        HERE / "words.sql", Words, given={"common": common}, since=span.start, until=span.end, least=SHARED_BY
    )


def waiting(mirror: Mirror, *, span: Span) -> dy.DataFrame[Waiting]:
    """Which questions were never answered?"""
    return mirror.ask(HERE / "waiting.sql", Waiting, since=span.start, until=span.end)


def spending(mirror: Mirror, *, span: Span) -> dy.DataFrame[Spending]:
    """What does each person's use of language models cost?"""
    return mirror.ask(HERE / "spending.sql", Spending, since=span.start, until=span.end)


def models(mirror: Mirror, *, span: Span) -> dy.DataFrame[Models]:
    """What do the language models cost, in sum and for one request?"""
    return mirror.ask(HERE / "models.sql", Models, since=span.start, until=span.end)


def concentration(mirror: Mirror, *, span: Span) -> dy.DataFrame[Concentration]:
    """How unevenly does the cost fall on people?"""
    return mirror.ask(HERE / "concentration.sql", Concentration, since=span.start, until=span.end)


def tools(mirror: Mirror, *, span: Span) -> dy.DataFrame[Tools]:
    """Which tools does the assistant use, and how often none?"""
    return mirror.ask(HERE / "tools.sql", Tools, since=span.start, until=span.end)


def balances(mirror: Mirror) -> dy.DataFrame[Balances]:
    """What credit is left to each account, against what its plan gives?

    A month's allowance is 0.25 dollars for free, 1.00 for enthusiast and collector, 2.50 for tuner.
    """
    return mirror.ask(HERE / "balances.sql", Balances)


def siblings(mirror: Mirror, *, span: Span) -> dy.DataFrame[Siblings]:
    """Do conversations, messages and the usage log tell the same story?"""
    return mirror.ask(HERE / "siblings.sql", Siblings, since=span.start, until=span.end)


def latency(mirror: Mirror, *, span: Span) -> dy.DataFrame[Latency]:
    """How long do answers take?"""
    return mirror.ask(HERE / "latency.sql", Latency, since=span.start, until=span.end)
