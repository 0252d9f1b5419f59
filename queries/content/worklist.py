"""What to write first: coverage and demand side by side, and the missing pieces in order of what they would give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import dataframely as dy
import polars as pl

from queries import content
from queries.content.rules import Rules, current
from queries.export import letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from replica import Mirror
    from store import Mark

HERE: Final = Path(__file__).parent
LOOKED: Final = "looked_"
NAMED_FIELDS: Final = 6
_SOURCES: Final = {
    "recalls": ("recalls_known", "{} recall campaigns counted by the agency"),
    "videos": ("videos_queued", "{} videos wait in the queue"),
    "insights": ("threads_waiting", "{} forum threads wait to be read"),
}
QUADRANTS: Final = ("Write first", "Keep fresh", "Leave", "Enough")
"""Wanted and thin, wanted and covered, unwanted and thin, unwanted and covered."""
WANTED: Final = 0.5
"""Demand from which on a car is wanted; it is covered from the median coverage on."""
_DID: Final = {
    "visitors": "opened its pages", "searches": "searched for it", "favorites": "keep it",
    "conversations": "asked the assistant", "garages": "own it", "projects": "plan a build",
}  # fmt: skip


class Priorities(dy.Schema):
    """One row per car, the most urgent first."""

    slug = dy.String(primary_key=True, description="The car.")
    name = dy.String(description="Display name.")
    brand = dy.String(nullable=True, description="Make.")
    tier = dy.String(nullable=True, description="Lowest membership that may read it.")
    vehicle_type = dy.String(nullable=True, description="Body style.")
    coverage = dy.Float64(nullable=True, min=0, max=1, description="Share of what it should have.")
    demand = dy.Float64(min=0, max=1, description="How much it is wanted, beside the most wanted car.")
    priority = dy.Float64(nullable=True, min=-1, max=1, description="Demand less coverage.")
    people = dy.Int64(min=0, description="Different people who showed interest.")
    reliable = dy.Bool(description="Whether there are enough people to rely on the demand.")
    missing_kinds = dy.List(dy.String(), description="Kinds of which there is nothing.")
    quadrant = dy.String(nullable=True, description="Where it stands by demand and coverage; one of QUADRANTS.")


class Signs(dy.Schema):
    """One row per car and sign."""

    car = dy.String(primary_key=True, description="The car.")
    sign = dy.String(primary_key=True, description="What is known.")
    number = dy.Int64(min=0, description="How many.")
    seen_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="Latest moment.")


class Linked(dy.Schema):
    """One row per thing that is linked to a car, the latest first."""

    kind = dy.String(description="video, insight, queued video or job.")
    title = dy.String(nullable=True, description="What it is called.")
    origin = dy.String(nullable=True, description="Where it comes from.")
    state = dy.String(nullable=True, description="How it stands.")
    made_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="When it was made.")


class Work(dy.Schema):
    """One row per car and kind that is worth writing, the most useful first."""

    slug = dy.String(primary_key=True, description="The car.")
    name = dy.String(description="Its display name.")
    brand = dy.String(nullable=True, description="Make.")
    kind = dy.String(primary_key=True, description="Key of the kind.")
    title = dy.String(description="The kind as people read it.")
    owner = dy.String(description="Who writes it.")
    reason = dy.String(description="Why, in words.")
    missing = dy.String(description="What is missing, piece by piece.")
    people = dy.Int64(min=0, description="People it would serve in a window like this one.")
    minutes = dy.Int64(min=0, description="Work that is left.")
    gain = dy.Float64(min=0, max=1, description="By how much the car's coverage would rise.")
    value = dy.Float64(min=0, max=1, description="Gain times demand.")
    source = dy.String(description="Where there is something to write from.")
    mark = dy.String(nullable=True, description="What somebody said: taken or done.")
    by = dy.String(nullable=True, description="Who said so.")


def priorities(listed: pl.DataFrame, scored: pl.DataFrame, wants: pl.DataFrame) -> dy.DataFrame[Priorities]:
    """Which cars are wanted more than they are covered? Frames as `cars`, `scores` and `demand` answer them."""
    joined = content.coverage(listed, scored).join(wants, on="slug", how="left").with_columns(
        pl.col("demand").fill_null(0.0), pl.col("people").fill_null(0), pl.col("reliable").fill_null(False)
    )  # fmt: skip
    wanted, covered = pl.col("demand") >= WANTED, pl.col("coverage") >= pl.col("coverage").median()
    judged = joined.with_columns(
        priority=pl.col("demand") - pl.col("coverage"),
        quadrant=pl.when(wanted & ~covered).then(pl.lit(QUADRANTS[0]))
        .when(wanted & covered).then(pl.lit(QUADRANTS[1]))
        .when(~wanted & ~covered).then(pl.lit(QUADRANTS[2]))
        .when(~wanted & covered).then(pl.lit(QUADRANTS[3])),
    )  # fmt: skip
    return Priorities.validate(
        judged.sort("priority", "slug", descending=[True, False], nulls_last=True).select(Priorities.column_names()),
        cast=True,
    )


def signs(mirror: Mirror, *, by_model: bool | None = None) -> dy.DataFrame[Signs]:
    """What else is known of the cars: queues, counted recalls, when somebody looked for what?"""
    given = content.catalogue(mirror, by_model=by_model).given
    path = HERE / "signs.sql"
    return mirror.ask(path, Signs, optional=content.everything(path), row_limit=5_000_000, given=given)


def linked(mirror: Mirror, *, slug: str) -> dy.DataFrame[Linked]:
    """Which videos, insights, queue entries and jobs are about a car?"""
    given = content.catalogue(mirror).given
    path = HERE / "linked.sql"
    return mirror.ask(path, Linked, optional=content.everything(path), given=given, slug=slug)


def checked(scored: pl.DataFrame, told: pl.DataFrame, rules: Rules | None = None) -> pl.DataFrame:
    """Add to `scores` when each kind was looked at last: by a job that ended well, or by its newest piece."""
    jobs = pl.DataFrame(
        [(kind.key, f"{LOOKED}{kind.job}") for kind in (rules or current()).kinds if kind.job],
        schema={"kind": pl.String, "sign": pl.String},
        orient="row",
    )
    looked = told.join(jobs, on="sign").select(slug="car", kind="kind", looked_at="seen_at")
    return (
        scored.join(looked, on=["slug", "kind"], how="left", maintain_order="left")
        .with_columns(checked_at=pl.max_horizontal("newest", "looked_at"))
        .drop("looked_at")
    )


def since(found: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Add to `checked` since when something is missing, null where nothing is.

    What was never whole is missing since the car is in the catalogue, what has grown old since its newest piece.
    """
    lacks = pl.col("applies") & pl.col("known") & ~pl.col("none_exists") & (pl.col("score") < 0.999)
    never = pl.col("have") < pl.col("target")
    return (
        found.join(listed.select("slug", "since"), on="slug", how="left", maintain_order="left")
        .with_columns(missing_since=pl.when(lacks).then(pl.when(never).then("since").otherwise("newest")))
        .drop("since")
    )


