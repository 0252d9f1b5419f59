"""How much is each car wanted? Different people, by what they did in a window of time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

import dataframely as dy
import polars as pl

from queries import content, events
from queries.content.rules import SIGNALS, Rules, current

if TYPE_CHECKING:
    from datetime import datetime

    from replica import Mirror

HERE: Final = Path(__file__).parent
_ABOUT_A_CAR: Final = ("cars", "tuning-shop")
_SEARCHED: Final = ("q", "query", "search")


class Wanting(dy.Schema):
    """One row per car, signal and person."""

    car = dy.String(description="The car.")
    signal = dy.String(check=lambda signal: signal.is_in(SIGNALS), description="What the person did.")
    person = dy.String(description="The person, as the stream of events knows them.")


class Demand(dy.Schema):
    """One row per car."""

    slug = dy.String(primary_key=True, description="The car.")
    visitors = dy.Int64(min=0, description="Different people who opened one of its pages.")
    searches = dy.Int64(min=0, description="Different people who searched for it by name.")
    favorites = dy.Int64(min=0, description="Different people who kept it.")
    conversations = dy.Int64(min=0, description="Different people who asked the assistant about it.")
    garages = dy.Int64(min=0, description="Different people who own it.")
    projects = dy.Int64(min=0, description="Different people who plan a build of it.")
    people = dy.Int64(min=0, description="Different people who did any of this.")
    points = dy.Float64(min=0, description="People by signal, each times what the signal counts for.")
    demand = dy.Float64(min=0, max=1, description="ln(1 + points) / ln(1 + points of the most wanted car).")
    reliable = dy.Bool(description="Whether there are enough people to rely on it.")


class Unmatched(dy.Schema):
    """One row per word by which people meant a car that is not there."""

    word = dy.String(primary_key=True, description="Slug or words.")
    seen_in = dy.String(primary_key=True, description="Where they said it.")
    people = dy.Int64(nullable=True, min=0, description="Different people; null where nobody is behind it.")
    times = dy.Int64(min=1, description="How often.")
    first_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="First time.")
    last_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="Latest time.")


class Mentions(dy.Schema):
    """One row per mention of a word that no car answers to."""

    word = dy.String()
    seen_in = dy.String()
    person = dy.String(nullable=True)
    at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")


class History(dy.Schema):
    """One row per week."""

    period = dy.Date(primary_key=True, description="Monday.")
    value = dy.Int64(min=0, description="Different people who opened one of the car's pages.")
    complete = dy.Bool(description="Whether the week is over.")


def window(mirror: Mirror, *, days: int) -> tuple[datetime, datetime]:
    """Return the last days up to the moment that the mirror shows.

    Raises:
        ValueError: There are none.
    """
    if days < 1:
        raise ValueError(f"A window of {days} days holds nothing: give 1 or more.")
    until = mirror.freshness().snapshot_at
    return until - timedelta(days=min(days, 36_500)), until


def demand(
    mirror: Mirror,
    *,
    since: datetime,
    until: datetime,
    rules: Rules | None = None,
    by_model: bool | None = None,
) -> dy.DataFrame[Demand]:
    """How much was every car wanted from `since` until just before `until`, bots and staff left out?

    A page is a car's when its path names the slug or an alias whole, sub-pages and query strings included.
    """
    rules = rules or current()
    known = content.catalogue(mirror, by_model=by_model)
    names = known.names
    path = HERE / "wanting.sql"
    acted = mirror.ask(
        path, Wanting, optional=content.everything(path), row_limit=50_000_000,
        given=known.given, since=since, until=until, count_staff=mirror.settings.count_staff,
    )  # fmt: skip
    viewed = _viewed(mirror, since, until)
    spoken = pl.concat(
        [
            viewed.drop_nulls("word").join(names.filter(pl.col("rank") < 2), left_on="word", right_on="name")
            .select("car", pl.lit("visitors").alias("signal"), "person"),
            viewed.drop_nulls("searched").join(names, left_on="searched", right_on="name")
            .select("car", pl.lit("searches").alias("signal"), "person"),
        ]
    )  # fmt: skip
    said = pl.concat([acted, spoken]).unique()
    return judged(content.cars_of(known.units)["slug"], said, rules)


def judged(slugs: pl.Series, said: pl.DataFrame, rules: Rules) -> dy.DataFrame[Demand]:
    """Count people per car and say how much it is wanted; `said` as Wanting, each row once."""
    weights = dict(rules.signals)
    by_signal = said.group_by("car").agg(
        *((pl.col("signal") == signal).sum().alias(signal) for signal in SIGNALS),
        people=pl.col("person").n_unique(),
    )
    counted = slugs.to_frame("slug").join(by_signal, left_on="slug", right_on="car", how="left", maintain_order="left")
    counted = counted.with_columns(pl.col(*SIGNALS, "people").fill_null(0)).with_columns(
        points=pl.sum_horizontal(pl.col(signal) * weights.get(signal, 0.0) for signal in SIGNALS)
    )
    scaled = pl.col("points").log1p()
    most = scaled.max()
    return Demand.validate(
        counted.with_columns(
            demand=pl.when(most > 0).then((scaled / most).round(12)).otherwise(0.0),
            reliable=pl.col("people") >= rules.reliable_from,
        ).select(Demand.column_names()),
        cast=True,
    )


def unmatched(mirror: Mirror, *, since: datetime, until: datetime) -> dy.DataFrame[Unmatched]:
    """What did people want, or machines find, for which there is no car?"""
    names = content.names(mirror)
    known = set(names["name"])
    brands = {_spelled(brand) for brand in content.cars(mirror)["brand"].drop_nulls().unique()}
    viewed = _viewed(mirror, since, until)
    inside = "\n".join(sorted(known))
    asked = viewed["searched"].drop_nulls().unique()
    # Part of a car's name is no missing car.
    strange = [word for word in asked if word not in known | brands and word not in inside]
    searched = viewed.filter(pl.col("searched").is_in(strange))
    pages = viewed.drop_nulls("word").filter(~pl.col("word").is_in(list(known)))
    path = HERE / "mentions.sql"
    others = mirror.ask(
        path, Mentions, optional=content.everything(path), row_limit=5_000_000,
        given={"names": names}, since=since, until=until, count_staff=mirror.settings.count_staff,
    )  # fmt: skip
    said = pl.concat(
        [
            searched.select(pl.col("searched").alias("word"), pl.lit("searches").alias("seen_in"), "person", "at"),
            pages.select("word", pl.lit("page addresses").alias("seen_in"), "person", "at"),
            others,
        ]
    )
    found = said.group_by("word", "seen_in").agg(
        people=pl.col("person").drop_nulls().n_unique(),
        times=pl.len(),
        first_at=pl.col("at").min(),
        last_at=pl.col("at").max(),
        nobody=pl.col("person").is_null().all(),
    )
    return Unmatched.validate(
        found.with_columns(people=pl.when("nobody").then(None).otherwise("people"))
        .sort("people", "times", "word", "seen_in", descending=[True, True, False, False], nulls_last=True)
        .select(Unmatched.column_names()),
        cast=True,
    )


def history(mirror: Mirror, *, slug: str, weeks: int = 26) -> dy.DataFrame[History]:
    """How many different people opened the car's pages, week by week?"""
    since, until = window(mirror, days=7 * weeks)
    words = content.names(mirror).filter((pl.col("car") == slug) & (pl.col("rank") < 2))["name"]
    monday = since.date() - timedelta(days=since.weekday())
    viewed = _viewed(mirror, since, until).filter(pl.col("word").is_in(words.implode()))
    counted = viewed.group_by(pl.col("at").dt.truncate("1w").dt.date().alias("period")).agg(
        value=pl.col("person").n_unique()
    )
    periods = pl.date_range(monday, until.date(), "1w", eager=True).alias("period").to_frame()
    joined = periods.join(counted, on="period", how="left", maintain_order="left").with_columns(
        pl.col("value").fill_null(0),
        complete=(pl.col("period") > since.date()) & (pl.col("period") + pl.duration(days=7) <= until.date()),
    )
    return History.validate(joined, cast=True)


