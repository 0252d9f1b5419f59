"""Knowledge Base: the documents that AL reads, cut into passages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from demo.seed import _content as content
from demo.seed._draw import HOUR, moments, pick, places_by, stamps, text_of
from demo.seed.core_cars import about, catalogue_of_cars, gearbox, popularity

if TYPE_CHECKING:
    from demo.world import World

Places = npt.NDArray[np.int64]

_KINDS: Final = (
    # kind, licence, weight, title
    ("youtube_transcript", "fair use", 30, "Transcript: driving the {name}"),
    ("owner_review", "by permission", 18, "Long-term owner notes on the {name}"),
    ("buyers_guide", "CC BY-SA 4.0", 14, "Buyer's guide to the {name}"),
    ("service_bulletin", "public domain", 13, "Service bulletin for the {name}"),
    ("encyclopedia", "CC BY-SA 4.0", 12, "{name}: history and figures"),
    ("press_release", "press use", 7, "Press release: the {name}"),
    ("technical_paper", "by permission", 6, "Engineering notes on the {name}"),
)
_TOPICS: Final = (
    "reliability", "driving impressions", "maintenance", "modifications", "buying advice", "specifications", "history",
    "track use", "ownership cost",
)  # fmt: skip
_REMARKS: Final = (
    "The {name} pairs its {engine} with a {box}, and that pairing shapes the car more than the figures do.",
    "At {hp} horsepower the {name} is quick enough that tires and brakes are the first thing to spend on.",
    "Expect to pay about ${price:,} for a well kept {name}; cars with a full history bring more.",
    "Owners praise the steering of the {name} and complain about road noise on coarse surfaces.",
    "The {engine} wants fresh oil more often than the schedule says, above all if the car sees track days.",
    "A {name} weighs {weight:,} pounds, so a change of pads and fluid is wise before any long session.",
    "On a used {name}, look for uneven tire wear, a weeping valve cover and records of every fluid change.",
    "From rest the {name} reaches 60 mph in {quick} seconds, given warm tires and {drivetrain} traction.",
    "The cabin of the {name} has aged well; the seats hold you and the pedals are placed for heel and toe.",
    "Parts for the {name} are easy to find, and an independent shop halves the dealer's estimate.",
    "Alignment transforms the {name}: a little more camber in front and the understeer is gone.",
    "Values of the {name} have been steady for three years, with manual cars a step above the rest.",
)


def remarks(rng: np.random.Generator, places: Places) -> list[str]:
    """Write one sentence about each of the cars in those rows of `catalogue_of_cars`."""
    known = catalogue_of_cars()[places.tolist()]
    chosen = pick(rng, _REMARKS, len(places))
    rows = known.select("name", "engine", "hp", "price", "weight", "drivetrain", "trans", quick="zero_to_sixty")
    return [
        pattern.format(**row, box=gearbox(row["trans"]).split(" / ")[0].lower())
        for pattern, row in zip(chosen, rows.iter_rows(named=True), strict=True)
    ]


def vectors(rng: np.random.Generator, count: int) -> list[str]:
    """Return `count` unit vectors of eight numbers as pgvector writes them."""
    drawn = rng.normal(size=(count, 8))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return [f"[{','.join(f'{number:.4f}' for number in row)}]" for row in drawn.tolist()]


def seed(world: World) -> None:
    """Add documents and passages."""
    count = world.rows("source_documents")
    rng = world.random("source_documents")
    car = places_by(rng, count, popularity(world) ** 0.6)
    kind = [_KINDS[place] for place in places_by(rng, count, [each[2] for each in _KINDS])]
    cars = catalogue_of_cars()[car.tolist()]
    titles = [each[3].format(name=name) for each, name in zip(kind, cars["name"], strict=True)]
    written = content.written(world, "source_documents", count, since=0.16)
    texts = [[*row] for row in zip(*(remarks(rng, car) for _ in range(4)), strict=True)]
    ids = world.ids("source_documents", count)
    world.tables["source_documents"] = pl.DataFrame(
        {
            "id": ids,
            "source_type": [each[0] for each in kind],
            "source_url": [
                f"https://library.example.com/{each[0].replace('_', '-')}/{3000 + place}"
                for place, each in enumerate(kind)
            ],
            "source_title": titles,
            "license": [each[1] for each in kind],
            "raw_text": [" ".join(text) for text in texts],
            "metadata": [
                text_of({"car_slug": slug, "language": "en", "words": int(words)})
                for slug, words in zip(cars["slug"], rng.integers(300, 5200, count), strict=True)
            ],
            "created_at": written,
        }
    )
    world.tables["document_chunks"] = _chunks(world, car, ids, written)


def _chunks(world: World, car: Places, documents: pl.Series, written: pl.Series) -> pl.DataFrame:
    count = world.rows("document_chunks")
    rng = world.random("document_chunks")
    each = content.counts(rng, count, rng.gamma(2.2, size=len(documents)), least=1, most=60)
    document = np.repeat(np.arange(len(documents)), each)
    place = np.arange(count) - np.repeat(np.cumsum(each) - each, each)
    about_car = car[document]
    first, second = remarks(rng, about_car), remarks(rng, about_car)
    texts = [one if one == two else f"{one} {two}" for one, two in zip(first, second, strict=True)]
    general = pl.Series(rng.random(count) < 0.06)
    return pl.DataFrame(
        {
            "id": world.ids("document_chunks", count),
            "document_id": documents.gather(document),
            "car_id": world.tables["cars"]["id"].gather(about_car).set(general, None),
            "car_slug": about(about_car)["slug"].set(general, None),
            "chunk_index": place,
            "chunk_text": texts,
            "chunk_tokens": [round(len(text) / 4.2) for text in texts],
            "topic": pick(rng, _TOPICS, count, [7, 9, 6, 5, 6, 5, 3, 4, 3]),
            "embedding_model": np.where(rng.random(len(documents)) < 0.8, "text-embedding-3-small", "ada-002")[
                document
            ],
            "embedding": vectors(rng, count),
            "created_at": stamps(
                np.minimum(moments(written)[document] + rng.integers(0, HOUR, count), moments(written).max())
            ),
        }
    )
