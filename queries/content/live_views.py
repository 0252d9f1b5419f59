"""The live views of cars and events beside our answers: both numbers, and why they differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import dataframely as dy
import polars as pl

from queries import content

if TYPE_CHECKING:
    from replica import Mirror

HERE: Final = Path(__file__).parent
LONGEST: Final = 120
"""Letters of a slug that are compared with the beginning of an address."""


class LiveCars(dy.Schema):
    """One row per car, named as the columns of the live views; where rows are counted under a model, their sums."""

    slug = dy.String(primary_key=True, description="The car.")
    page_views_30d = dy.Int64(min=0)
    favorites_count = dy.Int64(min=0)
    projects_count = dy.Int64(min=0)
    owned_count = dy.Int64(min=0)
    al_conversations_count = dy.Int64(min=0)
    has_hp = dy.Int64(min=0, description="Rows of `cars` for which the view says yes; so are all that begin with has.")
    has_torque = dy.Int64(min=0)
    has_pricing = dy.Int64(min=0)
    issues_count = dy.Int64(min=0)
    recalls_count = dy.Int64(min=0)
    videos_count = dy.Int64(min=0)
    insights_count = dy.Int64(min=0)
    fitments_count = dy.Int64(min=0)
    has_fuel_economy = dy.Int64(min=0)
    has_safety_data = dy.Int64(min=0)
    has_maintenance = dy.Int64(min=0)
    has_tuning_profile = dy.Int64(min=0)
    coverage_score = dy.Float64(min=0, max=120, description="Announced as 0-100, reaches 120; the mean of the rows.")
    rows_of_cars = dy.Int64(min=1, description="Rows of `cars` that are counted under it.")


class LiveEvents(dy.Schema):
    """One row."""

    spellings = dy.Int64(min=0, description="Rows of mv_event_coverage_by_city: cities told apart by their spelling.")
    upcoming = dy.Int64(min=0, description="Sum of its upcoming_events.")
    cities = dy.Int64(min=0, description="Cities that city_coverage_report calls covered.")
    events = dy.Int64(nullable=True, min=0, description="Sum of its total_event_count.")
    series = dy.Int64(min=0, description="Recurring series, a row each of event_series_next_occurrence.")


class Beside(dy.Schema):
    """One row per measure of a live view."""

    view_name = dy.String(primary_key=True, description="The live view.")
    measure = dy.String(primary_key=True, description="What is counted, as the view names it where it does.")
    live = dy.Float64(nullable=True, description="By the view's formula, over the rows of this mirror.")
    ours = dy.Float64(nullable=True)
    why = dy.String(description="Why they differ.")


def live_cars(mirror: Mirror, *, by_model: bool | None = None) -> dy.DataFrame[LiveCars]:
    """What do mv_car_popularity and mv_content_coverage say of every car, by their formulas?"""
    path = HERE / "live_cars.sql"
    return mirror.ask(
        path, LiveCars, optional=content.everything(path), row_limit=5_000_000,
        given={"units": content.catalogue(mirror, by_model=by_model).units}, as_of=mirror.freshness().snapshot_at,
        longest=LONGEST,
    )  # fmt: skip


def live_events(mirror: Mirror) -> dy.DataFrame[LiveEvents]:
    """What do the live views of events say in sum, by their formulas?"""
    path = HERE / "live_events.sql"
    return mirror.ask(
        path, LiveEvents, optional=content.everything(path), as_of=mirror.freshness().snapshot_at
    )  # fmt: skip


def of_car(
    live: pl.DataFrame, scored: pl.DataFrame, covered: pl.DataFrame, wants: pl.DataFrame, slug: str
) -> dy.DataFrame[Beside]:
    """What do the live views say of one car, and what do we?

    Args:
        live: As `live_cars`.
        scored: As `content.scores`.
        covered: As `content.coverage`.
        wants: As `demand`.
        slug: The car.
    """
    row = _one(live, slug)
    people = _one(wants, slug)
    kinds = scored.filter(pl.col("slug") == slug)
    have = dict(kinds.select("kind", "have").iter_rows())
    missing = dict(kinds.select("kind", "missing").iter_rows())
    fields = missing.get("specs") or []
    known = dict(kinds.select("kind", "known").iter_rows())
    rows: list[tuple[str, str, Any, Any, str]] = [
        ("mv_car_popularity", measure, row.get(measure), people.get(signal), why)
        for measure, signal, why in _POPULARITY
    ]
    rows += [
        ("mv_content_coverage", measure, row.get(measure), None if not known.get("specs") else
         float(measure.removeprefix("has_") not in fields), "The same field; ours also asks for the rest of it.")
        for measure in ("has_hp", "has_torque")
    ]  # fmt: skip
    rows += [
        ("mv_content_coverage", measure, row.get(measure), have.get(kind), why) for measure, kind, why in _COVERAGE
    ]
    score = row.get("coverage_score")
    rows.append(("mv_content_coverage", "coverage_score, as a share of 100", None if score is None else score / 100,
                 _one(covered, slug).get("coverage"), _SCORE))  # fmt: skip
    return _beside(rows)


def summed(
    live: pl.DataFrame,
    events: pl.DataFrame,
    covered: pl.DataFrame,
    wants: pl.DataFrame,
    cities: pl.DataFrame,
    series: pl.DataFrame,
) -> dy.DataFrame[Beside]:
    """What do the six live views of cars and events say in sum, and what do we?

    Args:
        live: As `live_cars`.
        events: As `live_events`.
        covered: As `content.coverage`.
        wants: As `demand`.
        cities: As `cities.cities`.
        series: As `cities.series`.
    """
    told = events.row(0, named=True)
    score: Any = live["coverage_score"].mean()
    ours = cities.drop_nulls("population_rank")
    return _beside(
        [
            ("car_detail_enriched", "rows", live["rows_of_cars"].sum(), covered.height, _DETAIL),
            ("mv_car_popularity", "page_views_30d", live["page_views_30d"].sum(), wants["visitors"].sum(),
             _VIEWS),
            ("mv_content_coverage", "coverage_score, mean, as a share of 100", None if score is None else score / 100,
             covered["coverage"].mean(), _SCORE),
            ("mv_event_coverage_by_city", "upcoming_events", told["upcoming"], cities["upcoming"].sum(), _UPCOMING),
            ("mv_event_coverage_by_city", "rows", told["spellings"], cities.filter(pl.col("upcoming") > 0).height,
             _SPELLINGS),
            ("city_coverage_report", "total_event_count", told["events"], ours["upcoming"].sum(), _STORED),
            ("city_coverage_report", "cities with events", told["cities"],
             ours.filter(pl.col("upcoming") > 0).height, _LABELS),
            ("event_series_next_occurrence", "series with a next date", told["series"], series["next_date"].count(),
             _SERIES),
        ]
    )  # fmt: skip


def _one(frame: pl.DataFrame, slug: str) -> dict[str, Any]:
    found = frame.filter(pl.col("slug") == slug)
    return found.row(0, named=True) if found.height else {}


def _beside(rows: list[tuple[str, str, Any, Any, str]]) -> dy.DataFrame[Beside]:
    made = [(view, measure, _number(live), _number(ours), why) for view, measure, live, ours, why in rows]
    schema = {"view_name": pl.String, "measure": pl.String, "live": pl.Float64, "ours": pl.Float64, "why": pl.String}
    return Beside.validate(pl.DataFrame(made, schema=schema, orient="row"), cast=True)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


_ALL_TIME: Final = (
    "The view counts all time and staff too, by id alone; ours counts people in the range, by id or slug."
)
_VIEWS: Final = (
    "The view counts views, of staff and bots too, and of every car whose slug begins with this one's; ours counts "
    "people in the range, by the whole slug or an alias."
)
_POPULARITY: Final = (
    (
        "page_views_30d",
        "visitors",
        _VIEWS,
    ),
    ("favorites_count", "favorites", _ALL_TIME),
    ("projects_count", "projects", _ALL_TIME),
    ("owned_count", "garages", _ALL_TIME),
    (
        "al_conversations_count",
        "conversations",
        "The view counts conversations of 30 days by slug alone; ours counts people in the range, by id or slug.",
    ),
)
_BY_SLUG: Final = "The view links by slug alone; ours by slug, id or alias, and each piece once."
_BY_ID: Final = "The view links by id alone; ours by slug, id or alias, and each piece once."
_FIELDS: Final = "The view asks whether there is a row; ours counts the fields that are filled."
_COVERAGE: Final = (
    ("has_pricing", "pricing", "The view asks for cars.price_avg, which is always filled; ours counts market prices."),
    ("issues_count", "issues", _BY_SLUG),
    ("recalls_count", "recalls", "The view counts rows by slug; ours counts campaigns, each once."),
    (
        "videos_count",
        "videos",
        "The view counts links by slug, mentions and poor videos too; ours, usable videos.",
    ),
    ("insights_count", "insights", _BY_ID),
    ("fitments_count", "fitments", "The view counts rows; ours counts parts, each once."),
    ("has_fuel_economy", "fuel_economy", _FIELDS),
    ("has_safety_data", "safety", _FIELDS),
    ("has_maintenance", "maintenance", _FIELDS),
    ("has_tuning_profile", "tuning", _FIELDS),
)
_SCORE: Final = (
    "The view adds up to 120 points and knows no fitments, recalls, issues, lap times or dyno runs; ours is a weighted "
    "mean over all kinds that apply, halved with age."
)
_DETAIL: Final = (
    "The view joins everything to every row of the catalogue beforehand; ours is one car's page, put together when it "
    "is asked for, and says what is missing. Where there are many rows they are counted under their model."
)
_UPCOMING: Final = (
    "The view drops events under way, and those without a state; ours counts an event until its last day is over where "
    "it is held."
)
_SPELLINGS: Final = "The view tells cities apart by spelling and keeps those whose events are all over."
_STORED: Final = (
    "The stored count holds past and rejected events, and neighbours share them; ours counts approved events that are "
    "not over, each in one city."
)
_LABELS: Final = "The view calls a city covered when any event was ever entered within 30 miles."
_SERIES: Final = (
    "The view's definition is not public: a row for each series. Ours is the next day by the rule; a rule that cannot "
    "be read, or has ended, gives none, and that is said."
)
