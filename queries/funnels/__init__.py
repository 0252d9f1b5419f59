"""Funnels: how many come from step to step, how fast, who they are, and whether it is getting better.

Every question takes the mirror and the same four arguments: the `definition`, the `span` of days in which an actor
must enter (all time without one), the segment, and what is its own. `of_log` answers the same of any events.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

import dataframely as dy
import numpy as np
import polars as pl

from queries import passes
from queries.events import stream, whom
from queries.funnels import statistics
from queries.funnels.definition import BadDefinition, Definition, parse, read
from queries.funnels.follow import MICRO, Paths, compile_kernels, follow
from queries.funnels.log import MOMENT, Log, of_file, of_frame, of_mirror
from queries.kept import PerGeneration
from queries.periods import physical

if TYPE_CHECKING:
    from datetime import datetime

    from queries.events import Segment
    from queries.span import Span
    from replica import Mirror

__all__ = [
    "BadDefinition", "Breakdowns", "Correlations", "Definition", "Durations", "Log", "Paths", "People", "Steps",
    "Trend", "breakdown", "compile_kernels", "correlation", "durations", "follow", "left_out", "of_file", "of_frame",
    "of_mirror", "parse", "paths", "people", "read", "steps", "trend", "vocabulary",
]  # fmt: skip

Which = Literal["all", "reached", "dropped", "converted", "slowest"]
SEGMENTS: Final = 12
ROUTES: Final = 200
FEWEST: Final = 20
"""Entries below which a segment is not tested, and a correlation not told."""
FEWEST_WITH: Final = 10
PERCENTILES: Final = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
UNITS: Final = {"hour": "1h", "day": "1d", "week": "1w", "month": "1mo"}
OTHERS: Final = "all others"
# With each the events of its generation are held, which may be a gigabyte: they go together.
_followed: Final[PerGeneration[Paths]] = PerGeneration(most=16)


class Steps(dy.Schema):
    """One row per step."""

    step = dy.Int64(primary_key=True, description="Place of the step, from 1.")
    name = dy.String(description="What the step asks for.")
    count = dy.Int64(min=0, description="Who filled it in their best attempt.")
    dropped = dy.Int64(min=0, nullable=True, description="Who filled no later step; null for the last one.")
    from_start = dy.Float64(nullable=True, description="Share of those who entered, 0-1; null when nobody did.")
    from_previous = dy.Float64(
        nullable=True, description="Share of those of the step before that may not be skipped; null when there is none."
    )
    low = dy.Float64(nullable=True, description="Lower end of the 95 % interval of from_start (Wilson).")
    high = dy.Float64(nullable=True, description="Upper end of that interval.")
    median_seconds = dy.Float64(nullable=True, description="Median time since the filled step before.")
    mean_seconds = dy.Float64(nullable=True, description="Mean time since the filled step before.")


class Trend(dy.Schema):
    """One row per period in which actors entered."""

    period = dy.Datetime(time_unit="us", primary_key=True, description="Begin of the period in the zone asked for.")
    entered = dy.Int64(min=0, description="Whose best attempt began in it.")
    converted = dy.Int64(min=0, description="Who of these reached the target.")
    share = dy.Float64(nullable=True, description="converted by entered; null when nobody entered.")
    complete = dy.Bool(description="Whether the period is over and nobody of it can still convert.")


class Durations(dy.Schema):
    """One row per percentile of the time from entering to the target."""

    percentile = dy.Float64(primary_key=True, description="Share of the converted who were at most as slow.")
    seconds = dy.Float64(nullable=True, description="Time from step 1 to the target; null when nobody converted.")


class Breakdowns(dy.Schema):
    """One row per segment and step."""

    value = dy.String(nullable=True, description="Value of the property; null where it is unknown.")
    step = dy.Int64(description="Place of the step, from 1.")
    name = dy.String(description="What the step asks for.")
    count = dy.Int64(min=0, description="Who filled it.")
    from_start = dy.Float64(nullable=True, description="Share of the segment's entries.")
    from_previous = dy.Float64(nullable=True, description="Share of those of the step before.")
    low = dy.Float64(nullable=True, description="Lower end of the 95 % interval of from_start (Wilson).")
    high = dy.Float64(nullable=True, description="Upper end of that interval.")
    probability = dy.Float64(
        nullable=True,
        description="Of a difference to all others this large by chance: two proportions, or Fisher where few are "
        "expected, corrected after Holm. Null for the steps before the target and for segments too small to test.",
    )
    median_seconds = dy.Float64(nullable=True, description="Median time since the filled step before.")
    mean_seconds = dy.Float64(nullable=True, description="Mean time since the filled step before.")


class People(dy.Schema):
    """One row per counted actor, session, attempt or value."""

    key = dy.String(description="What is counted: the user's id, `visitor …`, `session …`, or the value.")
    actor_key = dy.String(description="The actor of the first step.")
    user_id = dy.String(nullable=True, description="The user, null for somebody unknown.")
    tier = dy.String(nullable=True, description="Plan the user is on now.")
    depth = dy.Int64(description="Last step filled, from 1.")
    converted = dy.Bool(description="Whether the target was reached.")
    entered_at = dy.Datetime(time_zone="UTC", time_unit="us", description="When step 1 was filled.")
    last_at = dy.Datetime(time_zone="UTC", time_unit="us", description="When the last filled step was.")
    seconds = dy.Float64(description="Time between the two.")


class Correlations(dy.Schema):
    """One row per event or property value among those who entered."""

    kind = dy.String(description="event or property.")
    name = dy.String(description="Event that happened after entering, or property of the actor.")
    value = dy.String(nullable=True, description="Value of the property; null for events.")
    converted_with = dy.Int64(min=0, description="Converted, with it.")
    dropped_with = dy.Int64(min=0, description="Not converted, with it.")
    converted_without = dy.Int64(min=0, description="Converted, without it.")
    dropped_without = dy.Int64(min=0, description="Not converted, without it.")
    odds_ratio = dy.Float64(description="Odds of converting with it by the odds without it.")
    low = dy.Float64(description="Lower end of the 95 % interval of the odds ratio.")
    high = dy.Float64(description="Upper end of that interval.")
    probability = dy.Float64(nullable=True, description="Of odds this different by chance, corrected after Holm.")


def steps(
    mirror: Mirror, *, definition: Definition, span: Span | None = None, segment: Segment = "all"
) -> dy.DataFrame[Steps]:
    """How many reach each step, and how long do they take?"""
    return steps_of(paths(mirror, definition=definition, span=span, segment=segment))


def trend(
    mirror: Mirror, *, definition: Definition, span: Span | None = None, segment: Segment = "all"
) -> dy.DataFrame[Trend]:
    """How many enter in each period, and how many of these convert?"""
    found = paths(mirror, definition=definition, span=span, segment=segment)
    return trend_of(found, span=span)


def durations(
    mirror: Mirror, *, definition: Definition, span: Span | None = None, segment: Segment = "all"
) -> dy.DataFrame[Durations]:
    """How long do those who convert take?"""
    return durations_of(paths(mirror, definition=definition, span=span, segment=segment))


def breakdown(
    mirror: Mirror, *, definition: Definition, span: Span | None = None, segment: Segment = "all"
) -> dy.DataFrame[Breakdowns]:
    """Who converts better, by the definition's breakdown, and by more than chance?"""
    return breakdown_of(paths(mirror, definition=definition, span=span, segment=segment))


