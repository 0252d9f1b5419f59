"""The 83 further tables of the demo: what the running application has and the dictionary does not describe.

They are declared in `undocumented.txt`; their rows only have to be of the right type and to refer to what exists, so
that reading an unknown schema can be tried on every kind of column.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from demo.ddl import ColumnShape, Reference, Shape

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from demo.world import World

TYPES: Final = (
    "create type price_source as enum ('auction', 'dealer', 'private')",
    "create type vital_metric as enum ('LCP', 'INP', 'CLS', 'TTFB', 'FCP')",
    "create type device_platform as enum ('ios', 'android', 'macos', 'windows', 'linux')",
    "create domain star_rating as smallint check (value between 1 and 5)",
    "create domain email_address as text check (value like '%@%')",
)
"""The types of their own that these tables use."""

REPLACED_PARENT: Final = ("car_price_history", "car_id", "cars_v1_legacy")
"""The foreign key that followed its table when the catalogue was swapped; a clean database points it to `cars`."""

OLD_ROWS: Final = ("revenue_transactions", "amount_cents", 500)
"""The column with rows at or under this amount, older than the constraint against them; none in a clean database."""

_TABLE: Final = re.compile(r"(?P<name>\w+) (?P<rows>\d+): (?P<comment>.+)")
_COLUMN: Final = re.compile(
    r"(?P<name>\w+) (?P<type>[a-z_0-9 ]+?(?:\([0-9,]+\))?(?:\[\])?)(?P<key> pk)?(?P<must> !)?"
    r"(?: > (?P<table>\w+)\.(?P<target>\w+))?(?: \{(?P<values>[^}]*)\})?(?: ~(?P<nulls>[0-9.]+))?"
)
_DAYS: Final = 300
_WORDS: Final = ("alpha", "boost", "clutch", "drift", "exhaust", "flywheel", "gearbox", "hairpin", "intake", "knock")


@dataclass(frozen=True, slots=True)
class _Column:
    """How the values of a column are drawn."""

    name: str
    type: str
    key: bool
    reference: Reference | None
    values: tuple[str, ...]
    low: float
    high: float
    nulls: float


@dataclass(frozen=True, slots=True)
class _Table:
    rows: int
    columns: tuple[_Column, ...]
    shape: Shape


@cache
def _declared() -> dict[str, _Table]:
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n\s*\n", "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip())
    return {table.shape.name: table for table in map(_read_table, blocks)}


def _read_table(block: str) -> _Table:
    first, *rest = (line.strip() for line in block.splitlines())
    head = _TABLE.fullmatch(first)
    if head is None:
        raise ValueError(f"undocumented.txt: {first!r} does not begin a table.")
    checks = tuple(line.removeprefix("check ") for line in rest if line.startswith("check "))
    lines = [line for line in rest if not line.startswith("check ")]
    found = [_COLUMN.fullmatch(line) for line in lines]
    columns, shapes = [], []
    for line, match in zip(lines, found, strict=True):
        if match is None:
            raise ValueError(f"undocumented.txt: {line!r} does not declare a column.")
        column = _read_column(match)
        columns.append(column)
        # the sequence of a serial column is made by its type; everything else of it is a plain column
        shapes.append(ColumnShape(column.name, column.type, not_null=bool(match["key"] or match["must"])))
    shape = Shape(
        name=head["name"],
        columns=tuple(shapes),
        primary_key=tuple(column.name for column in columns if column.key),
        references=tuple(column.reference for column in columns if column.reference),
        checks=checks,
        comment=head["comment"],
    )
    return _Table(int(head["rows"]), tuple(columns), shape)


def _read_column(match: re.Match[str]) -> _Column:
    values: tuple[str, ...] = ()
    low, high = 0.0, 1000.0
    if match["values"] and ".." in match["values"]:
        low, high = (float(end) for end in match["values"].split(".."))
    elif match["values"]:
        values = tuple(match["values"].split("|"))
    reference = Reference(match["name"], match["table"], match["target"]) if match["table"] else None
    return _Column(
        match["name"], match["type"], bool(match["key"]), reference, values, low, high, float(match["nulls"] or 0)
    )


def tables(world: World) -> tuple[dict[str, Shape], dict[str, pl.DataFrame]]:
    """Return the shapes and the rows of the 83 tables; rows that a seed has already made are kept."""
    shapes = {name: table.shape for name, table in _declared().items()}
    frames: dict[str, pl.DataFrame] = {}
    for name, table in _declared().items():
        if name == "cars_v1_legacy" and "cars" in world.tables:
            frames[name] = world.tables["cars"].select(
                "id", "slug", "name", "brand", *(part for part in ("hp", "price_avg") if part in world.tables["cars"])
            )
        else:
            frames[name] = world.tables.get(name, _rows(world, name, table, world.tables | frames))
    if world.plan.clean:
        table_name, column, least = OLD_ROWS
        amount = pl.col(column).cast(pl.Int64)
        above = pl.when(amount <= least).then(amount + least).otherwise(amount).cast(pl.String)
        frames[table_name] = frames[table_name].with_columns(above.alias(column))
        table_name, column, _ = REPLACED_PARENT
        shape = shapes[table_name]
        shapes[table_name] = replace(
            shape,
            references=tuple(
                Reference(column, "cars", "id") if reference.column == column else reference
                for reference in shape.references
            ),
        )
    return shapes, frames


def _rows(world: World, name: str, table: _Table, others: dict[str, pl.DataFrame]) -> pl.DataFrame:
    rng = world.random(f"undocumented {name}")
    columns = {}
    count = table.rows
    for column in table.columns:
        parents = _parents(column, others)
        if column.reference is not None and column.key and parents is not None:
            count = min(count, len(parents))
    for column in table.columns:
        parents = _parents(column, others)
        if column.reference is not None and parents is not None and len(parents):
            order = rng.permutation(len(parents))[:count] if column.key else rng.integers(0, len(parents), count)
            values: list[Any] = parents.gather(order).to_list()
        elif column.reference is not None:
            values = [None] * count
        elif column.key:
            values = _keys(world, name, column, count)
        else:
            values = _draw(column, world.now, rng, count)
        if column.nulls:
            absent = rng.random(count) < column.nulls
            values = [None if gone else value for gone, value in zip(absent, values, strict=True)]
        columns[column.name] = pl.Series(values, dtype=pl.String, strict=False)
    return pl.DataFrame(columns)


def _parents(column: _Column, others: dict[str, pl.DataFrame]) -> pl.Series | None:
    if column.reference is None or column.reference.table not in others:
        return None
    frame = others[column.reference.table]
    if column.reference.target not in frame.columns:
        return None
    return frame[column.reference.target].cast(pl.String).drop_nulls().unique(maintain_order=True)


def _keys(world: World, table: str, column: _Column, count: int) -> list[str]:
    base = column.type.split("(")[0]
    if base == "uuid":
        return world.ids(table, count).to_list()
    if base in {"bigserial", "bigint", "integer", "smallint"}:
        return [str(number) for number in range(1, count + 1)]
    if base == "date":
        return [(world.now.date() - timedelta(days=count - number)).isoformat() for number in range(count)]
    if base == "char":
        letters = np.array(list("ABCDEFGHJKLMNPRSTUVWXYZ0123456789"))
        length = int(column.type[5:-1])
        return ["".join(row) for row in world.random(f"{table} {column.name}").choice(letters, (count, length))]
    return [f"{_WORDS[number % len(_WORDS)]}_{number // len(_WORDS) + 1}" for number in range(count)]


def _draw(column: _Column, now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    """Return values as Postgres reads them, by type and the bounds of the declaration."""
    if count == 0:
        return []
    if column.values:
        return [column.values[place] for place in rng.integers(0, len(column.values), count)]
    if column.type.endswith("[]"):
        kind = column.type.removesuffix("[]")
        each = replace(column, type=kind, high=min(column.high, 100.0))
        draw = _word if kind == "text" else _BY_TYPE[kind]  # a word alone needs no quotes within a list
        return ["{" + ",".join(draw(each, now, rng, int(length))) + "}" for length in rng.integers(0, 4, count)]
    return _BY_TYPE[column.type.split("(")[0]](column, now, rng, count)


def _whole(column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [str(number) for number in rng.integers(int(column.low), int(column.high) + 1, count)]


def _decimal(column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [f"{number:.2f}" for number in rng.uniform(column.low, column.high, count)]


def _text(_column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [f"{_WORDS[first]} {_WORDS[second]}" for first, second in rng.integers(0, len(_WORDS), (count, 2))]


def _word(_column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [_WORDS[place] for place in rng.integers(0, len(_WORDS), count)]


def _flag(_column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return ["true" if chance < 0.6 else "false" for chance in rng.random(count)]


def _moments(_column: _Column, now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    seconds = np.sort(rng.integers(0, _DAYS * 86_400, count))[::-1]
    return [(now - timedelta(seconds=int(second) + 60)).isoformat() for second in seconds]


def _plain_moments(column: _Column, now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return _moments(column, now.replace(tzinfo=None), rng, count)


def _days(column: _Column, now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [moment[:10] for moment in _moments(column, now, rng, count)]


def _clock(_column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [f"{minute // 60:02d}:{minute % 60:02d}" for minute in rng.integers(0, 1440, count)]


def _json(_column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [
        json.dumps({"source": _WORDS[place], "count": int(number), "nested": {"ok": bool(number % 2)}})
        for place, number in zip(rng.integers(0, len(_WORDS), count), rng.integers(0, 90, count), strict=True)
    ]


def _span(_column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [f"{second} seconds" for second in rng.integers(1, 5000, count)]


def _address(_column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [f"192.0.2.{last}" for last in rng.integers(1, 255, count)]  # the block kept for documentation


def _network_card(_column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [":".join(["02", *(f"{part:02x}" for part in row)]) for row in rng.integers(0, 256, (count, 5))]


def _whole_range(column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    starts = rng.integers(int(column.low), int(column.high), count)
    return [f"[{start},{start + width})" for start, width in zip(starts, rng.integers(1, 900, count), strict=True)]


def _day_range(column: _Column, now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [f"[{day},)" for day in _days(column, now, rng, count)]


def _moment_range(column: _Column, now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [f"[{moment},)" for moment in _moments(column, now, rng, count)]


def _bits(_column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [f"{number:08b}" for number in rng.integers(0, 256, count)]


def _point(_column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return [f"({east:.4f},{north:.4f})" for east, north in rng.uniform((-122, 28), (-72, 47), (count, 2))]


def _vector(_column: _Column, _now: datetime, rng: np.random.Generator, count: int) -> list[str]:
    return ["[" + ",".join(f"{part:.4f}" for part in row) + "]" for row in rng.normal(size=(count, 8))]


_BY_TYPE: Final[dict[str, Callable[[_Column, datetime, np.random.Generator, int], list[str]]]] = {
    **dict.fromkeys(("smallint", "integer", "bigint", "bigserial"), _whole),
    **dict.fromkeys(("numeric", "real", "double precision", "money"), _decimal),
    **dict.fromkeys(("text", "varchar", "tsvector"), _text),
    **dict.fromkeys(("json", "jsonb"), _json),
    "boolean": _flag,
    "timestamptz": _moments,
    "timestamp": _plain_moments,
    "date": _days,
    "time": _clock,
    "interval": _span,
    "inet": _address,
    "macaddr": _network_card,
    "int4range": _whole_range,
    "daterange": _day_range,
    "tstzrange": _moment_range,
    "bit": _bits,
    "point": _point,
    "vector": _vector,
}
