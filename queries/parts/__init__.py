"""Parts and upgrades: is the catalogue whole, sure, priced, and does it hold what people build?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import dataframely as dy

if TYPE_CHECKING:
    from replica import Mirror

HERE = Path(__file__).parent
UNSURE = 0.6
"""Confidence (0-1) below which a match counts as low."""
CROWDED = 10
"""A vendor is mapped to too few cars from this many times the catalogue's parts per car on."""
ENOUGH = 25
"""Parts that a vendor must have before it is said to have too few cars."""


class Overview(dy.Schema):
    """One row for the whole catalogue; shares are 0-1, null where there is nothing."""

    parts = dy.Int64(min=0)
    uncategorised_share = dy.Float64(nullable=True, min=0, max=1)
    without_fitment_share = dy.Float64(nullable=True, min=0, max=1)
    without_price_share = dy.Float64(nullable=True, min=0, max=1)
    fitments = dy.Int64(min=0)
    unverified_share = dy.Float64(nullable=True, min=0, max=1)
    unsure_share = dy.Float64(nullable=True, min=0, max=1, description="Fitments of low confidence.")
    cars_without_share = dy.Float64(nullable=True, min=0, max=1, description="Cars that no part fits.")


class Categories(dy.Schema):
    """One row per category, those that say nothing first."""

    category = dy.String(primary_key=True)
    uncategorised = dy.Bool(description="Whether it is empty, other or unknown.")
    parts = dy.Int64(min=1)
    share = dy.Float64(min=0, max=1, description="Of all parts.")
    active = dy.Int64(min=0)
    without_fitment = dy.Int64(min=0)
    fitments = dy.Int64(min=0)
    unverified = dy.Int64(min=0)
    low_confidence = dy.Int64(min=0)
    without_price = dy.Int64(min=0)


class Makes(dy.Schema):
    """One row per make of cars, most cars without any part first."""

    make = dy.String(primary_key=True)
    cars = dy.Int64(min=1)
    without_fitments = dy.Int64(min=0)
    without_share = dy.Float64(min=0, max=1)
    none_verified = dy.Int64(min=0, description="Cars with fitments of which nobody confirmed any.")
    median_parts = dy.Float64(min=0)


class Confidence(dy.Schema):
    """One row per level of confidence, and verified or not."""

    confidence = dy.String(primary_key=True)
    verified = dy.Bool(primary_key=True)
    fitments = dy.Int64(min=1)
    parts = dy.Int64(min=0)
    cars = dy.Int64(min=0)
    lowest = dy.Float64(nullable=True)
    highest = dy.Float64(nullable=True)
    without_source = dy.Int64(min=0)


class Vendors(dy.Schema):
    """One row per vendor; a vendor is the same whatever the case and punctuation of its name."""

    vendor = dy.String(primary_key=True)
    parts = dy.Int64(nullable=True, description="Parts with a price of this vendor.")
    cars = dy.Int64(nullable=True, description="Cars that those parts fit.")
    parts_per_car = dy.Float64(nullable=True)
    too_few_cars = dy.Bool(description="At least `ENOUGH` parts, `CROWDED` times as many a car as all parts.")
    tags = dy.Int64(nullable=True, description="Words of the vendor for cars.")
    tagged_cars = dy.Int64(nullable=True)
    tags_without_car = dy.Int64(nullable=True)
    low_confidence_tags = dy.Int64(nullable=True)
    prices = dy.Int64(nullable=True)
    oldest = dy.Datetime(time_zone="UTC", nullable=True)
    newest = dy.Datetime(time_zone="UTC", nullable=True)
    age_days = dy.Int64(nullable=True, description="Since the newest price.")
    in_stock_share = dy.Float64(nullable=True, min=0, max=1)


class Spread(dy.Schema):
    """One row per part and currency that two or more vendors sell, the widest spread first."""

    part = dy.String(nullable=True)
    brand = dy.String(nullable=True)
    currency = dy.String()
    vendors = dy.Int64(min=2)
    lowest = dy.Decimal(18, 2)
    highest = dy.Decimal(18, 2)
    cheapest_vendor = dy.String(nullable=True)
    spread_share = dy.Float64(min=0, description="How much more the dearest asks than the cheapest.")
    oldest = dy.Datetime(time_zone="UTC", nullable=True)
    age_days = dy.Int64(nullable=True, description="Of the oldest of those prices.")


class Brands(dy.Schema):
    """One row per brand, those that nobody described first."""

    brand = dy.String(primary_key=True)
    parts = dy.Int64(min=0)
    spellings = dy.Int64(min=0)
    without_number = dy.Int64(min=0, description="Parts without the maker's number.")
    described = dy.Bool()
    country = dy.String(nullable=True)
    website = dy.String(nullable=True)


