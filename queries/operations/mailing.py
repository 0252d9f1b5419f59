"""E-mail over time: what was sent and what became of it, and to whom nothing more may be sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

from queries.series import Counts, SparseCounts, filled, stock

if TYPE_CHECKING:
    from queries.span import Span
    from replica import Mirror

HERE = Path(__file__).parent
COUNTED: Final = ("queued", "sent", "delivered", "opened", "clicked", "bounced", "complained", "unsubscribed")
RATES: Final = {
    "delivery_rate": ("delivered", "sent"),
    "open_rate": ("opened", "delivered"),
    "click_rate": ("clicked", "opened"),
    "bounce_rate": ("bounced", "sent"),
    "complaint_rate": ("complained", "delivered"),
}
"""Each share: of what, by what."""


class Sparse(dy.Schema):
    """Periods without an e-mail are absent."""

    period = dy.Date(primary_key=True)
    queued = dy.Int64(min=0)
    sent = dy.Int64(min=0)
    delivered = dy.Int64(min=0)
    opened = dy.Int64(min=0)
    clicked = dy.Int64(min=0)
    bounced = dy.Int64(min=0)
    complained = dy.Int64(min=0)
    unsubscribed = dy.Int64(min=0)


class ByPeriod(Sparse):
    """One row per period; rates are shares of the step before, null where nothing got so far."""

    complete = dy.Bool(description="Whether the period is over and lies whole inside the range.")
    delivery_rate = dy.Float64(nullable=True)
    open_rate = dy.Float64(nullable=True)
    click_rate = dy.Float64(nullable=True)
    bounce_rate = dy.Float64(nullable=True)
    complaint_rate = dy.Float64(nullable=True)


def by_period(mirror: Mirror, *, span: Span) -> dy.DataFrame[ByPeriod]:
    """What became of the e-mails queued in each period?"""
    sparse = mirror.ask(
        HERE / "mail_by_period.sql", Sparse,
        since=span.start, until=span.end, grain=span.grain, timezone=span.timezone,
    )  # fmt: skip
    whole = filled(sparse, span, mirror.freshness().snapshot_at)
    rates = [pl.when(pl.col(of) > 0).then(pl.col(part) / pl.col(of)).alias(name) for name, (part, of) in RATES.items()]
    return ByPeriod.validate(whole.with_columns(rates).select(ByPeriod.column_names()), cast=True)


def suppressed(mirror: Mirror, *, span: Span) -> dy.DataFrame[Counts]:
    """To how many recipients was nothing more to be sent at the end of each period?"""
    changes = mirror.ask(
        HERE / "suppressed.sql", SparseCounts,
        since=span.start, until=span.end, grain=span.grain, timezone=span.timezone,
    )  # fmt: skip
    return Counts.validate(stock(changes, span, mirror.freshness().snapshot_at), cast=True)
