"""Errors: which recorded rows are one issue, how each issue stands, whom it hits, and what is being done about it.

`built` groups and counts once per state of the tables; every question here starts from it, so that a list of issues
costs the same however many rows there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import dataframely as dy
import polars as pl

import catalogue
from queries.errors import search as searching
from queries.errors.built import HERE, OPTIONAL, RECORDED, Built, built, fold, raw
from queries.errors.messages import TOKEN, plain
from queries.errors.states import ACTIONS, FRESH, SHOWN, STATES, Decided, State, decided, judged, merges

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from replica import Mirror
    from store import Triage

__all__ = [
    "ACTIONS", "FRESH", "HERE", "ORDERS", "SHOWN", "STATES", "TOKEN", "Built", "Decided", "Issues", "Order", "State",
    "built", "decided", "fold", "issues", "merges", "raw",
]  # fmt: skip

Order = Literal["rank", "users", "events", "velocity", "last_seen", "first_seen", "severity"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
_SORTED_BY: Final = {"rank": "score", "velocity": "last_day", "severity": "severity_rank"}
_UPWARDS: Final = ("severity",)
LONGEST_TITLE: Final = 200
_HIDDEN: Final = {catalogue.column_note(catalogue.TABLES["application_errors"].columns["error_message"]).personal}
"""What a viewer must have revealed to read messages as they are; everybody else reads the masked ones that are kept."""


class Issues(dy.Schema):
    """One row per issue, in the order asked for."""

    fingerprint = dy.String(primary_key=True, description="Names the issue; the same on every page and link.")
    title = dy.String(description="First line of its latest message.")
    type = dy.String(description="Error type of its latest row.")
    culprit = dy.String(nullable=True, description="Innermost in-app frame, else route or component.")
    severity = dy.String(nullable=True, description="The worst that was recorded; null where none was.")
    severity_rank = dy.Int32(
        description="0 blocking or critical, 1 major or high, 2 minor or medium, 3 low, 4 unknown."
    )
    state = dy.String(check=lambda state: state.is_in(STATES), description="How it stands.")
    since = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="Since when it stands so.")
    woken = dy.Bool(description="Whether it is ongoing because the condition of its snooze is met.")
    assignee = dy.String(nullable=True, description="Who looks after it.")
    events = dy.Int64(min=1, description="Occurrences, at least: loggers hold repeats back.")
    users = dy.Int64(min=0, description="Different people known to have met it, by user, else by session.")
    events_of_unknown = dy.Int64(min=0, description="Occurrences that name nobody.")
    last_day = dy.Float64(description="Occurrences in the last 24 hours, spread evenly over each row's time.")
    daily = dy.List(dy.Float64(), description="The same for the last 28 times 24 hours, oldest first.")
    first_seen = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="First occurrence.")
    last_seen = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="Latest occurrence.")
    rows = dy.Int64(min=1, description="Recorded rows.")
    open_rows = dy.Int64(min=0, description="Rows that nobody settled, or that happened again after it.")
    first_release = dy.String(nullable=True, description="Release of the first row.")
    last_release = dy.String(nullable=True, description="Release of the latest row.")
    feature = dy.String(nullable=True, description="Feature of its latest row, by route or page; else as logged.")
    family = dy.String(nullable=True, description="Known kind that is grouped as a whole.")
    noise = dy.Bool(description="Whether it comes from outside the app.")
    comments = dy.Int64(min=0, description="Comments.")
    score = dy.Float64(description="Rank: users, recency, velocity, severity (states.score).")


class Titles(dy.Schema):
    """What the newest row of an issue says."""

    id = dy.String(primary_key=True)
    message = dy.String(nullable=True)


class Numbers(dy.Schema):
    """Numbers of issues."""

    number = dy.UInt32(primary_key=True)


def issues(  # noqa: PLR0913  each narrows the list by itself
    mirror: Mirror,
    *,
    log: Sequence[Triage] = (),
    search: str = "",
    states: Sequence[State] = STATES,
    noise: bool = True,
    order: Order = "rank",
    since: datetime | None = None,
    until: datetime | None = None,
    me: str = "",
    most: int | None = None,
) -> dy.DataFrame[Issues]:
    """Which issues are there, most urgent first unless another order is asked for?

    Args:
        mirror: Where to read.
        log: What people decided, oldest first.
        search: Conditions in the language of `search`.
        states: States that are wanted; with those that want a decision comes what a snooze has ended for.
        noise: Whether errors from outside the app are wanted.
        order: What to sort by: newest, most and worst first.
        since: Only what was seen from this moment on.
        until: Only what was first seen before this moment.
        me: Who `assigned:me` is.
        most: How many rows at most.

    Raises:
        SearchNotUnderstood: The search cannot be read.
    """
    terms = searching.parse(search)
    log = tuple(log)
    made = built(mirror, merges(log))
    found = judged(made.issues, log, made.deploys, made.as_of)
    wanted = pl.col("state").is_in(states)
    if set(states) == set(SHOWN):
        # Who snoozed it wanted to hear of it again.
        wanted |= pl.col("woken")
    if not noise:
        wanted &= ~pl.col("noise")
    if since is not None:
        wanted &= pl.col("last_seen") >= since
    if until is not None:
        wanted &= pl.col("first_seen") < until
    for term in terms:
        condition = _condition(mirror, made, term, me).fill_null(False)
        wanted &= ~condition if term.negated else condition
    by = _SORTED_BY.get(order, order)
    listed = found.filter(wanted).sort(
        by, "events", "fingerprint", descending=[order not in _UPWARDS, True, False], nulls_last=True
    )
    return Issues.validate(_titled(mirror, listed if most is None else listed.head(most)), cast=True)


def _titled(mirror: Mirror, listed: pl.DataFrame) -> pl.DataFrame:
    titled = listed
    if _HIDDEN & mirror.sees:
        wanted = listed.select(pl.col("latest_id").alias("id")).drop_nulls()
        said = mirror.ask(HERE / "titles.sql", Titles, optional=OPTIONAL, given={"wanted": wanted}, row_limit=1_000_000)
        titled = listed.drop("message").join(
            said.unique("id"), left_on="latest_id", right_on="id", how="left", maintain_order="left"
        )
    # What the feedback form holds is hidden as people's own words; of an automatic report the masked message serves.
    title = plain(pl.coalesce("message", "normalised"), LONGEST_TITLE)
    kind = pl.col("error_type").fill_null("unknown")
    return titled.with_columns(
        type=kind,
        title=pl.when(title.str.len_chars() > 0).then(title).otherwise(kind),
        comments=pl.col("comments").fill_null(0),
    ).select(pl.col("row_count").alias("rows") if name == "rows" else pl.col(name) for name in Issues.column_names())


def _condition(mirror: Mirror, made: Built, term: searching.Term, me: str) -> pl.Expr:
    words = term.words.lower()
    if term.field == "feature":
        logged = _matching(mirror, made, "feature", term.words)
        return pl.col("feature").str.contains(words, literal=True) | pl.col("number").is_in(logged.implode())
    if term.field in searching.ROWS:
        return pl.col("number").is_in(_matching(mirror, made, term.field, term.words).implode())
    if term.field == "message":
        return pl.col("number").is_in(_saying(made, words).implode())
    if term.field == "text":
        stacks = _matching(mirror, made, "stack", term.words)
        return pl.col("number").is_in(pl.concat([_saying(made, words), stacks]).implode())
    if term.field == "assigned":
        name = (me if words == "me" else words).lower()
        named = pl.col("assignee").str.to_lowercase().str.contains(name, literal=True)
        return pl.col("assignee").is_null() if words == "nobody" else named
    conditions = {
        "type": pl.col("error_type").str.to_lowercase().str.contains(words, literal=True),
        "severity": pl.col("severity").fill_null("unknown").str.to_lowercase() == words,
        "state": pl.col("state") == words,
        "family": pl.col("family") == words,
        "fingerprint": pl.col("fingerprint").str.starts_with(term.words),
    }
    return conditions[term.field]


def _saying(made: Built, words: str) -> pl.Series:
    """Return the numbers of issues whose message, ids and addresses masked, holds the words."""
    said = pl.col("normalised").str.to_lowercase().str.contains(words, literal=True)
    return made.variants.filter(said).get_column("number").unique()


def _matching(mirror: Mirror, made: Built, field: str, words: str) -> pl.Series:
    given = {"variants": made.variants.select("variant", "number")}
    found = raw(mirror).ask(
        HERE / "matching.sql", Numbers, optional=OPTIONAL, facts=RECORDED, given=given, row_limit=1_000_000,
        field=field, words=words,
    )  # fmt: skip
    return found.get_column("number")
