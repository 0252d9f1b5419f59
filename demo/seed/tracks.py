"""Track & Performance: 450 venues, the known circuits first, then the club tracks of American cities."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from demo.seed import _content as content
from demo.seed._draw import pick

if TYPE_CHECKING:
    from demo.world import World

_CLUB_TRACKS = ("Motorsports Park", "Raceway", "Road Course", "Motor Club", "Speedway", "Driving Center")


@cache
def circuits() -> pl.DataFrame:
    """Return the known circuits of `tracks.csv`: name, country, region, city, length in km."""
    return pl.read_csv(Path(__file__).with_name("tracks.csv"), separator="|")


def slugs(names: pl.Series) -> pl.Series:
    """Return names as slugs, accents taken off."""
    plain = names.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    return plain.str.replace_all("[^a-z0-9]+", "-").str.strip_chars("-")


def seed(world: World) -> None:
    """Add the venues; layouts and users' own times are documented empty."""
    count = world.rows("tracks")
    rng = world.random("tracks")
    known = circuits()
    clubs = content.cities().head(count).slice(0, count - len(known))
    club_names = [
        f"{city} {word}"
        for city, word in zip(clubs["city"], pick(rng, _CLUB_TRACKS, len(clubs), [5, 6, 3, 2, 3, 1]), strict=True)
    ]
    names = pl.concat([known["name"], pl.Series(club_names)])
    places = pl.concat([known["city"], clubs["city"]])
    # Several states have a city of the same name, so the state goes into the slug of a club track.
    unlike = pl.concat(
        [known["name"], pl.Series([f"{a} {b}" for a, b in zip(club_names, clubs["state"], strict=True)])]
    )
    slug = slugs(unlike)
    karting = rng.random(len(clubs)) < 0.3
    club_lengths = pl.Series(rng.uniform(1.6, 4.6, len(clubs)) - karting * 0.9).round(3)
    club_surfaces = pick(rng, ("asphalt", "concrete", "asphalt and concrete"), len(clubs), [8, 1, 1])
    world.tables["tracks"] = pl.DataFrame(
        {
            "id": world.ids("tracks", count),
            "slug": slug,
            "name": names,
            "country": known["country"].to_list() + ["United States"] * len(clubs),
            "region": known["region"].to_list() + clubs["state"].to_list(),
            "city": places,
            "length_km": pl.concat([known["length_km"], club_lengths]),
            "surface": ["asphalt"] * len(known) + club_surfaces,
            "website": content.some(rng, 0.7, [f"https://{each}.example.com" for each in slug]),
            "created_at": content.written(world, "tracks", count, until=0.6),
        }
    )
    for empty in ("track_layouts", "user_track_times"):
        world.tables[empty] = content.empty(empty)
