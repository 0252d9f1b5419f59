"""The event stream: everything that people did, table by table, as one list sorted by actor and time.

How to build a question upon it:

* `stream(mirror)` returns the `Stream` of the mirror's generation, kept until the next one; ask it anew each time.
* `Stream.of(segment=…)` leaves out staff and bots (unless the settings count them) and keeps one segment.
* `Stream.frame` is a Polars frame with the columns of `Events`; `Stream.actors` has one row per actor.
* `Stream.ask(HERE / "question.sql", Schema, …)` puts a question in SQL that reads the tables `stream` and `actors`.
  A question that takes its time range as parameters binds them and compares with `happened_at`, a moment in UTC.

Rules. *Names* are spelled one way (`names`). *Time* is the reader's own clock (`client_timestamp` among the details)
where there is one within a day of the server's, else the server's. *Actors*: a row that names a user is that user's;
else it is the user's that its session, else its browser, belongs to, before and after signing in, unless several
users were seen there; else the browser (`visitor …`), else the session (`session …`) stands for somebody unknown.
*Sessions* are computed (`sessions`), beside the recorded `session_id`. *Bots* are sessions and browsers with a page
view marked so; *staff* are users marked so. Rows without time or actor cannot be placed: they are counted, not kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import dataframely as dy
import numpy as np
import polars as pl

from queries import system
from queries.events.names import ALIASES, KNOWN
from queries.events.sessions import session_numbers
from queries.kept import PerGeneration
from replica.lineage import reads
from replica.mirror import Asked, note, statement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from replica import Mirror

HERE: Final = Path(__file__).parent
Segment = Literal["all", "signed_in", "anonymous"]
MEASURED_TABLES: Final = ("page_views", "click_events", "page_engagement", "user_events")
MOST_EVENTS: Final = 200_000_000
SECONDS: Final = 600
"""What sorting many millions of events may take."""
S = TypeVar("S", bound=dy.Schema)
"""Tells of each row of the stream whether it matters."""


class Rows(dy.Schema):
    """What the SQL answers: one row per event, also of those that cannot be placed."""

    actor_key = dy.String(nullable=True)
    user_id = dy.String(nullable=True)
    signed_in = dy.Bool()
    happened_at = dy.Datetime(time_zone="UTC", time_unit="us", nullable=True)
    name = dy.String()
    raw_name = dy.String()
    source = dy.String()
    source_id = dy.String(nullable=True)
    recorded_session = dy.String(nullable=True)
    page_url = dy.String(nullable=True)
    page = dy.String(nullable=True)
    route = dy.String(nullable=True)
    element = dy.String(nullable=True)
    element_type = dy.String(nullable=True)
    device = dy.String(nullable=True)
    referrer = dy.String(nullable=True)
    utm_source = dy.String(nullable=True)
    utm_medium = dy.String(nullable=True)
    utm_campaign = dy.String(nullable=True)
    country = dy.String(nullable=True)
    tier = dy.String(nullable=True)
    depth = dy.Int64(nullable=True)
    seconds = dy.Float64(nullable=True)
    load_ms = dy.Int64(nullable=True)
    properties = dy.String(nullable=True)
    is_bot = dy.Bool()
    is_staff = dy.Bool()


class Events(dy.Schema):
    """One row per event, sorted by actor, time, name."""

    actor = dy.UInt32(description="Number of the actor, from 1, good for this stream only.")
    session = dy.UInt32(description="Number of the computed session, from 1, good for this stream only.")
    happened_at = dy.Datetime(time_zone="UTC", time_unit="us", description="When it happened.")
    name = dy.Categorical(description="What happened, in the one spelling.")
    raw_name = dy.Categorical(description="What the row itself calls it.")
    source = dy.Categorical(description="Table of the row.")
    source_id = dy.String(nullable=True, description="Key of the row in its table.")
    recorded_session = dy.String(nullable=True, description="Session as the client counts it.")
    signed_in = dy.Bool(description="Whether the row itself names a user.")
    page_url = dy.String(nullable=True, description="Address as recorded.")
    page = dy.Categorical(nullable=True, description="Path of the address, without host, query and fragment.")
    route = dy.Categorical(nullable=True, description="Path with slugs and numbers of things replaced.")
    element = dy.Categorical(nullable=True, description="Element that was clicked.")
    element_type = dy.Categorical(nullable=True, description="Kind of that element.")
    device = dy.Categorical(nullable=True, description="mobile, desktop, tablet or unknown.")
    referrer = dy.String(nullable=True, description="Address the reader came from.")
    utm_source = dy.Categorical(nullable=True, description="Source named by the campaign link.")
    utm_medium = dy.Categorical(nullable=True, description="Medium named by the campaign link.")
    utm_campaign = dy.Categorical(nullable=True, description="Campaign named by the link.")
    country = dy.Categorical(nullable=True, description="Country the request came from.")
    tier = dy.Categorical(nullable=True, description="Plan the user is on now.")
    depth = dy.Int64(nullable=True, description="Farthest point read, in percent of the page (page_engagement).")
    seconds = dy.Float64(nullable=True, description="Time the page was open or in use.")
    load_ms = dy.Int64(nullable=True, description="Milliseconds until the page was ready.")
    properties = dy.String(nullable=True, description="Further details, as JSON.")


class Actors(dy.Schema):
    """One row per actor."""

    actor = dy.UInt32(primary_key=True, description="Number of the actor in the stream.")
    actor_key = dy.String(description="The user's id, else `visitor …` or `session …`.")
    user_id = dy.String(nullable=True, description="The user, null for somebody unknown.")
    tier = dy.String(nullable=True, description="Plan the user is on now.")
    is_staff = dy.Bool(description="Whether the user is one of our own people.")
    is_bot = dy.Bool(description="Whether all of the actor's events are a program's.")
    events = dy.UInt32(description="Events of the actor.")
    first_at = dy.Datetime(time_zone="UTC", time_unit="us", description="First event.")
    last_at = dy.Datetime(time_zone="UTC", time_unit="us", description="Last event.")


class Names(dy.Schema):
    """One row per spelling that the rows use."""

    raw_name = dy.String(primary_key=True, description="As the rows spell it.")
    source = dy.String(primary_key=True, description="Table of the rows.")
    name = dy.String(description="The one spelling.")
    mapped = dy.Bool(description="Whether the name is on our list.")
    events = dy.UInt32(description="Rows.")
    first_at = dy.Datetime(time_zone="UTC", time_unit="us", description="First event.")
    last_at = dy.Datetime(time_zone="UTC", time_unit="us", description="Last event.")


class Counted(dy.Schema):
    """One row."""

    events = dy.Int64(min=0, description="Events in the stream.")
    actors = dy.Int64(min=0, description="Actors who did them.")
    users = dy.Int64(min=0, description="Actors known as users.")
    sessions = dy.Int64(min=0, description="Computed sessions.")
    left_out = dy.String(description="What the stream holds back, in a sentence.")


class Disagreements(dy.Schema):
    """One row per recorded session that differs from the computed ones."""

    recorded_session = dy.String(primary_key=True, description="Session as the client counts it.")
    events = dy.UInt32(description="Its events.")
    actors = dy.UInt32(description="Actors among them.")
    sessions = dy.UInt32(description="Computed sessions that hold them.")
    recorded_together = dy.UInt32(
        description="Recorded sessions that share a computed session with it, itself counted."
    )
    first_at = dy.Datetime(time_zone="UTC", time_unit="us", description="First event.")
    last_at = dy.Datetime(time_zone="UTC", time_unit="us", description="Last event.")


CATEGORIES: Final = tuple(name for name, column in Events.columns().items() if isinstance(column, dy.Categorical))
COLUMNS: Final[tuple[str, ...]] = (
    "page", "route", "page_url", "element", "element_type", "device", "referrer", "utm_source", "utm_medium",
    "utm_campaign", "country", "tier", "depth", "seconds", "load_ms", "source", "raw_name", "recorded_session",
)  # fmt: skip
"""Columns that a condition or a breakdown may name; any other name is looked up in `properties`."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Events that the stream holds back, and why; of staff and bots also how many actors."""

    without_time: int = 0
    without_actor: int = 0
    staff: int = 0
    staff_events: int = 0
    bot_events: int = 0

    @property
    def sentence(self) -> str:
        """Say what was left out."""
        parts = [
            f"{self.staff_events:,} events of {self.staff:,} staff" if self.staff_events else "",
            f"{self.bot_events:,} events of bots" if self.bot_events else "",
            f"{self.without_time:,} events without a time" if self.without_time else "",
            f"{self.without_actor:,} events that name no user, browser or session" if self.without_actor else "",
        ]
        told = [part for part in parts if part]
        return f"Left out: {', '.join(told)}." if told else "Nothing was left out."


