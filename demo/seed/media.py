"""YouTube & Media: channels, their videos, which cars they are about, and the queue of what is still to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from demo.seed import _content as content
from demo.seed._draw import DAY, HOUR, moment, moments, pick, places_by, stamps, text_of
from demo.seed.core_cars import about, catalogue_of_cars, popularity
from demo.seed.knowledge import remarks

if TYPE_CHECKING:
    from demo.world import World

Places = npt.NDArray[np.int64]

_CHANNELS: Final = (
    # name, tier, focus, makes, share of videos
    ("Throttle House", "1", "reviews", (), 9),
    ("savagegeese", "1", "engineering reviews", (), 8),
    ("Doug DeMuro", "1", "reviews", (), 9),
    ("Hagerty", "1", "history", (), 6),
    ("carwow", "2", "drag races", (), 6),
    ("Engineering Explained", "1", "engineering", (), 4),
    ("The Smoking Tire", "1", "reviews", (), 7),
    ("Motor Trend Channel", "2", "reviews", (), 4),
    ("Hoovies Garage", "2", "ownership", (), 4),
    ("Regular Car Reviews", "2", "reviews", (), 5),
    ("Everyday Driver", "1", "comparisons", (), 5),
    ("The Straight Pipes", "2", "reviews", (), 5),
    ("Speed Academy", "2", "builds", ("Honda", "Toyota", "Nissan"), 4),
    ("Donut Media", "2", "culture", (), 4),
    ("Chris Harris on Cars", "1", "reviews", (), 3),
    ("M539 Restorations", "1", "restoration", ("BMW",), 3),
    ("Rennlist TV", "2", "ownership", ("Porsche",), 2),
    ("Miata Garage", "3", "builds", ("Mazda",), 2),
    ("Corvette Bench", "3", "ownership", ("Chevrolet",), 2),
    ("Subaru Shed", "3", "builds", ("Subaru",), 2),
    ("Type R Talk", "3", "track", ("Honda", "Acura"), 2),
    ("Quattro Nerds", "3", "maintenance", ("Audi", "Volkswagen"), 2),
    ("Mopar Weekly", "3", "news", ("Dodge", "Jeep", "Ram"), 1),
    ("Pony Car Podcast", "3", "culture", ("Ford", "Chevrolet"), 1),
    ("Z Club Workshop", "3", "builds", ("Nissan",), 1),
    ("Electric Apex", "2", "electric", ("Tesla", "Hyundai", "Rivian"), 1),
    ("Track Day Diaries", "3", "track", (), 2),
    ("Two Stroke Tools", "3", "maintenance", (), 1),
    ("Italian Tune-Up", "3", "ownership", ("Ferrari", "Alfa Romeo", "Lamborghini"), 1),
)
_LETTERS: Final = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
_TITLES: Final = {
    "review": (
        "{name} review: still worth it?", "Why the {name} is better than you think", "Driving the {name} for a week",
        "The {name} is the last of its kind", "{name}: one year and 12,000 miles", "What nobody says about the {name}",
        "{name} on a mountain road", "I bought the cheapest {name}", "{name} point of view drive",
    ),
    "comparison": (
        "{name} against {other}", "{name} or {other}: which to buy", "Drag race: {name} meets {other}",
        "{other} owner tries the {name}",
    ),
    "mention": (
        "Ten cars we would keep, with the {name}", "Best sounding engines, ranked", "Never cheap again",
        "What broke this month", "Answers to your questions: {name} and more",
    ),
}  # fmt: skip
_PROS: Final = ("steering feel", "engine sound", "value", "build quality", "gear change", "balance", "aftermarket")
_CONS: Final = ("road noise", "small boot", "infotainment", "running costs", "heavy clutch", "tight cabin", "options")


def keys(rng: np.random.Generator, count: int, letters: int = 11) -> list[str]:
    """Return `count` keys as the platform writes them, of so many letters."""
    return ["".join(row) for row in _LETTERS[rng.integers(0, len(_LETTERS), (count, letters))].tolist()]


def seed(world: World) -> None:
    """Add channels, videos, their cars, the queue and the editors' choice."""
    channels = _channels(world)
    videos, links = _videos(world, channels)
    world.tables["youtube_channels"] = channels
    world.tables["youtube_videos"] = videos
    world.tables["youtube_video_car_links"] = links
    world.tables["youtube_ingestion_queue"] = _queue(world, videos, links, channels)
    world.tables["featured_content"] = _featured(world)


