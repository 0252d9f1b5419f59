"""Content: what every car has of each kind, how well it is covered, how much it is wanted, and what to write first.

`scores` says it per car and kind by the rules of `coverage.toml`; `coverage` adds up what it says per car. A link
counts once, be it by slug, id, alias or inside an array, and a piece counts once per car however often it is linked.
With many rows in `cars` they are counted under make and model, years and trims left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import dataframely as dy
import polars as pl

from queries.content.rules import Rules, current
from queries.kept import PerGeneration
from replica.errors import ReplicaError
from replica.lineage import reads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from queries.content.rules import Kind
    from replica import Mirror
    from store import Mark

HERE: Final = Path(__file__).parent
MANY: Final = 5_000
"""Rows of `cars` from which on they are counted under their model."""
_ROWS: Final = 20_000_000
_NEEDED: Final = frozenset({"cars.id", "cars.slug"})
_NOTHING: Final = pl.lit([], dtype=pl.List(pl.String))
Standing = Literal["covered", "partial", "missing", "none exists", "not applicable", "cannot be known"]


class NoSuchCar(ReplicaError):
    """No car is called so."""

    exit_code = 2


class Units(dy.Schema):
    """One row per row of `cars`."""

    id = dy.String(nullable=True, description="cars.id")
    own = dy.String(nullable=True, description="cars.slug, else the id.")
    car = dy.String(nullable=True, description="What it is counted under: itself, or its model.")
    name = dy.String(nullable=True, description="Display name of that.")
    brand = dy.String(nullable=True, description="Make.")
    tier = dy.String(nullable=True, description="Lowest membership that may read it.")
    vehicle_type = dy.String(nullable=True, description="Body style.")
    category = dy.String(nullable=True, description="Where the engine sits, or Electric.")
    created_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="cars.created_at")


class Size(dy.Schema):
    """One row."""

    cars = dy.Int64(min=0, description="Rows of `cars`.")


class Names(dy.Schema):
    """One row per word for a car."""

    name = dy.String(primary_key=True, description="Slug, alias or name, in small letters with hyphens.")
    car = dy.String(description="The car meant.")
    rank = dy.Int32(description="0 a slug, 1 an alias, 2 a name.")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The rows of `cars` with what each is counted under, and the words that stand for it."""

    units: dy.DataFrame[Units]
    names: dy.DataFrame[Names]

    @property
    def given(self) -> dict[str, pl.DataFrame]:
        """Return both as the tables `units` and `names` of a question."""
        return {"units": self.units, "names": self.names}


_catalogues: Final[PerGeneration[Catalogue]] = PerGeneration()
_absent: Final[PerGeneration[dy.DataFrame[Lacking]]] = PerGeneration()
_found: Final[PerGeneration[dy.DataFrame[Pieces]]] = PerGeneration(most=8)


class Called(dy.Schema):
    """One row per word by which rows name a car."""

    by = dy.String(check=lambda by: by.is_in(["slug", "id"]), description="slug (or alias) or id.")
    word = dy.String(description="The word.")


class Lacking(dy.Schema):
    """One row per column or table that cannot be read."""

    table_name = dy.String(description="Documented name of the table.")
    column_name = dy.String(nullable=True, description="Column; null for the whole table.")


class Pieces(dy.Schema):
    """One row per car and kind that has anything."""

    car = dy.String(primary_key=True)
    kind = dy.String(primary_key=True)
    have = dy.Int64(min=0, description="Different pieces.")
    newest = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="Null when one has no date.")
    fields = dy.List(dy.String(nullable=True), nullable=True, description="Columns that are filled.")
    none_exists = dy.Bool(description="Whether somebody looked it up and there is none.")


class Cars(dy.Schema):
    """One row per car."""

    slug = dy.String(primary_key=True, description="cars.slug, or the model's.")
    name = dy.String(description="Display name.")
    brand = dy.String(nullable=True, description="Make.")
    tier = dy.String(nullable=True, description="Lowest membership that may read it.")
    vehicle_type = dy.String(nullable=True, description="Body style.")
    category = dy.String(nullable=True, description="Where the engine sits, or Electric.")
    since = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="In the catalogue since.")
    slugs = dy.List(dy.String(), description="Slugs that are counted under it.")


class Scores(dy.Schema):
    """One row per car and kind."""

    slug = dy.String(primary_key=True, description="The car.")
    kind = dy.String(primary_key=True, description="Key of the kind.")
    applies = dy.Bool(description="Whether the car needs it.")
    known = dy.Bool(description="Whether the database can tell.")
    have = dy.Int64(nullable=True, min=0, description="Pieces or fields there are; null where it cannot be known.")
    target = dy.Int64(min=0, description="Pieces or fields that are enough.")
    freshness = dy.Float64(nullable=True, min=0, max=1, description="1 new, 0.5 after the half-life.")
    score = dy.Float64(nullable=True, min=0, max=1, description="min(1, have / target) × freshness.")
    weight = dy.Float64(min=0, description="Weight of the kind.")
    missing = dy.List(dy.String(), description="Fields that are empty.")
    newest = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="Date of the newest piece.")
    none_exists = dy.Bool(description="Looked up, and there is none: full.")


