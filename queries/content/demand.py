"""How much is each car wanted? Different people, by what they did in a window of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl

from queries import content, events
from queries.content.rules import SIGNALS, Rules, current
from queries.kept import PerGeneration

if TYPE_CHECKING:
    from replica import Mirror

HERE: Final = Path(__file__).parent
_ABOUT_A_CAR: Final = ("cars", "tuning-shop")
_SEARCHED: Final = ("q", "query", "search")
_APART: Final = 2**32
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
Numbers = npt.NDArray[Any]


class Wanting(dy.Schema):
    """One row per car, signal, person and moment."""

    car = dy.String(description="The car.")
    signal = dy.String(check=lambda signal: signal.is_in(SIGNALS), description="What the person did.")
    person = dy.String(description="The person, as the stream of events knows them.")
    done_at = dy.Datetime(time_zone="UTC", time_unit="us", description="When.")


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


@dataclass(frozen=True, slots=True)
class _Views:
    """Views of addresses that say something, and what these say: the slug they name, the words they search for."""

    frame: pl.DataFrame
    pages: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Latest:
    """The cars, and by signal (or all: `people`) each car and person who gave it once: place of the car, last time.

    So many rows as are not before the beginning of a window, so many people are in it, if it ends after `at`, the last
    time of all.
    """

    at: datetime
    slugs: pl.Series
    last: dict[str, tuple[Numbers, Numbers]]

    def people(self, since: datetime) -> pl.DataFrame:
        """Count the different people of each car and signal from `since` on."""
        begin = (since - _EPOCH) // timedelta(microseconds=1)
        counts = {
            signal: np.bincount(places[moments >= begin], minlength=len(self.slugs))
            for signal, (places, moments) in self.last.items()
        }
        return pl.DataFrame({"slug": self.slugs, **counts})


# Reading addresses costs more than all that is asked of them afterwards.
_kept: Final[PerGeneration[_Views]] = PerGeneration()
_wanting: Final[PerGeneration[dy.DataFrame[Wanting]]] = PerGeneration(most=8)
_ended: Final[PerGeneration[_Latest]] = PerGeneration()


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
    counted = _latest(mirror, until=until, by_model=by_model).people(since)
    return _judged(counted, rules)


def _latest(mirror: Mirror, *, until: datetime, by_model: bool | None) -> _Latest:
    """Return when each person last showed interest before a moment; kept for windows that hold the newest of it."""
    key = (by_model, *events.whom(mirror), mirror.sees)
    newest = _ended.of(mirror, key, lambda: _last(mirror, by_model=by_model))
    return newest if until > newest.at else _last(mirror, by_model=by_model, until=until)


def _last(mirror: Mirror, *, by_model: bool | None, until: datetime = _NEVER) -> _Latest:
    known, acted = content.catalogue(mirror, by_model=by_model), _acted(mirror, by_model=by_model)
    stream, views = _views(mirror)
    cars = content.cars_of(known.units).select(car="slug").with_row_index("place")
    places = known.names.join(cars, on="car").select("name", "rank", "place")
    done = (
        acted.filter(pl.col("done_at") < until)
        .join(_numbered(stream.actors, acted["person"]), on="person")
        .join(cars, on="car")
        .select("signal", "place", "actor", at="done_at")
    )
    last = {signal: _latest_of(_pairs(done.filter(pl.col("signal") == signal))) for signal in SIGNALS}
    within = views.frame.filter(pl.col("at") < until)
    for signal, word, meant in (
        ("visitors", "word", places.filter(pl.col("rank") < 2)),
        ("searches", "searched", places),
    ):
        pages = views.pages.join(meant, left_on=word, right_on="name").select("page", "place")
        last[signal] = _latest_of(_pairs(within.join(pages, on="page")))
    last["people"] = _latest_of(pl.concat(last.values()))
    at = last["people"]["at"].max()
    return _Latest(
        at if isinstance(at, datetime) else datetime.min.replace(tzinfo=UTC),
        cars["car"],
        {
            name: ((each["pair"].to_numpy() // _APART).astype(np.int32), each["at"].to_physical().to_numpy())
            for name, each in last.items()
        },
    )


def _acted(mirror: Mirror, *, by_model: bool | None) -> dy.DataFrame[Wanting]:
    """Return what people did about cars but for looking at pages: all of it, which serves every window."""
    path, known = HERE / "wanting.sql", content.catalogue(mirror, by_model=by_model)
    staff = mirror.settings.count_staff
    return _wanting.of(
        mirror,
        (by_model, staff, mirror.sees),
        lambda: mirror.ask(
            path, Wanting, optional=content.everything(path), row_limit=50_000_000, given=known.given, count_staff=staff
        ),
    )


def _numbered(actors: pl.DataFrame, named: pl.Series) -> pl.DataFrame:
    """Return the actors of the stream by number, and after them those who are named and are not in it."""
    known = actors.select("actor", person="actor_key")
    others = named.unique().to_frame("person").join(known, on="person", how="anti")
    first = int(known["actor"].max() or 0) + 1  # type: ignore[arg-type]
    return pl.concat([known, others.with_row_index("actor", first).select(known.columns)])


def _pairs(deeds: pl.DataFrame) -> pl.DataFrame:
    """Return car and person in one number: telling texts apart would cost several times as much."""
    return deeds.select("at", pair=pl.col("place").cast(pl.UInt64) * _APART + pl.col("actor"))


def _latest_of(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return each pair once, with its last time."""
    # Sorted, as that is cheaper than a set of millions.
    return pairs.sort("pair", "at").filter(pl.col("pair").ne_missing(pl.col("pair").shift(-1)))