@dataclass(frozen=True)
class Stream:
    """The events of one generation of a mirror."""

    mirror: Mirror
    frame: pl.DataFrame
    actors: pl.DataFrame
    left_out: LeftOut
    asked: Asked

    def ask(
        self,
        path: Path,
        schema: type[S],
        /,
        *,
        facts: Path | None = None,
        given: Mapping[str, pl.DataFrame] | None = None,
        **parameters: Any,
    ) -> dy.DataFrame[S]:
        """Answer a question in SQL that reads the tables `stream` and `actors`; raises as `Mirror.ask` does.

        Args:
            path: The question. It names the columns it reads: a star would get those that are named elsewhere in it;
                `position` counts the rows in their order.
            schema: Names and types of the answer.
            facts: A statement whose rows the question reads as `facts`.
            given: Further frames that it reads as tables, by name.
            parameters: One for each `$name`.
        """
        words = _words(path, facts)
        tables = dict(given or {})
        if "stream" in words:
            frame = self.frame.lazy().with_row_index("position")
            named = [name for name in ("position", *Events.column_names()) if name in words]
            tables["stream"] = frame.select(named).collect()
        if "actors" in words:
            tables["actors"] = self.actors
        return self.mirror.ask(path, schema, facts=facts, given=tables, **parameters)

    def touching(self, start: datetime, until: datetime) -> pl.Series:
        """Tell row by row whether its actor has an event from `start` until just before `until`."""
        actors = self.frame["actor"]
        touched = np.zeros(int(actors.max() or 0) + 1, dtype=np.bool_)  # type: ignore[arg-type]
        touched[self.frame.filter(happened(start, until))["actor"]] = True
        return pl.Series(touched[actors])

    def of(self, segment: Segment = "all") -> Stream:
        """Return the stream of one segment: everyone, actors known as users, or actors who are not."""
        if segment == "all":
            return self
        kept = self.actors.filter(
            pl.col("user_id").is_not_null() if segment == "signed_in" else pl.col("user_id").is_null()
        )
        return replace(self, frame=self.frame.filter(pl.col("actor").is_in(kept["actor"].implode())), actors=kept)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names that occur, most frequent first."""
        return tuple(self.frame["name"].value_counts(sort=True)["name"].cast(pl.String))


def happened(start: datetime, until: datetime) -> pl.Expr:
    """Tell whether an event happened from `start` until just before `until`."""
    return pl.col("happened_at").is_between(start, until, closed="left")


@cache
def _words(path: Path, facts: Path | None) -> frozenset[str]:
    """Return the words of a question, and with them the tables and columns that it names."""
    return frozenset(re.findall(r"\w+", statement(path, facts)))


_streams: PerGeneration[Stream] = PerGeneration()
_names: Final[PerGeneration[dy.DataFrame[Names]]] = PerGeneration(most=16)
_disagreeing: Final[PerGeneration[dy.DataFrame[Disagreements]]] = PerGeneration(most=16)
_asked: Final[set[tuple[Path, bool, bool]]] = set()
_begun: Final[set[tuple[Path, bool, bool]]] = set()


def stream(mirror: Mirror) -> Stream:
    """Return everything that people did, staff and bots left out unless the settings count them.

    Raises:
        ReplicaError: The mirror cannot answer.
    """
    _asked.add(_key(mirror))
    # Kept for everybody, and so built from what everybody may see.
    kept = _streams.of(mirror, whom(mirror), lambda: _built(mirror.patient(SECONDS).seeing(frozenset())))
    note(kept.asked)
    return replace(kept, mirror=mirror)


def renew(mirror: Mirror) -> None:
    """Build the stream of a new generation before it is asked for, if it is the first or somebody asked for another."""
    key = _key(mirror)
    if key not in _begun or (key in _asked and not _streams.holds(mirror, whom(mirror))):
        stream(mirror)
        _begun.add(key)
        _asked.discard(key)


def whom(mirror: Mirror) -> tuple[bool, bool]:
    """Return whether staff and bots count: in one generation, what tells one stream from another."""
    return mirror.settings.count_staff, mirror.settings.count_bots


def _key(mirror: Mirror) -> tuple[Path, bool, bool]:
    return mirror.folder.resolve(), *whom(mirror)


def counted(mirror: Mirror) -> dy.DataFrame[Counted]:
    """How much does the stream hold, and what does it leave out?"""
    found = stream(mirror)
    row = {
        "events": found.frame.height,
        "actors": found.actors.height,
        "users": found.actors["user_id"].count(),
        "sessions": found.frame["session"].n_unique(),
        "left_out": found.left_out.sentence,
    }
    return Counted.validate(pl.DataFrame([row]), cast=True)


def left_out(mirror: Mirror) -> str:
    """What is in no figure of the stream, and why, in a sentence?"""
    return stream(mirror).left_out.sentence


def unmapped(mirror: Mirror) -> dy.DataFrame[Names]:
    """Which event names are on none of our lists, and how is each spelling read?"""
    return _names.of(mirror, whom(mirror), lambda: _unmapped(mirror))


def _unmapped(mirror: Mirror) -> dy.DataFrame[Names]:
    counted = (
        stream(mirror)
        # As numbers they are told apart at a fifth of the cost of their texts.
        .frame.group_by("raw_name", "source", "name")
        .agg(events=pl.len(), first_at=pl.col("happened_at").min(), last_at=pl.col("happened_at").max())
        .with_columns(pl.col("raw_name", "source", "name").cast(pl.String))
        .with_columns(mapped=pl.col("name").is_in(list(KNOWN)))
        .sort(["mapped", "events", "raw_name"], descending=[False, True, False])
    )
    return Names.validate(counted.select(Names.column_names()), cast=True)


def session_disagreements(mirror: Mirror) -> dy.DataFrame[Disagreements]:
    """Which recorded sessions hold several actors or computed sessions, or share a computed session with another?"""
    return _disagreeing.of(
        mirror,
        (*whom(mirror), mirror.sees),
        lambda: stream(mirror).ask(HERE / "session_disagreements.sql", Disagreements),
    )


def _built(mirror: Mirror) -> Stream:
    with mirror.trace() as trace:
        rows = mirror.ask(
            HERE / "stream.sql",
            Rows,
            optional=_optional(mirror),
            row_limit=MOST_EVENTS,
            alias_names=list(ALIASES),
            canonical_names=list(ALIASES.values()),
        )
    return _assembled(mirror, rows, trace.questions[-1])


def _optional(mirror: Mirror) -> frozenset[str]:
    """Return what the stream can do without: everything, while one of the measured tables says when things happened."""
    needed = reads((HERE / "stream.sql").read_text(encoding="utf-8"))
    unbound = system.columns(mirror).filter(pl.col("state") == "unbound").select("table_name", "column_name")
    lacking = {f"{table}.{column}" for table, column in unbound.iter_rows()}
    times = frozenset(f"{table}.created_at" for table in MEASURED_TABLES)
    return frozenset((*needed.columns, *needed.tables)) - (times if times <= lacking else frozenset())


def _assembled(mirror: Mirror, rows: pl.DataFrame, asked: Asked) -> Stream:
    settings = mirror.settings
    without_time = rows.filter(pl.col("happened_at").is_null()).height
    without_actor = rows.filter(pl.col("happened_at").is_not_null(), pl.col("actor_key").is_null()).height
    placed = rows.filter(pl.col("happened_at").is_not_null(), pl.col("actor_key").is_not_null())
    staff = pl.col("is_staff") & (not settings.count_staff)
    bots = pl.col("is_bot") & ~pl.col("is_staff") & (not settings.count_bots)
    left_out = LeftOut(
        without_time,
        without_actor,
        placed.filter(staff)["actor_key"].n_unique(),
        placed.filter(staff).height,
        placed.filter(bots).height,
    )
    # Numbered in the order of the rows, which are sorted by actor.
    kept = placed.filter(~staff & ~bots).with_columns(actor=pl.col("actor_key").rle_id() + 1)
    actors = kept.group_by("actor", maintain_order=True).agg(
        pl.col("actor_key", "user_id", "tier", "is_staff").first(),
        is_bot=pl.col("is_bot").all(),
        events=pl.len(),
        first_at=pl.col("happened_at").min(),
        last_at=pl.col("happened_at").max(),
    )
    frame = kept.with_columns(
        pl.col(CATEGORIES).cast(pl.Categorical),
        session=pl.Series(session_numbers(kept["actor"], kept["happened_at"])),
    )
    return Stream(
        mirror,
        Events.validate(frame.select(Events.column_names()), cast=True),
        Actors.validate(actors, cast=True),
        left_out,
        asked,
    )
