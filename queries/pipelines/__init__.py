"""Pipelines of content: what waits, how fast it moves, what fails or is stuck, and what finishing it would give.

Four pipelines: videos that wait to be read (`youtube_ingestion_queue`), jobs (`scrape_jobs`), forum threads
(`forum_scraped_threads`), and documents (`source_documents`), which are done when they are cut into passages
(`document_chunks`). Open work waits or is under way. It is stuck when it has been under way, or past its time, for
more than a day, or was tried three times and still waits. Where nothing says when work began, it began when it came.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import dataframely as dy
import polars as pl

from queries import content
from queries.content.rules import Rules, current

if TYPE_CHECKING:
    from queries.span import Span
    from replica import Mirror

HERE: Final = Path(__file__).parent
WORK: Final = HERE / "facts" / "work.sql"
PIPELINES: Final = ("Videos", "Jobs", "Forum threads", "Documents")
TRIES: Final = 3
"""Tries after which work that still waits is stuck."""
S = TypeVar("S", bound=dy.Schema)


class Standing(dy.Schema):
    """One row per pipeline; what cannot be known is null."""

    pipeline = dy.String(primary_key=True)
    known = dy.Bool(description="Whether its table is there and may be read.")
    work = dy.Int64(nullable=True, min=0, description="All that ever came in.")
    waiting = dy.Int64(nullable=True, min=0)
    under_way = dy.Int64(nullable=True, min=0)
    stuck = dy.Int64(nullable=True, min=0, description="Of what waits or is under way.")
    done = dy.Int64(nullable=True, min=0)
    failed = dy.Int64(nullable=True, min=0)
    left_out = dy.Int64(nullable=True, min=0, description="Skipped or rejected.")
    failed_share = dy.Float64(nullable=True, min=0, max=1, description="Of what was done or failed.")
    oldest_open = dy.Datetime(
        time_zone="UTC", time_unit="us", nullable=True, description="When the oldest of that came in."
    )
    days_waited = dy.Float64(nullable=True, description="Median age of what waits or is under way.")
    hours_to_end = dy.Float64(nullable=True, min=0, description="Median from coming in to done.")
    ended_28_days = dy.Int64(nullable=True, min=0, description="Done, failed or left out in the last 28 days.")
    weeks_to_empty = dy.Float64(nullable=True, min=0, description="At that pace; null without any.")
    last_done = dy.Datetime(time_zone="UTC", time_unit="us", nullable=True)


class Sources(dy.Schema):
    """One row per pipeline and channel, kind of job, forum or kind of document; most open work first."""

    pipeline = dy.String(primary_key=True)
    source = dy.String(primary_key=True)
    work = dy.Int64(min=1)
    open = dy.Int64(min=0, description="Waits or is under way.")
    stuck = dy.Int64(nullable=True, min=0, description="Null where nothing tells.")
    done = dy.Int64(min=0)
    failed = dy.Int64(nullable=True, min=0, description="Null where nothing tells.")
    failed_share = dy.Float64(nullable=True, min=0, max=1, description="Of what was done or failed.")
    oldest_open = dy.Datetime(time_zone="UTC", time_unit="us", nullable=True)
    last_done = dy.Datetime(time_zone="UTC", time_unit="us", nullable=True)


class Pace(dy.Schema):
    """One row per pipeline and period, zero-filled."""

    pipeline = dy.String(primary_key=True)
    period = dy.Date(primary_key=True, description="First day of the day, week or month.")
    came = dy.Int64(min=0)
    done = dy.Int64(min=0)
    failed = dy.Int64(min=0)
    complete = dy.Bool(description="Whether the period is over and lies whole inside the range.")


class _Moved(dy.Schema):
    pipeline = dy.String()
    period = dy.Date()
    came = dy.Int64()
    done = dy.Int64()
    failed = dy.Int64()


class Brings(dy.Schema):
    """One row per car and kind of content, or per car and kind of job."""

    slug = dy.String(description="The car.")
    kind = dy.String(nullable=True, description="Kind of content.")
    job = dy.String(nullable=True, description="Kind of job, which looks for all kinds that name it.")
    pieces = dy.Int64(nullable=True, min=0, description="Pieces that the car has not got yet; null for a job.")


class Opened(dy.Schema):
    """One row per car with open or failed work."""

    slug = dy.String(primary_key=True, description="The car.")
    open = dy.Int64(min=0, description="Pieces of work that wait or are under way.")
    videos = dy.Int64(min=0)
    jobs = dy.Int64(min=0)
    threads = dy.Int64(min=0)
    documents = dy.Int64(min=0)
    stuck = dy.Int64(min=0)
    failed = dy.Int64(min=0)
    oldest_open = dy.Datetime(time_zone="UTC", time_unit="us", nullable=True)


class Cars(dy.Schema):
    """One row per car with open or failed work, the one that gains most first."""

    slug = dy.String(primary_key=True, description="The car.")
    name = dy.String()
    brand = dy.String(nullable=True)
    coverage = dy.Float64(nullable=True, min=0, max=1, description="As it is.")
    coverage_then = dy.Float64(nullable=True, min=0, max=1, description="If all open work ended well.")
    gain = dy.Float64(nullable=True, min=0, max=1, description="Then less now.")
    open = dy.Int64(min=0, description="Pieces of work that wait or are under way.")
    videos = dy.Int64(min=0)
    jobs = dy.Int64(min=0)
    threads = dy.Int64(min=0)
    documents = dy.Int64(min=0)
    stuck = dy.Int64(min=0)
    failed = dy.Int64(min=0)
    oldest_open = dy.Datetime(time_zone="UTC", time_unit="us", nullable=True)


class Whole(dy.Schema):
    """One row: coverage of the catalogue, the mean over its cars."""

    cars = dy.Int64(min=0)
    coverage = dy.Float64(nullable=True, min=0, max=1, description="As it is.")
    coverage_then = dy.Float64(nullable=True, min=0, max=1, description="If all open work ended well.")
    gain = dy.Float64(nullable=True, min=0, max=1)
    cars_that_gain = dy.Int64(min=0)


def standing(mirror: Mirror) -> dy.DataFrame[Standing]:
    """How does every pipeline stand: what waits since when, how fast it moves, what fails and what is stuck?"""
    return _ask(mirror, "standing", Standing)


def sources(mirror: Mirror) -> dy.DataFrame[Sources]:
    """The same by channel, kind of job, forum and kind of document."""
    return _ask(mirror, "sources", Sources)


def pace(mirror: Mirror, *, span: Span) -> dy.DataFrame[Pace]:
    """How much came in, was done and failed in each period, pipeline by pipeline?"""
    found = _ask(
        mirror, "pace", _Moved, since=span.start, until=span.end, grain=span.grain, timezone=span.timezone
    )  # fmt: skip
    as_of = mirror.freshness().snapshot_at
    periods = pl.DataFrame(
        [(period, span.is_complete(period, as_of)) for period in span.periods()],
        schema={"period": pl.Date, "complete": pl.Boolean},
        orient="row",
    )
    every = pl.DataFrame({"pipeline": PIPELINES}).join(periods, how="cross")
    filled = every.join(found, on=["pipeline", "period"], how="left", maintain_order="left")
    counted = filled.with_columns(pl.col("came", "done", "failed").fill_null(0))
    return Pace.validate(counted.select(Pace.column_names()), cast=True)


def brings(mirror: Mirror, *, by_model: bool | None = None) -> dy.DataFrame[Brings]:
    """What would each car get if all that waits or is under way ended well?

    A video is one video unless the car has it; a thread gives as many insights, a document as many passages, as the
    median of those that gave any; a job finds all that it looks for. It is the most there is to hope for.
    """
    return _ask(mirror, "bring", Brings, row_limit=5_000_000, given=_named(mirror, by_model))


def finished(scored: pl.DataFrame, brought: pl.DataFrame, rules: Rules | None = None) -> dy.DataFrame[content.Scores]:
    """Return `content.scores` as they would be if all open work (`brings`) ended well, by the same rules."""
    of_job = pl.DataFrame(
        [(kind.job, kind.key) for kind in (rules or current()).kinds if kind.job],
        schema={"job": pl.String, "kind": pl.String},
        orient="row",
    )
    filled = brought.filter(pl.col("job").is_not_null()).select("slug", "job").join(of_job, on="job")
    added = pl.concat(
        [
            brought.drop_nulls("kind").select("slug", "kind", "pieces", fills=pl.lit(False)),
            filled.select("slug", "kind", pieces=pl.lit(0, pl.Int64), fills=pl.lit(True)),
        ]
    )
    added = added.group_by("slug", "kind").agg(pl.col("pieces").sum(), pl.col("fills").any())
    joined = scored.join(added, on=["slug", "kind"], how="left", maintain_order="left")
    counts = pl.col("applies") & pl.col("known")
    gets = counts & (pl.col("fills") | (pl.col("pieces") > 0)).fill_null(False)
    more = pl.col("have") + pl.col("pieces")
    have = pl.when("fills").then(pl.max_horizontal(more, "target")).otherwise(more)
    then = joined.with_columns(
        have=pl.when(gets).then(have).otherwise("have"),
        freshness=pl.when(gets).then(1.0).otherwise("freshness"),
        missing=pl.when(gets & pl.col("fills")).then(pl.lit([], pl.List(pl.String))).otherwise("missing"),
    )
    reached = content.reached(pl.col("have"), pl.col("target"), pl.col("freshness"))
    then = then.with_columns(score=pl.when(gets & ~pl.col("none_exists")).then(reached).otherwise("score"))
    return content.Scores.validate(then.select(content.Scores.column_names()), cast=True)


def opened(mirror: Mirror, *, by_model: bool | None = None) -> dy.DataFrame[Opened]:
    """Which cars does work name that waits, is under way or failed?"""
    named = _named(mirror, by_model)
    return _ask(mirror, "cars", Opened, row_limit=5_000_000, given=named)


def cars(
    listed: pl.DataFrame,
    scored: pl.DataFrame,
    brought: pl.DataFrame,
    work: pl.DataFrame,
    rules: Rules | None = None,
) -> dy.DataFrame[Cars]:
    """How well would the cars of `opened` be covered if their open work ended well?

    Args:
        listed: As `content.cars`.
        scored: As `content.scores`.
        brought: As `brings`.
        work: As `opened`.
        rules: The rules by which it was scored.
    """
    then = content.coverage(listed, finished(scored, brought, rules))
    joined = (
        content.coverage(listed, scored)
        .select("slug", "name", "brand", "coverage")
        .join(then.select("slug", coverage_then="coverage"), on="slug")
        .join(work, on="slug")
        .with_columns(gain=(pl.col("coverage_then") - pl.col("coverage")).clip(0, 1))
        .sort("gain", "open", "slug", descending=[True, True, False], nulls_last=True)
    )
    return Cars.validate(joined.select(Cars.column_names()), cast=True)


def whole(
    listed: pl.DataFrame, scored: pl.DataFrame, brought: pl.DataFrame, rules: Rules | None = None
) -> dy.DataFrame[Whole]:
    """What would finishing all open work do to the coverage of the catalogue? Frames as of `cars`."""
    now, then = (content.coverage(listed, each)["coverage"] for each in (scored, finished(scored, brought, rules)))
    row = {
        "cars": listed.height,
        "coverage": now.mean(),
        "coverage_then": then.mean(),
        "gain": (then - now).clip(0, 1).mean(),
        "cars_that_gain": int((then > now).sum()),
    }
    schema = {"cars": pl.Int64, "coverage": pl.Float64, "coverage_then": pl.Float64, "gain": pl.Float64,
              "cars_that_gain": pl.Int64}  # fmt: skip
    return Whole.validate(pl.DataFrame([row], schema=schema), cast=True)


def _named(mirror: Mirror, by_model: bool | None) -> dict[str, pl.DataFrame]:  # noqa: FBT001  handed on
    return content.catalogue(mirror, by_model=by_model).given


def _ask(mirror: Mirror, name: str, schema: type[S], **more: Any) -> dy.DataFrame[S]:
    """Ask what a question says of all work; what is absent counts for nothing, and `standing` tells it."""
    path = HERE / f"{name}.sql"
    optional = content.everything(WORK) | content.everything(path)
    as_of = mirror.freshness().snapshot_at
    return mirror.ask(path, schema, facts=WORK, optional=optional, as_of=as_of, tries=TRIES, **more)
