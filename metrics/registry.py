"""Each metric, defined once: what it says, who owns it, and the question that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl

from queries import founders
from replica.lineage import reads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from queries.founders import Measured, Segment
    from queries.span import Span
    from replica import Mirror

Unit = Literal["people", "conversations", "answers", "pieces", "records", "messages", "currency", "share"]
Good = Literal["up", "down"]
Compare = Literal["previous", "year", "none"]
Value = int | Decimal


@dataclass(frozen=True, slots=True)
class Metric:
    """A number with a name: one sentence of definition, one question, one owner.

    `facts` are the rows that it counts and `measured` how; a metric without is the quotient of two others, `parts`, or
    says by itself what it counts (`counted`) in which tables (`rests_on`), and whose rows are
    behind it (`through`). `leading` is the dimension that is looked at first for what changed.
    """

    key: str
    title: str
    definition: str
    unit: Unit
    good: Good
    owner: str
    question: Callable[..., pl.DataFrame]
    facts: str = ""
    measured: Measured = "people"
    segmented: bool = False
    parts: tuple[str, str] | None = None
    leading: str = ""
    counted: str = ""
    rests_on: tuple[str, ...] = ()
    through: tuple[str, ...] = ()

    @property
    def behind(self) -> tuple[Metric, ...]:
        """Return the metrics whose rows stand behind it: itself, else those it is made of or drawn from."""
        return (self,) if self.facts else tuple(BY_KEY[key] for key in self.parts or self.through)

    @property
    def dimensions(self) -> Mapping[str, str]:
        """Return by what it can be broken down: key and words."""
        return founders.DIMENSIONS[self.facts] if self.facts else {}

    @property
    def asks(self) -> str:
        """Return the question it answers."""
        return (self.question.__doc__ or "").strip().split("\n")[0]

    @property
    def grain(self) -> str:
        """Return what one counted row is."""
        if self.parts:
            return " divided by ".join(BY_KEY[part].title.lower() for part in self.parts)
        return founders.grain(self.facts) if self.facts else self.counted

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the documented tables that it rests on."""
        if self.parts:
            return tuple(sorted({table for part in self.parts for table in BY_KEY[part].tables}))
        return reads(founders.statement(self.facts)).tables if self.facts else self.rests_on


@dataclass(frozen=True, slots=True)
class Measurement:
    """A metric over a span, beside the span it is compared with.

    `change` is a share (0.1 is ten percent more); null where either value is unknown or the earlier one is 0.
    """

    value: Value | None
    previous: Value | None
    change: float | None
    complete: bool
    series: pl.DataFrame


METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        "users", "Users", "Registered people at the end of the range; staff left out.",
        "people", "up", "Founders", founders.users, "profiles", "stock", leading="source",
    ),
    Metric(
        "new_users", "New users", "People who signed up within the range; staff left out.",
        "people", "up", "Founders", founders.new_users, "profiles", leading="source",
    ),
    Metric(
        "activation", "Activated",
        "Of the people who signed up within the range and whose first 7 days are over, the share who saved a car, "
        "added a vehicle or a build, or wrote to the assistant within those days; staff left out.",
        "share", "up", "Founders", founders.activation, "activation", "share", leading="onboarding",
    ),
    Metric(
        "active_users", "Active users",
        "Different signed-in people with at least one page view, click, product event or message to the assistant "
        "within the range; staff and bots left out.",
        "people", "up", "Founders", founders.active_users, "activity", leading="tier",
    ),
    Metric(
        "stickiness", "Stickiness",
        "Active users of a day on average, as a share of the active users of the whole range (or week, or month); days "
        "that are not over are left out. A single day has none.",
        "share", "up", "Founders", founders.stickiness,
        counted="Active people of a day on average, divided by active people of the period.",
        rests_on=("al_conversations", "al_messages", "click_events", "page_views", "user_events", "user_profiles"),
        through=("active_users",),
    ),
    Metric(
        "visitors", "Visitors",
        "Different people who viewed a page within the range: the signed-in user, else the visitor cookie, else the "
        "session; staff and bots left out.",
        "people", "up", "Founders", founders.visitors, "visits", segmented=True, leading="source",
    ),
    Metric(
        "paying_users", "Paying users",
        "Paid subscriptions running at the end of the range; trials, grants and staff left out.",
        "people", "up", "Finance", founders.paying_users, "payers", "stock", leading="plan",
    ),
    Metric(
        "conversion", "Paying share", "Paying users as a share of registered people at the end of the range.",
        "share", "up", "Finance", founders.conversion, parts=("paying_users", "users"),
    ),
    Metric(
        "mrr", "Monthly recurring revenue",
        "Plan prices, yearly ones by a twelfth, of paid subscriptions running at the end of the range; trials earn "
        "nothing. Unknown while nobody ever subscribed; no number of the ledger.",
        "currency", "up", "Finance", founders.recurring_revenue,
        counted="One row per subscription that is paid for, at the end of each period.",
        rests_on=("plans", "subscriptions"), through=("paying_users",),
    ),
    Metric(
        "cash", "Cash",
        "Debits less credits of posted lines on the cash accounts (assets whose code begins with 10) up to the end "
        "of the range; unknown while the ledger is empty.",
        "currency", "up", "Finance", founders.cash, "cash", "stock", leading="account",
    ),
    Metric(
        "conversations", "Assistant conversations",
        "Conversations with AL begun within the range; staff's left out.",
        "conversations", "up", "Founders", founders.conversations, "conversations", leading="tier",
    ),
    Metric(
        "answers", "Assistant answers", "Messages that AL wrote within the range; those to staff left out.",
        "answers", "up", "Founders", founders.answers, "answers", leading="model",
    ),
    Metric(
        "model_costs", "AI cost",
        "What providers of language models charge for the requests within the range, by the usage log; our own "
        "requests and staff's cost money too and are in.",
        "currency", "down", "Finance", founders.model_costs, "model_costs", "sum", leading="model",
    ),
    Metric(
        "cost_per_active_user", "AI cost per active user", "AI cost divided by active users, both of the range.",
        "currency", "down", "Finance", founders.cost_per_active_user, parts=("model_costs", "active_users"),
    ),
    Metric(
        "cost_per_answer", "AI cost per answer", "AI cost divided by the assistant's answers, both of the range.",
        "currency", "down", "Finance", founders.cost_per_answer, parts=("model_costs", "answers"),
    ),
    Metric(
        "content", "Content",
        "Cars, known issues, parts, videos, articles, community insights and approved events at the end of the range.",
        "pieces", "up", "Content", founders.content, "content", "stock", leading="kind",
    ),
    Metric(
        "open_errors", "Open errors",
        "Recorded application errors not resolved at the end of the range; one fault may hold several records.",
        "records", "down", "Ops", founders.open_errors, "errors", "stock", leading="type",
    ),
    Metric(
        "open_feedback", "Open feedback",
        "Messages of people not settled at the end of the range; automatic error reports left out.",
        "messages", "down", "Ops", founders.open_feedback, "feedback", "stock", leading="type",
    ),
    Metric(
        "job_success", "Jobs that succeeded",
        "Ingestion jobs that completed within the range, as a share of those that completed or failed.",
        "share", "up", "Ops", founders.job_success, "jobs", "share", leading="type",
    ),
    Metric(
        "mail_delivered", "E-mail delivered",
        "E-mails of the range that the recipient's server took, as a share of those handed to the delivery service.",
        "share", "up", "Ops", founders.mail_delivered, "mail", "share", leading="template",
    ),
)  # fmt: skip

