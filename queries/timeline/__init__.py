"""One actor's timeline: everything that was done, across tables, and who there is to look at.

The events of the stream, with their computed session, and for an account what further tables say was done by it or to
it (mail, feedback, errors met, posts, answers). Texts come as the mirror shows them: masked unless revealed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import dataframely as dy
import polars as pl

from queries.events import stream
from replica.lineage import reads

if TYPE_CHECKING:
    from queries.events import Segment
    from queries.span import Span
    from replica import Mirror

HERE: Final = Path(__file__).parent
MOST: Final = 2_000
"""Most rows of a timeline; the newest are kept."""


class Actors(dy.Schema):
    """One row per actor who did anything in the range, the latest first."""

    actor_key = dy.String(primary_key=True, description="The user's id, else `visitor …` or `session …`.")
    user_id = dy.String(nullable=True, description="The user, null for somebody unknown.")
    tier = dy.String(nullable=True, description="Plan the user is on now.")
    events = dy.Int64(min=1, description="Events of the range.")
    sessions = dy.Int64(min=1, description="Sessions of the range.")
    first_at = dy.Datetime(time_zone="UTC", time_unit="us", description="First event ever.")
    last_at = dy.Datetime(time_zone="UTC", time_unit="us", description="Latest event of the range.")


class Weeks(dy.Schema):
    """One row per week with an event."""

    week = dy.Date(primary_key=True, description="The Monday that the week begins with.")
    events = dy.Int64(min=1, description="Events.")
    sessions = dy.Int64(min=1, description="Sessions.")
    days = dy.Int64(min=1, max=7, description="Days with an event.")


class Acts(dy.Schema):
    """One row per thing done, the newest first."""

    happened_at = dy.Datetime(time_zone="UTC", time_unit="us", description="When.")
    what = dy.String(description="What was done, as events are named.")
    about = dy.String(nullable=True, description="Page, car, template or the like.")
    details = dy.String(nullable=True, description="What else the row says.")
    session = dy.Int64(nullable=True, description="Session of the actor, from 1; null for what is in no session.")
    device = dy.String(nullable=True, description="mobile, desktop, tablet or unknown.")
    source = dy.String(description="Table of the row.")
    source_id = dy.String(nullable=True, description="Key of the row in its table.")


class _Events(dy.Schema):
    happened_at = dy.Datetime(time_zone="UTC", time_unit="us")
    what = dy.String()
    session = dy.Int64()
    source = dy.String()
    source_id = dy.String(nullable=True)
    device = dy.String(nullable=True)
    about = dy.String(nullable=True)
    details = dy.String(nullable=True)


class _Recorded(dy.Schema):
    happened_at = dy.Datetime(time_zone="UTC", time_unit="us")
    what = dy.String()
    source = dy.String()
    source_id = dy.String(nullable=True)
    about = dy.String(nullable=True)
    details = dy.String(nullable=True)


def actors(mirror: Mirror, *, span: Span, words: str = "", segment: Segment = "all") -> dy.DataFrame[Actors]:
    """Who did anything, the latest first; `words` are searched for in the actor's key."""
    return stream(mirror).of(segment).ask(
        HERE / "actors.sql", Actors, words=words, start=span.start, until=span.end
    )  # fmt: skip


def actor(mirror: Mirror, *, actor_key: str) -> dy.DataFrame[Actors]:
    """Who is this actor: one row over all of time, none of somebody whom the stream does not know?"""
    found = stream(mirror)
    known = found.actors.filter(pl.col("actor_key") == actor_key)
    theirs = found.frame.filter(pl.col("actor").is_in(known["actor"].implode()))
    row = known.with_columns(sessions=pl.lit(theirs["session"].n_unique()))
    return Actors.validate(row.select(Actors.column_names()), cast=True)


def weeks(mirror: Mirror, *, actor_key: str, timezone: str = "UTC") -> dy.DataFrame[Weeks]:
    """How active was one actor, week by week?"""
    return stream(mirror).ask(HERE / "weeks.sql", Weeks, actor_key=actor_key, timezone=timezone)


def timeline(mirror: Mirror, *, actor_key: str, span: Span) -> dy.DataFrame[Acts]:
    """What did one actor do, the newest 2,000 things of the range first?"""
    found = stream(mirror)
    limits: dict[str, Any] = {"start": span.start, "until": span.end, "most": MOST}
    events = found.ask(HERE / "events.sql", _Events, actor_key=actor_key, **limits)
    known = found.actors.filter(pl.col("actor_key") == actor_key)
    first = found.frame.filter(pl.col("actor").is_in(known["actor"].implode()))["session"].min()
    mine = events.with_columns(pl.col("session") - (first if isinstance(first, int) else 0) + 1)
    rows = [mine.select(Acts.column_names())]
    for user_id in known["user_id"].drop_nulls():
        path = HERE / "recorded.sql"
        needed = reads(path.read_text(encoding="utf-8"))
        optional = frozenset((*needed.columns, *needed.tables))
        others = mirror.ask(path, _Recorded, optional=optional, user_id=user_id, **limits)
        rows.append(
            others.select(
                pl.lit(None).cast(kind).alias(name) if name not in others.columns else pl.col(name)
                for name, kind in mine.select(Acts.column_names()).schema.items()
            )
        )
    both = pl.concat(rows).sort(["happened_at", "what", "source_id"], descending=[True, False, False])
    return Acts.validate(both.head(MOST))
