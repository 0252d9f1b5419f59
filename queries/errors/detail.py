"""One issue: its rows, whom and what it hits, why it is one issue, and what came before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

from queries import events
from queries.errors.built import HERE, OPTIONAL, RECORDED, Built, Deploys, built, fold, raw
from queries.errors.grouping import VERSION, feature, template
from queries.errors.states import merges
from replica.errors import ReplicaError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from replica import Mirror
    from store import Store, Triage

LOOKED_AT: Final = 5_000
"""Newest rows of an issue that shares and samples are made from."""
SAMPLES: Final = 20
LONGEST: Final = 20_000
PEOPLE: Final = 5
STEPS: Final = 10
LINKS_HOLD: Final = timedelta(days=30)
ALIKE: Final = 0.5
"""Share of words that two messages must have in common to be called alike."""

DIMENSIONS: Final = ("browser", "os", "device", "route", "release", "country", "feature")


class Occurrences(dy.Schema):
    """One row per recorded row of an issue, newest first."""

    source = dy.String(description="Table of the row.")
    id = dy.String(description="Key of the row.")
    user_id = dy.String(nullable=True, description="Who met it.")
    number = dy.UInt32(description="Number of the issue in what was built.")
    first_seen = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="First occurrence.")
    last_seen = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="Latest occurrence.")
    events = dy.Int64(description="Occurrences, at least.")
    open = dy.Bool(description="Whether nobody settled it, or it happened again after that.")


class Samples(dy.Schema):
    """One row per recorded row, newest first; texts as the viewer may see them."""

    source = dy.String(description="Table of the row.")
    id = dy.String(description="Key of the row.")
    user_id = dy.String(nullable=True, description="Who met it.")
    error_type = dy.String(nullable=True, description="Type, as logged.")
    message = dy.String(nullable=True, description="What it said.")
    stack_trace = dy.String(nullable=True, description="Calls that led to it.")
    page_url = dy.String(nullable=True, description="Page it happened on.")
    severity = dy.String(nullable=True, description="Severity, as logged.")
    route = dy.String(nullable=True, description="Server route.")
    component = dy.String(nullable=True, description="Component that failed to draw.")
    feature = dy.String(nullable=True, description="Feature, as the logger guessed it.")
    http_status = dy.Int64(nullable=True, description="Status of the response.")
    request_duration_ms = dy.Int64(nullable=True, description="Milliseconds the request took.")
    browser = dy.String(nullable=True, description="Browser.")
    os = dy.String(nullable=True, description="Operating system.")
    device = dy.String(nullable=True, description="phone or desktop.")
    release = dy.String(nullable=True, description="Release that ran.")
    country = dy.String(nullable=True, description="Country of the person's latest page view.")
    status = dy.String(nullable=True, description="Recorded status.")
    error_hash = dy.String(nullable=True, description="The logger's own group key.")
    events = dy.Int64(description="Occurrences, at least.")
    first_seen = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="First occurrence.")
    last_seen = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="Latest occurrence.")


class Sampled(Samples):
    """The same as recorded, with what an automatic report says beside it in words of its sender."""

    own_words = dy.String(nullable=True, description="What the person wrote.")


class Shares(dy.Schema):
    """One row per dimension and value, most frequent first."""

    dimension = dy.String(description="browser, os, device, route, release, country or feature.")
    value = dy.String(nullable=True, description="The value; null where it was not recorded.")
    events = dy.Int64(min=1, description="Occurrences.")
    share = dy.Float64(min=0, max=1, description="Of all occurrences looked at.")


class Why(dy.Schema):
    """One row per fingerprint of an issue."""

    fingerprint = dy.String(primary_key=True, description="The fingerprint.")
    key = dy.String(description="What was hashed.")
    level = dy.String(description="What decided.")
    family = dy.String(nullable=True, description="Known kind that is grouped as a whole.")
    normalised = dy.String(description="The message, masked.")
    masked = dy.List(dy.String(), description="Kinds of parts that were masked.")
    wordings = dy.UInt32(description="Different errors (type, message, stack) that share it.")


class Related(dy.Schema):
    """One row per other issue that is alike, most alike first."""

    fingerprint = dy.String(primary_key=True, description="The other issue.")
    key = dy.String(description="Its key.")
    alike = dy.Float64(description="Share of the words in common.")
    same_culprit = dy.Bool(description="Whether it comes from the same frame or place.")
    events = dy.Int64(description="Its occurrences.")


class Before(dy.Schema):
    """One row per event of an affected person before the error, in order of time."""

    user_id = dy.String(description="The person.")
    moment = dy.Datetime(time_zone="UTC", time_unit="us", description="When the person met the error.")
    happened_at = dy.Datetime(time_zone="UTC", time_unit="us", description="When the event was.")
    name = dy.String(nullable=True, description="What the person did.")
    page = dy.String(nullable=True, description="Where.")
    element = dy.String(nullable=True, description="What was clicked.")
    device = dy.String(nullable=True, description="On what.")


class Daily(dy.Schema):
    """One row per day of the last four weeks."""

    period = dy.Date(primary_key=True, description="Day, in the zone asked for.")
    value = dy.Float64(description="Occurrences, spread evenly from first to last.")
    complete = dy.Bool(description="Whether the day is over.")


def occurrences(
    mirror: Mirror, fingerprint: str, *, log: Sequence[Triage] = (), most: int = LOOKED_AT
) -> dy.DataFrame[Occurrences]:
    """Which recorded rows belong to an issue, newest first?"""
    made = built(mirror, merges(log))
    own = _of(made, fingerprint, log)
    return raw(mirror).ask(
        HERE / "occurrences.sql", Occurrences, optional=OPTIONAL, facts=RECORDED, row_limit=max(most, 1),
        given={"variants": own.select("variant", "number")}, most=most,
    )  # fmt: skip


def samples(
    mirror: Mirror, fingerprint: str, *, log: Sequence[Triage] = (), most: int = SAMPLES
) -> dy.DataFrame[Samples]:
    """What do the newest rows of an issue say?"""
    wanted = occurrences(mirror, fingerprint, log=log, most=most).select("id", "user_id")
    sampled = raw(mirror).ask(
        HERE / "samples.sql", Sampled, optional=OPTIONAL | {"page_views.country", "page_views.user_id"},
        given={"wanted": wanted}, longest=LONGEST if most <= SAMPLES else 1,
    )  # fmt: skip
    return mirror.ask(HERE / "shown.sql", Samples, given={"sampled": sampled}, row_limit=max(most, 1))


def shares(mirror: Mirror, fingerprint: str, *, log: Sequence[Triage] = ()) -> dy.DataFrame[Shares]:
    """Which browsers, systems, devices, routes, releases, countries and features does an issue hit?

    Made from the newest 5,000 rows; a page counts as route by its template where no server route was recorded.
    """
    rows = samples(mirror, fingerprint, log=log, most=LOOKED_AT)
    place = pl.coalesce("route", "page_url")
    routed = rows.with_columns(route=template(place), feature=feature(place, pl.col("feature")))
    total = max(int(routed.get_column("events").sum()), 1)
    parts = [
        routed.group_by(pl.col(name).alias("value"))
        .agg(pl.col("events").sum())
        .sort("events", "value", descending=[True, False], nulls_last=True)
        .select(pl.lit(name).alias("dimension"), "value", "events", (pl.col("events") / total).alias("share"))
        for name in DIMENSIONS
    ]
    return Shares.validate(pl.concat(parts), cast=True)


def why(mirror: Mirror, fingerprint: str, *, log: Sequence[Triage] = ()) -> dy.DataFrame[Why]:
    """Why are these errors one issue?"""
    own = _of(built(mirror, merges(log)), fingerprint, log)
    told = own.group_by("fingerprint", maintain_order=True).agg(
        pl.col("key", "level", "family").first(),
        normalised=pl.col("normalised").mode().sort().first(),
        masked=pl.col("masked").explode(keep_nulls=False, empty_as_null=False).unique(maintain_order=True),
        wordings=pl.len(),
    )
    return Why.validate(told, cast=True)


def related(mirror: Mirror, fingerprint: str, *, log: Sequence[Triage] = (), most: int = 10) -> dy.DataFrame[Related]:
    """Which other issues say nearly the same, or come from the same place?"""
    made = built(mirror, merges(log))
    root = fold(fingerprint, merges(log))
    words = pl.col("normalised").str.to_lowercase().str.extract_all(r"[a-z_.']{2,}").list.unique()
    said = made.issues.with_columns(words=words)
    own = said.filter(pl.col("fingerprint") == root)
    if own.is_empty():
        return Related.create_empty()
    mine, place = own.item(0, "words"), own.item(0, "culprit")
    common = pl.col("words").list.set_intersection(pl.lit(mine).implode()).list.len()
    either = pl.col("words").list.set_union(pl.lit(mine).implode()).list.len()
    found = (
        said.filter(pl.col("fingerprint") != root)
        .with_columns(
            alike=pl.when(either > 0).then(common / either).otherwise(0.0),
            same_culprit=(pl.col("culprit") == pl.lit(place, pl.String)).fill_null(False),
        )
        .filter((pl.col("alike") >= ALIKE) | pl.col("same_culprit"))
        .sort("alike", "events", "fingerprint", descending=[True, True, False])
    )
    return Related.validate(found.select(Related.column_names()).head(most), cast=True)


def before(mirror: Mirror, fingerprint: str, *, log: Sequence[Triage] = ()) -> dy.DataFrame[Before]:
    """What did the people who met an issue last do just before?"""
    met = (
        occurrences(mirror, fingerprint, log=log, most=LOOKED_AT)
        .drop_nulls(["user_id", "last_seen"])
        .unique("user_id", keep="first", maintain_order=True)
        .head(PEOPLE)
    )
    if met.is_empty():
        return Before.create_empty()
    return events.stream(mirror).ask(
        HERE / "before.sql", Before, most=STEPS,
        users=met.get_column("user_id").to_list(), moments=met.get_column("last_seen").to_list(),
    )  # fmt: skip


def daily(mirror: Mirror, fingerprint: str, *, timezone: str, log: Sequence[Triage] = ()) -> dy.DataFrame[Daily]:
    """How often did an issue strike on each of the last 28 days?"""
    made = built(mirror, merges(log))
    root = fold(fingerprint, merges(log))
    number = made.issues.filter(pl.col("fingerprint") == root).select("number")
    local = pl.col("hour").dt.convert_time_zone(timezone).dt.date()
    counted = (
        made.hours.join(number, on="number").group_by(local.alias("period")).agg(pl.col("events").sum().alias("value"))
    )
    today = pl.Series([made.as_of]).dt.convert_time_zone(timezone).dt.date().item()
    days = pl.DataFrame({"period": pl.date_range(today - timedelta(days=27), today, eager=True)})
    filled = days.join(counted, on="period", how="left", maintain_order="left").with_columns(
        pl.col("value").fill_null(0.0).round(3), complete=pl.col("period") < today
    )
    return Daily.validate(filled, cast=True)


def deploys(mirror: Mirror, *, log: Sequence[Triage] = ()) -> dy.DataFrame[Deploys]:
    """Which releases are known, by when each was first seen at work?"""
    return Deploys.validate(built(mirror, merges(log)).deploys, cast=True)


def lead(mirror: Mirror, fingerprint: str, *, log: Sequence[Triage] = (), kept_in: Store | None = None) -> str:
    """To which issue does a fingerprint lead, after merges and, for 30 days, after another way of grouping?

    Raises:
        NoSuchIssue: To none.
    """
    made = built(mirror, merges(log))
    root = fold(fingerprint, merges(log))
    if not made.issues.filter(pl.col("fingerprint") == root).is_empty():
        return root
    if kept_in is not None:
        rows = kept_in.rows_of_fingerprints([fingerprint], since=made.as_of - LINKS_HOLD)
        for found in _given(mirror, made, rows).values():
            return fold(found, merges(log))
    raise NoSuchIssue(
        f"There is no issue {fingerprint}.",
        "Its rows may be gone, or it was grouped otherwise more than 30 days ago: look for it in the list.",
    )


class NoSuchIssue(ReplicaError):
    """A link that leads nowhere."""

    exit_code = 2


class Owner(dy.Schema):
    """One row per row that belongs to an issue."""

    id = dy.String(primary_key=True)
    number = dy.UInt32()


def decisions(mirror: Mirror, store: Store) -> tuple[Triage, ...]:
    """What was decided, about the fingerprints of today?

    Fingerprints of another version are replaced by what the row that they were given to has now; the log itself stays
    as it was written.
    """
    log = store.triage()
    named = {one.fingerprint for one in log} | {str(one.details["into"]) for one in log if "into" in one.details}
    stale = sorted(one for one in named if not one.startswith(f"{VERSION}:"))
    if not stale:
        return log
    made = built(mirror, merges(log))
    key = (store.path, made.place, tuple(stale))
    if key not in _carried:
        _carried.clear()
        _carried[key] = _given(mirror, made, store.rows_of_fingerprints(stale))
    now = _carried[key]
    return tuple(
        replace(
            one,
            fingerprint=now.get(one.fingerprint, one.fingerprint),
            details={name: now.get(value, value) if name == "into" else value for name, value in one.details.items()},
        )
        for one in log
    )


def _given(mirror: Mirror, made: Built, rows: Mapping[str, str]) -> dict[str, str]:
    """Return for every name of a row the fingerprint that the row has now; rows that are gone are left out."""
    if not rows:
        return {}
    numbers = made.variants.select("fingerprint").unique(maintain_order=True).with_row_index("number")
    given = {
        "variants": made.variants.drop("number").join(numbers, on="fingerprint").select("variant", "number"),
        "wanted": pl.DataFrame({"id": sorted(set(rows.values()))}),
    }
    found = raw(mirror).ask(HERE / "owner.sql", Owner, optional=OPTIONAL, facts=RECORDED, given=given)
    now = dict(found.join(numbers, on="number").select("id", "fingerprint").iter_rows())
    return {name: now[row] for name, row in rows.items() if row in now}


def remember(mirror: Mirror, store: Store, *, log: Sequence[Triage] = ()) -> None:
    """Keep which row every fingerprint was given to, so that links outlive a change of the grouping."""
    made = built(mirror, merges(log))
    if (store.path, made.place) in _remembered:
        return
    _remembered.add((store.path, made.place))
    newest = made.issues.drop_nulls("latest_id").select("fingerprint", "latest_id")
    store.remember_fingerprints(dict(newest.iter_rows()), at=made.as_of)


_remembered: set[tuple[Path, Path]] = set()
_carried: dict[tuple[Path, Path, tuple[str, ...]], dict[str, str]] = {}


def _of(made: Built, fingerprint: str, log: Sequence[Triage]) -> pl.DataFrame:
    return made.variants.filter(pl.col("issue") == fold(fingerprint, merges(log)))
