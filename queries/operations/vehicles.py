"""Vehicles in garages: what was serviced, what is due again, how well they are described, what builds aim at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import dataframely as dy

if TYPE_CHECKING:
    from replica import Mirror

HERE = Path(__file__).parent


class Services(dy.Schema):
    """One row per kind of service, most often done first."""

    service = dy.String(primary_key=True, description="What was done, as entered.")
    services = dy.Int64(min=0)
    vehicles = dy.Int64(min=0)
    people = dy.Int64(min=0)
    cost = dy.Decimal(18, 2, nullable=True, description="Dollars, of those with a cost.")
    with_cost = dy.Int64(min=0)
    last_done = dy.Date(nullable=True)


class ServiceDue(dy.Schema):
    """One row per vehicle and scheduled service that was logged before, what is due first."""

    vehicle_id = dy.String()
    car_slug = dy.String(nullable=True)
    service = dy.String(nullable=True, description="As the schedule of the car calls it.")
    is_critical = dy.Bool(nullable=True)
    last_done = dy.Date(nullable=True)
    due_on = dy.Date(nullable=True, description="By time; null where the schedule says none.")
    miles_left = dy.Int64(nullable=True, description="By distance; below 0 it is overdue.")
    due = dy.Bool()


class Concierge(dy.Schema):
    """One row per field that reminders rest on, best filled first."""

    field = dy.String(primary_key=True)
    filled = dy.Int64(min=0)
    vehicles = dy.Int64(min=1, description="All vehicles.")
    filled_share = dy.Float64(min=0, max=1)


class Aims(dy.Schema):
    """One row per objective and per system of the car."""

    part = dy.String(primary_key=True, description="Objective or System.")
    name = dy.String(primary_key=True)
    builds = dy.Int64(min=0)
    people = dy.Int64(min=0)
    upgrades = dy.Int64(min=0, description="Upgrades chosen; one that serves two objectives counts for both.")


def services(mirror: Mirror) -> dy.DataFrame[Services]:
    """Which services do people log?"""
    return mirror.ask(HERE / "services.sql", Services)


def service_due(mirror: Mirror) -> dy.DataFrame[ServiceDue]:
    """When is a service that was logged due again, by the schedule of the car?"""
    return mirror.ask(HERE / "service_due.sql", ServiceDue, today=mirror.freshness().snapshot_at.date())


def concierge(mirror: Mirror) -> dy.DataFrame[Concierge]:
    """Of how many vehicles is known what reminders rest on?"""
    return mirror.ask(HERE / "concierge.sql", Concierge)


def aims(mirror: Mirror) -> dy.DataFrame[Aims]:
    """What do builds aim at, and what do they change?"""
    return mirror.ask(HERE / "aims.sql", Aims)