class Coverage(dy.Schema):
    """One row per car."""

    slug = dy.String(primary_key=True, description="The car.")
    name = dy.String(description="Display name.")
    brand = dy.String(nullable=True, description="Make.")
    tier = dy.String(nullable=True, description="Lowest membership that may read it.")
    vehicle_type = dy.String(nullable=True, description="Body style.")
    coverage = dy.Float64(nullable=True, min=0, max=1, description="Σ weight·score / Σ weight of what applies.")
    missing_kinds = dy.List(dy.String(), description="Kinds of which there is nothing.")


def is_grouped(mirror: Mirror) -> bool:
    """Tell whether there are so many rows in `cars` that they are counted under their model."""
    return bool(mirror.ask(HERE / "catalogue_size.sql", Size).item() > MANY)


def cars(mirror: Mirror, *, by_model: bool | None = None) -> dy.DataFrame[Cars]:
    """Which cars are there, under one name each?"""
    return cars_of(catalogue(mirror, by_model=by_model).units)


def names(mirror: Mirror, *, by_model: bool | None = None) -> dy.DataFrame[Names]:
    """Which words stand for which car?"""
    return catalogue(mirror, by_model=by_model).names


def lacking(mirror: Mirror, *, rules: Rules | None = None) -> dict[str, str]:
    """Return the kinds that cannot be known, each with the reason in words."""
    tables, columns = _lacking(mirror)
    return {
        kind.key: why for kind in (rules or current()).kinds if (why := _why_unknown(kind, tables, columns)) is not None
    }


def scores(
    mirror: Mirror, *, rules: Rules | None = None, marks: Sequence[Mark] = (), by_model: bool | None = None
) -> dy.DataFrame[Scores]:
    """How well is every kind covered, car by car?

    Args:
        mirror: Where to read.
        rules: What counts, the rules in force unless told.
        marks: What people marked as not applicable or as looked up in vain.
        by_model: Whether rows of `cars` count under their model; decided by their number unless told.

    Raises:
        UnboundColumn: The database does not say which cars there are.
    """
    rules = rules or current()
    known = catalogue(mirror, by_model=by_model)
    pieces = _pieces(mirror, by_model=by_model)
    as_of = mirror.freshness().snapshot_at
    tables, columns = _lacking(mirror)
    listed = _classed(cars_of(known.units), rules)
    unknown = frozenset(kind.key for kind in rules.kinds if _why_unknown(kind, tables, columns) is not None)
    return Scores.validate(
        _scored(listed, pieces, rules, marks=marks, unknown=unknown, unbound=columns, as_of=as_of), cast=True
    )


def coverage(listed: pl.DataFrame, scored: pl.DataFrame) -> dy.DataFrame[Coverage]:
    """Add up per car what `scores` says of its kinds; `listed` as `cars`, sorted by slug."""
    counts = pl.col("applies") & pl.col("known") & (pl.col("weight") > 0)
    added = (
        scored.filter(counts)
        .group_by("slug")
        .agg(
            coverage=(pl.col("weight") * pl.col("score")).sum() / pl.col("weight").sum(),
            missing_kinds=pl.col("kind").filter((pl.col("have") == 0) & ~pl.col("none_exists")),
        )
    )
    joined = listed.join(added, on="slug", how="left", maintain_order="left").with_columns(
        pl.col("coverage").clip(0, 1),
        pl.col("missing_kinds").fill_null(_NOTHING),
    )
    return Coverage.validate(joined.select(Coverage.column_names()), cast=True)


def reached(have: pl.Expr, target: pl.Expr, freshness: pl.Expr) -> pl.Expr:
    """Return the score of a kind: min(1, have / target) times freshness."""
    return pl.min_horizontal(pl.lit(1.0), have / target) * freshness


def find(mirror: Mirror, word: str, *, by_model: bool | None = None) -> str:
    """Return the slug of the car that a slug, alias or name stands for.

    Raises:
        NoSuchCar: No car is called so.
    """
    spelled = "-".join(word.lower().split())
    found = names(mirror, by_model=by_model).filter(pl.col("name") == spelled)
    if found.is_empty():
        raise NoSuchCar(f"There is no car {word!r}.", "Give its slug, as in the address of its page: bmw-m3-g80.")
    return str(found["car"][0])