def _channels(world: World) -> pl.DataFrame:
    count = world.rows("youtube_channels")
    names, tiers, focus, makes, _ = (list(column) for column in zip(*_CHANNELS[:count], strict=True))
    return pl.DataFrame(
        {
            "channel_id": ["UC" + key for key in keys(world.random("youtube_channels"), count, 22)],
            "channel_name": names,
            "channel_handle": ["@" + name.lower().replace(" ", "") for name in names],
            "credibility_tier": tiers,
            "content_focus": focus,
            "primary_brands": pl.Series([list(each) for each in makes], dtype=pl.List(pl.String)),
            "auto_ingest": [tier != "3" for tier in tiers],
            "created_at": content.written(world, "youtube_channels", count, until=0.16),
        }
    )


def _cars_of(world: World, channel: Places) -> Places:
    """Draw a car per video: of the channel's makes where it has any; a quarter of the cars is never filmed."""
    rng = world.random("cars of videos")
    known = catalogue_of_cars()
    weights = popularity(world) ** 0.72
    weights[world.random("never filmed").random(len(known)) < 0.32 * (1 - known["fame"].to_numpy() / 10) * 2] = 0.0
    car = np.empty(len(channel), dtype=np.int64)
    for place, (_, _, _, makes, _) in enumerate(_CHANNELS):
        rows = np.flatnonzero(channel == place)
        own = weights * known["brand"].is_in(makes).to_numpy() if makes else weights
        car[rows] = places_by(rng, len(rows), own if own.sum() else weights)
    return car