def worklist(  # noqa: PLR0913  frames that other questions answered
    listed: pl.DataFrame,
    scored: pl.DataFrame,
    wants: pl.DataFrame,
    told: pl.DataFrame,
    *,
    rules: Rules | None = None,
    marks: Sequence[Mark] = (),
    brand: str | None = None,
    kind: str | None = None,
    owner: str | None = None,
    done: bool = False,
    top: int = 20,
) -> dy.DataFrame[Work]:
    """What are the next things to write?

    Args:
        listed: Cars, as `content.cars`.
        scored: As `content.scores`.
        wants: As `demand`.
        told: As `signs`.
        rules: The rules by which it was scored.
        marks: What people said; done ones are left out unless `done`.
        brand: Cars of this make only.
        kind: This kind only.
        owner: Kinds of this owner only.
        done: Whether what is marked as done stays in the list.
        top: How many.
    """
    rules = rules or current()
    about = pl.DataFrame(
        [(each.key, each.title, each.owner, each.minutes) for each in rules.kinds],
        schema={"kind": pl.String, "title": pl.String, "owner": pl.String, "minutes": pl.Int64},
        orient="row",
    )
    said = pl.DataFrame(
        [(mark.slug, mark.kind, mark.what, mark.by) for mark in marks if mark.what in {"taken", "done"}],
        schema={"slug": pl.String, "kind": pl.String, "mark": pl.String, "by": pl.String},
        orient="row",
    )
    open_kinds = (
        scored.filter(pl.col("applies") & pl.col("known") & (pl.col("weight") > 0))
        .with_columns(gain=pl.col("weight") * (1 - pl.col("score")) / pl.col("weight").sum().over("slug"))
        .filter(pl.col("gain") > 0)
        .join(about, on="kind")
        .join(listed.select("slug", "name", "brand"), on="slug")
        .join(wants.drop("searches"), on="slug")
        .join(said, on=["slug", "kind"], how="left")
    )
    for column, value in (("brand", brand), ("kind", kind), ("owner", owner)):
        if value is not None:
            open_kinds = open_kinds.filter(pl.col(column) == value)
    if not done:
        open_kinds = open_kinds.filter(pl.col("mark").ne_missing("done"))
    first = (
        open_kinds.with_columns(value=pl.col("gain") * pl.col("demand"))
        .sort("value", "gain", "slug", "kind", descending=[True, True, False, False])
        .head(top)
    )
    by_car = {(car, sign): number for car, sign, number in told.select("car", "sign", "number").iter_rows()}
    rows = [
        {
            **row,
            "reason": _reason(row),
            "missing": _missing(row),
            "minutes": round(row["minutes"] * (1 - row["score"])),
            "source": _source(row["slug"], row["kind"], row["have"], by_car),
        }
        for row in first.iter_rows(named=True)
    ]
    texts = dict.fromkeys(("reason", "missing", "source"), pl.String())
    frame = pl.DataFrame(rows, schema=pl.Schema({**first.schema, **texts}))
    return Work.validate(frame.select(Work.column_names()), cast=True)


