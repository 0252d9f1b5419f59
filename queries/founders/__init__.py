"""What founders look at first: people, activity, conversations, content, open errors, cash."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import dataframely as dy
import polars as pl

from queries.series import Amounts, Counts, SparseAmounts, SparseCounts, flow, stock, unknown

if TYPE_CHECKING:
    from queries.span import Span
    from replica import Mirror

HERE = Path(__file__).parent

Segment = Literal["all", "signed_in", "anonymous"]


class ContentKinds(dy.Schema):
    """One row per kind of content."""

    kind = dy.String(primary_key=True, description="What is counted.")
    pieces = dy.Int64(min=0, description="Pieces that exist at the end of the range.")
    added = dy.Int64(min=0, description="Pieces added within the range.")


def users(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many people, staff left out, were registered at the end of each period?"""
    return Counts.validate(stock(_counts(mirror, "users", span), span, mirror.freshness().snapshot_at), cast=True)


def new_users(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many people, staff left out, signed up?"""
    return _flow(mirror, "new_users", span)


def active_users(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many different signed-in people, staff left out, did anything?

    Anything: a page view that is not a bot's, a click, a product event, or a message to the assistant.
    """
    return _flow(mirror, "active_users", span)


def visitors(mirror: Mirror, *, span: Span, segment: Segment = "all") -> dy.DataFrame[Counts]:
    """How many different people viewed a page, bots and staff left out?

    A person is the signed-in user, else the visitor cookie, else the session.
    """
    return _flow(mirror, "visitors", span, segment=segment)


def conversations(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many conversations with the assistant were begun, staff's left out?"""
    return _flow(mirror, "conversations", span)


def content(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many pieces of content existed at the end of each period (kinds as in `content_kinds`)?"""
    return Counts.validate(stock(_counts(mirror, "content", span), span, mirror.freshness().snapshot_at), cast=True)


def content_kinds(mirror: Mirror, *, span: Span) -> dy.DataFrame[ContentKinds]:
    """How much content of each kind is there, and how much of it is new?"""
    return mirror.ask(HERE / "content_kinds.sql", ContentKinds, since=span.start, until=span.end)


def open_errors(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """How many recorded errors were unresolved at the end of each period?

    Rows of `application_errors`, as recorded: one fault may hold several rows.
    """
    optional = frozenset(
        f"application_errors.{name}" for name in ("first_seen_at", "last_seen_at", "resolved_at", "fixed_at")
    )
    changes = _counts(mirror, "open_errors", span, optional=optional)
    return Counts.validate(stock(changes, span, mirror.freshness().snapshot_at), cast=True)


def cash(mirror: Mirror, *, span: Span) -> dy.DataFrame[Amounts]:
    """What stood on the cash accounts at the end of each period, by posted ledger lines?

    Null throughout while no line has been posted: an empty ledger says nothing about cash.
    """
    changes = mirror.ask(HERE / "cash.sql", SparseAmounts, first=span.first, last=span.last, grain=span.grain)
    if changes.is_empty():
        return Amounts.validate(unknown(span, pl.Decimal(18, 2)), cast=True)
    return Amounts.validate(stock(changes, span, mirror.freshness().snapshot_at), cast=True)


def _flow(mirror: Mirror, name: str, span: Span, **parameters: Any) -> dy.DataFrame[Counts]:
    sparse = _counts(mirror, name, span, **parameters)
    return Counts.validate(flow(sparse, span, mirror.freshness().snapshot_at), cast=True)


def _counts(
    mirror: Mirror, name: str, span: Span, *, optional: frozenset[str] = frozenset(), **parameters: Any
) -> dy.DataFrame[SparseCounts]:
    return mirror.ask(
        HERE / f"{name}.sql", SparseCounts, optional=optional,
        since=span.start, until=span.end, grain=span.grain, timezone=span.timezone, **parameters,
    )  # fmt: skip
