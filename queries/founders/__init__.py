"""What founders look at first, each counted from its facts: people, activity, conversations, costs, content, cash.

The facts of a metric (`facts/*.sql`) are rows of `moment`, `actor`, `amount`, `segment`, `who` and `what`. The
same facts, summed by day once of a generation (`days`), give its trend and its breakdowns, and themselves the rows
behind it, so that these agree.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

from queries import finance
from queries.founders import days
from queries.founders.days import Measured, Segment, grain, statement
from queries.series import Amounts, Counts, Rates, flow, quotient, rate, stock, unknown
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from queries.span import Span
    from replica import Mirror

HERE = Path(__file__).parent

__all__ = ("Measured", "Segment", "grain", "statement")
MOST_SEGMENTS: Final = 200
MOST_BEHIND: Final = 500

_TIER: Final = {"tier": "Plan"}
DIMENSIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "profiles": {**_TIER, "source": "Source", "medium": "Medium", "state": "State", "onboarding": "Onboarding"},
    "activity": {"kind": "What was done", **_TIER, "age": "Time since sign-up"},
    "visits": {
        "source": "Source", "medium": "Medium", "campaign": "Campaign", "country": "Country", "signed_in": "Signed in",
    },
    "conversations": {**_TIER, "car": "Car", "length": "Length"},
    "answers": {"model": "Model", **_TIER},
    "model_costs": {"model": "Model", "purpose": "Purpose", **_TIER},
    "activation": {**_TIER, "state": "State", "onboarding": "Onboarding"},
    "payers": {"plan": "Plan", "state": "State"},
    "content": {"kind": "Kind"},
    "errors": {"severity": "Severity", "type": "Type", "source": "Source"},
    "feedback": {"type": "Kind", "severity": "Severity"},
    "cash": {"account": "Account"},
    "jobs": {"type": "Kind of job"},
    "mail": {"template": "Template"},
}  # fmt: skip
"""By what the facts of each name can be broken down: key and words."""


class UnknownDimension(ReplicaError):
    """A metric cannot be broken down by what was named."""

    exit_code = 2


class ContentKinds(dy.Schema):
    """One row per kind of content."""

    kind = dy.String(primary_key=True, description="What is counted.")
    pieces = dy.Int64(min=0, description="Pieces that exist at the end of the range.")
    added = dy.Int64(min=0, description="Pieces added within the range.")


class Segments(dy.Schema):
    """One row per segment, largest first."""

    segment = dy.String(primary_key=True, description="Value of the dimension; unknown where nothing is recorded.")
    value = dy.Decimal(18, 4, nullable=True, description="The metric, for this segment alone.")
    facts = dy.Int64(min=0, description="Rows that it rests on.")


class Behind(dy.Schema):
    """One row per fact, newest first."""

    moment = dy.Datetime(time_zone="UTC", nullable=True, description="When it happened.")
    what = dy.String(nullable=True, description="What happened.")
    who = dy.String(nullable=True, description="The account it belongs to.")
    record = dy.String(nullable=True, description="What is counted once: a person, or the row itself.")
    amount = dy.Decimal(18, 4, nullable=True, description="By how much it counts.")


def users(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many people, staff left out, were registered at the end of each period?"""
    return _stock(mirror, "profiles", span)


