"""Retention, trends and paths, of the mirror's events or of a file's."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl
import typer

from commands.common import Format, Request, command, say
from queries import retention
from queries.funnels.log import Log, of_file, of_mirror
from queries.paths import Paths, edges_of
from queries.retention import Mode, Retention
from queries.span import Grain  # noqa: TC001  typer reads it at run time
from queries.trends import Count, Formula, Trend, series_of

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer()
EventsOption = Annotated[
    Path | None, typer.Option("--events", help="CSV or Parquet with actor, timestamp, event; else the mirror.")
]
ZoneOption = Annotated[str, typer.Option("--timezone", help="Zone whose days, weeks and months are meant.")]
PATHS: Final = ("step", "source", "target", "sessions")
TRENDS: Final = ("period", "series", "value", "complete")
RETAINED: Final = ("start", "size", "period", "retained", "share")


@contextmanager
def _log(request: Request, events: Path | None) -> Iterator[Log]:
    if events is not None:
        found = of_file(events)
        for sentence in found.notes:
            say(f"Note: {sentence}")
        yield found
        return
    with request.mirror() as mirror:
        found = of_mirror(mirror)
        for sentence in found.notes:
            say(f"Note: {sentence}")
        yield found


def zone(name: str) -> str:
    """Return the name of a zone that there is."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise ValueError(f"There is no time zone {name!r}: name one, such as Europe/Berlin.") from unknown
    return name


@command(app, "retention")
def retention_(  # noqa: PLR0913  one for each option
    request: Request,
    *,
    first: Annotated[str | None, typer.Option("--first", help="Event that begins; any without it.")] = None,
    back: Annotated[str | None, typer.Option("--return", help="Event that is coming back; any without it.")] = None,
    unit: Annotated[Grain, typer.Option("--unit", help="Length of a period.")] = "day",
    mode: Annotated[Mode, typer.Option("--mode", help="Back in a period, in it or later, or in a bracket.")] = "nday",
    rolling: Annotated[bool, typer.Option("--rolling", help="Periods from the first event on, not by date.")] = False,
    brackets: Annotated[str | None, typer.Option("--brackets", help="Periods, such as 0,1-3,4-7.")] = None,
    timezone: ZoneOption = "UTC",
    events: EventsOption = None,
) -> None:
    """Count who came back, by the period in which they began; unknown yet is empty."""
    given: dict[str, Any] = {} if brackets is None else {"brackets": _brackets(brackets)}
    asked = Retention(first, back, unit, mode, rolling, **given)
    with _log(request, events) as log:
        for name in {first, back} - {None, *log.frame["name"].unique().cast(pl.String)}:
            say(f"No event is called {name!r}.")
        rows = retention.cells_of(log, asked, timezone=zone(timezone)).rename({"cohort": "start"})
    if request.form != Format.json:
        request.write(rows.select(RETAINED).iter_rows(named=True), RETAINED)
        return
    cohorts = [
        {"start": start, "size": group["size"][0], "retained": group["retained"].to_list()}
        for (start,), group in rows.group_by("start", maintain_order=True)
    ]
    request.write_json({"unit": unit, "cohorts": cohorts})


def _brackets(text: str) -> tuple[tuple[int, int], ...]:
    try:
        edges = [[int(edge) for edge in part.split("-")] for part in text.split(",")]
    except ValueError as wrong:
        raise ValueError(f"{text!r} are no brackets: write periods such as 0,1-3,4-7.") from wrong
    return tuple((part[0], part[-1]) for part in edges)


@command(app)
def trends(  # noqa: PLR0913  one for each option
    request: Request,
    *,
    event: Annotated[list[str] | None, typer.Option("--event", help="An event; more than one are series.")] = None,
    count: Annotated[Count, typer.Option("--count", help="Events, different actors or sessions.")] = "totals",
    unit: Annotated[Grain, typer.Option("--unit", help="Length of a period.")] = "day",
    formula: Annotated[Formula | None, typer.Option("--formula", help="Of two events, A and B.")] = None,
    breakdown: Annotated[str | None, typer.Option("--breakdown", help="Property with a series per value.")] = None,
    average: Annotated[int, typer.Option("--average", help="Periods that each value is the mean of.")] = 1,
    timezone: ZoneOption = "UTC",
    events: EventsOption = None,
) -> None:
    """Count events, actors or sessions by period; every event without --event."""
    asked = Trend(tuple(event or ()), count, unit, formula, breakdown, average)
    with _log(request, events) as log:
        for name in set(asked.events) - set(log.frame["name"].unique().cast(pl.String)):
            say(f"No event is called {name!r}.")
        found = series_of(log, asked, timezone=zone(timezone))
    rows = [{**row, "value": _whole(row["value"])} for row in found.iter_rows(named=True)]
    request.write(rows, TRENDS)


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


@command(app)
def paths(
    request: Request,
    *,
    start: Annotated[str | None, typer.Option("--from", help="Station that paths begin with.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Station that paths end with.")] = None,
    by: Annotated[str, typer.Option("--by", help="What a station is: event, or a property.")] = "event",
    steps: Annotated[int, typer.Option("--steps", help="Most steps.")] = 5,
    most: Annotated[int, typer.Option("--most", help="Most stations beside one another.")] = 8,
    events: EventsOption = None,
) -> None:
    """Count the ways that sessions take from station to station; where a session ends there is no row."""
    asked = Paths(start, end, by, steps, most)
    with _log(request, events) as log:
        found = edges_of(log, asked).drop_nulls("target")
    request.write(found.iter_rows(named=True), PATHS)