def called(mirror: Mirror, *, slug: str, by_model: bool | None = None) -> dy.DataFrame[Called]:
    """By which slugs, aliases and ids do rows name a car?"""
    known = catalogue(mirror, by_model=by_model)
    words = known.names.filter(pl.col("car") == slug, pl.col("rank") < 2)["name"]
    ids = known.units.filter(pl.col("car") == slug)["id"].drop_nulls()
    frame = pl.concat(
        [
            pl.DataFrame({"by": by, "word": given.cast(pl.String)}, schema={"by": pl.String, "word": pl.String})
            for by, given in (("slug", words), ("id", ids))
            if len(given)
        ]
        or [pl.DataFrame(schema={"by": pl.String, "word": pl.String})]
    )
    return Called.validate(frame, cast=True)


def catalogue(mirror: Mirror, *, by_model: bool | None = None) -> Catalogue:
    """Return every row of `cars` with what it is counted under, and the words for that; kept until the next generation.

    Args:
        mirror: Where to read.
        by_model: Whether rows count under make and model; decided by their number unless told.
    """
    return _catalogues.of(
        mirror,
        by_model,
        lambda: _read(mirror, by_model=is_grouped(mirror) if by_model is None else by_model),
    )


def _pieces(mirror: Mirror, *, by_model: bool | None) -> dy.DataFrame[Pieces]:
    """Return what every car has; it depends on no rule and no mark, and finding it is most of the work."""
    path, known = HERE / "pieces.sql", catalogue(mirror, by_model=by_model)
    return _found.of(
        mirror,
        (by_model, mirror.sees),
        lambda: mirror.ask(path, Pieces, optional=everything(path), row_limit=_ROWS, given=known.given),
    )


def _read(mirror: Mirror, *, by_model: bool) -> Catalogue:
    path = HERE / "units.sql"
    units = mirror.ask(path, Units, optional=everything(path) - _NEEDED, row_limit=_ROWS, by_model=by_model)
    path = HERE / "names.sql"
    names = mirror.ask(path, Names, optional=everything(path), row_limit=_ROWS, given={"units": units})
    return Catalogue(units, names)


def cars_of(of: pl.DataFrame) -> dy.DataFrame[Cars]:
    """Return the cars of a catalogue's units, once each."""
    found = of.group_by("car", maintain_order=True).agg(
        pl.col("name", "brand", "tier", "vehicle_type", "category").drop_nulls().first(),
        since=pl.col("created_at").min(),
        slugs=pl.col("own"),
    )
    return Cars.validate(found.rename({"car": "slug"}).select(Cars.column_names()), cast=True)


@lru_cache
def everything(path: Path) -> frozenset[str]:
    """Return all that a question reads: what is absent counts for nothing, and is told by `lacking`."""
    needed = reads(path.read_text(encoding="utf-8"))
    return frozenset((*needed.columns, *needed.tables))


def _lacking(mirror: Mirror) -> tuple[frozenset[str], frozenset[str]]:
    """Return the tables and the columns that cannot be read."""
    found = _absent.of(mirror, None, lambda: mirror.ask(HERE / "lacking.sql", Lacking))
    return (
        frozenset(found.filter(pl.col("column_name").is_null())["table_name"]),
        frozenset(f"{table}.{column}" for table, column in found.drop_nulls().iter_rows()),
    )


def _why_unknown(kind: Kind, tables: frozenset[str], columns: frozenset[str]) -> str | None:
    for table in kind.tables:
        if table in tables:
            return f"{table} is not there, or not for us to read"
    table = kind.tables[0]
    if all(f"{table}.{link}" in columns for link in kind.links):
        return f"{table} does not say which car it is about"
    if kind.fields and all(f"{table}.{name}" in columns for name in kind.fields):
        return f"{table} has none of its columns"
    return None