def new_users(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many people, staff left out, signed up?"""
    return _people(mirror, "profiles", span)


def activation(mirror: Mirror, *, span: Span) -> dy.DataFrame[Rates]:
    """Which share of those who signed up did something of their own within 7 days?

    By the day of signing up; whose 7 days are not over is in no period.
    """
    return _share(mirror, "activation", span)


def active_users(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many different signed-in people, staff left out, did anything?

    Anything: a page view that is not a bot's, a click, a product event, or a message to the assistant.
    """
    return _people(mirror, "activity", span)


def stickiness(mirror: Mirror, *, span: Span) -> dy.DataFrame[Rates]:
    """Which share of a period's active people is active on a day, on average over its days that are over?

    Null where a period is a single day.
    """
    active = active_users(mirror, span=span)
    days = active if span.grain == "day" else active_users(mirror, span=replace(span, grain="day"))
    by_day = days.drop_nulls("period").filter("complete")
    of_period = pl.col("period").map_elements(span.period_of, return_dtype=pl.Date)
    mean = pl.col("value").mean().cast(pl.Decimal(18, 6)).alias("value")
    periods = by_day.group_by(period=of_period).agg(mean)
    whole = by_day.select(pl.lit(None, pl.Date).alias("period"), mean)
    mean_of = active.select("period", "complete").join(
        pl.concat([whole, periods]), on="period", how="left", nulls_equal=True
    )
    if span.grain == "day":
        mean_of = mean_of.with_columns(value=pl.when(pl.col("period").is_null()).then("value"))
    return Rates.cast(quotient(mean_of.select("period", "value", "complete"), active))


def visitors(mirror: Mirror, *, span: Span, segment: Segment = "all") -> dy.DataFrame[Counts]:
    """How many different people viewed a page, bots and staff left out?

    A person is the signed-in user, else the visitor cookie, else the session.
    """
    return _people(mirror, "visits", span, segment=segment)


def conversations(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many conversations with the assistant were begun, staff's left out?"""
    return _people(mirror, "conversations", span)


def answers(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many answers did the assistant give, those to staff left out?"""
    return _people(mirror, "answers", span)


def model_costs(mirror: Mirror, *, span: Span) -> dy.DataFrame[Amounts]:
    """What do the providers of language models charge, our own requests included?

    Null throughout while no request with a cost was ever recorded.
    """
    costs = days.by_day(mirror, "model_costs", measured="sum", timezone=span.timezone)
    if costs.filter(pl.col("day") <= span.last).is_empty():
        return Amounts.cast(unknown(span, pl.Decimal(18, 2)))
    return Amounts.cast(flow(days.sums(costs, span), span, mirror.freshness().snapshot_at))


def cost_per_active_user(mirror: Mirror, *, span: Span) -> dy.DataFrame[Rates]:
    """What do language models cost for each active person?"""
    return Rates.cast(quotient(model_costs(mirror, span=span), active_users(mirror, span=span)))


def cost_per_answer(mirror: Mirror, *, span: Span) -> dy.DataFrame[Rates]:
    """What do language models cost for each answer of the assistant?"""
    return Rates.cast(quotient(model_costs(mirror, span=span), answers(mirror, span=span)))


def paying_users(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many paid subscriptions, staff's left out, ran at the end of each period?"""
    return _stock(mirror, "payers", span)


def recurring_revenue(mirror: Mirror, *, span: Span) -> dy.DataFrame[Amounts]:
    """What recurs monthly from paid subscriptions at the end of each period?

    Null throughout where nobody ever subscribed.
    """
    blank, ends = unknown(span, pl.Decimal(18, 2)), span.ends()
    found = finance.recurring_revenue(mirror, ends=ends).select("last_day", "closing")
    if found.is_empty():
        return Amounts.cast(blank)
    dated = pl.DataFrame({"period": [*span.periods(), None], "last_day": [*ends, ends[-1]]})
    values = dated.join(found, on="last_day", how="left").select("period", value="closing")
    as_of = mirror.freshness().snapshot_at
    return Amounts.cast(rate(values, span, as_of))


def conversion(mirror: Mirror, *, span: Span) -> dy.DataFrame[Rates]:
    """Which share of the registered people pays?"""
    return Rates.cast(quotient(paying_users(mirror, span=span), users(mirror, span=span)))


def content(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many pieces of content existed at the end of each period (kinds as in `content_kinds`)?"""
    return _stock(mirror, "content", span)


def content_kinds(mirror: Mirror, *, span: Span) -> dy.DataFrame[ContentKinds]:
    """How much content of each kind is there, and how much of it is new?"""
    return mirror.ask(HERE / "content_kinds.sql", ContentKinds, since=span.start, until=span.end)


def open_errors(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many recorded errors were unresolved at the end of each period?

    Rows of `application_errors`, as recorded: one fault may hold several rows.
    """
    return _stock(mirror, "errors", span)


def open_feedback(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many messages of people, reports by software left out, were unsettled at the end of each period?"""
    return _stock(mirror, "feedback", span)


def job_success(mirror: Mirror, *, span: Span) -> dy.DataFrame[Rates]:
    """Which share of the ingestion jobs that ended succeeded?"""
    return _share(mirror, "jobs", span)


def mail_delivered(mirror: Mirror, *, span: Span) -> dy.DataFrame[Rates]:
    """Which share of the e-mails handed to the delivery service reached the recipient's server?"""
    return _share(mirror, "mail", span)


def cash(mirror: Mirror, *, span: Span) -> dy.DataFrame[Amounts]:
    """What stood on the cash accounts at the end of each period, by posted ledger lines?

    Null throughout while no line has been posted: an empty ledger says nothing about cash.
    """
    posted = days.by_day(mirror, "cash", measured="stock", timezone=span.timezone)
    changes = days.changes(posted, span)
    if changes.is_empty():
        return Amounts.cast(unknown(span, pl.Decimal(18, 2)))
    return Amounts.cast(stock(changes, span, mirror.freshness().snapshot_at))


def breakdown(
    mirror: Mirror, *, facts: str, measured: Measured, by: str, span: Span, segment: Segment = "all"
) -> dy.DataFrame[Segments]:
    """What is a metric for each value of a dimension?

    Raises:
        UnknownDimension: These facts know no such dimension.
    """
    if by not in DIMENSIONS[facts]:
        raise UnknownDimension(
            f"This cannot be broken down by {by!r}.", f"Choose one of {', '.join(DIMENSIONS[facts])}."
        )
    found = days.by_day(mirror, facts, measured=measured, timezone=span.timezone, by=by, segment=segment)
    return Segments.cast(days.segments(found, span, measured).head(MOST_SEGMENTS))


def behind(
    mirror: Mirror, *, facts: str, measured: Measured, span: Span, segment: Segment = "all", most: int = MOST_BEHIND
) -> dy.DataFrame[Behind]:
    """Which are the newest rows behind a metric?"""
    return days.ask(
        mirror, "behind", facts, Behind, since=span.start, until=span.end, timezone=span.timezone, by="",
        segment=segment, measured=measured, most=most,
    )  # fmt: skip


def _people(mirror: Mirror, facts: str, span: Span, *, segment: Segment = "all") -> dy.DataFrame[Counts]:
    found = days.by_day(mirror, facts, measured="people", timezone=span.timezone, segment=segment)
    return Counts.cast(flow(days.people(found, span), span, mirror.freshness().snapshot_at))


def _stock(mirror: Mirror, facts: str, span: Span) -> dy.DataFrame[Counts]:
    found = days.by_day(mirror, facts, measured="stock", timezone=span.timezone)
    return Counts.cast(stock(days.changes(found, span), span, mirror.freshness().snapshot_at))


def _share(mirror: Mirror, facts: str, span: Span) -> dy.DataFrame[Rates]:
    found = days.by_day(mirror, facts, measured="share", timezone=span.timezone)
    return Rates.cast(rate(days.shares(found, span), span, mirror.freshness().snapshot_at))
