"""Issues as they stand in one state of the tables: grouped and counted once, kept as Parquet beside the mirror."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import dataframely as dy
import duckdb
import polars as pl

import catalogue
from catalogue.scrub import macros
from queries.errors import rates
from queries.errors.grouping import VERSION, feature, group
from queries.errors.stacks import culprit
from replica.layout import mirrored
from replica.mirror import Asked, note, statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from replica import Mirror

HERE: Final = Path(__file__).parent
RECORDED: Final = HERE / "facts" / "recorded.sql"
"""Every recorded error with the hash that tells distinct ones apart."""
LAYOUT: Final = 6
"""Raised when the files below change; files of another layout are computed anew."""
SECONDS: Final = 300
MOST_ROWS: Final = 50_000_000
KEPT: Final = 3
AT_REST: Final = timedelta(days=30)
TABLES: Final = ("application_errors", "user_feedback")
_NEEDED: Final = ("id", "error_message")

OPTIONAL: Final = frozenset(
    f"{table}.{column.name}"
    for table in TABLES
    for column in mirrored(catalogue.TABLES[table])
    if table == "user_feedback" or column.name not in _NEEDED
) | {"user_feedback"}
"""What errors can be grouped without: it reads as unknown."""


class Variants(dy.Schema):
    """One row per distinct error."""

    variant = dy.UInt64(primary_key=True)
    is_known = dy.Bool()
    error_type = dy.String(nullable=True)
    error_message = dy.String(nullable=True)
    stack_trace = dy.String(nullable=True)
    page_url = dy.String(nullable=True)
    fingerprint = dy.List(dy.String(nullable=True), nullable=True)
    digest = dy.String(nullable=True)


class Facts(dy.Schema):
    """One row per issue, as the tables tell of it."""

    number = dy.UInt32(primary_key=True)
    row_count = dy.Int64(min=1)
    events = dy.Int64(min=1)
    users = dy.Int64(min=0)
    events_of_unknown = dy.Int64(min=0)
    first_seen = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")
    last_seen = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")
    latest_id = dy.String(nullable=True)
    latest_source = dy.String(nullable=True)
    severity = dy.String(nullable=True)
    severity_rank = dy.Int32()
    first_release = dy.String(nullable=True)
    open_rows = dy.Int64(min=0)
    open_since = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")
    open_last_seen = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")
    settled_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")
    current_last_seen = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")
    current_since = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")


class Latest(dy.Schema):
    """One row per issue, as its latest row tells of it."""

    number = dy.UInt32(primary_key=True)
    error_type = dy.String(nullable=True)
    last_release = dy.String(nullable=True)
    place = dy.String(nullable=True)
    at_work = dy.String(nullable=True)
    message = dy.String(nullable=True)
    feature = dy.String(nullable=True)


class Scrubbed(dy.Schema):
    """One row per text."""

    text = dy.String(primary_key=True)
    scrubbed = dy.String()


class Spans(dy.Schema):
    """One row per issue and span of hours in which some of its rows lie."""

    number = dy.UInt32()
    begins = dy.Int64()
    ends = dy.Int64()
    rate = dy.Float64()


class Deploys(dy.Schema):
    """One row per release that was ever named, oldest first."""

    release = dy.String(primary_key=True, description="Seven characters of the commit.")
    deployed_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="First seen at work.")
    row_count = dy.Int64(description="Recorded rows that name it.")


class Built:
    """What was computed, read from its files when it is first asked for.

    `issues` holds `Facts` with fingerprint, key, family, noise, culprit and hourly figures; `variants` says which
    distinct error belongs to which issue, and how it came about; `hours` holds the hourly rates above zero of the last
    28 days; `deploys` the releases.
    """

    def __init__(self, as_of: datetime, place: Path, frames: Mapping[str, pl.DataFrame] | None = None) -> None:
        self.as_of = as_of
        self.place = place
        self._frames: dict[str, pl.DataFrame] = dict(frames or {})

    def __getattr__(self, part: str) -> pl.DataFrame:
        if part not in _PARTS:
            raise AttributeError(part)
        if part not in self._frames:
            self._frames[part] = pl.read_parquet(self.place / f"{part}.parquet", memory_map=False)
        return self._frames[part]


def _digest(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()[:20]


_WAY: Final = _digest(f"{LAYOUT} {VERSION} {duckdb.__version__} {macros()}")
"""Names the way of grouping, hashing and masking; what was kept in another way is of no use."""
_lock: Final = threading.Lock()
_kept: Final[dict[Path, Built]] = {}
_PARTS: Final = ("issues", "variants", "hours", "deploys")


def built(mirror: Mirror, merged: Mapping[str, str] | None = None) -> Built:
    """Return the issues of the mirror's tables, computed once for each state of them.

    Args:
        mirror: Where to read.
        merged: Fingerprints that belong to the issue of another one.
    """
    rules = dict(sorted((merged or {}).items()))
    folder = mirror.folder / "errors"
    key = _key(mirror, rules)
    place = folder / key
    with _lock:
        held = _kept.get(place) or _read(place)
        if held is None:
            held = compute(mirror, rules, place, _known(folder))
            _write(held)
        _kept[place] = held
        for other in [*_kept][:-KEPT]:
            del _kept[other]
    note(Asked("errors/issues", statement(HERE / "issues.sql", RECORDED), {}, TABLES, len(held.issues), 0.0))
    return held


def forget() -> None:
    """Forget what this process holds; what is kept in files stays."""
    with _lock:
        _kept.clear()


def raw(mirror: Mirror) -> Mirror:
    """Return the reading that sees texts as they are, with time enough: what comes of it holds no personal data."""
    return mirror.patient(SECONDS).unmasked


def fold(fingerprint: str, merged: Mapping[str, str]) -> str:
    """Return the issue that a fingerprint belongs to after all merges; a circle ends where it began."""
    seen = {fingerprint}
    while (into := merged.get(fingerprint)) is not None and into not in seen:
        seen.add(into)
        fingerprint = into
    return fingerprint


def _key(mirror: Mirror, rules: Mapping[str, str]) -> str:
    state = mirror.ask(HERE / "state.sql", State).rows()
    return f"{_WAY}-{_digest(f'{state} {rules}')}"


class State(dy.Schema):
    """What tells one state of the two tables from another."""

    table_name = dy.String(primary_key=True)
    row_count = dy.Int64(nullable=True)
    newest_event = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")
    fingerprint = dy.String(nullable=True)
    day = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")


def compute(mirror: Mirror, rules: Mapping[str, str], place: Path, known: pl.DataFrame | None = None) -> Built:
    """Group and count from the rows, to be kept at `place`; nothing is written.

    Args:
        mirror: Where to read.
        rules: Fingerprints that belong to the issue of another one.
        place: Where it will be kept.
        known: `variants` of an earlier state, grouped by the same rules: they are not grouped again.
    """
    asked = raw(mirror)
    variants = _variants(asked, known)
    roots = {one: fold(one, rules) for one in rules}
    named = variants.with_columns(issue=pl.col("fingerprint").replace(roots))
    numbers = named.select("issue").unique(maintain_order=True).with_row_index("number")
    variants = named.join(numbers, on="issue", how="left", maintain_order="left")
    given = {"variants": variants.select("variant", "number")}
    deploys = asked.ask(HERE / "deploys.sql", Deploys, optional=OPTIONAL)
    newest = deploys.drop_nulls("deployed_at").tail(1)
    facts = asked.ask(
        HERE / "issues.sql", Facts, optional=OPTIONAL, facts=RECORDED, given=given, row_limit=MOST_ROWS,
        deployed_at=newest.item(0, "deployed_at") if newest.height else None,
        release=newest.item(0, "release") if newest.height else None,
    )  # fmt: skip
    # What the latest row says is looked up by itself: kept while counting, it would be copied row by row.
    named_latest = {"latest": facts.select("number", id="latest_id", source="latest_source")}
    latest = asked.ask(
        HERE / "latest.sql", Latest, optional=OPTIONAL, facts=RECORDED, given=named_latest, row_limit=MOST_ROWS
    )
    as_of = _as_of(mirror.freshness().snapshot_at, facts)
    since = as_of - timedelta(days=rates.DAYS)
    spans = asked.ask(
        HERE / "hours.sql", Spans, optional=OPTIONAL, facts=RECORDED, given=given, row_limit=MOST_ROWS, since=since
    )
    hours, summed = rates.counted(spans, as_of)
    about = variants.group_by("number").agg(
        pl.col("issue", "key", "family", "noise", "level", "normalised", "kind").last(),
        fingerprints=pl.col("fingerprint").unique(maintain_order=True),
        masked=pl.col("masked").explode(keep_nulls=False, empty_as_null=False).unique(maintain_order=True),
    )
    issues = (
        facts.join(latest, on="number", how="left", maintain_order="left")
        .join(about, on="number", how="left", maintain_order="left")
        .join(summed, on="number", how="left", maintain_order="left")
        .with_columns(
            culprit=pl.coalesce(culprit(pl.col("key"), pl.col("level")), "place"),
            error_type=pl.coalesce("error_type", "kind"),
            # Of the route itself nothing is kept: it may hold what is personal.
            feature=feature(pl.col("at_work"), pl.col("feature")),
            last_day=pl.col("last_day").fill_null(0.0),
            daily=pl.when(pl.col("daily").is_null()).then(pl.lit([0.0] * rates.DAYS)).otherwise("daily"),
        )
        .drop("at_work")
        .rename({"issue": "fingerprint"})
    )
    return Built(as_of, place, {"issues": issues, "variants": variants, "hours": hours, "deploys": deploys})


def _variants(mirror: Mirror, known: pl.DataFrame | None) -> pl.DataFrame:
    """Return every distinct error with how it is grouped; only those that are not known yet are looked at."""
    before = pl.DataFrame(schema={"variant": pl.UInt64}) if known is None else known.select("variant")
    found = mirror.ask(
        HERE / "variants.sql", Variants, optional=OPTIONAL, facts=RECORDED, given={"known": before}, row_limit=MOST_ROWS
    )
    fresh = found.filter(~pl.col("is_known"))
    # Made of texts as they are, and shown to everybody.
    grouped = group(fresh.drop("variant", "is_known"), shown=lambda texts: _scrubbed(mirror, texts))
    added = fresh.select("variant", kind="error_type").hstack(grouped)
    if known is None:
        return added
    kept = known.join(found.select("variant"), on="variant", how="semi", maintain_order="left")
    return pl.concat([kept.select(added.columns), added])


def _scrubbed(mirror: Mirror, texts: pl.Series) -> pl.Series:
    """Return the texts without what is personal in them, each distinct one looked at once."""
    distinct = texts.unique().to_frame("text")
    found = mirror.ask(HERE / "scrubbed.sql", Scrubbed, given={"texts": distinct}, row_limit=MOST_ROWS)
    return texts.to_frame("text").join(found, on="text", how="left", maintain_order="left").get_column("scrubbed")


def _as_of(snapshot_at: datetime, facts: pl.DataFrame) -> datetime:
    """Return the moment that states are judged at: a database at rest for a month is seen as its last error saw it."""
    newest = facts.get_column("last_seen").max()
    at_rest = isinstance(newest, datetime) and newest < snapshot_at - AT_REST
    return newest if at_rest and isinstance(newest, datetime) else snapshot_at


def _known(folder: Path) -> pl.DataFrame | None:
    """Return how the errors of the latest state kept were grouped, if it was done in the way of today."""
    with contextlib.suppress(OSError, pl.exceptions.PolarsError):
        states = sorted(folder.glob(f"{_WAY}-*"), key=lambda one: one.stat().st_mtime)
        if states:
            return pl.read_parquet(states[-1] / "variants.parquet", memory_map=False)
    return None


def _read(place: Path) -> Built | None:
    try:
        as_of = datetime.fromisoformat((place / "as_of").read_text(encoding="utf-8"))
        return Built(as_of, place, {"issues": pl.read_parquet(place / "issues.parquet", memory_map=False)})
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None


def _write(made: Built) -> None:
    """Keep what was computed; where it cannot be kept, it is computed again by the next process."""
    folder = made.place.parent
    with contextlib.suppress(OSError):
        folder.mkdir(exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=folder))
        try:
            for part in _PARTS:
                getattr(made, part).write_parquet(unfinished / f"{part}.parquet", compression="lz4")
            (unfinished / "as_of").write_text(made.as_of.isoformat(), encoding="utf-8")
            unfinished.rename(made.place)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        others = sorted((one for one in folder.iterdir() if one != made.place), key=lambda one: one.stat().st_mtime)
        for old in others[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
