"""Parts & Upgrades: made for the cars that tuners buy, so two cars in three have no fitment at all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from demo.seed import _content as content
from demo.seed._draw import DAY, moment, pick, places_by, stamps
from demo.seed.core_cars import about, catalogue_of_cars, fits, popularity
from demo.seed.tracks import slugs

if TYPE_CHECKING:
    from demo.world import World

_CARS_WITH_PARTS: Final = 111
_UNIVERSAL: Final = 0.05
"""The share of parts that name no car."""

_BRANDS: Final = (
    ("Borla", "United States", "Stainless exhausts from Tennessee"),
    ("KW", "Germany", "Coilovers with separate adjustment"),
    ("HKS", "Japan", "Turbo kits and exhausts since 1973"),
    ("Eibach", "Germany", "Springs and sway bars"),
    ("Mishimoto", "United States", "Radiators and intercoolers"),
    ("Brembo", "Italy", "Brakes, also as original equipment"),
    ("COBB", "United States", "Accessport and calibrations"),
    ("Whiteline", "Australia", "Bushings and sway bars"),
    ("Volk Racing", "Japan", "Forged wheels by Rays"),
)
_VENDORS: Final = (
    "Summit Racing", "FCP Euro", "ECS Tuning", "Turner Motorsport", "RallySport Direct", "Driver's Garage",
    "Evasive Motorsports", "Tire Rack", "Suncoast Parts", "MAPerformance", "Redline360", "Apex Line Parts",
)  # fmt: skip
_SIZE_OF_A_FAMILY: Final = 20
_WITHOUT_PARTS: Final = ("harness_bar", "subframe_reinforcement", "supercharger_kit", "high_flow_cat")


def products() -> pl.DataFrame:
    """Return the upgrade keys of `products.csv` with typical cost, work, whom they fit and who makes them."""
    return pl.read_csv(Path(__file__).with_name("products.csv"), separator="|").with_columns(
        pl.col("brands").str.split(";")
    )


def seed(world: World) -> None:
    """Add the eight tables of the domain."""
    made = _made(world)
    world.tables["parts"] = _parts(world, made)
    world.tables["part_fitments"] = _fitments(world, made)
    world.tables["part_pricing_snapshots"] = _prices(world, made)
    world.tables["part_relationships"] = _relationships(world, made)
    world.tables["part_brands"] = _brands(world)
    world.tables["upgrade_keys"] = _keys(world)
    world.tables["upgrade_packages"] = _packages(world)
    world.tables["upgrade_key_parts"] = _key_parts(world, made)


def cars_with_parts(world: World) -> list[int]:
    """Return the rows of `cars` that any part is made for: the popular ones, most popular first."""
    return [int(place) for place in np.argsort(-popularity(world), kind="stable")[:_CARS_WITH_PARTS]]


def _made(world: World) -> pl.DataFrame:
    """Return one row per part: which product, by which brand, for which car."""
    count = world.rows("parts")
    rng = world.random("parts made")
    kinds = products()
    cars = cars_with_parts(world)
    fit = np.stack([fits(kind) for kind in kinds["fits"]], axis=1)
    offered = [
        (product, brand, car)
        for product, brands in enumerate(kinds["brands"])
        for brand in brands
        for car in cars
        if fit[car, product]
    ]
    product, brand, car = (list(each) for each in zip(*offered, strict=True))
    weights = (popularity(world) ** 0.75)[car] * world.random("product appeal").gamma(1.5, size=len(kinds))[product]
    drawn = np.sort(np.argsort(-(np.log(weights) + rng.gumbel(size=len(weights))), kind="stable")[:count])
    drawn = drawn[rng.permutation(count)]
    table: pl.DataFrame = pl.DataFrame({"product": product, "brand": brand, "car": car})[drawn.tolist()]
    return table.with_columns(
        id=world.ids("parts", count),
        universal=pl.Series(rng.random(count) < _UNIVERSAL),
        written=content.written(world, "parts", count, since=0.16),
        cost=pl.Series(rng.beta(1.6, 2.4, count)),
    )


def _parts(world: World, made: pl.DataFrame) -> pl.DataFrame:
    rng = world.random("parts")
    count = len(made)
    kinds = products()[made["product"].to_list()]
    cars = about(made["car"].to_numpy())
    made["brand"] + " " + kinds["name"]
    letters = made["brand"].str.replace_all("[^A-Za-z]", "").str.slice(0, 3).str.to_uppercase()
    serial = pl.Series(rng.permutation(90_000)[:count] + 10_000).cast(pl.String)
    words = pl.DataFrame(
        {"what": made["brand"] + " " + kinds["name"], "use": kinds["description"], "car": cars["name"]}
    )
    told = words.with_columns(serial=serial).select(
        name=pl.when(made["universal"])
        .then(pl.format("{} - Universal {}", "what", "serial"))
        .otherwise(pl.format("{} - {}", "what", "car")),
        description=pl.when(made["universal"])
        .then(pl.format("{}; for any car with standard fittings.", "use"))
        .otherwise(pl.format("{}; made for the {}.", "use", "car")),
    )
    racing = kinds["key"].is_in(["downpipe", "headers", "harness_bar", "turbo_upgrade", "supercharger_kit"]).to_numpy()
    slug = slugs(made["brand"])
    return pl.DataFrame(
        {
            "id": made["id"],
            "name": told["name"],
            "brand_name": made["brand"],
            "part_number": letters + "-" + serial,
            "category": pl.Series(np.where(rng.random(count) < 0.04, "other", kinds["category"].to_numpy())),
            "description": content.some(rng, 0.9, told["description"].to_list()),
            "quality_tier": content.banded(made["cost"].to_numpy(), (0.3, 0.6), ("budget", "mid", "premium")),
            "street_legal": np.where(racing, rng.random(count) < 0.15, rng.random(count) < 0.96),
            "is_active": rng.random(count) < 0.93,
            "source_urls": [
                [f"https://{brand}.example.com/products/{number}"] if known else []
                for brand, number, known in zip(slug, serial, rng.random(count) < 0.88, strict=True)
            ],
            "created_at": made["written"],
            "updated_at": content.later(world, "parts", made["written"], share=0.4),
        }
    )


def _fitments(world: World, made: pl.DataFrame) -> pl.DataFrame:
    count = world.rows("part_fitments")
    rng = world.random("part_fitments")
    kinds = products()
    known = catalogue_of_cars()
    own = made.filter(~pl.col("universal")).select("id", "product", "car", "written")
    # A part made for one car often fits another of the maker; each such pair is offered once.
    covered = pl.DataFrame({"other": cars_with_parts(world)}).with_columns(
        brand_of=known["brand"][cars_with_parts(world)]
    )
    fit = np.stack([fits(kind) for kind in kinds["fits"]], axis=1)
    pairs = own.with_columns(brand_of=known["brand"][own["car"].to_list()]).join(covered, on="brand_of")
    pairs = pairs.filter(
        pl.col("other") != pl.col("car"), pl.Series(fit[pairs["other"].to_numpy(), pairs["product"].to_numpy()])
    )
    more = pairs[np.sort(rng.permutation(len(pairs))[: count - len(own)]).tolist()]
    rows = pl.concat([own, more.select("id", "product", car="other", written="written")])
    variants = world.tables["car_variants"].group_by("car_id", maintain_order=True).agg(pl.col("id").first())
    car_ids = world.tables["cars"]["id"][rows["car"].to_list()]
    variant = pl.DataFrame({"car_id": car_ids}).join(variants, on="car_id", how="left", maintain_order="left")["id"]
    told = kinds[rows["product"].to_list()]
    verified = rng.random(count) < 0.31
    sure = np.where(verified, rng.beta(18, 1.6, count), rng.beta(6, 2.6, count))
    return pl.DataFrame(
        {
            "id": world.ids("part_fitments", count),
            "part_id": rows["id"],
            "car_id": car_ids,
            "car_variant_id": variant.set(pl.Series(rng.random(count) >= 0.14), None),
            "fitment_notes": content.some(rng, 0.42, pick(rng, _NOTES, count)),
            "requires_tune": told["tune"] == "yes",
            "install_difficulty": told["skill"],
            "estimated_labor_hours": (told["hours"].to_numpy() * rng.choice([0.75, 1.0, 1.25, 1.5], count)).round(2),
            "verified": verified,
            "confidence": sure.round(2),
            "source_url": content.some(rng, 0.8, [f"https://fitment.example.com/{60_000 + n}" for n in range(count)]),
            "created_at": rows["written"],
            "updated_at": content.later(world, "part_fitments", rows["written"], share=0.3),
        }
    )


_NOTES: Final = (
    "Bolts on without changes", "Trim the lower shroud by a finger's width", "Needs an alignment afterwards",
    "Reuse the factory hardware", "Check clearance at full lock", "Torque again after 100 miles",
    "Not with adaptive dampers unless cancelled", "Loosen the subframe for access",
)  # fmt: skip


def _prices(world: World, made: pl.DataFrame) -> pl.DataFrame:
    count = world.rows("part_pricing_snapshots")
    rng = world.random("part_pricing_snapshots")
    part = places_by(rng, count * 3, rng.gamma(0.8, size=len(made)) + 0.05)
    vendor = places_by(rng, count * 3, [(place + 2.0) ** -0.8 for place in range(len(_VENDORS))])
    today = moment(world.now) // DAY
    first = today - (moment(world.now) - moment(content.OPENED)) * 8 // 10 // DAY
    day = today - 1 - (rng.beta(0.9, 2.6, count * 3) * (today - first)).astype(np.int64)
    # Nothing is priced before it is in the catalogue; at most one price per part, shop and day.
    day = np.maximum(day, made["written"].dt.epoch("d").to_numpy()[part] + 1).clip(None, today)
    drawn = pl.DataFrame({"part": part, "vendor": vendor, "day": day})
    drawn = drawn.filter(pl.col("day") < today).unique(maintain_order=True).head(count).sort("day", maintain_order=True)
    kinds = products()
    rows = made[drawn["part"].to_list()]
    low, high = (kinds[side].to_numpy()[rows["product"].to_numpy()] for side in ("low", "high"))
    usual = low + (high - low) * rows["cost"].to_numpy()
    drift = 1 + (drawn["day"].to_numpy() - first) / 365 * 0.04
    dollars = (usual * drift * rng.normal(1.0, 0.05, count).clip(0.85, 1.2)).round()
    cents = (dollars * 100 - rng.choice([1, 5, 0], count, p=[0.5, 0.3, 0.2])).astype(np.int64)
    names = pl.Series(_VENDORS)[drawn["vendor"].to_list()]
    vendor_url = "https://" + slugs(names) + ".example.com"
    return pl.DataFrame(
        {
            "id": world.ids("part_pricing_snapshots", count),
            "part_id": rows["id"],
            "vendor_name": names,
            "vendor_url": vendor_url,
            "product_url": vendor_url + "/p/" + (drawn["part"] + 20_000).cast(pl.String),
            "currency": ["USD"] * count,
            "price_cents": cents,
            "in_stock": rng.random(count) < 0.81,
            "recorded_at": stamps(drawn["day"].to_numpy() * DAY),
        }
    )


def _relationships(world: World, made: pl.DataFrame) -> pl.DataFrame:
    count = world.rows("part_relationships")
    rng = world.random("part_relationships")
    keys = products()["key"]
    reasons = (
        ("stage_2_tune", "downpipe", "requires", "The calibration expects the freer downpipe"),
        ("downpipe", "stage_2_tune", "requires", "Without software the engine light comes on"),
        ("turbo_upgrade", "fuel_pump", "requires", "The factory pump runs out at this flow"),
        ("coilovers", "camber_plates", "suggests", "Lets the front tires keep their shape"),
        ("big_brake_kit", "brake_fluid", "suggests", "The pedal stays firm when hot"),
        ("lowering_springs", "dampers", "suggests", "Factory dampers are short of rebound"),
        ("coilovers", "lowering_springs", "conflicts", "Coilovers come with their own springs"),
        ("cold_air_intake", "carbon_intake", "conflicts", "Both replace the airbox"),
        ("cat_back_exhaust", "axle_back_exhaust", "conflicts", "The cat-back includes the rear mufflers"),
    )
    by_key = made.filter(~pl.col("universal")).with_columns(
        key=keys[made.filter(~pl.col("universal"))["product"].to_list()]
    )
    couples: list[pl.DataFrame] = []
    for one, other, relation, reason in reasons:
        pairs = by_key.filter(pl.col("key") == one).join(by_key.filter(pl.col("key") == other), on="car")
        pairs = pairs[rng.permutation(len(pairs)).tolist()].select(
            part_id="id",
            related_part_id="id_right",
            relation_type=pl.lit(relation),
            reason=pl.lit(reason),
            since=pl.max_horizontal("written", "written_right"),
            nth=pl.int_range(pl.len()),
        )
        couples.append(pairs.head(count))
    rows: pl.DataFrame = pl.concat(couples).sort("nth", maintain_order=True).head(count)
    return rows.drop("since", "nth").with_columns(
        id=world.ids("part_relationships", count),
        created_at=content.later(world, "part_relationships", rows["since"], share=1.0),
    )


def _brands(world: World) -> pl.DataFrame:
    names, countries, notes = (list(each) for each in zip(*_BRANDS, strict=True))
    count = world.rows("part_brands")
    return pl.DataFrame(
        {
            "id": world.ids("part_brands", count),
            "name": names[:count],
            "website": [f"https://{slug}.example.com" for slug in slugs(pl.Series(names[:count]))],
            "country": countries[:count],
            "notes": notes[:count],
            "created_at": content.written(world, "part_brands", count, until=0.2),
        }
    )


def _keys(world: World) -> pl.DataFrame:
    kinds = products()
    return pl.DataFrame(
        {
            "key": kinds["key"],
            "name": kinds["name"],
            "category": kinds["category"],
            "description": kinds["description"] + ".",
            "typical_cost_low": kinds["low"],
            "typical_cost_high": kinds["high"],
            "created_at": content.written(world, "upgrade_keys", len(kinds), until=0.15),
        }
    )


_THEMES: Final = (
    ("Street Sport", "street"), ("Track Pack", "track"), ("Power Pack", "power"), ("Canyon Carver", "handling"),
    ("Sound and Stance", "sound"), ("Daily Plus", "street"), ("Time Attack", "track"), ("Drag Strip", "power"),
    ("Autocross", "handling"), ("Grand Touring", "comfort"), ("Cooling Pack", "reliability"),
    ("Drift Pack", "handling"),    ("E85 Build", "power"), ("Restoration Plus", "reliability"),
)  # fmt: skip


def _packages(world: World) -> pl.DataFrame:
    count = world.rows("upgrade_packages")
    rng = world.random("upgrade_packages")
    stages = [(theme, focus, stage) for theme, focus in _THEMES for stage in (1, 2, 3)][:count]
    stage = np.array([each[2] for each in stages])
    strong = np.array([{"power": 2.4, "track": 1.0, "street": 0.9}.get(each[1], 0.3) for each in stages])
    horses = (strong * 22 * stage**1.4 * rng.uniform(0.85, 1.15, count)).round().astype(np.int64)
    low = (900 * stage**1.7 * rng.uniform(0.8, 1.3, count) / 50).round().astype(np.int64) * 50
    names = [f"{theme} Stage {number}" for theme, _, number in stages]
    return pl.DataFrame(
        {
            "id": world.ids("upgrade_packages", count),
            "name": names,
            "tier": [f"Stage {number}" for *_, number in stages],
            "category": [focus for _, focus, _ in stages],
            "estimated_cost_low": low,
            "estimated_cost_high": (low * rng.uniform(1.35, 1.9, count) / 50).round().astype(np.int64) * 50,
            "delta_hp": horses,
            "delta_torque": (horses * rng.uniform(0.85, 1.25, count)).round().astype(np.int64),
            "delta_zero_to_sixty": -(horses * 0.006).round(2),
            "slug": slugs(pl.Series(names)),
            "created_at": content.written(world, "upgrade_packages", count, until=0.3),
        }
    )


def _uneven(keys: list[str], order: list[int], count: int) -> list[int]:
    """Return the first `count` places of the order, exchanged so that no three keys have as many parts as each other.

    Real catalogues are uneven; equal numbers are what a check takes for made-up data.
    """
    chosen, spare = order[:count], order[count:]
    for place in [*spare]:
        sizes = Counter(keys[each] for each in chosen)
        alike = Counter(sizes.values())
        crowded = [key for key, size in sorted(sizes.items()) if size >= _SIZE_OF_A_FAMILY and alike[size] > 2]
        if not crowded:
            break
        if keys[place] == crowded[0]:
            continue
        out = next(each for each in chosen if keys[each] == crowded[0])
        chosen[chosen.index(out)] = place
    return sorted(chosen)


def _key_parts(world: World, made: pl.DataFrame) -> pl.DataFrame:
    count = world.rows("upgrade_key_parts")
    rng = world.random("upgrade_key_parts")
    keyed = made.with_columns(key=products()["key"][made["product"].to_list()])
    keyed = keyed.filter(~pl.col("key").is_in(_WITHOUT_PARTS))
    rows = keyed[_uneven(keyed["key"].to_list(), rng.permutation(len(keyed)).tolist(), count)]
    return pl.DataFrame(
        {
            "id": world.ids("upgrade_key_parts", count),
            "upgrade_key": rows["key"],
            "part_id": rows["id"],
            "priority": places_by(rng, count, [3, 4, 3]) + 1,
            "notes": content.some(rng, 0.3, pick(rng, _NOTES, count)),
            "created_at": content.later(world, "upgrade_key_parts", rows["written"]),
        }
    )