def _viewed(mirror: Mirror, since: datetime, until: datetime) -> pl.DataFrame:
    """Return who opened which address: the slug it names and the words it searches for, each spelled one way."""
    stream = events.stream(mirror)
    rows = stream.frame.lazy().filter(
        pl.col("name") == "page_view", pl.col("happened_at") >= since, pl.col("happened_at") < until
    )
    seen = rows.group_by("actor", "page_url").agg(at=pl.col("happened_at").max()).collect()
    pages = seen.select("page_url").unique().drop_nulls()
    words = [_words(url) for url in pages["page_url"]]
    spelled = pages.with_columns(
        word=pl.Series([word for word, _ in words], dtype=pl.String),
        searched=pl.Series([text for _, text in words], dtype=pl.String),
    ).filter(pl.col("word").is_not_null() | pl.col("searched").is_not_null())
    return (
        seen.join(spelled, on="page_url")
        .join(stream.actors.select("actor", person="actor_key"), on="actor")
        .select("word", "searched", "person", "at")
    )


def _words(url: str) -> tuple[str | None, str | None]:
    """Return the slug that an address names, and what it searches for."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None, None
    path = f"/{parts.path.lstrip('/')}"
    slug = None
    steps = [step for step in path.split("/") if step]
    if len(steps) > 1 and steps[0] in _ABOUT_A_CAR:
        slug = unquote(steps[1]).strip().lower() or None
    asked = parse_qs(parts.query)
    text = next((asked[key][0] for key in _SEARCHED if key in asked), "")
    return slug, _spelled(text) or None


def _spelled(text: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())
