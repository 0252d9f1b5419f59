"""Rules on time: what stopped arriving, what came at once, what is out of order or not yet possible."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from catalogue import TABLES, column_note, note_of
from quality.check import Check, q
from quality.rules.columns import event_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

_AHEAD: Final = re.compile(r".*(expires|due|scheduled|ends_at|period_|end_date|start_date|next|closed_at|until).*")
"""Names of moments that may lie ahead."""
_BEFORE_US: Final = frozenset({"published_at"})
_BORN: Final = "2020-01-01"
"""Nothing of the product was written before this day."""
_ORDERS: Final = (
    ("first_seen_at", "last_seen_at"),
    ("first_touch_at", "last_touch_at"),
    ("created_at", "updated_at"),
    ("created_at", "last_message_at"),
    ("created_at", "responded_at"),
    ("created_at", "resolved_at"),
    ("created_at", "fixed_at"),
    ("created_at", "processed_at"),
    ("created_at", "signed_up_at"),
    ("created_at", "rewarded_at"),
    ("created_at", "canceled_at"),
    ("created_at", "sent_at"),
    ("started_at", "completed_at"),
    ("sent_at", "delivered_at"),
    ("sent_at", "opened_at"),
    ("opened_at", "clicked_at"),
    ("subscription_started_at", "subscription_ends_at"),
    ("created_at", "onboarding_completed_at"),
)
"""What comes first, and what cannot come before it."""
_OUT_OF_ORDER_ON_PURPOSE: Final = frozenset(
    {"application_errors.fixed_at", "user_events.processed_at", "al_articles.published_at"}
)
"""An error recorded after its fix is one that came back."""
_SIBLINGS: Final = (
    ("al_usage_logs", "al_messages"),
    ("page_engagement", "page_views"),
    ("click_events", "page_views"),
    ("user_events", "page_views"),
    ("page_views", "click_events"),
    ("al_messages", "al_conversations"),
    ("document_chunks", "source_documents"),
    ("community_insight_sources", "community_insights"),
    ("upgrade_key_parts", "parts"),
    ("part_fitments", "parts"),
    ("youtube_video_car_links", "youtube_videos"),
    ("audit_log", "page_views"),
    ("application_errors", "page_views"),
)
"""A table and the one beside it that it moves with."""
_TOGETHER: Final = "(select unnest(array[7, 14, 30]) as w) g"
"""Days for which the two are compared."""
_STALLED: Final = 0.02
_WINDOWS: Final = (45, 30, 21, 14, 10, 7, 5, 3, 2)
"""Days for which nothing may be missing, longest first."""
_DAILY: Final = 25
"""Days of a month with new rows that make a table one that grows daily."""
_LEAST: Final = 100
"""Rows from which a table has a pace."""


def checks(table: sa.Table) -> Iterator[Check]:
    """Yield the checks on when things happened."""
    yield from _possible(table)
    yield from _in_order(table)
    moment = event_time(table)
    # What is documented as empty and is not has a pace as well.
    if moment is not None and ((rows := note_of(table).rows) == 0 or (rows or 0) >= _LEAST):
        yield _fresh(table.name, moment)
        yield _steady(table.name, moment)
    for child, sibling in _SIBLINGS:
        if child == table.name:
            yield _together(child, sibling)


def _possible(table: sa.Table) -> Iterator[Check]:
    for column in table.columns:
        note, name = column_note(column), str(column.name)
        if note.spelling in {"TIMESTAMP", "DATE"} and not ahead(name):
            yield _not_ahead(table.name, name)
        if note.spelling == "TIMESTAMP" and name not in _BEFORE_US:
            yield _not_before(table.name, name)


def _in_order(table: sa.Table) -> Iterator[Check]:
    names = {str(column.name) for column in table.columns}
    for first, later in _ORDERS:
        if {first, later} <= names and f"{table.name}.{later}" not in _OUT_OF_ORDER_ON_PURPOSE:
            yield Check(
                table.name, later, "time_order", f"{later} is not before {first}.",
                where=f"t.{q(later)} < t.{q(first)}", variant=f"before_{first}",
                needs=(f"{table.name}.{first}", f"{table.name}.{later}"),
            )  # fmt: skip
    if table.name == "events":
        yield Check(
            "events", "status", "time_order", "No event is approved that is over.",
            where="t.status = 'approved' and coalesce(t.end_date, t.start_date) < (⟦now⟧)::date",
            needs=("events.status", "events.start_date", "events.end_date"), variant="approved_and_past",
        )  # fmt: skip


def ahead(name: str) -> bool:
    """Say whether a moment of this name may lie in the future."""
    return _AHEAD.fullmatch(name) is not None


def _not_ahead(table: str, name: str) -> Check:
    return Check(
        table, name, "time_order", f"{name} does not lie in the future.",
        where=f"t.{q(name)} > ⟦now⟧ + interval '1 day'", needs=(f"{table}.{name}",), variant="future",
    )  # fmt: skip


def _not_before(table: str, name: str) -> Check:
    return Check(
        table, name, "time_order", f"{name} is not older than the product.",
        where=f"t.{q(name)} < timestamptz '{_BORN} 00:00:00+00'", needs=(f"{table}.{name}",), variant="too_old",
    )  # fmt: skip


def _fresh(table: str, moment: str) -> Check:
    here, longest = f"t.{q(moment)}", _WINDOWS[0]

    def rows(first: int, last: int) -> str:
        """Count the rows of the days from `first` to `last`, today being the day 0."""
        before = f" and {here} <= ⟦now⟧ - interval '{first} days'" if first else ""
        return f"count(*) filter (where {here} > ⟦now⟧ - interval '{last} days'{before})"

    daily = " or ".join(
        f"count(distinct date_trunc('day', {here})) filter (where {here} > ⟦now⟧ - interval '{first + 30} days' "
        f"and {here} <= ⟦now⟧ - interval '{first} days') >= {_DAILY}"
        for first in (10, 30)
    )
    stopped = " ".join(
        f"when {rows(days, days + 30)} * {days} >= 600 and {rows(0, days)} * 30.0 <= {_STALLED} * {days} * "
        f"{rows(days, days + 30)} then {rows(0, days)}"
        for days in _WINDOWS
    )
    return Check(
        table, moment, "freshness",
        f"New rows keep arriving in {table}: no run of days has less than {_STALLED:.0%} of what the month before it "
        "had; the rows of that run are counted.",
        "critical",
        tally=f"case when not ({daily}) then null {stopped} end",
        # What the longest run allows of rows in the shortest, and the least that any run needs in the month before it.
        screen=(
            f"{rows(0, longest + 30)} * {longest} >= 600 and "
            f"{rows(0, _WINDOWS[-1])} * 30.0 <= {_STALLED} * {longest} * {rows(0, longest + 30)}"
        ),
        needs=(f"{table}.{moment}",),
    )  # fmt: skip


def _steady(table: str, moment: str) -> Check:
    days = (
        f"select (date_trunc('day', {q(moment)}))::date as day, count(*) as n from ⟦{table}⟧ "
        f"where {q(moment)} is not null group by 1"
    )
    return Check(
        table, moment, "volume_jump",
        f"{table} grows steadily: no day brings half of all rows and twenty times what was there before.",
        measure=(
            f"select max(n) from (select n, sum(n) over () as total, sum(n) over (order by day) - n as before "
            f"from ({days}) d) w where before >= 5 and n >= 50 and n >= 0.5 * total and n >= 20 * before"
        ),
        # Such a day has less than a twentieth of all rows before it, and at least half of them in it.
        screen=(
            f"date_trunc('day', quantile_disc(t.{q(moment)}, 0.1)) = "
            f"date_trunc('day', quantile_disc(t.{q(moment)}, 0.4))"
        ),
        sample=f"select day from ({days}) d order by n desc limit 1",
        needs=(f"{table}.{moment}",),
    )  # fmt: skip


def _together(child: str, sibling: str) -> Check:
    own = event_time(TABLES[child])
    other = event_time(TABLES[sibling])
    if own is None or other is None:
        raise ValueError(f"{child} and {sibling} need the time of their rows to be compared.")
    late, beside = f"{q(own)} > ⟦now⟧ - w * interval '1 day'", f"{q(other)} > ⟦now⟧ - w * interval '1 day'"
    # Each table is read once: what came within each window, and what came before it.
    windows = (
        f"select late, early, beside, earlier from (select w, count(*) filter (where {late}) as late, "
        f"count(*) filter (where not ({late})) as early from {_TOGETHER} cross join ⟦{child}⟧ group by w) c "
        f"join (select w as of, count(*) filter (where {beside}) as beside, "
        f"count(*) filter (where not ({beside}) and {q(other)} >= (select min({q(own)}) from ⟦{child}⟧)) as earlier "
        f"from {_TOGETHER} cross join ⟦{sibling}⟧ group by w) s on s.of = c.w"
    )
    return Check(
        child, own, "sibling_ratio",
        f"{child} and {sibling} move together: the first does not stop while the second grows; its rows are counted.",
        "critical",
        measure=(
            f"select max(late + early) from ({windows}) s where earlier > 0 and early * beside >= 5 * earlier "
            "and late * 10.0 * earlier <= early * beside"
        ),
        needs=(f"{child}.{own}", f"{sibling}.{other}"),
    )  # fmt: skip