def _judged(counted: pl.DataFrame, rules: Rules) -> dy.DataFrame[Demand]:
    """Say how much every car is wanted by the people that were counted."""
    weights = dict(rules.signals)
    points = sum(counted[signal].to_numpy() * weights.get(signal, 0.0) for signal in SIGNALS)
    scaled = np.log1p(points)
    most = scaled.max(initial=0.0)
    judged = counted.with_columns(
        points=points,
        demand=(scaled / most).round(12) if most > 0 else np.zeros(len(scaled)),
        reliable=counted["people"].to_numpy() >= rules.reliable_from,
    )
    # Ours throughout, and asked in one go with coverage: to check every row would take longer than to count them.
    return Demand.cast(judged.select(Demand.column_names()))


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
    viewed = _viewed(mirror, since, until, pl.col("word").is_in(words.implode()))
    counted = viewed.group_by(pl.col("at").dt.truncate("1w").dt.date().alias("period")).agg(
        value=pl.col("person").n_unique()
    )
    periods = pl.date_range(monday, until.date(), "1w", eager=True).alias("period").to_frame()
    joined = periods.join(counted, on="period", how="left", maintain_order="left").with_columns(
        pl.col("value").fill_null(0),
        complete=(pl.col("period") > since.date()) & (pl.col("period") + pl.duration(days=7) <= until.date()),
    )
    return History.validate(joined, cast=True)


def _viewed(mirror: Mirror, since: datetime, until: datetime, of: pl.Expr | None = None) -> pl.DataFrame:
    """Return who opened which address: the slug it names and the words it searches for, each spelled one way.

    With `of` only addresses of which it is true.
    """
    stream, views = _views(mirror)
    pages = views.pages if of is None else views.pages.filter(of)
    rows = views.frame.lazy().filter(pl.col("at") >= since, pl.col("at") < until)
    if of is not None:
        rows = rows.join(pages.lazy().select("page"), on="page", how="semi")
    return (
        rows.group_by("actor", "page").agg(pl.col("at").max()).collect()
        .join(pages, on="page")
        .join(stream.actors.select("actor", person="actor_key"), on="actor")
        .select("word", "searched", "person", "at")
    )  # fmt: skip


def _views(mirror: Mirror) -> tuple[events.Stream, _Views]:
    stream = events.stream(mirror)
    return stream, _kept.of(mirror, events.whom(mirror), lambda: _read(stream))


def _read(stream: events.Stream) -> _Views:
    viewed = stream.frame.lazy().filter(pl.col("name") == "page_view").select(
        "actor", "page_url", at="happened_at"
    ).drop_nulls("page_url").collect()  # fmt: skip
    addresses = viewed["page_url"].unique()
    words = [_words(url) for url in addresses]
    pages = (
        addresses.to_frame()
        .with_columns(
            word=pl.Series([word for word, _ in words], dtype=pl.String),
            searched=pl.Series([text for _, text in words], dtype=pl.String),
        )
        .filter(pl.col("word").is_not_null() | pl.col("searched").is_not_null())
        .with_row_index("page")
    )
    rows = viewed.join(pages.select("page_url", "page"), on="page_url").select("actor", "at", "page")
    return _Views(rows, pages.drop("page_url"))


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
