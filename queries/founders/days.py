"""The facts of a metric by day, read once of a generation: every range, period and comparison is answered from them."""

from __future__ import annotations

import re
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import dataframely as dy
import polars as pl

from queries.kept import PerGeneration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeVar

    from queries.span import Span
    from replica import Mirror

    S = TypeVar("S", bound=dy.Schema)

HERE: Final = Path(__file__).parent
SECONDS: Final = 120
MOST_ROWS: Final = 50_000_000
MOST_KEPT: Final = 100
"""So many metrics, dimensions, segments and time zones are kept."""
Segment = Literal["all", "signed_in", "anonymous"]
Measured = Literal["people", "sum", "share", "stock"]

OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "profiles": (
        "user_profiles.location_state", "user_profiles.onboarding_completed_at", "user_profiles.subscription_tier",
        "user_attribution.user_id", "user_attribution.utm_source", "user_attribution.utm_medium",
        "user_attribution.created_at",
    ),
    "activity": ("user_profiles.subscription_tier",),
    "visits": (
        "page_views.page_url", "page_views.utm_source", "page_views.utm_medium", "page_views.utm_campaign",
        "page_views.country",
    ),
    "conversations": (
        "al_conversations.initial_car_slug", "al_conversations.message_count", "user_profiles.subscription_tier",
    ),
    "answers": ("al_messages.model", "user_profiles.subscription_tier"),
    "model_costs": ("al_usage_logs.model", "al_usage_logs.purpose", "user_profiles.subscription_tier"),
    "errors": tuple(
        f"application_errors.{name}"
        for name in (
            "first_seen_at", "last_seen_at", "resolved_at", "fixed_at", "error_type", "severity", "error_source",
        )
    ),
    "feedback": tuple(
        f"user_feedback.{name}"
        for name in (
            "issue_addressed", "resolved_at", "fixed_at", "responded_at", "updated_at", "severity", "feedback_type",
        )
    ),
    "payers": ("subscriptions.canceled_at", "subscriptions.current_period_end", "plans.name", "plans.id"),
}  # fmt: skip
"""Columns without which the facts still make sense."""


class Days(dy.Schema):
    """One row per day and segment, where people are counted per person too; oldest first."""

    day = dy.Date(description="Day in the time zone asked for.")
    segment = dy.String(nullable=True, description="Value of the dimension.")
    actor = dy.UInt64(nullable=True, description="Hash of who is counted; null where rows are.")
    amount = dy.Decimal(38, 6, nullable=True, description="Sum of the amounts; null where none is known.")
    facts = dy.Int64(min=0, description="Facts with an amount.")


_kept: Final[PerGeneration[dy.DataFrame[Days]]] = PerGeneration(most=MOST_KEPT)


def by_day(
    mirror: Mirror, facts: str, *, measured: Measured, timezone: str, by: str = "", segment: Segment = "all"
) -> dy.DataFrame[Days]:
    """What happened on each day? Read once of a generation."""
    people = measured == "people"
    # Without a dimension nothing is kept but days, hashes and sums: the same for every role.
    asked = mirror if by else mirror.unmasked
    given = {"timezone": timezone, "by": by, "segment": segment, "people": people}

    return _kept.of(
        mirror,
        (facts, tuple(given.values()), asked.sees),
        lambda: ask(asked.patient(SECONDS), "days", facts, Days, row_limit=MOST_ROWS, **given),
    )


def ask(mirror: Mirror, name: str, facts: str, schema: type[S], /, **offered: Any) -> dy.DataFrame[S]:
    """Ask what a question says of facts; a parameter that neither names is left out."""
    limit = offered.pop("row_limit", None)
    offered["as_of"] = mirror.freshness().snapshot_at
    named = set(re.findall(r"\$(\w+)", statement(facts) + _text(HERE / f"{name}.sql")))
    return mirror.ask(
        HERE / f"{name}.sql", schema, facts=HERE / "facts" / f"{facts}.sql", row_limit=limit,
        optional=frozenset(OPTIONAL.get(facts, ())), **{key: offered[key] for key in named},
    )  # fmt: skip


def people(days: pl.DataFrame, span: Span) -> pl.DataFrame:
    """Return how many different ones there were in each period, and in the whole range."""
    return _periods(days, span, pl.col("actor").drop_nulls().n_unique().cast(pl.Int64))


def sums(days: pl.DataFrame, span: Span) -> pl.DataFrame:
    """Return what the amounts add up to in each period, and in the whole range."""
    return _periods(days, span, _rounded(_sum(), 2))


def shares(days: pl.DataFrame, span: Span) -> pl.DataFrame:
    """Return which share holds of the facts of each period, and of the whole range."""
    return _periods(days, span, _share(6))


def changes(days: pl.DataFrame, span: Span) -> pl.DataFrame:
    """Return what the amounts add up to in each period; the row without one holds all before the range."""
    within = pl.when(pl.col("day") >= span.first).then(_period(span))
    return (
        days.filter(pl.col("day") <= span.last)
        .group_by(period=within)
        .agg(value=_rounded(_sum(), 2))
    )  # fmt: skip


def segments(days: pl.DataFrame, span: Span, measured: Measured) -> pl.DataFrame:
    """Return the value of each segment: of a stock at the end of the range, of everything else within it."""
    value = {
        "people": pl.col("actor").drop_nulls().n_unique().cast(pl.Decimal(18, 4)),
        "share": _share(4),
    }.get(measured, _rounded(_sum(), 4))
    within = days.filter(pl.col("day") <= span.last) if measured == "stock" else _within(days, span)
    found = within.group_by(pl.col("segment").fill_null("unknown")).agg(value=value, facts=pl.col("facts").sum())
    return found.sort("value", "segment", descending=[True, False], nulls_last=True)


def _within(days: pl.DataFrame, span: Span) -> pl.DataFrame:
    return days.filter(pl.col("day").is_between(span.first, span.last))


def _period(span: Span) -> pl.Expr:
    return pl.col("day").dt.truncate({"day": "1d", "week": "1w", "month": "1mo"}[span.grain])


def _periods(days: pl.DataFrame, span: Span, value: pl.Expr) -> pl.DataFrame:
    within = _within(days, span)
    whole = within.select(pl.lit(None, pl.Date).alias("period"), value=value)
    return pl.concat([whole, within.group_by(period=_period(span)).agg(value=value)])


def _sum() -> pl.Expr:
    """Return the sum; of nothing it is unknown, not 0."""
    return pl.when(pl.col("amount").count() > 0).then(pl.col("amount").sum())


def _share(digits: int) -> pl.Expr:
    share = (_sum().cast(pl.Float64) / pl.col("facts").sum()).round(digits, mode="half_away_from_zero")
    return pl.when(pl.col("facts").sum() > 0).then(share).cast(pl.Decimal(18, digits))


def _rounded(amount: pl.Expr, digits: int) -> pl.Expr:
    return amount.round(digits, mode="half_away_from_zero").cast(pl.Decimal(18, digits))


@cache
def statement(facts: str) -> str:
    """Return the SQL of facts."""
    return _text(HERE / "facts" / f"{facts}.sql")


def grain(facts: str) -> str:
    """Return what one row of facts is, as their SQL says at its head."""
    head = takewhile(lambda line: line.startswith("--"), statement(facts).splitlines())
    return " ".join(line.removeprefix("--").strip() for line in head)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