def markdown(work: pl.DataFrame) -> str:
    """Return a worklist as a list of tasks in Markdown; what the database says stays letter by letter."""
    lines = ["# What to write next", ""]
    for row in work.iter_rows(named=True):
        where = f" Source: {row['source']}." if row["source"] else ""
        lines.append(
            f"- [ ] **{letters(row['name'])}**: {letters(row['title'])} ({row['owner']}, {row['minutes']} min). "
            f"{letters(row['reason'])} Missing: {letters(row['missing'])}.{where}"
        )
    return "\n".join([*lines, ""])


def _reason(row: dict[str, Any]) -> str:
    if row["have"] == 0:
        state = "There is nothing yet."
    elif row["have"] < row["target"]:
        state = f"There are {row['have']} of {row['target']}."
    else:
        state = f"All is there, but of {row['newest']:%b %Y}."
    did = [f"{row[signal]:,} {words}" for signal, words in _DID.items() if row.get(signal)]
    wanted = f" {', '.join(did[:3])}." if did else " Nobody asked for it in this window."
    few = "" if row["reliable"] else " Few people: weigh it lightly."
    return f"{state}{wanted.replace(' 1 own', ' 1 owns').replace(' 1 keep', ' 1 keeps')}{few}"


def _missing(row: dict[str, Any]) -> str:
    fields: list[str] = row["missing"]
    if fields:
        more = f" and {len(fields) - NAMED_FIELDS} more" if len(fields) > NAMED_FIELDS else ""
        return ", ".join(name.replace("_", " ") for name in fields[:NAMED_FIELDS]) + more
    lacking = row["target"] - row["have"]
    return f"{lacking} more" if lacking > 0 else "a newer one"


def _source(slug: str, kind: str, have: int, by_car: dict[tuple[str, str], int]) -> str:
    sign, words = _SOURCES.get(kind, ("", ""))
    number = by_car.get((slug, sign), 0)
    if kind == "recalls":
        number = max(0, number - have)
    return words.format(number) if number else ""
