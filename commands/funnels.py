"""The funnel: how many come from step to step, of the mirror's events or of a file's."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  typer reads it at run time
from typing import Annotated, Any, Final

import polars as pl
import typer

from commands.common import Format, Request, command, say
from queries import funnels
from queries.funnels import Definition, Paths, asof

app = typer.Typer()
COLUMNS: Final = ("step", "name", "count", "from_start", "from_previous", "median_seconds", "mean_seconds")
PERIODS: Final = {"hour": "%Y-%m-%dT%H:%M", "day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m"}


@command(app)
def funnel(
    request: Request,
    *,
    definition: Annotated[Path, typer.Option("--definition", help="JSON file that says what is asked.")],
    events: Annotated[
        Path | None, typer.Option("--events", help="CSV or Parquet with actor, timestamp, event; else the mirror.")
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Answer in SQL alone; plain funnels in order only.")] = False,
) -> None:
    """Count who comes from step to step, how fast, by period and by segment."""
    asked = _definition(definition)
    follow = asof.follow if sql else funnels.follow
    if events is not None:
        found = follow(funnels.of_file(events, dict(asked.identity_map)), asked)
    else:
        with request.mirror() as mirror:
            found = follow(funnels.of_mirror(mirror), asked)
    for sentence in funnels.notes_of(found):
        say(sentence)
    rows = funnels.steps_of(found).select(COLUMNS).rows(named=True)
    if request.form == Format.json:
        request.write_json(_answer(found, rows))
    else:
        request.write(rows, COLUMNS)


def _definition(path: Path) -> Definition:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as unread:
        raise funnels.BadDefinition(
            f"The definition {path} cannot be read: {unread}.", "Name a JSON file that holds one."
        ) from unread
    return funnels.read(text)


def _answer(found: Paths, rows: list[dict[str, Any]]) -> dict[str, Any]:
    asked = found.definition
    seconds = pl.Series(funnels.total_seconds(found))
    answer = {
        "entered": rows[0]["count"],
        "steps": [{key: value for key, value in row.items() if key != "step"} for row in rows],
        "total_median_seconds": seconds.median(),
        "total_mean_seconds": seconds.mean(),
        "trend": [],
        "breakdown": [],
    }
    if asked.trend_unit is not None:
        form = PERIODS[asked.trend_unit]
        answer["trend"] = [
            {"period": f"{row['period']:{form}}", **{key: row[key] for key in ("entered", "converted", "complete")}}
            for row in funnels.trend_of(found).iter_rows(named=True)
        ]
    if asked.breakdown is not None:
        keys = ("name", "count", "from_start", "from_previous", "median_seconds", "mean_seconds")
        segments = funnels.breakdown_of(found, most=None)
        answer["breakdown"] = [
            {"value": value, "steps": [{key: row[key] for key in keys} for row in group.iter_rows(named=True)]}
            for (value,), group in segments.group_by("value", maintain_order=True)
        ]
    return answer
