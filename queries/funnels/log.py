"""What a funnel is asked of: events sorted by actor and time, from the mirror's stream or from a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import duckdb
import numpy as np
import polars as pl

from queries import passes
from queries.events import COLUMNS, stream, whom
from queries.events.sessions import session_numbers
from queries.funnels.definition import BadDefinition
from queries.kept import PerGeneration
from queries.periods import physical

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    import numpy.typing as npt

    from queries.events import Segment, Stream
    from replica import Mirror

NUMBERS: Final = ("depth", "seconds", "load_ms")
"""The numeric columns of the stream, in the order in which an unnamed minimum tries them."""
SESSIONS: Final = ("session_id", "session")
OF_FILE: Final = "props."
MOMENT: Final = pl.Datetime("us", "UTC")
LAST_SECOND: Final = 253_402_300_800
_RESERVED: Final = ("actor", "timestamp", "event")


@dataclass(frozen=True, eq=False)
class Log:
    """Events sorted by actor and time, with the columns actor, session, happened_at, name (Enum), and properties.

    `actors` has actor (its number, from 1 without a gap) and actor_key, and whatever else is known of it. A property
    is the column of its name after `prefix`. `details` says that properties which are no column are looked up in the
    JSON of `properties`. `notes` are sentences on what was left out.
    """

    frame: pl.DataFrame
    actors: pl.DataFrame
    properties: tuple[str, ...] = ()
    prefix: str = ""
    details: bool = False
    as_of: datetime | None = None
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names that events can have, in the order of their codes."""
        kind = self.frame.schema["name"]
        return tuple(kind.categories) if isinstance(kind, pl.Enum) else ()

    @cached_property
    def offsets(self) -> npt.NDArray[np.int64]:
        """Return where the events of each actor begin, and their number at the end."""
        found: npt.NDArray[np.int64] = passes.boundaries(physical(self.frame["actor"]))
        return found

    def wanted(self, name: str | None) -> npt.NDArray[np.bool_]:
        """Return of the code of each name whether it is this one; every one is without a name."""
        return np.array([name in {None, one} for one in self.names] or [False], dtype=np.bool_)

    def property(self, name: str) -> pl.Expr:
        """Return a property of the events as text.

        Raises:
            BadDefinition: These events can have no such property.
        """
        if name in self.properties:
            return pl.col(self.prefix + name).cast(pl.String)
        if self.details and re.fullmatch(r"[\w $./:-]+", name):
            return pl.col("properties").str.json_path_match(f"$['{name}']")
        known = ", ".join(self.properties) or "none"
        raise BadDefinition(f"The events have no property {name!r}.", f"Known are {known}.")

    def number(self, name: str | None) -> pl.Expr:
        """Return a property as a number; without a name the first one of each event that is a number."""
        if name is not None:
            return self.property(name).cast(pl.Float64, strict=False)
        known = [one for one in NUMBERS if one in self.properties] if self.details else list(self.properties)
        if not known:
            return pl.lit(None, pl.Float64)
        return pl.coalesce(pl.col(self.prefix + one).cast(pl.Float64, strict=False) for one in known)


_logs: PerGeneration[Log] = PerGeneration()


def of_mirror(mirror: Mirror, segment: Segment = "all") -> Log:
    """Return the events of the mirror's stream, kept while it stays; staff and bots as its settings say."""
    # Asked each time, so that the trace of every question names what it was computed from.
    found = stream(mirror)
    key = (*whom(mirror), segment)
    return _logs.of(mirror, key, lambda: _of_stream(found, mirror.freshness().snapshot_at, segment))


def _of_stream(found: Stream, as_of: datetime, segment: Segment) -> Log:
    names = pl.Enum(sorted(found.names))
    return Log(
        found.of(segment).frame.with_columns(pl.col("name").cast(pl.String).cast(names)),
        found.actors.select("actor", "actor_key", "user_id", "tier"),
        COLUMNS,
        details=True,
        as_of=as_of,
        notes=(found.left_out.sentence,),
    )


