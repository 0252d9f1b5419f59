"""Maintenance: fluids, service schedules and wheel sizes of every car."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from demo.seed import _content as content
from demo.seed.core_cars import about, catalogue_of_cars, distinct, fits

if TYPE_CHECKING:
    from demo.world import World

_BOLTS: Final = {
    "BMW": ("5x120", 72), "MINI": ("5x112", 66), "Porsche": ("5x130", 71), "Mazda": ("5x114.3", 67),
    "Toyota": ("5x114.3", 60), "Scion": ("5x100", 56), "Subaru": ("5x114.3", 56), "Nissan": ("5x114.3", 66),
    "Datsun": ("4x114.3", 73), "Honda": ("5x114.3", 64), "Acura": ("5x114.3", 64), "Mitsubishi": ("5x114.3", 67),
    "Lexus": ("5x114.3", 60), "Infiniti": ("5x114.3", 66), "Chevrolet": ("5x120", 67), "Pontiac": ("5x120", 67),
    "Cadillac": ("5x120", 67), "Ford": ("5x114.3", 70), "Dodge": ("5x115", 71), "Jeep": ("5x127", 71),
    "Ram": ("6x139.7", 77), "Tesla": ("5x120", 64), "Audi": ("5x112", 66), "Volkswagen": ("5x112", 57),
    "Mercedes-AMG": ("5x112", 66), "Mercedes-Benz": ("5x112", 66), "Ferrari": ("5x114.3", 67),
    "Lamborghini": ("5x112", 66), "McLaren": ("5x112", 57), "Lotus": ("5x114.3", 67), "Aston Martin": ("5x114.3", 68),
    "Alfa Romeo": ("5x110", 65), "Hyundai": ("5x114.3", 67), "Kia": ("5x114.3", 67), "Genesis": ("5x114.3", 67),
    "Fiat": ("4x98", 58), "Volvo": ("5x108", 63), "Jaguar": ("5x108", 63),
}  # fmt: skip
_ANY_BOLT: Final = ("5x112", 66)


def seed(world: World) -> None:
    """Add the three tables of the domain."""
    world.tables["vehicle_maintenance_specs"] = _specs(world)
    world.tables["vehicle_service_intervals"] = _intervals(world)
    world.tables["wheel_tire_fitment_options"] = _wheels(world)


def _sizes() -> pl.DataFrame:
    """Return the factory rim and tire of each car, from its weight, power, age and layout."""
    known = catalogue_of_cars()
    inches = (
        pl.when(pl.col("last_year") < 2000)
        .then(15)
        .when(pl.col("last_year") < 2008)
        .then(17)
        .when(pl.col("price") < 40_000)
        .then(18)
        .otherwise(19)
    )
    wide = ((pl.col("hp") - 120) / 50).clip(0, 11).round().cast(pl.Int64)
    staggered = (pl.col("drivetrain") == "RWD") & (pl.col("hp") > 260) | pl.col("layout").is_in(["M", "R"])
    more = pl.when(staggered).then(30).otherwise(0)
    return known.select(
        "weight",
        inches=inches.cast(pl.Int64),
        front=(195 + wide * 10).clip(195, 305),
        rear=(195 + wide * 10 + more).clip(195, 335),
        staggered=staggered,
    )


def tire(width: int, inches: int, grown: int = 0) -> str:
    """Return a tire size of that width in mm for a rim of that many inches, `grown` inches over the factory's.

    >>> tire(275, 19)
    '275/35R19'
    """
    profile = {15: 55, 16: 50, 17: 45, 18: 40}.get(inches - grown, 35) - 5 * grown
    return f"{width}/{max(profile - (5 if width > 275 else 0), 25)}R{inches}"


def _specs(world: World) -> pl.DataFrame:
    known, sizes = catalogue_of_cars(), _sizes()
    count = len(known)
    rng = world.random("vehicle_maintenance_specs")
    electric = known["electric"]
    german = known["brand"].is_in(["BMW", "Porsche", "Audi", "Volkswagen", "Mercedes-AMG", "Mercedes-Benz", "MINI"])
    litres = known["engine"].str.extract(r"^(\d\.\d)L").cast(pl.Float64).fill_null(0).to_numpy()
    capacity = np.round(2.4 + litres * 1.05 + rng.uniform(0, 0.6, count), 1)
    grade = np.select(
        [german.to_numpy(), known["last_year"].to_numpy() >= 2015, litres > 5.5],
        ["5W-30", "0W-20", "5W-30"],
        "10W-30",
    )
    grade = np.where((known["price"].to_numpy() > 90_000) & german.to_numpy(), "0W-40", grade)
    bolts = [_BOLTS.get(brand, _ANY_BOLT) for brand in known["brand"]]
    pressure = np.clip(31 + (known["weight"].to_numpy() - 2600) / 350, 26, 44).round().astype(np.int64)

    def if_burning(values: pl.Series) -> pl.Series:
        return values.set(electric, None)

    written = content.written(world, "vehicle_maintenance_specs", count, since=0.16, until=0.7)
    return pl.DataFrame(
        {
            "id": world.ids("vehicle_maintenance_specs", count),
            "car_slug": known["slug"],
            "oil_type": if_burning(pl.Series(np.where(known["last_year"] >= 1996, "Full synthetic", "Semi-synthetic"))),
            "oil_viscosity": if_burning(pl.Series(grade)),
            "oil_capacity_liters": if_burning(pl.Series(capacity)),
            "oil_change_interval_miles": if_burning(
                pl.Series(np.select([known["last_year"] < 2000, known["boosted"]], [5000, 7500], 10_000))
            ),
            "coolant_type": [
                "G48 ethylene glycol" if one else "Long-life organic acid coolant" for one in german.to_list()
            ],
            "brake_fluid_type": np.where(known["last_year"] >= 2006, "DOT 4", "DOT 3"),
            "tire_size_front": [tire(w, i) for w, i in zip(sizes["front"], sizes["inches"], strict=True)],
            "tire_size_rear": [tire(w, i) for w, i in zip(sizes["rear"], sizes["inches"], strict=True)],
            "tire_pressure_front_psi": pressure,
            "tire_pressure_rear_psi": pressure + sizes["staggered"].cast(pl.Int64).to_numpy() * 3,
            "wheel_bolt_pattern": [pattern for pattern, _ in bolts],
            "wheel_center_bore_mm": [bore for _, bore in bolts],
            "car_id": world.tables["cars"]["id"],
            "created_at": written,
            "updated_at": content.later(world, "vehicle_maintenance_specs", written),
        }
    )


def _intervals(world: World) -> pl.DataFrame:
    count = world.rows("vehicle_service_intervals")
    rng = world.random("vehicle_service_intervals")
    services = pl.read_csv(Path(__file__).with_name("services.csv"), separator="|")
    fit = np.stack([fits(kind) for kind in services["fits"]], axis=1)
    most = fit.sum(axis=1)
    each = content.counts(rng, count, most * rng.gamma(9.0, size=len(most)), least=9, most=most)
    places, which = distinct(rng, fit, each)
    told = services[which.tolist()]
    dear = np.clip((catalogue_of_cars()["price"].to_numpy()[places] / 45_000) ** 0.4, 0.75, 4.0)

    def dollars(side: str) -> pl.Series:
        return pl.Series((told[side].to_numpy() * dear / 5).round().astype(np.int64) * 5)

    shorter = rng.choice([0.75, 1.0, 1.0, 1.0, 1.25], count)
    return pl.DataFrame(
        {
            "id": world.ids("vehicle_service_intervals", count),
            "car_slug": about(places)["slug"],
            "service_name": told["service"],
            "service_description": told["what"] + ".",
            "interval_miles": (told["miles"].to_numpy() * shorter / 500).round().astype(np.int64) * 500,
            "interval_months": told["months"],
            "dealer_cost_low": dollars("dealer_low"),
            "dealer_cost_high": dollars("dealer_high"),
            "diy_cost_low": dollars("diy_low"),
            "diy_cost_high": dollars("diy_high"),
            "is_critical": told["critical"] == "yes",
            "created_at": content.written(world, "vehicle_service_intervals", count, since=0.16, until=0.8),
        }
    )


_FITMENTS: Final = (
    # kind, inches more than the factory's, mm of tire and of offset, millimetres of clearance lost, what for
    ("oem", 0, 0, 0, "daily driving"),
    ("oem_optional", 1, 10, -2, "daily driving"),
    ("plus_one", 1, 10, -5, "spirited street use"),
    ("plus_two", 2, 20, -8, "appearance"),
    ("aggressive", 0, 30, -14, "track days and stance"),
    ("square", 0, 20, -6, "track days with tire rotation"),
)


def _wheels(world: World) -> pl.DataFrame:
    count = world.rows("wheel_tire_fitment_options")
    rng = world.random("wheel_tire_fitment_options")
    sizes = _sizes()
    fit = np.ones((len(sizes), len(_FITMENTS)), dtype=bool)
    each = content.counts(rng, count, rng.gamma(5.0, size=len(sizes)), least=2, most=len(_FITMENTS))
    places, which = distinct(rng, fit, each, always=0)
    factory = sizes[places.tolist()]
    kinds, grown, wider, offset, purpose = (np.array(column) for column in zip(*_FITMENTS, strict=True))
    inches = factory["inches"].to_numpy() + grown[which]
    front = factory["front"].to_numpy() + wider[which]
    rear = np.where(kinds[which] == "square", front, factory["rear"].to_numpy() + wider[which])
    roll = (kinds[which] == "aggressive") & (rng.random(count) < 0.7)
    camber = np.isin(kinds[which], ["aggressive", "square"]) & (rng.random(count) < 0.55)
    base = 42 - (front - 195) // 10

    def rim(width: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> list[float]:
        return [round((each / 25.4 * 0.88) * 2) / 2 for each in width.tolist()]

    return pl.DataFrame(
        {
            "id": world.ids("wheel_tire_fitment_options", count),
            "car_slug": about(places)["slug"],
            "fitment_type": kinds[which],
            "wheel_diameter_inches": inches,
            "wheel_width_front": rim(front),
            "wheel_width_rear": rim(rear),
            "wheel_offset_front_mm": base + offset[which],
            "wheel_offset_rear_mm": base + offset[which] - (rear - front) // 5,
            "tire_size_front": [tire(w, i, g) for w, i, g in zip(front, inches, grown[which], strict=True)],
            "tire_size_rear": [tire(w, i, g) for w, i, g in zip(rear, inches, grown[which], strict=True)],
            "requires_fender_roll": roll,
            "requires_camber_adjustment": camber,
            "clearance_notes": [
                "Roll the rear lips before driving on it"
                if one
                else "Add a degree and a half of camber"
                if two
                else "Clears without changes"
                if kind in {"oem", "oem_optional"}
                else "Check the inner liner at full lock"
                for one, two, kind in zip(roll, camber, kinds[which], strict=True)
            ],
            "recommended_for": purpose[which],
            "created_at": content.written(world, "wheel_tire_fitment_options", count, since=0.2, until=0.9),
        }
    )
