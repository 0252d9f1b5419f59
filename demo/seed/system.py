"""System & Configuration: settings, the jobs that gather content and the words that vendors use for cars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from demo.seed import _content as content
from demo.seed._draw import HOUR, MINUTE, SECOND, moment, moments, pick, places_by, stamps, text_of
from demo.seed.core_cars import catalogue_of_cars, popularity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from demo.world import World

_SETTINGS: Final = (
    ("assistant_enabled", True, "Whether the assistant answers questions", True),
    ("assistant_model", "claude-sonnet-4-5", "Model that answers questions", False),
    ("assistant_daily_questions_free", 5, "Questions a day without a plan", True),
    ("community_enabled", True, "Whether posts can be written", True),
    ("event_radius_miles", 100, "How far around a visitor events are shown", True),
    ("maintenance_banner", {"shown": False, "text": ""}, "Notice at the top of every page", True),
    ("enrichment_concurrency", 3, "How many jobs gather content at the same time", False),
)
_JOBS: Final = (
    # kind, sources, share of the jobs, whether about one car
    ("car_enrichment", ("nhtsa", "epa", "manufacturer", "wikipedia"), 0.32, True),
    ("youtube_reviews", ("youtube", "transcripts"), 0.24, True),
    ("forum_insights", ("rennlist", "bimmerpost", "ft86club"), 0.14, True),
    ("market_pricing", ("bring_a_trailer", "hagerty", "cars_com"), 0.12, True),
    ("lap_times", ("fastestlaps", "tracktitan"), 0.1, True),
    ("event_discovery", ("eventbrite", "motorsportreg", "scca"), 0.08, False),
)
_ERRORS: Final = (
    "Every source answered 429 Too Many Requests.",
    "No source answered within 30 seconds.",
    "The page has no table of specifications any more.",
    "No transcript in English.",
    "The answer was not valid JSON.",
)
_STARTS_AT_MOST: Final = 3
_OPEN: Final = ("pending", "running")
_VENDORS: Final = ("fcp_euro", "ecs_tuning", "turner_motorsport", "rallysport_direct", "maperformance", "redline360")


def seed(world: World) -> None:
    """Add the three tables of the domain."""
    world.tables["app_config"] = _settings(world)
    world.tables["scrape_jobs"] = _jobs(world)
    world.tables["fitment_tag_mappings"] = _tags(world)


def _settings(world: World) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "key": [key for key, *_ in _SETTINGS],
            "value": [text_of(value) for _, value, *_ in _SETTINGS],
            "description": [what for *_, what, _ in _SETTINGS],
            "is_public": [public for *_, public in _SETTINGS],
            "updated_at": content.written(world, "app_config", len(_SETTINGS), since=0.1),
        }
    )


def _kept(values: Sequence[int], keep: npt.NDArray[np.bool_]) -> pl.Series:
    """Return moments as timestamps, NULL where they are not to be kept."""
    return stamps([int(value) if kept else None for value, kept in zip(values, keep, strict=True)])


def _jobs(world: World) -> pl.DataFrame:
    """Draw the jobs: old ones ended, well or badly; the newest wait or run."""
    count = world.rows("scrape_jobs")
    rng = world.random("scrape_jobs")
    now = moment(world.now)
    queued = np.minimum(moments(content.written(world, "scrape_jobs", count, since=0.1)), now - HOUR)
    queued[-9:] = now - np.sort(rng.integers(61, 3 * 60, 9))[::-1] * MINUTE
    status = np.array(pick(rng, ("completed", "failed"), count, (0.86, 0.14)))
    status[-9:-6], status[-6:] = "running", "pending"
    begun, ended = status != "pending", ~np.isin(status, _OPEN)
    planned = queued + rng.integers(0, 55, count) * MINUTE
    started = np.minimum(planned + rng.integers(1, 240, count) * SECOND, now - 6 * MINUTE)
    completed = np.minimum(started + rng.integers(8, 5 * 60, count) * SECOND, now - MINUTE)
    kinds = places_by(rng, count, [share for *_, share, _ in _JOBS])
    of_car = np.array([about_car for *_, about_car in _JOBS])[kinds]
    cars = world.tables["cars"][places_by(rng, count, popularity(world)).tolist()]
    attempted, succeeded = [], []
    for kind, state, luck in zip(kinds.tolist(), status.tolist(), rng.random((count, 4)).tolist(), strict=True):
        sources = _JOBS[kind][1]
        asked = [] if state == "pending" else [*sources[: 1 if state == "running" else len(sources)]]
        gave = [source for source, chance in zip(asked, luck, strict=False) if chance < 0.8]
        attempted.append(asked)
        succeeded.append((gave or asked[:1]) if state == "completed" else [])
    failed = status == "failed"
    return pl.DataFrame(
        {
            "id": world.ids("scrape_jobs", count),
            "job_type": [_JOBS[kind][0] for kind in kinds.tolist()],
            "car_slug": [slug if has else None for slug, has in zip(cars["slug"], of_car, strict=True)],
            "car_id": [key if has else None for key, has in zip(cars["id"], of_car, strict=True)],
            "status": status.tolist(),
            "priority": np.clip(np.rint(rng.normal(5.0, 1.8, count)), 1, 10).astype(np.int64),
            "sources_attempted": attempted,
            "sources_succeeded": succeeded,
            "error_message": [
                text if bad else None for text, bad in zip(pick(rng, _ERRORS, count), failed.tolist(), strict=True)
            ],
            "attempts": np.where(failed, _STARTS_AT_MOST, np.where(begun, 1 + (rng.random(count) < 0.1), 0)).astype(
                np.int64
            ),
            "scheduled_for": stamps(planned),
            "started_at": _kept(started.tolist(), begun),
            "completed_at": _kept(completed.tolist(), ended),
            "created_at": stamps(queued),
        },
        schema_overrides={"sources_attempted": pl.List(pl.String), "sources_succeeded": pl.List(pl.String)},
    )


def _tags(world: World) -> pl.DataFrame:
    """Draw words of vendors: chassis codes, model names and trims of the cars best known, each vendor's word once."""
    count = world.rows("fitment_tag_mappings")
    rng = world.random("fitment_tag_mappings")
    known = catalogue_of_cars().with_columns(id=world.tables["cars"]["id"], place=pl.int_range(pl.len()))
    trims = world.tables["car_variants"].group_by("car_id", maintain_order=True).first()
    named = known.join(trims.select(id="car_id", variant="id", trim="display_name"), on="id", how="left")
    words = pl.concat(
        [
            named.drop_nulls("code").select(
                "place", "id", tag=pl.format("{} {}", "brand", "code"), kind=pl.lit("chassis")
            ),
            named.select("place", "id", tag="name", kind=pl.lit("model")),
            named.drop_nulls("trim").select("place", "id", "variant", tag="trim", kind=pl.lit("trim")),
        ],
        how="diagonal",
    ).unique("tag", keep="none", maintain_order=True)
    offered = words.join(pl.DataFrame({"vendor": _VENDORS}), how="cross")
    weights = popularity(world)[offered["place"].to_numpy()]
    drawn = offered[np.sort(np.argsort(-(np.log(weights) + rng.gumbel(size=len(offered))))[:count]).tolist()]
    shuffled = drawn[rng.permutation(count).tolist()]
    sure = {"chassis": 0.93, "model": 0.82, "trim": 0.74}
    centre = shuffled["kind"].replace_strict(sure, return_dtype=pl.Float64).to_numpy()
    lower = shuffled["vendor"].is_in(_VENDORS[:3]).to_numpy()
    return pl.DataFrame(
        {
            "id": world.ids("fitment_tag_mappings", count),
            "vendor_key": shuffled["vendor"],
            "tag": [tag.lower() if small else tag for tag, small in zip(shuffled["tag"], lower, strict=True)],
            "tag_kind": shuffled["kind"],
            "car_id": shuffled["id"],
            "car_variant_id": shuffled["variant"],
            "confidence": np.clip(centre + rng.normal(0, 0.06, count), 0.4, 1.0).round(2),
            "created_at": content.written(world, "fitment_tag_mappings", count, since=0.2),
        }
    )
