"""Core Car Data: 309 enthusiast cars and what AutoRev knows of each, more of the famous than of the rest."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from demo.world import World

from demo.seed import _content as content
from demo.seed import tracks
from demo.seed._draw import DAY, moments, pick, places_by, stamps, text_of

Numbers = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

_TIER_PRICES: Final = (30_000, 65_000, 150_000)
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
    world.tables["car_variants"] = _variants(world)
    world.tables["car_fuel_economy"] = _fuel_economy(world)
    world.tables["car_issues"] = _issues(world)
    world.tables["car_recalls"] = _recalls(world)
    world.tables["car_safety_data"] = _safety(world)
    world.tables["car_market_pricing"] = _market_pricing(world)
    world.tables["car_dyno_runs"] = _dyno_runs(world)
    world.tables["car_track_lap_times"] = _lap_times(world)
    world.tables["car_tuning_profiles"] = _tuning_profiles(world)
    world.tables["car_slug_aliases"] = _aliases(world)


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
    return pl.DataFrame(
        {
            "id": world.ids("cars", count),
            "slug": known["slug"],
            "name": known["name"],
            "brand": known["brand"],
            "model": known["model"],
            "years": known["years"],
            "tier": content.banded(price, _TIER_PRICES, ("free", "enthusiast", "tuner", "collector")),
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
        }
    )


def about(places: Numbers) -> dict[str, pl.Series]:
    """Return slug and name of the cars in those rows of `catalogue_of_cars`, for building frames."""
    known = catalogue_of_cars()
    return {"slug": known["slug"][places.tolist()], "name": known["name"][places.tolist()]}


def fits(kind: str) -> npt.NDArray[np.bool_]:
    """Return which cars a problem or recall of that kind can concern ("ice", "manual", "awd", ...).

    Raises:
        KeyError: The kind is none of those that `problems.csv` and `recalls.csv` use.
    """
    known = catalogue_of_cars()
    rules = {
        "any": pl.col("electric").is_not_null(),
        "ice": ~pl.col("electric"),
        "electric": pl.col("electric"),
        "boosted": pl.col("boosted"),
        "manual": pl.col("manual"),
        "auto": pl.col("trans").str.contains("[ADS]") & ~pl.col("electric"),
        "awd": (pl.col("drivetrain") == "AWD") & ~pl.col("electric"),
        "rotary": pl.col("engine").str.contains("Rotary"),
        "old": pl.col("last_year") < 2010,
        "new": pl.col("last_year") >= 2012,
        "convertible": pl.col("body") == "Convertible",
    }
    return known.select(fit=rules[kind])["fit"].to_numpy()


def _ids_of_cars(world: World, places: Numbers) -> pl.Series:
    return world.tables["cars"]["id"].gather(places)


_TRIMS: Final = {
    "BMW": ("Base", "Competition", "Executive Package", "CS"),
    "Porsche": ("Base", "Sport Chrono", "Clubsport", "Touring"),
    "Mazda": ("Sport", "Club", "Grand Touring", "RF"),
    "Toyota": ("Base", "Premium", "Core", "Trueno Edition"),
    "Subaru": ("Base", "Premium", "Limited", "Series.Special"),
    "Honda": ("Base", "Touring", "Limited Edition", "HPD"),
    "Chevrolet": ("1LT", "2LT", "3LT", "Z51"),
    "Ford": ("Base", "Premium", "Performance Pack", "Heritage Edition"),
    "Dodge": ("Base", "Plus", "Widebody", "Last Call"),
    "Audi": ("Premium Plus", "Prestige", "Competition", "Carbon Edition"),
    "Volkswagen": ("S", "SE", "Autobahn", "Anniversary Edition"),
    "Nissan": ("Base", "Sport", "Performance", "NISMO"),
}
_OTHER_TRIMS: Final = ("Base", "Sport", "Premium", "Limited")


def _variants(world: World) -> pl.DataFrame:
    known = catalogue_of_cars()
    count = world.rows("car_variants")
    span = (known["last_year"] - known["first_year"] + 1).to_numpy()
    luck = world.random("car_variants").gamma(4.0, size=len(known))
    each = content.counts(
        world.random("variants of cars"), count, np.sqrt(span) * luck, least=1, most=np.where(span > 3, 8, 4)
    )
    rows: list[tuple[int, str, int, int, int]] = []
    for place, (brand, first, last, many) in enumerate(
        zip(known["brand"], known["first_year"], known["last_year"], each, strict=True)
    ):
        trims = _TRIMS.get(brand, _OTHER_TRIMS)
        middle = (first + last) // 2
        phases = [(first, middle), (middle + 1, last)] if last - first >= 3 else [(first, last)]
        for number in range(many):
            begin, end = phases[number % len(phases)]
            rows.append((place, trims[number // len(phases)], begin, end, number))
    places = np.array([row[0] for row in rows])
    names, slugs = about(places)["name"], about(places)["slug"]
    boxes = known["trans"][places.tolist()].str.split("/")
    options = [each[row[4] % len(each)] for row, each in zip(rows, boxes.to_list(), strict=True)]
    written = content.later(world, "car_variants", world.tables["cars"]["created_at"][places.tolist()], share=0.3)
    return pl.DataFrame(
        {
            "id": world.ids("car_variants", count),
            "car_id": _ids_of_cars(world, places),
            "variant_key": [
                f"{slug}-{begin}-{trim.lower().replace(' ', '-').replace('.', '-')}"
                for slug, (_, trim, begin, _, _) in zip(slugs, rows, strict=True)
            ],
            "display_name": [
                f"{begin}-{end} {name} {trim}" if begin != end else f"{begin} {name} {trim}"
                for name, (_, trim, begin, end, _) in zip(names, rows, strict=True)
            ],
            "model_year_start": [row[2] for row in rows],
            "model_year_end": [row[3] for row in rows],
            "trim": [row[1] for row in rows],
            "drivetrain": known["drivetrain"][places.tolist()],
            "transmission": [gearbox(option) for option in options],
            "engine": known["engine"][places.tolist()],
            "created_at": written,
        }
    )


_NEVER_SOLD_IN_AMERICA: Final = (
    "nissan-skyline-gt-r-r34",
    "nissan-skyline-gt-r-r33",
    "nissan-skyline-gt-r-r32",
    "nissan-silvia-spec-r-s15",
    "subaru-impreza-22b-sti-gc8",
    "mercedes-amg-a45-s-w177",
)


def _covered(world: World, name: str, count: int, *, from_year: int) -> Numbers:
    """Choose the cars that an American agency rated: none of those never sold there, the newer and known first."""
    known = catalogue_of_cars()
    luck = world.random(f"covered {name}").gumbel(size=len(known))
    appeal = np.where(known["last_year"].to_numpy() >= from_year, 2.0, 0.0) + known["fame"].to_numpy() * 0.15 + luck
    appeal[known["slug"].is_in(_NEVER_SOLD_IN_AMERICA).to_numpy()] = -np.inf
    return np.sort(np.argsort(-appeal, kind="stable")[:count])


def _fuel_economy(world: World) -> pl.DataFrame:
    count = world.rows("car_fuel_economy")
    places = _covered(world, "fuel economy", count, from_year=1998)
    known = catalogue_of_cars()[places.tolist()]
    rng = world.random("car_fuel_economy")
    electric = known["electric"].to_numpy()
    hp, weight = known["hp"].to_numpy(), known["weight"].to_numpy()
    city = 41 - hp / 45 - weight / 330 + rng.normal(0, 1.0, count)
    city = np.clip(np.where(electric, 120 - hp / 22 + rng.normal(0, 3, count), city), 9, 125).round()
    highway = np.where(electric, city * 0.93, city * 1.38).round()
    combined = (1 / (0.55 / city + 0.45 / highway)).round()
    regular = ~electric & (known["price"].to_numpy() < 20_000) & ~known["boosted"].to_numpy() & (hp < 240)
    cost = np.where(electric, 15_000 / combined * 33.7 * 0.165, 15_000 / combined * np.where(regular, 3.25, 4.05))
    written = content.written(world, "car_fuel_economy", count, since=0.16, until=0.5)
    return pl.DataFrame(
        {
            "id": world.ids("car_fuel_economy", count),
            "car_slug": known["slug"],
            "city_mpg": city.astype(np.int64),
            "highway_mpg": highway.astype(np.int64),
            "combined_mpg": combined.astype(np.int64),
            "fuel_type": np.where(electric, "Electric", np.where(regular, "Regular", "Premium")),
            "annual_fuel_cost": (cost / 50).round().astype(np.int64) * 50,
            "co2_emissions": np.where(electric, 0, 8887 / combined).round().astype(np.int64),
            "ghg_score": np.where(electric, 10, np.clip((combined - 6) / 3.2, 1, 9)).astype(np.int64),
            "is_electric": electric,
            "is_hybrid": known["engine"].str.contains("Hybrid"),
            "ev_range": pl.Series(rng.uniform(230, 400, count).round().astype(np.int64)).set(
                ~pl.Series(electric), None
            ),
            "car_id": _ids_of_cars(world, places),
            "created_at": written,
            "updated_at": content.later(world, "car_fuel_economy", written),
        }
    )


def _listed(name: str) -> pl.DataFrame:
    return pl.read_csv(Path(__file__).with_name(name), separator="|")


def distinct(
    rng: np.random.Generator, fit: npt.NDArray[np.bool_], each: Numbers, *, always: int | None = None
) -> tuple[Numbers, Numbers]:
    """Draw for every row of `fit` as many different fitting columns as `each` says; rows and columns, in order.

    The column `always` is among them wherever it fits.
    """
    luck = rng.random(fit.shape)
    if always is not None:
        luck[:, always] = 2.0
    order = np.argsort(-np.where(fit, luck, -1.0), axis=1, kind="stable")
    rows = np.repeat(np.arange(len(each)), each)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(each) - each, each)
    return rows, order[rows, within]


def _years(rng: np.random.Generator, places: Numbers) -> list[str]:
    known = catalogue_of_cars()
    first = known["first_year"].to_numpy()[places]
    last = np.minimum(known["last_year"].to_numpy()[places], 2025)
    begin = first + (rng.beta(0.5, 2.0, len(places)) * (last - first + 1)).astype(np.int64)
    end = last - (rng.beta(0.5, 2.0, len(places)) * (last - begin + 1)).astype(np.int64)
    return [f"{a}-{b}" if a != b else str(a) for a, b in zip(begin, end, strict=True)]


def _issues(world: World) -> pl.DataFrame:
    count = world.rows("car_issues")
    rng = world.random("car_issues")
    problems = _listed("problems.csv")
    fit = np.stack([fits(kind) for kind in problems["fits"]], axis=1)
    weights = catalogue_of_cars()["fame"].to_numpy() ** 1.2 * rng.gamma(4.0, size=len(catalogue_of_cars()))
    each = content.counts(rng, count, weights, least=9, most=fit.sum(axis=1) - 2)
    places, which = distinct(rng, fit, each)
    told = problems[which.tolist()]
    names, slugs = about(places)["name"], about(places)["slug"]
    years = _years(rng, places)
    share = rng.lognormal(0.0, 0.12, count)
    dear = np.clip((catalogue_of_cars()["price"].to_numpy()[places] / 45_000) ** 0.35, 0.7, 3.5) * share
    low, high = ((told[side].to_numpy() * dear / 10).round().astype(np.int64) * 10 for side in ("low", "high"))
    description = content.filled(
        rng,
        (
            "Owners of the {name} report {what} on {years} cars.",
            "{years} examples of the {name} are known for {what}.",
            "On the {name} ({years}), {what} is among the faults that shops see most.",
            "Forum polls and service bulletins list {what} for the {name}, mainly {years}.",
        ),
        name=names.to_list(),
        what=content.midsentence(told["title"].to_list()),
        years=years,
    )
    written = content.written(world, "car_issues", count, since=0.16)
    return pl.DataFrame(
        {
            "id": world.ids("car_issues", count),
            "car_slug": slugs,
            "title": told["title"],
            "kind": told["kind"],
            "severity": told["severity"],
            "affected_years_text": years,
            "description": description,
            "symptoms": content.some(rng, 0.93, told["symptoms"].to_list()),
            "prevention": content.some(rng, 0.85, told["prevention"].to_list()),
            "fix_description": content.some(rng, 0.9, told["fix"].to_list()),
            "estimated_cost_text": [
                f"${a:,} - ${b:,}" if a else f"up to ${b:,}" for a, b in zip(low.tolist(), high.tolist(), strict=True)
            ],
            "source_url": content.some(
                rng,
                0.62,
                [f"https://forums.example.com/{slug}/threads/{40_001 + n}" for n, slug in enumerate(slugs)],
            ),
            "car_id": _ids_of_cars(world, places),
            "created_at": written,
            "updated_at": content.later(world, "car_issues", written, share=0.2),
        }
    )


def _recalls(world: World) -> pl.DataFrame:
    count = world.rows("car_recalls")
    rng = world.random("car_recalls")
    known = catalogue_of_cars()
    kinds = _listed("recalls.csv")
    fit = np.stack([fits(kind) for kind in kinds["fits"]], axis=1)
    fit[known["slug"].is_in(_NEVER_SOLD_IN_AMERICA).to_numpy()] = False
    # Some 50 cars were never recalled; a car of many years and many buyers was recalled more often.
    weights = (known["last_year"] - known["first_year"] + 1).to_numpy() ** 0.6 * rng.gamma(1.2, size=len(known))
    weights[(rng.random(len(known)) < 0.16) | ~fit.any(axis=1)] = 0.0
    each = content.counts(rng, count, weights, most=np.minimum(fit.sum(axis=1), 16))
    places, which = distinct(rng, fit, each)
    told = kinds[which.tolist()]
    first, last = (known[side].to_numpy()[places] for side in ("first_year", "last_year"))
    year = np.minimum(first + 1 + (rng.beta(1.3, 1.6, count) * (last - first + 9)).astype(np.int64), world.now.year)
    year = np.maximum(np.minimum(year, world.now.year - (rng.random(count) < 0.6)), 1988)
    drawn = pl.DataFrame(
        {
            "place": places,
            "component": told["component"],
            "brand": known["brand"][places.tolist()],
            "year": year,
        }
    )
    # One campaign names all the cars of a maker that share the component in that year.
    campaigns = drawn.select("brand", "component", "year").unique(maintain_order=True)
    days = world.random("recall days").integers(0, 365, len(campaigns))
    latest = int((world.now - timedelta(days=20)).timestamp() // 86_400)
    campaigns = campaigns.with_columns(
        day=pl.min_horizontal(
            pl.date(pl.col("year"), 1, 1).cast(pl.Int32) + pl.Series(days).cast(pl.Int32), pl.lit(latest)
        ).cast(pl.Date)
    ).with_columns(year_of_day=pl.col("day").dt.year())
    serial = pl.col("day").rank("ordinal").over("year_of_day") * 4 + 9
    campaigns = campaigns.with_columns(
        number=pl.format(
            "{}V{}000",
            (pl.col("year_of_day") % 100).cast(pl.String).str.zfill(2),
            serial.cast(pl.String).str.zfill(3),
        )
    )
    drawn = drawn.join(campaigns, on=["brand", "component", "year"], how="left", maintain_order="left")
    names = about(places)["name"]
    age = world.now.year - drawn["year"].to_numpy()
    written = content.written(world, "car_recalls", count, since=0.16)
    return pl.DataFrame(
        {
            "id": world.ids("car_recalls", count),
            "car_slug": about(places)["slug"],
            "car_id": _ids_of_cars(world, places),
            "campaign_number": drawn["number"],
            "recall_date": drawn["day"],
            "component": drawn["component"],
            "summary": [
                f"{text} on certain {name} vehicles." for text, name in zip(told["summary"], names, strict=True)
            ],
            "consequence": told["consequence"] + ".",
            "remedy": told["remedy"] + ".",
            "manufacturer": [_MAKERS.get(brand, brand) for brand in drawn["brand"]],
            "is_incomplete": rng.random(count) < np.where(age <= 2, 0.55, 0.06),
            "created_at": written,
        }
    )


_MAKERS: Final = {
    "BMW": "BMW of North America, LLC",
    "MINI": "BMW of North America, LLC",
    "Porsche": "Porsche Cars North America, Inc.",
    "Toyota": "Toyota Motor Engineering & Manufacturing",
    "Lexus": "Toyota Motor Engineering & Manufacturing",
    "Scion": "Toyota Motor Engineering & Manufacturing",
    "Chevrolet": "General Motors, LLC",
    "Pontiac": "General Motors, LLC",
    "Cadillac": "General Motors, LLC",
    "Ford": "Ford Motor Company",
    "Dodge": "Chrysler (FCA US, LLC)",
    "Jeep": "Chrysler (FCA US, LLC)",
    "Ram": "Chrysler (FCA US, LLC)",
    "Alfa Romeo": "Chrysler (FCA US, LLC)",
    "Fiat": "Chrysler (FCA US, LLC)",
    "Honda": "Honda (American Honda Motor Co.)",
    "Acura": "Honda (American Honda Motor Co.)",
    "Nissan": "Nissan North America, Inc.",
    "Infiniti": "Nissan North America, Inc.",
    "Datsun": "Nissan North America, Inc.",
    "Audi": "Volkswagen Group of America, Inc.",
    "Volkswagen": "Volkswagen Group of America, Inc.",
    "Lamborghini": "Volkswagen Group of America, Inc.",
    "Mercedes-AMG": "Mercedes-Benz USA, LLC",
    "Mercedes-Benz": "Mercedes-Benz USA, LLC",
    "Subaru": "Subaru of America, Inc.",
    "Mazda": "Mazda North American Operations",
    "Tesla": "Tesla, Inc.",
}


def _safety(world: World) -> pl.DataFrame:
    count = world.rows("car_safety_data")
    places = _covered(world, "safety", count, from_year=2008)
    known = catalogue_of_cars()[places.tolist()]
    rng = world.random("car_safety_data")
    modern = np.clip((known["last_year"].to_numpy() - 1995) / 30, 0, 1)

    def stars(base: float) -> Numbers:
        return np.asarray(np.rint(base + 1.3 * modern + rng.normal(0, 0.5, count)).clip(2, 5), dtype=np.int64)

    front, side, roll = stars(3.4), stars(3.5), stars(3.5)
    overall = np.clip(np.rint((front * 5 + side * 4 + roll * 3) / 12), 1, 5).astype(np.int64)
    recalls = world.tables["car_recalls"].group_by("car_slug").len()
    recalled = known.join(recalls, left_on="slug", right_on="car_slug", how="left", maintain_order="left")["len"]
    recall_count = recalled.fill_null(0).cast(pl.Int64)
    complaints = rng.poisson(rng.gamma(1.1, 26.0, count))
    insurers = np.clip(np.rint(modern * 2.2 + rng.normal(0.4, 0.6, count)), 0, 3).astype(np.int64)
    score = (
        overall * 13 + insurers * 9 + 8 - np.minimum(recall_count.to_numpy(), 8) * 0.8 - np.minimum(complaints, 90) / 30
    )
    score = np.clip(score, 30, 100).round()  # whole points, as the live schema keeps them
    written = content.written(world, "car_safety_data", count, since=0.2, until=0.7)
    rated = pl.Series(rng.random(count) < 0.72)

    def where_rated(values: Numbers) -> pl.Series:
        return pl.Series(values).set(~rated, None)

    return pl.DataFrame(
        {
            "id": world.ids("car_safety_data", count),
            "car_slug": known["slug"],
            "nhtsa_overall_rating": where_rated(overall),
            "nhtsa_front_crash_rating": where_rated(front),
            "nhtsa_side_crash_rating": where_rated(side),
            "nhtsa_rollover_rating": pl.Series(roll),
            "recall_count": recall_count,
            "complaint_count": complaints,
            "iihs_overall": [("Poor", "Marginal", "Acceptable", "Good")[place] for place in insurers],
            "iihs_top_safety_pick": (insurers == 3) & (rng.random(count) < 0.5),
            "safety_score": score,
            "safety_grade": content.banded(score, (60, 70, 80, 90), ("F", "D", "C", "B", "A")),
            "car_id": _ids_of_cars(world, places),
            "created_at": written,
            "updated_at": content.later(world, "car_safety_data", written),
        }
    )


def _market_pricing(world: World) -> pl.DataFrame:
    count = world.rows("car_market_pricing")
    places = np.sort(np.argsort(-popularity(world), kind="stable")[:count])
    known = catalogue_of_cars()[places.tolist()]
    rng = world.random("car_market_pricing")
    price = known["price"].to_numpy()

    def around(factor: float, spread: float) -> Numbers:
        return np.asarray((price * rng.normal(factor, spread, count) / 100).round() * 100, dtype=np.int64)

    median, listed, excellent = around(0.98, 0.03), around(1.05, 0.03), around(1.22, 0.02)
    written = content.written(world, "car_market_pricing", count, since=0.3, until=0.8)
    return pl.DataFrame(
        {
            "id": world.ids("car_market_pricing", count),
            "car_slug": known["slug"],
            "bat_avg_price": median + (price * rng.uniform(0.005, 0.04, count) / 100).astype(np.int64) * 100,
            "bat_median_price": median,
            "carscom_avg_price": listed,
            "hagerty_concours": (excellent * 1.3 / 100).round().astype(np.int64) * 100,
            "hagerty_excellent": excellent,
            "hagerty_good": (excellent * 0.78 / 100).round().astype(np.int64) * 100,
            "hagerty_fair": (excellent * 0.58 / 100).round().astype(np.int64) * 100,
            "consensus_price": ((median + listed) / 200).round().astype(np.int64) * 100,
            "market_trend": [("up", "stable", "down")[place] for place in rng.integers(0, 3, count)],
            "car_id": _ids_of_cars(world, places),
            "created_at": written,
            "updated_at": content.later(world, "car_market_pricing", written),
        }
    )


_MODS: Final = {
    "boosted": (
        "stage 1 tune",
        "stage 2 tune, downpipe",
        "downpipe, intercooler, E30 blend",
        "bigger turbo, port injection",
    ),
    "plain": ("headers, tune", "intake, exhaust, tune", "cams, headers, tune", "supercharger kit"),
}
_STRONG_FUELS: Final = ("E85", "E30 blend", "93 octane")
_LOSSES: Final = {"RWD": 0.14, "FWD": 0.12, "AWD": 0.19}


def _dyno_runs(world: World) -> pl.DataFrame:
    count = world.rows("car_dyno_runs")
    rng = world.random("car_dyno_runs")
    weights = popularity(world) * fits("ice") + 1e-12 * fits("ice")
    places = content.shared_out(rng, count, weights)[rng.permutation(count)]
    known = catalogue_of_cars()[places.tolist()]
    modded = rng.random(count) < 0.58
    stage = np.where(modded, rng.integers(0, 4, count), -1)
    boosted = known["boosted"].to_numpy()
    gain = np.where(boosted, 1.14 + 0.11 * stage, 1.05 + 0.06 * stage)
    gain = np.where(modded, gain, 1.0)
    kept = 1 - known["drivetrain"].replace_strict(_LOSSES).cast(pl.Float64).to_numpy()
    peak_whp = (known["hp"].to_numpy() * kept * gain * rng.normal(1.0, 0.025, count)).round(1)
    peak_wtq = (known["torque"].to_numpy() * kept * gain * rng.normal(1.0, 0.03, count)).round(1)
    boost = pl.Series((12 + 3.2 * np.maximum(stage, 0) + rng.normal(0, 1.5, count)).clip(5).round(1))
    words = [
        _MODS["boosted" if turbo else "plain"][each] if each >= 0 else None
        for turbo, each in zip(boosted, stage, strict=True)
    ]
    return pl.DataFrame(
        {
            "id": world.ids("car_dyno_runs", count),
            "car_slug": known["slug"],
            "run_kind": np.where(modded, "modded", "baseline"),
            "dyno_type": pick(rng, ("Dynojet", "Mustang", "Mainline", "Dynapack", "DynoCom"), count, [9, 5, 2, 2, 1]),
            "peak_whp": peak_whp,
            "peak_wtq": peak_wtq,
            "peak_hp": (peak_whp / kept).round().astype(np.int64),
            "peak_tq": (peak_wtq / kept).round().astype(np.int64),
            "boost_psi_max": boost.set(~pl.Series(boosted), None),
            "fuel": np.where(stage >= 2, pick(rng, _STRONG_FUELS, count), pick(rng, ("93 octane", "91 octane"), count)),
            "modifications": words,
            "source_url": content.some(rng, 0.8, [f"https://dyno.example.com/runs/{7000 + n}" for n in range(count)]),
            "verified": rng.random(count) < 0.37,
            "car_id": _ids_of_cars(world, places),
            "created_at": content.written(world, "car_dyno_runs", count, since=0.2),
        }
    )


def _lap_times(world: World) -> pl.DataFrame:
    count = world.rows("car_track_lap_times")
    rng = world.random("car_track_lap_times")
    known = catalogue_of_cars()
    weights = popularity(world) * known["fame"].to_numpy()
    weights[world.random("lap times of cars").random(len(known)) < 0.35] = 0.0
    places = content.shared_out(rng, count, weights)[rng.permutation(count)]
    cars = known[places.tolist()]
    venues = tracks.circuits()
    where = places_by(rng, count, [(place + 4.0) ** -1.15 for place in range(len(venues))])
    pace_of_venue = world.random("pace of venues").normal(1.0, 0.06, len(venues)).clip(0.85, 1.15)
    stock = rng.random(count) < 0.71
    pace = 108 + 330 * (cars["hp"].to_numpy() / cars["weight"].to_numpy() - 0.05) + np.where(stock, 0.0, 5.0)
    speed = np.minimum(pace, 162) * pace_of_venue[where] * rng.normal(1.0, 0.018, count)
    ms = (venues["length_km"].to_numpy()[where] / speed * 3_600_000).round().astype(np.int64)
    # A car is driven at the earliest in its first year, and no session lies ahead.
    first = (cars["first_year"].to_numpy().clip(2005) - 1970) * 365.25 + 120
    last = world.now.timestamp() // 86_400 - 3
    first = np.minimum(first, last - 60)
    days = (first + rng.beta(1.6, 1.2, count) * (last - first)).astype(np.int64)
    written = moments(content.written(world, "car_track_lap_times", count, since=0.2))
    return pl.DataFrame(
        {
            "id": world.ids("car_track_lap_times", count),
            "car_slug": cars["slug"],
            "track_id": world.ids("tracks", len(venues))[where.tolist()],
            "lap_time_ms": ms,
            "lap_time_text": lap_texts(ms),
            "session_date": pl.Series(days).cast(pl.Int32).cast(pl.Date),
            "is_stock": stock,
            "tires": pick(
                rng,
                (
                    "Michelin Pilot Sport Cup 2",
                    "Michelin Pilot Sport 4S",
                    "Bridgestone RE-71RS",
                    "Yokohama A052",
                    "Hankook RS4",
                    "Toyo R888R",
                    "Pirelli Trofeo R",
                ),
                count,
            ),
            "conditions": pick(rng, ("dry", "dry, cool", "dry, hot", "damp", "wet"), count, [12, 5, 4, 1, 0.4]),
            "modifications": pl.Series(pick(rng, _TRACK_MODS, count)).set(pl.Series(stock), None),
            "source_url": content.some(rng, 0.83, [f"https://laptimes.example.com/{5000 + n}" for n in range(count)]),
            "verified": rng.random(count) < 0.44,
            "car_id": _ids_of_cars(world, places),
            "created_at": stamps(np.maximum(written, (days + 1) * DAY)),
        }
    )


_TRACK_MODS: Final = (
    "coilovers, alignment, pads",
    "pads and fluid",
    "coilovers, sway bars, wing",
    "tune, pads, camber plates",
    "aero kit, 200 treadwear tyres",
    "cage, seats, slicks",
)


def lap_texts(ms: Numbers) -> list[str]:
    """Return lap times as minutes, seconds and thousandths.

    >>> lap_texts(np.array([83_456]))
    ['1:23.456']
    """
    return [f"{each // 60_000}:{each % 60_000 // 1000:02d}.{each % 1000:03d}" for each in ms.tolist()]


_STRENGTHS: Final = {
    "boosted": (
        "Large gains from a tune alone",
        "Strong bottom end",
        "Wide choice of turbo kits",
        "Responds well to ethanol",
    ),
    "plain": ("Linear throttle", "Simple to keep reliable", "Rewards headers and a tune", "Light nose"),
    "electric": ("Instant torque", "Launch control out of the box", "Low centre of gravity", "Little servicing"),
}
_WEAKNESSES: Final = {
    "boosted": (
        "Heat on long sessions",
        "Fuel pump runs out first",
        "Charge pipes are plastic",
        "Clutch slips at stage 2",
    ),
    "plain": ("Costly power", "Oil starvation in long bends", "Tall gearing", "Exhaust is restrictive"),
    "electric": (
        "Heavy on tyres and brakes",
        "Power falls as the battery warms",
        "Closed software",
        "Few suspension parts",
    ),
}
_GOALS: Final = {
    "street": ("intake", "cat_back_exhaust", "lowering_springs", "stage_1_tune"),
    "track": ("coilovers", "brake_pads", "oil_cooler", "camber_plates", "200tw_tires"),
    "power": ("stage_2_tune", "downpipe", "intercooler", "fuel_system"),
    "sound": ("cat_back_exhaust", "headers", "intake"),
}


def _tuning_profiles(world: World) -> pl.DataFrame:
    count = world.rows("car_tuning_profiles")
    rng = world.random("car_tuning_profiles")
    known = catalogue_of_cars()
    kinds = np.where(known["electric"], "electric", np.where(known["boosted"], "boosted", "plain"))
    ceiling = {"electric": 1.04, "boosted": 1.55, "plain": 1.22}
    upgrades, potential, strengths, weaknesses = [], [], [], []
    for kind, hp, torque, quick in zip(kinds, known["hp"], known["torque"], known["zero_to_sixty"], strict=True):
        aims = {
            goal: [part for part in parts if kind != "electric" or part in _ELECTRIC_PARTS]
            for goal, parts in _GOALS.items()
        }
        upgrades.append(text_of({goal: parts for goal, parts in aims.items() if parts}))
        reach = ceiling[kind] * rng.uniform(0.94, 1.08)
        potential.append(
            text_of(
                {
                    "max_hp": round(hp * max(reach, 1.0)),
                    "max_torque": round(torque * max(reach, 1.0)),
                    "zero_to_sixty": round(quick / max(reach, 1.0) ** 0.45, 1),
                }
            )
        )
        strengths.append([str(each) for each in rng.choice(_STRENGTHS[kind], int(rng.integers(2, 5)), replace=False)])
        weaknesses.append([str(each) for each in rng.choice(_WEAKNESSES[kind], int(rng.integers(1, 4)), replace=False)])
    notes = content.filled(
        rng,
        (
            "Most {name} owners begin with {first} and are happy there.",
            "Tuners rate the {name} for {first}; budget for cooling before more power.",
            "The {name} community agrees on {first} as the first step.",
        ),
        name=known["name"].to_list(),
        first=pick(rng, ("tyres and pads", "a flash tune", "an exhaust", "an alignment"), count),
    )
    written = content.written(world, "car_tuning_profiles", count, since=0.16, until=0.9)
    return pl.DataFrame(
        {
            "id": world.ids("car_tuning_profiles", count),
            "car_id": world.tables["cars"]["id"],
            "car_slug": known["slug"],
            "upgrades_by_objective": upgrades,
            "performance_potential": potential,
            "platform_strengths": strengths,
            "platform_weaknesses": weaknesses,
            "tuning_community_notes": content.some(rng, 0.78, notes),
            "quality_tier": pick(
                rng, ("skeleton", "templated", "researched", "enriched", "verified"), count, [40, 120, 70, 55, 24]
            ),
            "created_at": written,
            "updated_at": content.later(world, "car_tuning_profiles", written),
        }
    )


_ELECTRIC_PARTS: Final = ("lowering_springs", "coilovers", "brake_pads", "camber_plates", "200tw_tires")


def _aliases(world: World) -> pl.DataFrame:
    count = world.rows("car_slug_aliases")
    cars = world.tables["cars"]
    short = cars.select(
        "id",
        canonical="slug",
        alias=pl.col("slug").str.strip_prefix(pl.col("brand").str.to_lowercase().str.replace_all(" ", "-") + "-"),
        weight=pl.Series(popularity(world)),
    )
    short = short.filter(~pl.col("alias").is_in(cars["slug"].implode()), pl.col("alias") != pl.col("canonical"))
    chosen = short.sort("weight", descending=True).unique("alias", keep="first", maintain_order=True).head(count)
    return pl.DataFrame(
        {
            "alias": chosen["alias"],
            "canonical_slug": chosen["canonical"],
            "car_id": chosen["id"],
            "created_at": content.written(world, "car_slug_aliases", count, since=0.16, until=0.6),
        }
    )
