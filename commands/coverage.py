"""Content coverage: what every car has, what is missing, who wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import polars as pl
import typer

from commands.common import Request, command, say
from queries import content
from queries.content import cities as events_by_city
from queries.content import demand as wanted
from queries.content import worklist
from queries.content.rules import current
from store import Store

if TYPE_CHECKING:
    from replica import Mirror
    from store import Mark

app = typer.Typer(help="Content: what every car has of each kind, what is missing, and who wants it.")
COLUMNS: Final = ("slug", "name", "brand", "coverage", "demand", "priority", "people", "missing_kinds")
KINDS: Final = ("kind", "applies", "have", "target", "score", "weight", "missing", "checked_at")
CITIES: Final = ("city", "state", "population", "upcoming", "next_date", "event_types", "per_100k")
WindowOption = Annotated[int, typer.Option("--window-days", help="Days of interest that count.")]


@command(app, whole=True)
def listed(
    request: Request,
    *,
    brand: Annotated[str | None, typer.Option("--brand", help="Cars of this make.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Cars that have nothing of this kind.")] = None,
    top: Annotated[int | None, typer.Option("--top", min=1, help="So many rows at most.")] = None,
    window_days: WindowOption = 30,
) -> None:
    """List cars, the most wanted and least covered first."""
    if kind is not None and kind not in current().by_key:
        raise ValueError(f"There is no kind {kind!r}: choose one of {', '.join(current().by_key)}.")
    with request.mirror() as mirror:
        _say_unknown(mirror)
        found: pl.DataFrame = worklist.priorities(*judged(mirror, window_days))
        if brand is not None:
            found = found.filter(pl.col("brand").str.to_lowercase() == brand.strip().lower())
            if found.is_empty():
                raise ValueError(f"There is no car of the make {brand!r}: see the make column of the whole list.")
        if kind is not None:
            found = found.filter(pl.col("missing_kinds").list.contains(pl.lit(kind)))
    rows = (
        found.head(top or found.height)
        .select(COLUMNS)
        .with_columns(
            pl.col("coverage", "demand", "priority").round(4), missing_kinds=pl.col("missing_kinds").list.join(";")
        )
    )
    request.write(rows.iter_rows(named=True), COLUMNS)


@command(app)
def car(
    request: Request,
    slug: Annotated[str, typer.Argument(help="Slug, alias or name of a car.")],
    *,
    window_days: WindowOption = 30,
) -> None:
    """Show one car, kind by kind."""
    with request.mirror() as mirror:
        known = content.find(mirror, slug)
        cars, scored, wants = judged(mirror, window_days)
        checked = worklist.checked(scored, worklist.signs(mirror))
    one = worklist.priorities(cars, scored, wants).row(by_predicate=pl.col("slug") == known, named=True)
    kinds = [_kind(row) for row in checked.filter(pl.col("slug") == known).iter_rows(named=True)]
    if request.form == "json":
        answer = {"slug": known, "coverage": _rounded(one["coverage"]), "demand": _rounded(one["demand"])}
        request.write_json({**answer, "kinds": kinds})
    else:
        request.write(kinds, KINDS)


@command(app)
def cities(request: Request) -> None:
    """List cities with the events that are approved and not over."""
    with request.mirror() as mirror:
        found = events_by_city.cities(mirror)
    rows = found.select(CITIES).with_columns(pl.col("per_100k").round(4))
    request.write(rows.iter_rows(named=True), CITIES)


def judged(mirror: Mirror, window_days: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the cars, how they score and how much they are wanted."""
    since, until = wanted.window(mirror, days=window_days)
    return (
        content.cars(mirror),
        content.scores(mirror, marks=marks(mirror)),
        wanted.demand(mirror, since=since, until=until),
    )


def marks(mirror: Mirror) -> tuple[Mark, ...]:
    """Return what people marked, where anything was ever kept."""
    if not (mirror.settings.home / "store.sqlite").exists():
        return ()
    kept = Store(mirror.settings.home)
    try:
        return kept.marks()
    finally:
        kept.close()


def _say_unknown(mirror: Mirror) -> None:
    for key, why in content.lacking(mirror).items():
        say(f"{current().by_key[key].title} cannot be known: {why}. Its weight is left out.")


def _kind(row: dict[str, Any]) -> dict[str, Any]:
    return {**{name: row[name] for name in KINDS}, "score": _rounded(row["score"])}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
