"""Forum Intelligence: forums read, their threads, and what was learned from them about a few cars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from demo.seed import _content as content
from demo.seed._draw import DAY, HOUR, MINUTE, moment, moments, pick, places_by, stamps, text_of
from demo.seed.core_cars import about, catalogue_of_cars, popularity
from demo.seed.knowledge import remarks, vectors

if TYPE_CHECKING:
    from demo.world import World

_FORUMS: Final = (
    # slug, name, makes, weight
    ("rennlist", "Rennlist", ("Porsche",), 9), ("bimmerpost", "Bimmerpost", ("BMW",), 9),
    ("miata-net", "Miata.net", ("Mazda",), 6), ("ft86club", "FT86Club", ("Toyota", "Subaru", "Scion"), 7),
    ("corvetteforum", "CorvetteForum", ("Chevrolet",), 7), ("vwvortex", "VWVortex", ("Volkswagen", "Audi"), 5),
    ("mustang6g", "Mustang6G", ("Ford",), 6), ("s2ki", "S2KI", ("Honda", "Acura"), 6),
    ("supramkv", "SupraMKV", ("Toyota",), 4), ("nasioc", "NASIOC", ("Subaru",), 4),
    ("gtrlife", "GTRLife", ("Nissan",), 4), ("evolutionm", "EvolutionM", ("Mitsubishi",), 3),
    ("audizine", "Audizine", ("Audi",), 3), ("civicx", "CivicX", ("Honda",), 4),
    ("camaro6", "Camaro6", ("Chevrolet",), 3), ("hyundai-n", "Hyundai N Owners", ("Hyundai", "Kia"), 3),
    ("focus-fanatics", "Focus Fanatics", ("Ford",), 2),
)  # fmt: skip
_LEARNED: Final = 0.06
"""The share of cars that anything was learned about."""

_INSIGHTS: Final = (
    # type, weight, title, severity of confidence
    ("known_issue", 30, "{name}: watch for {what}"),
    ("maintenance_tip", 18, "{name}: a better way to do the {what}"),
    ("modification_guide", 14, "{name}: what the first upgrade should be"),
    ("troubleshooting", 11, "{name}: tracing {what}"),
    ("buying_guide", 8, "{name}: what to check before you buy"),
    ("performance_data", 6, "{name}: measured gains from {what}"),
    ("reliability_report", 6, "{name}: {what} after 60,000 miles"),
    ("cost_insight", 4, "{name}: what {what} really costs"),
    ("comparison", 3, "{name}: how it compares on {what}"),
)
_WHAT: Final = (
    "oil consumption", "cold start rattle", "clutch wear", "brake fade", "coolant loss", "gearbox fluid", "tire wear",
    "rear suspension knock", "fuel dilution", "boost leaks", "wheel bearings", "battery drain", "differential whine",
    "valve cover seepage", "ignition coils", "track cooling", "pad life", "alignment", "engine mounts", "rust",
)  # fmt: skip
_SUBFORUMS: Final = ("Engine and drivetrain", "Suspension and brakes", "Buying and selling", "Track and racing", "DIY")


def seed(world: World) -> None:
    """Add forums, threads, insights and the threads behind each insight."""
    rng = world.random("forums")
    learned = _learned_cars(world)
    world.tables["forum_sources"] = _sources(world)
    threads = _threads(world, learned)
    insights, sources = _insights(world, threads)
    found = sources.group_by("thread_id").agg(pl.col("insight_id").n_unique().cast(pl.Int64).alias("found"))
    told = threads.join(found, left_on="id", right_on="thread_id", how="left", maintain_order="left")
    world.tables["forum_scraped_threads"] = told.with_columns(
        insights_extracted=pl.when(pl.col("processing_status").is_in(["completed", "no_insights"]))
        .then(pl.col("found").fill_null(0))
        .otherwise(None)
    ).drop("found", "car", "forum")
    world.tables["community_insights"] = insights.with_columns(embedding=pl.Series(vectors(rng, len(insights))))
    world.tables["community_insight_sources"] = sources


def _learned_cars(world: World) -> list[int]:
    """Return the few cars that insights are about: popular ones that some forum covers."""
    known = catalogue_of_cars()
    covered = known["brand"].is_in([make for _, _, makes, _ in _FORUMS for make in makes]).to_numpy()
    count = round(_LEARNED * len(known))
    return [int(place) for place in np.argsort(-popularity(world) * covered, kind="stable")[:count]]


def _sources(world: World) -> pl.DataFrame:
    known, cars = catalogue_of_cars(), world.tables["cars"]
    count = world.rows("forum_sources")
    rng = world.random("forum_sources")
    own = [known["brand"].is_in(makes).arg_true() for _, _, makes, _ in _FORUMS[:count]]
    active = rng.random(count) < 0.8
    last = moment(world.now) - (rng.beta(0.6, 3.0, count) * 60 * DAY).astype(np.int64) - HOUR
    return pl.DataFrame(
        {
            "id": world.ids("forum_sources", count),
            "slug": [each[0] for each in _FORUMS[:count]],
            "name": [each[1] for each in _FORUMS[:count]],
            "base_url": [f"https://{each[0]}.example.com" for each in _FORUMS[:count]],
            "car_brands": [list(each[2]) for each in _FORUMS[:count]],
            "car_slugs": [known["slug"].gather(places).to_list() for places in own],
            "car_ids": [cars["id"].gather(places).to_list() for places in own],
            "scrape_config": [text_of({"pages": int(n), "delay_ms": 1500}) for n in rng.integers(5, 40, count)],
            "priority": [each[3] for each in _FORUMS[:count]],
            "is_active": active,
            "last_scraped_at": stamps(last).set(pl.Series(rng.random(count) < 0.1) & ~pl.Series(active), None),
            "created_at": content.written(world, "forum_sources", count, until=0.16),
        }
    )


def _threads(world: World, learned: list[int]) -> pl.DataFrame:
    """Return the threads with two helper columns: the row of the main car and that of the forum."""
    count = world.rows("forum_scraped_threads")
    rng = world.random("forum_scraped_threads")
    known = catalogue_of_cars()
    brands = known["brand"].to_list()
    # Two threads in three are about the cars that insights were drawn from.
    shares = (popularity(world) ** 0.35) * known["brand"].is_in([m for f in _FORUMS for m in f[2]]).to_numpy()
    aim = np.array(learned)[places_by(rng, count, [1.0] * len(learned))]
    car = np.where(rng.random(count) < 0.66, aim, places_by(rng, count, shares))
    forum = np.empty(count, dtype=np.int64)
    for row, place in enumerate(car.tolist()):
        fit = [number for number, (_, _, makes, _) in enumerate(_FORUMS) if brands[place] in makes]
        forum[row] = fit[int(rng.integers(len(fit)))]
    status = np.array(
        pick(rng, ("completed", "pending", "no_insights", "failed", "processing"), count, [66, 17, 9, 7, 1])
    )
    status[:1] = "completed"
    names = known["name"].gather(car).to_list()
    titles = content.filled(
        rng,
        (
            "{name}: {what}, what did you do?", "Anyone else with {what} on the {name}?", "{name} {what} megathread",
            "DIY: {what} on a {name}", "{name} at 60,000 miles: {what} and more",
        ),
        name=names,
        what=pick(rng, _WHAT, count),
    )  # fmt: skip
    slug = [_FORUMS[place][0] for place in forum.tolist()]
    created = moments(content.written(world, "forum_scraped_threads", count, since=0.2, until=0.97))
    done = np.isin(status, ["completed", "no_insights", "failed"])
    processed = np.minimum(created + rng.integers(HOUR, 12 * DAY, count), moment(world.now) - HOUR)
    posts = [remarks(rng, car) for _ in range(4)]
    cars = about(car)
    ids = world.tables["cars"]["id"].gather(car).to_list()
    return pl.DataFrame(
        {
            "id": world.ids("forum_scraped_threads", count),
            "thread_url": [f"https://{forum}.example.com/threads/{120_000 + n}" for n, forum in enumerate(slug)],
            "thread_title": titles,
            "subforum": pick(rng, _SUBFORUMS, count),
            "posts": [
                text_of([{"author": f"member{n * 7 + row}", "text": text} for n, text in enumerate(texts)])
                for row, texts in enumerate(zip(*posts, strict=True))
            ],
            "processing_status": status,
            "relevance_score": rng.beta(8, 2.5, count).round(2),
            "car_slugs_detected": [[each] for each in cars["slug"]],
            "car_ids_detected": [[each] for each in ids],
            "forum_source_id": world.tables["forum_sources"]["id"].gather(forum),
            "processed_at": stamps(processed).set(pl.Series(~done), None),
            "created_at": stamps(created),
            "car": car,
            "forum": slug,
        }
    )


def _insights(world: World, threads: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    count = world.rows("community_insights")
    rng = world.random("community_insights")
    learned = set(_learned_cars(world))
    fertile = threads.filter((pl.col("processing_status") == "completed") & pl.col("car").is_in(sorted(learned)))
    which = content.shared_out(rng, count, rng.gamma(2.0, size=len(fertile)), least=1)
    home = fertile[which.tolist()]
    car = home["car"].to_numpy()
    kinds = [_INSIGHTS[place] for place in places_by(rng, count, [each[1] for each in _INSIGHTS])]
    names = about(car)["name"].to_list()
    titles = [
        each[2].format(name=name, what=what)
        for each, name, what in zip(kinds, names, pick(rng, _WHAT, count), strict=True)
    ]
    # The same thing learned again about a car is a further part of the first.
    told = pl.DataFrame({"title": titles}).with_columns(part=pl.int_range(1, pl.len() + 1).over("title"))
    told = told.with_columns(
        title=pl.when(pl.col("part") > 1).then(pl.format("{}, part {}", "title", "part")).otherwise("title")
    )
    summaries = remarks(rng, car)
    # Most insights name the thread they came from; where another thread on the same car agrees, it is kept too.
    spare = world.rows("community_insight_sources") - count
    none = np.zeros(count, dtype=bool)
    seconds = 140
    none[rng.permutation(count)[: seconds - spare]] = True
    twins = fertile.select("car", other="id", other_url="thread_url", other_forum="forum")
    own = pl.DataFrame({"row": np.arange(count), "car": car, "id": home["id"]}).filter(~pl.Series(none))
    pairs = own.join(twins, on="car").filter(pl.col("other") != pl.col("id"))
    pairs = pairs[rng.permutation(len(pairs)).tolist()].unique("row", keep="first", maintain_order=True).head(seconds)
    agreed = np.zeros(count, dtype=bool)
    agreed[pairs["row"].to_numpy()] = True
    confidence = np.clip(rng.beta(12, 3, count) + agreed * 0.06, 0.3, 0.99).round(2)
    strength = np.where(agreed, pick(rng, (0.9, 0.6), count, [3, 2]), pick(rng, (0.3, 0.6), count, [4, 1]))
    created = moments(home["processed_at"]) + rng.integers(0, 20 * MINUTE, count)
    ids = world.ids("community_insights", count)
    urls = home["thread_url"].to_list()
    second_url = dict(zip(pairs["row"], pairs["other_url"], strict=True))
    insights = pl.DataFrame(
        {
            "id": ids,
            "car_slug": about(car)["slug"],
            "car_id": world.tables["cars"]["id"].gather(car),
            "insight_type": [each[0] for each in kinds],
            "title": told["title"],
            "summary": summaries,
            "details": [
                text_of({"mentions": int(n), "mileage": int(miles) * 1000})
                for n, miles in zip(rng.integers(2, 40, count), rng.integers(5, 140, count), strict=True)
            ],
            "confidence": confidence,
            "consensus_strength": strength,
            "source_forum": home["forum"],
            "source_urls": [[url, second_url[row]] if row in second_url else [url] for row, url in enumerate(urls)],
            "created_at": stamps(created),
        }
    )
    first = pl.DataFrame(
        {
            "row": own["row"],
            "thread_id": own["id"],
            "thread_url": home["thread_url"].gather(own["row"]),
            "forum_slug": home["forum"].gather(own["row"]),
        }
    )
    again = pairs.select("row", thread_id="other", thread_url="other_url", forum_slug="other_forum")
    rows = pl.concat([first, again]).sort("row", maintain_order=True)
    total = len(rows)
    quotes = [[each] for each in remarks(rng, car[rows["row"].to_numpy()])]
    sources = rows.select("thread_id", "thread_url", "forum_slug").with_columns(
        id=world.ids("community_insight_sources", total),
        insight_id=ids.gather(rows["row"]),
        relevance_score=pl.Series(rng.beta(9, 2.2, total).round(2)),
        extracted_quotes=pl.Series(quotes),
        created_at=stamps(created[rows["row"].to_numpy()]),
    )
    return insights, sources
