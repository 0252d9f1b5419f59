"""What plans grant, how people come to them, and what credit they buy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import dataframely as dy

if TYPE_CHECKING:
    from queries.span import Span
    from replica import Mirror

HERE = Path(__file__).parent


class Entitlements(dy.Schema):
    """One row per feature and plan."""

    feature = dy.String(nullable=True)
    plan = dy.String()
    granted = dy.Bool(nullable=True)
    most = dy.Int64(nullable=True, description="How much of it may be used; null is without limit.")


class Gates(dy.Schema):
    """One row per step on the way to a paid plan, most people first."""

    step = dy.String(primary_key=True, description="user_events.event_type, as it is spelled.")
    times = dy.Int64(min=1)
    people = dy.Int64(min=0, description="Different users, else browsers, else sessions.")
    signed_in = dy.Int64(min=0)
    subscribed_later = dy.Int64(min=0, description="Of the signed in.")


class Purchases(dy.Schema):
    """One row: credit bought by all accounts that have a balance."""

    accounts = dy.Int64(min=0)
    buyers = dy.Int64(min=0)
    bought = dy.Decimal(18, 2, nullable=True, description="Dollars; null where no account has a balance.")
    each = dy.Decimal(18, 2, nullable=True, description="Dollars of a buyer on average.")


def entitlements(mirror: Mirror) -> dy.DataFrame[Entitlements]:
    """What does each plan grant, feature by feature?"""
    return mirror.ask(HERE / "entitlements.sql", Entitlements)


def gates(mirror: Mirror, *, span: Span) -> dy.DataFrame[Gates]:
    """Who came to prices, gates and the checkout, and subscribed later?"""
    return mirror.ask(HERE / "gates.sql", Gates, since=span.start, until=span.end)


def purchases(mirror: Mirror) -> dy.DataFrame[Purchases]:
    """How much credit was bought, and by how many?"""
    return mirror.ask(HERE / "purchases.sql", Purchases)
