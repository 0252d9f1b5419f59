"""Core Car Data: 309 enthusiast cars and what AutoRev knows of each, more of the famous than of the rest."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from demo.world import World

from demo.seed import _content as content

Numbers = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

_PLACES: Final = {"F": "Front", "M": "Mid", "R": "Rear", "E": "Electric"}
_GEARBOXES: Final = {"M": "Manual", "A": "Automatic", "D": "Dual-Clutch", "S": "Automated Manual", "C": "CVT"}


@cache
def catalogue_of_cars() -> pl.DataFrame:
    """Return the cars of `cars.csv` with slug, name and years taken apart, best known first where `fame` ties.

    `trans` abbreviates as "6M/8A" for a six-speed manual or an eight-speed automatic; `fame` is 1-10, the reach of
    the car among enthusiasts.
    """
    cars = pl.read_csv(Path(__file__).with_name("cars.csv"), separator="|", schema_overrides={"code": pl.String})
    words = pl.concat_str("brand", "model", pl.col("code").fill_null(""), separator=" ")
    years = pl.col("years").str.split("-")
    return cars.with_columns(
        slug=words.str.to_lowercase().str.replace_all("[^a-z0-9]+", "-").str.strip_chars("-"),
        name=pl.concat_str("brand", pl.lit(" "), "model", pl.format(" ({})", "code").fill_null("")),
        first_year=years.list.first().cast(pl.Int64),
        last_year=years.list.last().cast(pl.Int64),
        electric=pl.col("layout") == "E",
        manual=pl.col("trans").str.contains("M"),
        boosted=pl.col("engine").str.contains("Turbo|Supercharged"),
    )


def popularity(world: World) -> Shares:
    """Return each car's share of the visitors' interest, in the order of the rows of `cars`; they add up to 1.

    A power law over ranks; the rank follows fame with some luck.
    """
    fame = catalogue_of_cars()["fame"].to_numpy() + world.random("popularity").normal(
        0.0, 1.3, len(catalogue_of_cars())
    )
    ranks = np.empty(len(fame), dtype=np.int64)
    ranks[np.argsort(-fame, kind="stable")] = np.arange(len(fame))
    weights = (ranks + 3.0) ** -1.1
    return np.asarray(weights / weights.sum())


def seed(world: World) -> None:
    """Add the eleven tables of the domain."""
    world.tables["cars"] = _cars(world)


def gearbox(short: str) -> str:
    """Return a transmission in words.

    >>> gearbox("6M/8A")
    '6-Speed Manual / 8-Speed Automatic'
    """
    parts = [f"{each[:-1]}-Speed {_GEARBOXES[each[-1]]}" for each in short.split("/")]
    return " / ".join(parts).replace("1-Speed Automatic", "Single-Speed Automatic").replace("8-Speed CVT", "CVT")


def _cars(world: World) -> pl.DataFrame:
    known = catalogue_of_cars()
    rng = world.random("cars")
    count = len(known)
    written = content.written(world, "cars", count, until=0.15)
    fame, price = known["fame"].to_numpy(), known["price"].to_numpy()
    quick, hp = known["zero_to_sixty"].to_numpy(), known["hp"].to_numpy()
    cylinders = known["engine"].str.extract(r"(?:V|I|VR|Flat-)(\d+)$").cast(pl.Int64).fill_null(4).to_numpy()
    agile = 5000 / known["weight"].to_numpy()
    exotic = known["layout"].is_in(["M", "R"]).to_numpy()
    german = known["brand"].is_in(["BMW", "Audi", "Mercedes-AMG", "Volkswagen"]).to_numpy()
    japanese = known["brand"].is_in(["Toyota", "Honda", "Acura", "Mazda", "Lexus", "Nissan", "Subaru"]).to_numpy()
    electric = known["electric"].to_numpy()

    def score(base: Shares) -> Numbers:
        return np.clip(np.rint(base + rng.normal(0, 0.7, count)), 1, 10).astype(np.int64)

    reach = np.where(rng.random(count) < 0.5, 0.08, 0.14)
    low, high = (price * (1 - reach)) // 500 * 500, (price * (1 + reach)) // 500 * 500 + 500
    return pl.DataFrame({
        "id": world.ids("cars", count),
        "slug": known["slug"],
        "name": known["name"],
        "brand": known["brand"],
        "years": known["years"],
        "tier": known["price"].cut([29_999, 64_999, 149_999], labels=["free", "enthusiast", "tuner", "collector"]).cast(pl.String),
        "category": known["layout"].replace_strict(_PLACES),
        "vehicle_type": known["body"],
        "engine": known["engine"],
        "hp": known["hp"],
        "torque": known["torque"],
        "trans": [gearbox(short) for short in known["trans"]],
        "drivetrain": known["drivetrain"],
        "curb_weight": known["weight"],
        "zero_to_sixty": known["zero_to_sixty"],
        "price_avg": known["price"],
        "price_range": [f"${int(a):,} - ${int(b):,}" for a, b in zip(low, high, strict=True)],
        "score_sound": score(np.where(electric, 2.0, 3.5 + cylinders * 0.55)),
        "score_interior": score(3.5 + np.log10(price / 8000) * 3.2 + german * 0.8),
        "score_track": score(3.0 + hp * agile / 160 + exotic),
        "score_reliability": score(6.0 + japanese * 2.0 - german * 0.8 - (price > 150_000)),
        "score_value": score(9.5 - np.log10(price / 8000) * 3.0 - quick * 0.1),
        "score_driver_fun": score(4.2 + agile * 1.6 + exotic * 0.8 - electric * 1.5 + known["manual"].to_numpy()),
        "score_aftermarket": score(fame.astype(np.float64)),
        "manual_available": known["manual"],
        "image_hero_url": content.some(
            rng, 0.94, [f"https://media.example.com/cars/{slug}/hero.webp" for slug in known["slug"]]
        ),
        "created_at": written,
        "updated_at": content.later(world, "cars.updated", written),
    })  # fmt: skip