BY_KEY: Final = {metric.key: metric for metric in METRICS}
SOUGHT: Final = tuple(metric for metric in METRICS if metric.leading and metric.measured != "share")
"""Metrics whose change is traced to segments: counts and sums, whose segments' changes can be compared."""


def measure(
    mirror: Mirror, metric: Metric, *, span: Span, compare: Compare = "previous", segment: Segment = "all"
) -> Measurement:
    """Answer a metric over a span and over the span it is compared with."""
    more: dict[str, Any] = {"segment": segment} if metric.segmented else {}
    frame = metric.question(mirror, span=span, **more)
    value, complete = _whole(frame)
    earlier = _earlier(span, compare)
    previous = _whole(metric.question(mirror, span=earlier, **more))[0] if earlier else None
    return Measurement(value, previous, change(value, previous), complete, frame.drop_nulls("period"))


def breakdown(
    mirror: Mirror, metric: Metric, *, by: str, span: Span, compare: Compare = "previous", segment: Segment = "all"
) -> pl.DataFrame:
    """Which segments make up a metric, and which of them made it change?

    Returns segment, value, previous, change (value less previous, null without a comparison) and share_of_change (of
    the sum of all changes; null where they cancel out or the metric is a share), largest change first.

    Raises:
        UnknownDimension: The metric cannot be broken down by that.
    """
    if not metric.facts:
        raise founders.UnknownDimension(
            f"{metric.title} {'is a quotient and ' if metric.parts else ''}has no segments of its own.",
            f"Break down {' or '.join(one.title for one in metric.behind)}.",
        )
    asked = partial(founders.breakdown, mirror, facts=metric.facts, measured=metric.measured, by=by, segment=segment)
    now = asked(span=span).select("segment", "value")
    earlier = _earlier(span, compare)
    if earlier is None:
        blank = [pl.lit(None, pl.Decimal(18, 4)).alias(name) for name in ("previous", "change")]
        return now.with_columns(*blank, share_of_change=pl.lit(None, pl.Float64))
    then = asked(span=earlier).select("segment", previous="value")
    both = now.join(then, on="segment", how="full", coalesce=True)
    if metric.measured != "share":
        # A segment that is absent holds nobody; of a share nothing is known there.
        both = both.with_columns(pl.col("value", "previous").fill_null(0))
    both = both.with_columns(change=pl.col("value") - pl.col("previous"))
    total = both["change"].sum() if metric.measured != "share" else None
    return both.with_columns(
        share_of_change=pl.col("change").cast(pl.Float64) / float(total) if total else pl.lit(None, pl.Float64)
    ).sort(pl.col("change").abs(), "segment", descending=[True, False], nulls_last=True)


def change(value: Value | None, previous: Value | None) -> float | None:
    """Return by which share a value grew; None where that cannot be said."""
    if value is None or not previous:
        return None
    return float((Decimal(value) - Decimal(previous)) / abs(Decimal(previous)))


def _earlier(span: Span, compare: Compare) -> Span | None:
    if compare == "none":
        return None
    return span.previous() if compare == "previous" else span.year_before()


def _whole(frame: pl.DataFrame) -> tuple[Value | None, bool]:
    whole = frame.filter(pl.col("period").is_null())
    return whole.get_column("value").item(), whole.get_column("complete").item()