def people(
    mirror: Mirror,
    *,
    definition: Definition,
    span: Span | None = None,
    segment: Segment = "all",
    which: Which = "all",
    step: int = 1,
) -> dy.DataFrame[People]:
    """Who is behind a bar?

    reached: who filled `step`; dropped: whose last step it was; converted: who reached the target; slowest: these,
    slowest first; all: who entered.
    """
    return people_of(paths(mirror, definition=definition, span=span, segment=segment), which, step)


def correlation(
    mirror: Mirror, *, definition: Definition, span: Span | None = None, segment: Segment = "all"
) -> dy.DataFrame[Correlations]:
    """Which other events and which properties go with converting?"""
    return correlation_of(paths(mirror, definition=definition, span=span, segment=segment))


def left_out(
    mirror: Mirror, *, definition: Definition, span: Span | None = None, segment: Segment = "all"
) -> tuple[str, ...]:
    """Which events and actors are not counted, in sentences?"""
    return notes_of(paths(mirror, definition=definition, span=span, segment=segment))


def vocabulary(mirror: Mirror) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which events happened, and on which routes were pages shown? Both most frequent first."""
    found = stream(mirror)
    # Counted as they are numbered; their texts are needed once.
    routes = found.frame["route"].drop_nulls().value_counts(sort=True)
    return found.names, tuple(routes["route"].head(ROUTES).cast(pl.String))


def paths(mirror: Mirror, *, definition: Definition, span: Span | None, segment: Segment) -> Paths:
    """Follow everyone through a funnel; the last few answers are kept."""
    if span is not None:
        inside = (span.start.timestamp(), span.end.timestamp() - 1 / MICRO)
        definition = replace(definition, range_seconds=inside, timezone=span.timezone)
    log = of_mirror(mirror, segment)
    key = (segment, *whom(mirror), definition)
    return _followed.of(mirror, key, lambda: follow(log, definition))


def steps_of(found: Paths) -> dy.DataFrame[Steps]:
    """Return the counts and times of every step."""
    chosen = np.ones(len(found.rows), dtype=np.bool_)
    rows = _step_rows(found, chosen)
    reached = found.rows >= 0
    places = np.arange(1, reached.shape[1] + 1)
    last = np.where(reached, places, 0).max(axis=1, initial=0)
    for place, row in enumerate(rows, start=1):
        row["dropped"] = int((last == place).sum()) if place < len(rows) else None
    return Steps.validate(pl.DataFrame(rows, schema=Steps.create_empty().schema), cast=True)


def _step_rows(found: Paths, chosen: Any) -> list[dict[str, Any]]:
    reached = found.rows[chosen] >= 0
    times = found.times[chosen]
    counts = reached.sum(axis=0)
    entered = int(counts[0])
    rows = []
    before = entered
    latest = times[:, 0].copy()
    for place, step in enumerate(found.definition.steps):
        here = reached[:, place]
        seconds = (times[here, place] - latest[here]) / MICRO if place else np.empty(0)
        count = int(counts[place])
        interval = statistics.wilson(count, entered)
        rows.append({
            "step": place + 1,
            "name": step.label,
            "count": count,
            "from_start": count / entered if entered else None,
            "from_previous": count / before if before else None,
            "low": interval[0] if interval else None,
            "high": interval[1] if interval else None,
            "median_seconds": float(np.median(seconds)) if len(seconds) else None,
            "mean_seconds": float(seconds.mean()) if len(seconds) else None,
        })  # fmt: skip
        latest[here] = times[here, place]
        before = before if step.optional else count
    return rows


def total_seconds(found: Paths) -> Any:
    """Return how many seconds each converted one took from step 1 to the target."""
    target = found.definition.target - 1
    return (found.times[found.converted, target] - found.times[found.converted, 0]) / MICRO


def durations_of(found: Paths) -> dy.DataFrame[Durations]:
    """Return percentiles of the time to convert."""
    seconds = total_seconds(found)
    values = np.quantile(seconds, PERCENTILES).tolist() if len(seconds) else [None] * len(PERCENTILES)
    frame = pl.DataFrame({"percentile": PERCENTILES, "seconds": values}, schema=Durations.create_empty().schema)
    return Durations.validate(frame)


def trend_of(found: Paths, *, span: Span | None = None) -> dy.DataFrame[Trend]:
    """Return entries and conversions by the period of entry; a period that may still change is not complete."""
    definition = found.definition
    unit = definition.trend_unit or (span.grain if span is not None else "day")
    zone = definition.timezone

    def period(moments: pl.Series) -> pl.Series:
        return moments.dt.convert_time_zone(zone).dt.replace_time_zone(None).dt.truncate(UNITS[unit])

    entered = period(
        pl.Series("period", found.times[:, 0], dtype=pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    )
    counted = (
        pl.DataFrame({"period": entered, "converted": found.converted})
        .group_by("period")
        .agg(entered=pl.len().cast(pl.Int64), converted=pl.col("converted").sum().cast(pl.Int64))
    )
    ends = [moment for moment in (definition.origin, *_range(found, span)) if moment is not None]
    edges = pl.concat([counted["period"], period(pl.Series("period", ends, dtype=MOMENT))]).drop_nulls()
    if edges.is_empty():
        return Trend.create_empty()
    every = edges.to_frame("period").select(
        pl.datetime_range(pl.col("period").min(), pl.col("period").max(), UNITS[unit], time_unit="us")
    )
    filled = every.join(counted, on="period", how="left").fill_null(0)
    # The clock of a zone may skip or repeat an hour; the later reading is the safe one.
    over = pl.col("period").dt.offset_by(UNITS[unit]).dt.replace_time_zone(
        zone, ambiguous="latest", non_existent="null"
    ).dt.convert_time_zone("UTC") + pl.duration(microseconds=round(definition.window_seconds * MICRO))
    as_of = found.log.as_of
    known = pl.lit(value=False) if as_of is None else (over <= as_of).fill_null(False)
    shares = pl.when(pl.col("entered") > 0).then(pl.col("converted") / pl.col("entered"))
    told = filled.with_columns(share=shares, complete=known)
    return Trend.validate(told.select(Trend.column_names()), cast=True)


def _range(found: Paths, span: Span | None) -> tuple[datetime | None, ...]:
    if span is None:
        return ()
    last = span.end if found.log.as_of is None else min(span.end, max(found.log.as_of, span.start))
    return span.start, last


def breakdown_of(found: Paths, *, most: int | None = SEGMENTS) -> dy.DataFrame[Breakdowns]:
    """Return steps by segment, the largest first; beyond `most` the small ones are together as all others."""
    values = segments_of(found)
    sizes = values.value_counts(sort=True).sort(["count", values.name], descending=[True, False], nulls_last=True)
    listed: list[str | None] = sizes[values.name].to_list()
    if most is not None and len(listed) > most:
        kept = listed[: most - 1]
        values = pl.select(
            pl.when(values.is_in([one for one in kept if one is not None]) | (values.is_null() & (None in kept)))
            .then(values)
            .otherwise(pl.lit(OTHERS))
        ).to_series()
        listed = [*kept, OTHERS]
    target = found.definition.target - 1
    converted = found.converted
    chosen = {value: _equal(values, value) for value in listed}
    probabilities = statistics.holm([_difference(converted, chosen[value]) for value in listed])
    rows: list[dict[str, Any]] = []
    for value, probability in zip(listed, probabilities, strict=True):
        for row in _step_rows(found, chosen[value]):
            told = probability if row["step"] == target + 1 else None
            rows.append({"value": value, **row, "probability": told})
    return Breakdowns.validate(pl.DataFrame(rows, schema=Breakdowns.create_empty().schema), cast=True)


def _equal(values: pl.Series, value: str | None) -> Any:
    return values.is_null().to_numpy() if value is None else (values == value).fill_null(False).to_numpy()


def _difference(converted: Any, inside: Any) -> float | None:
    size, others = int(inside.sum()), int((~inside).sum())
    if size < FEWEST or others < FEWEST:
        return None
    did, others_did = int((converted & inside).sum()), int((converted & ~inside).sum())
    return statistics.two_proportions(statistics.Table(did, size - did, others_did, others - others_did))


def segments_of(found: Paths) -> pl.Series:
    """Return the value of the breakdown's property of every entry, null where it is unknown.

    Raises:
        BadDefinition: The definition names no breakdown, or a property that the events cannot have.
    """
    asked = found.definition.breakdown
    if asked is None:
        raise BadDefinition("The definition names no breakdown.", "Choose a property to break down by.")
    return _values(found, asked.property, asked.touch, asked.step)


def _values(found: Paths, name: str, touch: str, step: int = 1) -> pl.Series:
    frame, held = found.log.frame, found.log.property(name)
    if touch == "step":
        places = pl.Series(found.rows[:, step - 1])
        known = frame.select(value=held)["value"].gather(places.replace(-1, None).cast(pl.UInt32))
        return known.alias("value")
    chosen = frame.lazy().with_row_index("place").filter(found.of_entered).select("place", "actor", value=held)
    events = chosen.drop_nulls("value").collect()
    # An event of a step says it best; what an actor did besides stands in where no step does.
    of_steps = events.filter(pl.Series(found.fits)[events["place"]] if len(found.fits) == frame.height else True)
    entries = pl.DataFrame({
        "actor": pl.Series(found.actors, dtype=pl.UInt32),
        "last": pl.Series(found.rows.max(axis=1, initial=-1), dtype=pl.Int64),
    })  # fmt: skip
    answers = []
    for source in (of_steps, events):
        if touch == "first":
            firsts = source.group_by("actor").agg(pl.col("value").first())
            answers.append(entries.join(firsts, on="actor", how="left", maintain_order="left")["value"])
        else:
            placed = source.select("actor", "value", place=pl.col("place").cast(pl.Int64)).sort("place")
            asked = entries.with_row_index("entry").sort("last")
            latest = asked.join_asof(placed, left_on="last", right_on="place", by="actor", check_sortedness=False)
            answers.append(latest.sort("entry")["value"])
    return answers[0].fill_null(answers[1]).alias("value")


def people_of(found: Paths, which: Which = "all", step: int = 1) -> dy.DataFrame[People]:
    """Return who is behind a bar: latest entries first, or slowest first."""
    count = len(found.definition.steps)
    if not 1 <= step <= count:
        raise BadDefinition(f"There is no step {step}; there are steps 1 to {count}.", "Choose one of them.")
    reached = found.rows >= 0
    last = np.where(reached, np.arange(1, count + 1), 0).max(axis=1, initial=0)
    chosen = {
        "all": np.ones(len(last), dtype=np.bool_),
        "reached": reached[:, step - 1],
        "dropped": last == step,
        "converted": found.converted,
        "slowest": found.converted,
    }[which]
    rows, times = np.flatnonzero(chosen), found.times
    target = found.definition.target - 1
    end = np.full(len(rows), target) if which in {"converted", "slowest"} else last[rows] - 1
    frame = pl.DataFrame({
        "key": found.keys.gather(rows),
        "actor": pl.Series(found.actors[rows], dtype=pl.UInt32),
        "depth": last[rows],
        "converted": found.converted[rows],
        "entered_at": times[rows, 0],
        "last_at": times[rows, end],
    }, schema_overrides={"entered_at": pl.Int64, "last_at": pl.Int64})  # fmt: skip
    named = frame.join(found.log.actors, on="actor", how="left", maintain_order="left").with_columns(
        pl.col("entered_at", "last_at").cast(MOMENT),
        seconds=(pl.col("last_at") - pl.col("entered_at")) / MICRO,
        **{name: pl.lit(None, pl.String) for name in ("user_id", "tier") if name not in found.log.actors.columns},
    )
    by = ["seconds", "key"] if which == "slowest" else ["entered_at", "key"]
    return People.validate(named.sort(by, descending=[True, False]).select(People.column_names()), cast=True)


def correlation_of(
    found: Paths, *, properties: tuple[str, ...] = ("device", "utm_source", "utm_medium", "country", "tier")
) -> dy.DataFrame[Correlations]:
    """Return which events between entering and the end of the attempt, and which properties, go with converting.

    The attempt of somebody who converted ends there, of everybody else with the window. Events of the funnel's own
    steps are not told, nor what fewer than ten did or fewer than ten did not do, nor anything of fewer than 20 entries.
    """
    entries = len(found.rows)
    converted = found.converted
    if entries < FEWEST or found.definition.count_by not in {"user", "attempt", "session"}:
        return Correlations.create_empty()
    rows: list[dict[str, Any]] = []
    for name, having in _events_within(found).items():
        rows.append(_association("event", name, None, having, converted))
    for name in properties:
        if name not in found.log.properties:
            continue
        values = _values(found, name, "first")
        rows += [
            _association("property", name, value, _equal(values, value), converted)
            for value in values.drop_nulls().unique().sort()
        ]
    told = [row for row in rows if _enough(row)]
    corrected = statistics.holm([row["probability"] for row in told])
    frame = pl.DataFrame(
        [{**row, "probability": one} for row, one in zip(told, corrected, strict=True)],
        schema=Correlations.create_empty().schema,
    ).sort([pl.col("odds_ratio").log().abs(), "name", "value"], descending=[True, False, False])
    return Correlations.validate(frame, cast=True)


def _events_within(found: Paths) -> dict[str, Any]:
    """Return, by the name of an event, which entries had it within their attempt."""
    definition = found.definition
    log, begin = found.log, found.times[:, 0]
    end = begin + round(definition.window_seconds * MICRO)
    end = np.where(found.converted, found.times[:, definition.target - 1], end)
    # The rows of an attempt lie together; whether one of a name is among them, the rows of that name tell.
    slots = np.searchsorted(log.offsets, found.rows[:, 0], side="right") - 1
    low, high = passes.between(log.offsets, physical(log.frame["happened_at"]), slots, begin, end)
    codes = physical(log.frame["name"])
    by_name = np.argsort(codes, kind="stable")
    edges = np.searchsorted(codes[by_name], np.arange(len(log.names) + 1))
    own = {name for step in definition.steps for name in step.condition.names}
    having: dict[str, Any] = {}
    for code, name in enumerate(log.names):
        rows = by_name[edges[code] : edges[code + 1]]
        if name not in own and len(rows):
            having[name] = np.searchsorted(rows, low) < np.searchsorted(rows, high)
    return having


def _association(kind: str, name: str, value: str | None, having: Any, converted: Any) -> dict[str, Any]:
    table = statistics.Table(
        int((having & converted).sum()), int((having & ~converted).sum()),
        int((~having & converted).sum()), int((~having & ~converted).sum()),
    )  # fmt: skip
    ratio, low, high = statistics.odds_ratio(table)
    return {
        "kind": kind, "name": name, "value": value,
        "converted_with": table.did, "dropped_with": table.did_not,
        "converted_without": table.others_did, "dropped_without": table.others_did_not,
        "odds_ratio": ratio, "low": low, "high": high, "probability": statistics.two_proportions(table),
    }  # fmt: skip


def _enough(row: dict[str, Any]) -> bool:
    with_it = row["converted_with"] + row["dropped_with"]
    without = row["converted_without"] + row["dropped_without"]
    return min(with_it, without) >= FEWEST_WITH and row["probability"] is not None


def notes_of(found: Paths) -> tuple[str, ...]:
    """Return what was left out, and what of the definition no event knows, in sentences."""
    log, definition = found.log, found.definition
    known = set(log.frame["name"].unique().cast(pl.String))
    asked = [step.condition for step in definition.steps] + [one.condition for one in definition.exclusions]
    strange = dict.fromkeys(name for one in asked for name in one.names if name not in known)
    notes = [*log.notes, *(f"No event is called {name!r}." for name in strange)]
    if found.excluded:
        notes.append(f"{found.excluded:,} left the funnel because their deepest attempt was excluded.")
    for condition in asked:
        for name, _ in condition.where:
            held = log.frame.filter(pl.col("name").cast(pl.String).is_in(condition.names)).select(log.property(name))
            if held.height and held.to_series().null_count() == held.height:
                notes.append(f"No event of step {condition.label!r} has the property {name!r}.")
    return tuple(dict.fromkeys(notes))