def of_file(path: Path, identity_map: Mapping[str, str] | None = None) -> Log:
    """Return the events of a CSV or Parquet file with the columns actor, timestamp and event.

    A timestamp is written in ISO form (UTC where it names no zone) or as seconds since 1970. Other columns are
    properties; `session_id` or `session`, where there is one, tells sessions apart, else they are computed.

    Raises:
        BadDefinition: The file cannot be read as events.
    """
    try:
        given = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as unread:
        raise BadDefinition(f"The events in {path.name} cannot be read: {unread}.", "Give CSV or Parquet.") from unread
    lacking = [name for name in _RESERVED if name not in given.columns]
    if lacking:
        raise BadDefinition(
            f"{path.name} has no column {', '.join(lacking)}.", f"It needs the columns {', '.join(_RESERVED)}."
        )
    return of_frame(given, identity_map)


def of_frame(given: pl.DataFrame, identity_map: Mapping[str, str] | None = None) -> Log:
    """Return the events of a frame with the columns actor, timestamp and event; other columns are properties."""
    properties = tuple(name for name in given.columns if name not in _RESERVED)
    events = given.select(
        pl.col("actor").cast(pl.String).replace(dict(identity_map or {})).alias("actor_key"),
        _moments(given["timestamp"]).alias("happened_at"),
        pl.col("event").cast(pl.String).alias("name"),
        *(pl.col(name).alias(OF_FILE + name) for name in properties),
    )
    unread, nameless = pl.col("happened_at").is_null(), _empty("name")
    nobody = ~unread & ~nameless & _empty("actor_key")
    told = {
        "without a time that can be read": events.filter(unread).height,
        "without a name": events.filter(~unread & nameless).height,
        "without an actor": events.filter(nobody).height,
    }
    kept = events.filter(~unread & ~nameless & ~nobody).sort("actor_key", "happened_at", maintain_order=True)
    kept = kept.with_columns(
        actor=(pl.col("actor_key").rle_id() + 1).cast(pl.UInt32),
        name=pl.col("name").cast(pl.Enum(kept["name"].unique().sort())),
    )
    recorded = next((name for name in SESSIONS if name in properties), None)
    session = (
        pl.Series(session_numbers(kept["actor"], kept["happened_at"]))
        if recorded is None
        else kept[OF_FILE + recorded].rank("dense")
    )
    newest = kept.select(pl.col("happened_at").max()).item()
    return Log(
        kept.drop("actor_key").with_columns(session=session),
        kept.select("actor", "actor_key").unique("actor", maintain_order=True),
        properties,
        prefix=OF_FILE,
        as_of=newest,
        notes=tuple(f"{count:,} events {words} were left out." for words, count in told.items() if count),
    )


def _empty(name: str) -> pl.Expr:
    return pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "")


def _moments(given: pl.Series) -> pl.Series:
    """Read moments: zoned or in UTC, ISO text, or seconds since 1970; what cannot be read is null."""
    kind = given.dtype
    if kind.is_numeric():
        return _epoch(given.cast(pl.Float64))
    if kind.is_temporal():
        zoned = given.cast(pl.Datetime("us")) if kind == pl.Date else given
        zoned = zoned if getattr(zoned.dtype, "time_zone", None) else zoned.dt.replace_time_zone("UTC")
        return zoned.dt.convert_time_zone("UTC").cast(MOMENT)
    text = given.cast(pl.String).str.strip_chars()
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.register("given", pl.DataFrame({"written": text}).to_arrow())
        read = connection.execute("select try_cast(written as timestamptz) as moment from given").pl()["moment"]
    return read.cast(MOMENT).fill_null(_epoch(text.cast(pl.Float64, strict=False)))


def _epoch(seconds: pl.Series) -> pl.Series:
    """Read seconds since 1970; what lies beyond the year 9999 is null."""
    sane = pl.when(seconds.is_finite() & (seconds.abs() < LAST_SECOND)).then(seconds)
    return pl.select((sane * 1_000_000).round().cast(pl.Int64).cast(MOMENT)).to_series()