def _classed(listed: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return slugs with one flag per class of cars."""
    flags = []
    for known in rules.classes:
        belongs = pl.col("slugs").list.set_intersection(pl.lit(sorted(known.slugs), dtype=pl.List(pl.String)))
        flag = belongs.list.len() > 0
        if known.category is not None:
            flag = flag | pl.col("category").eq_missing(pl.lit(known.category))
        if known.category_not is not None:
            flag = flag | pl.col("category").ne_missing(pl.lit(known.category_not))
        flags.append(flag.alias(f"is_{known.key}"))
    return listed.select("slug", *flags)


def _said(marks: Sequence[Mark]) -> pl.DataFrame:
    """Return what people marked: the latest word about a car and kind holds."""
    latest = {(mark.slug, mark.kind): mark.what for mark in marks}
    rows = [(slug, kind, what) for (slug, kind), what in latest.items()]
    return pl.DataFrame(rows, schema={"slug": pl.String, "kind": pl.String, "said": pl.String}, orient="row")


def _scored(
    listed: pl.DataFrame,
    pieces: pl.DataFrame,
    rules: Rules,
    *,
    marks: Sequence[Mark] = (),
    unknown: frozenset[str] = frozenset(),
    unbound: frozenset[str] = frozenset(),
    as_of: datetime,
) -> pl.DataFrame:
    """Judge every kind for all cars, kind after kind; `listed` are slugs with a flag per class of cars."""
    kinds = pl.DataFrame(
        [(kind.key, kind.target, kind.half_life, kind.weight, kind.key not in unknown) for kind in rules.kinds],
        schema={"kind": pl.String, "target": pl.Int64, "half_life": pl.Float64, "weight": pl.Float64,
                "known": pl.Boolean},
        orient="row",
    ).with_row_index("place")  # fmt: skip
    found = (
        kinds.join(listed, how="cross", maintain_order="left_right")
        .join(pieces, left_on=["slug", "kind"], right_on=["car", "kind"], how="left", maintain_order="left")
        .join(_said(marks), on=["slug", "kind"], how="left", maintain_order="left")
        .with_columns(pl.col("have").fill_null(0), missing=_NOTHING)
    )
    of_fields = [place for place, kind in enumerate(rules.kinds) if kind.fields]
    parts = [found.lazy().filter(~pl.col("place").is_in(of_fields))]
    # Many cars lack the same: fields are compared once for each set of filled ones and classes.
    alike = ["place", "filled", *(f"is_{known.key}" for known in rules.classes)]
    blocks = found.filter(pl.col("place").is_in(of_fields)).with_columns(
        filled=pl.col("fields").list.join(",", ignore_nulls=True).fill_null("")
    )
    each = blocks.unique(alike)
    compared = []
    for place in of_fields:
        target, have, missing = _fields(rules.kinds[place], unbound)
        same = each.lazy().filter(pl.col("place") == place)
        compared.append(same.select(*alike, target=target, have=have, missing=missing))
    if compared:
        told = blocks.lazy().drop("target", "have", "missing").join(
            pl.concat(compared), on=alike, how="left", maintain_order="left", nulls_equal=True
        )  # fmt: skip
        parts.append(told.select(found.columns))
    excused = [
        pl.col("kind").is_in([kind.key for kind in rules.kinds if known.key in kind.not_for])
        & pl.col(f"is_{known.key}")
        for known in rules.classes
    ]
    age = ((pl.lit(as_of) - pl.col("newest")).dt.total_seconds() / 86_400).clip(lower_bound=0)
    fades = (pl.col("half_life") > 0) & age.is_not_null()
    judged = pl.concat(parts).sort("place", maintain_order=True).with_columns(
        freshness=pl.when(fades).then(pl.lit(0.5) ** (age / pl.col("half_life"))).otherwise(1.0),
        none_exists=pl.col("none_exists").fill_null(False) | (pl.col("said") == "none_exists").fill_null(False),
        applies=~pl.any_horizontal(pl.lit(False), *excused) & (pl.col("target") > 0)
        & (pl.col("said") != "not_applicable").fill_null(True),
    )  # fmt: skip
    counts = pl.col("applies") & pl.col("known")
    score = reached(pl.col("have"), pl.col("target"), pl.col("freshness"))
    return judged.select(
        "slug",
        "kind",
        "applies",
        "known",
        have=pl.when("known").then("have"),
        target="target",
        freshness=pl.when(counts & (pl.col("have") > 0)).then("freshness"),
        score=pl.when(counts).then(pl.when("none_exists").then(1.0).otherwise(score)),
        weight="weight",
        missing=pl.when(counts & ~pl.col("none_exists")).then("missing").otherwise(_NOTHING),
        newest="newest",
        none_exists="none_exists",
    ).collect()


def _fields(kind: Kind, unbound: frozenset[str]) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Return how many fields a car needs, how many of them are filled, and which are not."""
    bound = [name for name in kind.fields if f"{kind.tables[0]}.{name}" not in unbound]
    needs, filled = [], []
    for name in bound:
        need = pl.lit(True)
        for of_class, fields in kind.fields_not_for:
            if name in fields:
                need = need & ~pl.col(f"is_{of_class}")
        needs.append(need)
        filled.append(pl.col("fields").list.contains(pl.lit(name)).fill_null(False))
    target = pl.sum_horizontal(pl.lit(0, dtype=pl.Int64), *(need.cast(pl.Int64) for need in needs))
    have = pl.sum_horizontal(
        pl.lit(0, dtype=pl.Int64), *((need & has).cast(pl.Int64) for need, has in zip(needs, filled, strict=True))
    )
    if not bound:
        return target, have, _NOTHING
    empty = [pl.when(need & ~has).then(pl.lit(name)) for name, need, has in zip(bound, needs, filled, strict=True)]
    return target, have, pl.concat_list(empty).list.drop_nulls()
