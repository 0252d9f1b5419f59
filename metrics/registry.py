"""Each metric, defined once: what it says, who owns it, and the question that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl

from queries import founders

if TYPE_CHECKING:
    from collections.abc import Callable

    from queries.founders import Segment
    from queries.span import Span
    from replica import Mirror

Unit = Literal["people", "conversations", "pieces", "records", "currency"]
Good = Literal["up", "down"]
Compare = Literal["previous", "year", "none"]
Value = int | Decimal


@dataclass(frozen=True, slots=True)
class Metric:
    """A number with a name: one sentence of definition, one question, one owner."""

    key: str
    title: str
    definition: str
    unit: Unit
    good: Good
    owner: str
    question: Callable[..., pl.DataFrame]
    segmented: bool = False


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
        "people", "up", "Founders", founders.users,
    ),
    Metric(
        "new_users", "New users", "People who signed up within the range; staff left out.",
        "people", "up", "Founders", founders.new_users,
    ),
    Metric(
        "active_users", "Active users",
        "Different signed-in people with at least one page view, click, product event or message to the assistant "
        "within the range; staff and bots left out.",
        "people", "up", "Founders", founders.active_users,
    ),
    Metric(
        "visitors", "Visitors",
        "Different people who viewed a page within the range: the signed-in user, else the visitor cookie, else the "
        "session; staff and bots left out.",
        "people", "up", "Founders", founders.visitors, segmented=True,
    ),
    Metric(
        "conversations", "Assistant conversations",
        "Conversations with AL begun within the range; staff's left out.",
        "conversations", "up", "Founders", founders.conversations,
    ),
    Metric(
        "content", "Content",
        "Cars, known issues, parts, videos, articles, community insights and approved events at the end of the range.",
        "pieces", "up", "Content", founders.content,
    ),
    Metric(
        "open_errors", "Open errors",
        "Recorded application errors not resolved at the end of the range; one fault may hold several records.",
        "records", "down", "Ops", founders.open_errors,
    ),
    Metric(
        "cash", "Cash",
        "Debits less credits of posted lines on the cash accounts (assets whose code begins with 10) up to the end "
        "of the range; unknown while the ledger is empty.",
        "currency", "up", "Finance", founders.cash,
    ),
)  # fmt: skip

BY_KEY: Final = {metric.key: metric for metric in METRICS}


def measure(
    mirror: Mirror, metric: Metric, *, span: Span, compare: Compare = "previous", segment: Segment = "all"
) -> Measurement:
    """Answer a metric over a span and over the span it is compared with."""
    more: dict[str, Any] = {"segment": segment} if metric.segmented else {}
    frame = metric.question(mirror, span=span, **more)
    value, complete = _whole(frame)
    earlier = {"previous": span.previous, "year": span.year_before}.get(compare)
    previous = _whole(metric.question(mirror, span=earlier(), **more))[0] if earlier else None
    return Measurement(value, previous, change(value, previous), complete, frame.drop_nulls("period"))


def change(value: Value | None, previous: Value | None) -> float | None:
    """Return by which share a value grew; None where that cannot be said."""
    if value is None or not previous:
        return None
    return float((Decimal(value) - Decimal(previous)) / abs(Decimal(previous)))


def _whole(frame: pl.DataFrame) -> tuple[Value | None, bool]:
    whole = frame.filter(pl.col("period").is_null())
    return whole.get_column("value").item(), whole.get_column("complete").item()