def _videos(world: World, channels: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    count = world.rows("youtube_videos")
    rng = world.random("youtube_videos")
    known = catalogue_of_cars()
    channel = places_by(rng, count, [each[4] for each in _CHANNELS])
    car = _cars_of(world, channel)
    status = np.array(
        pick(
            rng,
            ("processed", "transcript_fetched", "pending", "no_transcript", "failed", "rejected", "processing"),
            count,
            [920, 12, 30, 14, 12, 10, 2],
        )
    )
    read = status == "processed"
    role = np.array(pick(rng, ("review", "comparison", "mention"), count, [78, 9, 13]))
    order = np.argsort(rng.random(count), kind="stable")
    other = car[order]
    brands = known["brand"].to_numpy()
    other = np.where(other == car, (other + 1) % len(known), other)
    names = known["name"].to_numpy()
    draws = rng.integers(0, 36, count).tolist()
    patterns = [_TITLES[kind][draw % len(_TITLES[kind])] for kind, draw in zip(role, draws, strict=True)]
    titles = [
        pattern.format(name=name, other=second)
        for pattern, name, second in zip(patterns, names[car], names[other], strict=True)
    ]
    created = moments(content.written(world, "youtube_videos", count, since=0.16))
    # Published before it was found here, and not before the car was built.
    years = range(2012, world.now.year + 1)
    first = np.array([moment(world.now.replace(year=year, month=3, day=1)) for year in years])
    earliest = first[np.clip(known["first_year"].to_numpy()[car] - 2012, 0, len(first) - 1)]
    ahead = np.maximum(created - HOUR - earliest, HOUR)
    published = created - HOUR - (rng.beta(0.8, 1.7, count) * ahead).astype(np.int64)
    quality = np.where(np.isin(channel, np.flatnonzero([each[1] == "1" for each in _CHANNELS])), 0.86, 0.72)
    said = remarks(rng, car)
    pros = [[str(each) for each in row] for row in _some_of(rng, _PROS, count)]
    cons = [[str(each) for each in row] for row in _some_of(rng, _CONS, count)]
    takes = content.filled(
        rng,
        ("Buy it for the {pro}, forgive the {con}.", "Great {pro}, held back by {con}.", "The {pro} wins the day."),
        pro=[each[0] for each in pros],
        con=[each[0] for each in cons],
    )
    ids = keys(rng, count)
    unread = pl.Series(~read)
    videos = pl.DataFrame(
        {
            "video_id": ids,
            "url": [f"https://www.youtube.com/watch?v={key}" for key in ids],
            "title": titles,
            "channel_id": channels["channel_id"].gather(channel),
            "channel_name": channels["channel_name"].gather(channel),
            "duration_seconds": np.clip(rng.lognormal(6.65, 0.45, count), 75, 5400).astype(np.int64),
            "view_count": np.clip(
                rng.lognormal(11.2, 1.5, count) * np.array([each[4] for each in _CHANNELS])[channel] / 4, 90, 3e7
            ).astype(np.int64),
            "summary": pl.Series(said).set(unread, None),
            "one_line_take": pl.Series(takes).set(unread, None),
            "key_points": pl.Series([text_of([each]) for each in said]).set(unread, None),
            "pros_mentioned": pl.Series([text_of(each) for each in pros]).set(unread, None),
            "cons_mentioned": pl.Series([text_of(each) for each in cons]).set(unread, None),
            "notable_quotes": pl.Series([text_of([f"It is all about the {each[0]}."]) for each in pros]).set(
                unread, None
            ),
            "quality_score": pl.Series(np.clip(rng.normal(quality, 0.09), 0.2, 0.99).round(2)).set(unread, None),
            "processing_status": status,
            "published_at": stamps(published),
            "processed_at": stamps(np.minimum(created + rng.integers(HOUR, 3 * DAY, count), moment(world.now) - 1)).set(
                unread, None
            ),
            "created_at": stamps(created),
        }
    )
    return videos, _links(world, videos, car, other, role, brands)


def _some_of(rng: np.random.Generator, words: tuple[str, ...], count: int) -> list[tuple[str, ...]]:
    first = rng.integers(0, len(words), count)
    many = rng.integers(1, 4, count)
    return [
        tuple(words[(begin + step * 2) % len(words)] for step in range(steps))
        for begin, steps in zip(first.tolist(), many.tolist(), strict=True)
    ]


def _links(
    world: World,
    videos: pl.DataFrame,
    car: Places,
    other: Places,
    role: npt.NDArray[np.str_],
    brands: npt.NDArray[np.str_],
) -> pl.DataFrame:
    count = world.rows("youtube_video_car_links")
    rng = world.random("youtube_video_car_links")
    read = (videos["processing_status"] == "processed").to_numpy()
    own = np.flatnonzero(read)
    pairs = np.flatnonzero(read & (role == "comparison"))
    rest = np.flatnonzero(read & (role != "comparison") & (brands[car] != brands[other]))
    missing = count - len(own) - len(pairs)
    named = rest[np.sort(rng.permutation(len(rest))[:missing])]
    video = np.concatenate([own, pairs, named])
    which = np.concatenate([car[own], other[pairs], other[named]])
    kind = np.concatenate([role[own], role[pairs], np.full(len(named), "mention")])
    found = videos["processed_at"].gather(video)
    return pl.DataFrame(
        {
            "id": world.ids("youtube_video_car_links", len(video)),
            "video_id": videos["video_id"].gather(video),
            "car_slug": about(which)["slug"],
            "car_id": world.tables["cars"]["id"].gather(which),
            "role": kind,
            "match_confidence": np.where(
                kind == "mention", rng.beta(7, 3, len(video)), rng.beta(22, 2, len(video))
            ).round(2),
            "created_at": found,
        }
    )


def _queue(world: World, videos: pl.DataFrame, links: pl.DataFrame, channels: pl.DataFrame) -> pl.DataFrame:
    count = world.rows("youtube_ingestion_queue")
    rng = world.random("youtube_ingestion_queue")
    # Finished entries are videos that the catalogue holds; the others have not been read.
    done = videos.filter(pl.col("processing_status") == "processed").join(
        links.group_by("video_id", maintain_order=True).agg(pl.col("car_slug").first()),
        on="video_id",
        maintain_order="left",
    )
    done = done[np.sort(rng.permutation(len(done))[: round(count * 0.27)]).tolist()]
    waiting = count - len(done)
    channel = places_by(rng, waiting, [each[4] for each in _CHANNELS])
    status = pick(rng, ("pending", "failed", "skipped", "processing"), waiting, [80, 14, 5, 1])
    car = _cars_of(world, channel)
    created = moments(content.written(world, "youtube_ingestion_queue", waiting, since=0.25))
    ids = keys(rng, waiting)
    tries = np.array([{"pending": 0, "failed": 3}.get(each, 1) for each in status])
    ended = np.isin(status, ["failed", "skipped"])
    errors = pick(
        rng,
        ("No transcript available", "Video is private", "Transcript request timed out", "Daily quota exceeded",
         "Video removed by uploader"),
        waiting,
    )  # fmt: skip
    unread = pl.DataFrame(
        {
            "video_id": ids,
            "channel_id": channels["channel_id"].gather(channel),
            "target_car_slug": about(car)["slug"],
            "status": status,
            "attempts": tries,
            "error_message": pl.Series(errors).set(pl.Series(np.array(status) != "failed"), None),
            "created_at": stamps(created),
            "processed_at": stamps(
                np.minimum(created + rng.integers(HOUR, 9 * DAY, waiting), moment(world.now) - 1)
            ).set(pl.Series(~ended), None),
        }
    )
    read = done.select(
        "video_id",
        "channel_id",
        target_car_slug="car_slug",
        status=pl.lit("completed"),
        attempts=pl.lit(1, dtype=pl.Int64),
        error_message=pl.lit(None, dtype=pl.String),
        created_at="created_at",
        processed_at="processed_at",
    )
    rows: pl.DataFrame = pl.concat([read, unread], how="vertical_relaxed").sort("created_at", maintain_order=True)
    via = pick(rng, ("channel_feed", "search", "related_video", "manual"), count, [3, 5, 1.4, 0.6])
    return rows.with_columns(
        id=world.ids("youtube_ingestion_queue", count),
        video_url="https://www.youtube.com/watch?v=" + pl.col("video_id"),
        discovered_via=pl.Series(via),
        # A video found on a channel's feed was not looked for with a car in mind.
        target_car_slug=pl.when(pl.Series(via) == "channel_feed").then(None).otherwise("target_car_slug"),
        priority=pl.Series(places_by(rng, count, [1, 2, 3, 6, 8, 4, 3, 2, 1, 1]) + 1),
    )


_SECTIONS: Final = {
    "brand_documentary": "The story of {brand}",
    "engineering_deep_dive": "Inside the engine of the {name}",
    "driving_experience": "Alone with the {name} at dawn",
    "comparison": "{name} and its rivals on one road",
    "review": "The {name}, tested to the end",
    "motorsport": "How {brand} went racing",
    "restoration": "Bringing a {name} back to life",
    "culture": "The people who keep the {name} alive",
    "educational": "What the {name} teaches about chassis set-up",
    "interview": "A talk with the engineers of the {name}",
}


def _featured(world: World) -> pl.DataFrame:
    count = world.rows("featured_content")
    rng = world.random("featured_content")
    car = places_by(rng, count, popularity(world) ** 0.5)
    second = places_by(rng, count, popularity(world) ** 0.5)
    two = (rng.random(count) < 0.3) & (car != second)
    slugs, ids = catalogue_of_cars()["slug"].to_list(), world.tables["cars"]["id"].to_list()
    brands, names = catalogue_of_cars()["brand"].to_list(), catalogue_of_cars()["name"].to_list()
    section = pick(rng, tuple(_SECTIONS), count)
    medium = pick(rng, ("youtube", "vimeo", "podcast", "article"), count, [120, 12, 16, 18])
    channel = pick(rng, [each[0] for each in _CHANNELS], count, [each[4] for each in _CHANNELS])
    cars = [[a, b] if both else [a] for a, b, both in zip(car.tolist(), second.tolist(), two, strict=True)]
    links = [f"https://www.youtube.com/watch?v={key}" for key in keys(rng, count)]
    said = remarks(rng, car)
    return pl.DataFrame(
        {
            "id": world.ids("featured_content", count),
            "source_type": medium,
            "source_url": [
                link if kind == "youtube" else f"https://{kind}.example.com/{800 + place}"
                for place, (kind, link) in enumerate(zip(medium, links, strict=True))
            ],
            "title": [
                _SECTIONS[each].format(brand=brands[place], name=names[place])
                for each, place in zip(section, car.tolist(), strict=True)
            ],
            "description": said,
            "channel_name": channel,
            "category": section,
            "brands_featured": [sorted({brands[place] for place in places}) for places in cars],
            "topics": [[each.replace("_", " "), "enthusiast"] for each in section],
            "related_car_slugs": [[slugs[place] for place in places] for places in cars],
            "related_car_ids": [[ids[place] for place in places] for places in cars],
            "component_focus": pl.Series(
                [
                    [word] if told else []
                    for word, told in zip(
                        pick(rng, ("engine", "gearbox", "suspension", "brakes", "aero", "body"), count),
                        rng.random(count) < 0.6,
                        strict=True,
                    )
                ],
                dtype=pl.List(pl.String),
            ),
            "quality_score": rng.beta(11, 2, count).round(2),
            "is_editors_pick": rng.random(count) < 0.16,
            "ai_summary": content.some(rng, 0.85, said),
            "created_at": content.written(world, "featured_content", count, since=0.2),
        }
    )
