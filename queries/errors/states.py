"""How an issue stands: what people decided about it, folded with what the tables tell."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from store import Triage

State = Literal["new", "ongoing", "regressed", "escalating", "resolved", "snoozed", "ignored"]
STATES: Final[tuple[State, ...]] = get_args(State)
SHOWN: Final[tuple[State, ...]] = ("new", "regressed", "escalating")
"""What wants a decision: the default view."""

FRESH: Final = timedelta(days=7)
"""How long an issue is called new, regressed or escalating before it is just ongoing."""

ACTIONS: Final = ("resolve", "reopen", "snooze", "ignore", "assign", "comment", "merge", "split")
_STATUS: Final = {"resolve": "resolved", "reopen": "open", "snooze": "snoozed", "ignore": "ignored"}


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote about an issue."""

    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided about one issue, by the last word of each kind.

    `status` is open, resolved, snoozed or ignored, None before anybody decided; `details` belong to it.
    """

    status: str | None = None
    by: str = ""
    at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    assignee: str | None = None
    comments: tuple[Comment, ...] = ()
    history: tuple[Triage, ...] = ()


def merges(log: Iterable[Triage]) -> dict[str, str]:
    """Return which fingerprint belongs to the issue of which other one; a split ends that."""
    into: dict[str, str] = {}
    for one in log:
        if one.action == "merge":
            into[one.fingerprint] = str(one.details["into"])
        elif one.action == "split":
            into.pop(one.fingerprint, None)
    return into


def decided(log: Iterable[Triage]) -> dict[str, Decided]:
    """Fold the log into what holds now, per fingerprint; every entry stays in the history."""
    found: dict[str, Decided] = {}
    for one in log:
        before = found.get(one.fingerprint, Decided())
        after = replace(before, history=(*before.history, one))
        if one.action in _STATUS:
            after = replace(after, status=_STATUS[one.action], by=one.by, at=one.at, details=one.details)
        elif one.action == "assign":
            after = replace(after, assignee=one.details.get("to") or None)
        elif one.action == "comment":
            comment = Comment(one.by, one.at, str(one.details.get("text", "")))
            after = replace(after, comments=(*before.comments, comment))
        found[one.fingerprint] = after
    return found


def judged(issues: pl.DataFrame, log: Iterable[Triage], deploys: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return the issues with `state`, `since`, `woken`, `assignee` and `score`.

    *Resolved*: somebody resolved it, or every row was settled before the first open one. *Regressed*: an open row is
    later than that and than the newest deploy, and not of an earlier release (a tab never reloaded), and
    later than the release that it was resolved in. *Snoozed* holds until its time, number of events or of users
    is reached, or until it escalates; *woken* is what ended so and is nothing but ongoing.
    """
    folded = _told(log, deploys)
    known = issues.join(folded, on="fingerprint", how="left", maintain_order="left")
    whole = (pl.col("open_rows") == 0) | (pl.col("settled_at") < pl.col("open_since")).fill_null(False)
    undone = ((pl.col("status") == "open") & (pl.col("settled_at") < pl.col("decided_at"))).fill_null(False)
    settled = pl.when(whole & ~undone).then("settled_at")
    resolved_at = pl.max_horizontal(settled, pl.when(pl.col("status") == "resolved").then("decided_at"))
    in_release = pl.col("release").is_null() | (pl.col("current_last_seen") > pl.col("release_at")).fill_null(False)
    known = known.with_columns(resolved_at=resolved_at).with_columns(
        returned=(pl.col("current_last_seen") > pl.col("resolved_at")).fill_null(False) & in_release,
        returned_at=pl.max_horizontal(
            "resolved_at",
            pl.when(pl.col("open_since") > pl.col("resolved_at")).then("open_since").otherwise("current_since"),
        ),
    )
    recent = pl.lit(as_of) - FRESH
    waits = (
        (pl.col("until") > as_of).fill_null(False)
        | (pl.col("events") < pl.col("until_events")).fill_null(False)
        | (pl.col("users") < pl.col("until_users")).fill_null(False)
        | (pl.col("until_worse") & ~(pl.col("escalated_at") > pl.col("decided_at")).fill_null(False)).fill_null(False)
    )
    state = (
        pl.when(pl.col("status") == "ignored")
        .then(pl.lit("ignored"))
        .when((pl.col("status") == "snoozed") & waits)
        .then(pl.lit("snoozed"))
        .when(pl.col("resolved_at").is_not_null() & ~pl.col("returned"))
        .then(pl.lit("resolved"))
        .when(pl.col("returned") & (pl.col("returned_at") > recent))
        .then(pl.lit("regressed"))
        .when(pl.col("escalated_at") > recent)
        .then(pl.lit("escalating"))
        .when(pl.col("first_seen") > recent)
        .then(pl.lit("new"))
        .otherwise(pl.lit("ongoing"))
    )
    return known.with_columns(state=state).with_columns(
        woken=((pl.col("status") == "snoozed") & (pl.col("state") == "ongoing")).fill_null(False),
        since=pl.when(pl.col("state").is_in(["ignored", "snoozed"]))
        .then("decided_at")
        .when(pl.col("state") == "resolved")
        .then("resolved_at")
        .when(pl.col("state") == "regressed")
        .then("returned_at")
        .when(pl.col("state") == "escalating")
        .then("escalated_at")
        .otherwise("first_seen"),
        score=score(as_of),
    )


def score(as_of: datetime) -> pl.Expr:
    """Return the rank of an issue: users, then how lately, how fast and how badly, each worth a few points.

    Four points for every doubling of the users, eight for an issue of this hour (halved every second day), two for
    every doubling of the occurrences of the last 24 hours, and three, two or one for its severity.
    """
    age = (pl.lit(as_of) - pl.col("last_seen")).dt.total_seconds().clip(lower_bound=0) / 86_400
    return (
        4.0 * (pl.col("users") + 1).log(2)
        + 8.0 * (-age / 2.0 * math.log(2)).exp().fill_null(0.0)
        + 2.0 * (pl.col("last_day") + 1).log(2)
        + (3 - pl.col("severity_rank")).clip(lower_bound=0)
    ).round(4)


def _told(log: Iterable[Triage], deploys: pl.DataFrame) -> pl.DataFrame:
    """Return one row per fingerprint that somebody decided about, with what its state depends on."""
    released = dict(deploys.select("release", "deployed_at").iter_rows())
    rows = []
    for fingerprint, one in decided(log).items():
        snoozed = one.status == "snoozed"
        release = one.details.get("release") if one.status == "resolved" else None
        until = one.details.get("until") if snoozed else None
        rows.append(
            {
                "fingerprint": fingerprint,
                "status": one.status,
                "decided_at": one.at,
                "decided_by": one.by,
                "assignee": one.assignee,
                "comments": len(one.comments),
                "release": release,
                "release_at": released.get(str(release)) if release else None,
                "until": datetime.fromisoformat(until) if until else None,
                "until_events": one.details.get("until_events") if snoozed else None,
                "until_users": one.details.get("until_users") if snoozed else None,
                "until_worse": bool(one.details.get("until_worse")) if snoozed else False,
            }
        )
    moment = pl.Datetime("us", "UTC")
    return pl.DataFrame(
        rows,
        schema={
            "fingerprint": pl.String, "status": pl.String, "decided_at": moment, "decided_by": pl.String,
            "assignee": pl.String, "comments": pl.Int64, "release": pl.String, "release_at": moment, "until": moment,
            "until_events": pl.Int64, "until_users": pl.Int64, "until_worse": pl.Boolean,
        },
        orient="row",
    )  # fmt: skip