class Upgrades(dy.Schema):
    """One row per kind of upgrade, those without parts first."""

    upgrade = dy.String(primary_key=True)
    name = dy.String(nullable=True)
    category = dy.String(nullable=True)
    defined = dy.Bool(description="Whether upgrade_keys has it.")
    parts = dy.Int64(min=0)
    active_parts = dy.Int64(min=0)
    parts_unknown = dy.Int64(min=0, description="Linked parts that the catalogue lacks.")
    cars = dy.Int64(min=0, description="Cars that one of its parts fits.")
    cost_low = dy.Int64(nullable=True, description="Dollars.")
    cost_high = dy.Int64(nullable=True, description="Dollars.")


class Packages(dy.Schema):
    """One row per package, those that lack something first."""

    package_id = dy.String(primary_key=True)
    name = dy.String(nullable=True)
    tier = dy.String(nullable=True)
    category = dy.String(nullable=True)
    cost_low = dy.Int64(nullable=True, description="Dollars.")
    cost_high = dy.Int64(nullable=True, description="Dollars.")
    horsepower = dy.Int64(nullable=True)
    torque = dy.Int64(nullable=True, description="Pound-feet.")
    zero_to_sixty = dy.Float64(nullable=True, description="Seconds.")
    lacking = dy.String(description="In words; empty where nothing is lacking.")


class Relations(dy.Schema):
    """One row per relation that cannot stand."""

    relation_id = dy.String(primary_key=True)
    part = dy.String(nullable=True)
    relation = dy.String(nullable=True)
    related_part = dy.String(nullable=True)
    reason = dy.String(nullable=True)
    problem = dy.String()


class Chosen(dy.Schema):
    """One row per part that somebody put into a build, most builds first."""

    part = dy.String()
    brand = dy.String(nullable=True)
    category = dy.String(nullable=True)
    in_catalogue = dy.Bool()
    builds = dy.Int64(min=0)
    people = dy.Int64(min=0)
    pieces = dy.Int64(nullable=True)
    not_known_to_fit = dy.Int64(min=0, description="Choices for a car that no fitment links to the part.")
    price_chosen = dy.Float64(nullable=True, description="Median when chosen, currency units.")
    price_now = dy.Float64(nullable=True, description="Newest of any vendor, currency units.")
    price_read = dy.Datetime(time_zone="UTC", nullable=True)


def overview(mirror: Mirror) -> dy.DataFrame[Overview]:
    """How whole is the catalogue of parts?"""
    return mirror.ask(HERE / "overview.sql", Overview, unsure=UNSURE)


def categories(mirror: Mirror) -> dy.DataFrame[Categories]:
    """How many parts have no category, no car, no price, or fitments in doubt?"""
    return mirror.ask(HERE / "categories.sql", Categories, unsure=UNSURE)


def makes(mirror: Mirror) -> dy.DataFrame[Makes]:
    """Which makes have cars that no part fits?"""
    return mirror.ask(HERE / "makes.sql", Makes)


def confidence(mirror: Mirror) -> dy.DataFrame[Confidence]:
    """How sure are fitments, and how many did a person confirm?"""
    return mirror.ask(HERE / "confidence.sql", Confidence, unsure=UNSURE)


def vendors(mirror: Mirror) -> dy.DataFrame[Vendors]:
    """Which vendors are mapped to too few cars, and how old are their prices?"""
    as_of = mirror.freshness().snapshot_at
    return mirror.ask(
        HERE / "vendors.sql", Vendors, unsure=UNSURE, enough=ENOUGH, crowded=CROWDED, as_of=as_of
    )  # fmt: skip


def spread(mirror: Mirror) -> dy.DataFrame[Spread]:
    """For which parts do vendors ask the most different prices, at most 500?"""
    return mirror.ask(HERE / "spread.sql", Spread, as_of=mirror.freshness().snapshot_at)


def brands(mirror: Mirror) -> dy.DataFrame[Brands]:
    """Which brands has nobody described, and which are written in several ways?"""
    return mirror.ask(HERE / "brands.sql", Brands)


def upgrades(mirror: Mirror) -> dy.DataFrame[Upgrades]:
    """Which kinds of upgrade have no part that carries them out?"""
    return mirror.ask(HERE / "upgrades.sql", Upgrades)


def packages(mirror: Mirror) -> dy.DataFrame[Packages]:
    """What do packages of upgrades promise, and what does each lack?"""
    return mirror.ask(HERE / "packages.sql", Packages)


def relations(mirror: Mirror) -> dy.DataFrame[Relations]:
    """Which relations between parts cannot stand, at most 500?"""
    return mirror.ask(HERE / "relations.sql", Relations)


def chosen(mirror: Mirror) -> dy.DataFrame[Chosen]:
    """Which parts do people put into their builds, at most 500?"""
    return mirror.ask(HERE / "chosen.sql", Chosen)
