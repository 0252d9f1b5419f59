"""Facts by day: read once of a generation; every range and segment comes out as if counted from the rows."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from catalogue.personal import EVERYTHING
from queries import founders
from queries.founders import days
from queries.founders.days import Days
from queries.span import GRAINS, Span

FIRST = date(2026, 1, 1)
SIGN_UPS = """
    id | location_state | is_staff | created_at
    a  | Ohio           | false    | 2026-01-01 10:00:00+00
    b  | Ohio           | false    | 2026-01-02 10:00:00+00
    c  |                | false    | 2026-01-02 23:30:00+00
"""
Fact = tuple[int, str | None, int | None, Decimal | None]
facts_drawn = st.lists(
    st.tuples(
        st.integers(0, 70),
        st.sampled_from(["x", "y", None]),
        st.sampled_from([1, 2, 3, 4, None]),
        st.none() | st.decimals(-5, 5, places=3),
    ),
    max_size=40,
)
spans_drawn = st.builds(
    lambda first, length, grain: Span(first, first + timedelta(days=length), grain=grain),
    st.dates(date(2025, 12, 29), date(2026, 3, 1)), st.integers(0, 70), st.sampled_from(GRAINS),
)  # fmt: skip


def by_day(facts: list[Fact]) -> pl.DataFrame:
    """Sum facts (day, segment, actor, amount) by day, segment and actor, as the question does."""
    summed: dict[tuple[date, str | None, int | None], list[Decimal]] = defaultdict(list)
    for day, segment, actor, amount in facts:
        summed[FIRST + timedelta(days=day), segment, actor] += [] if amount is None else [amount]
    rows = [(*key, sum(found) if found else None, len(found)) for key, found in summed.items()]
    return pl.DataFrame(rows, schema=Days.create_empty().schema, orient="row").sort("day")


def within(facts: list[Fact], span: Span) -> list[tuple[date, str | None, int | None, Decimal | None]]:
    dated = [(FIRST + timedelta(days=day), *rest) for day, *rest in facts]
    return [one for one in dated if span.first <= one[0] <= span.last]


@given(facts_drawn, spans_drawn)
def test_people_of_a_period_and_of_the_range_are_counted_once_each(facts, span):
    seen = defaultdict(set)
    for day, _, actor, _ in within(facts, span):
        seen[span.period_of(day)].add(actor)
        seen[None].add(actor)
    found = dict(days.people(by_day(facts), span).iter_rows())
    assert found == {None: 0} | {period: len(actors - {None}) for period, actors in seen.items()}


@given(facts_drawn, spans_drawn)
def test_sums_round_once_and_are_unknown_where_no_amount_is_known(facts, span):
    known = defaultdict(list)
    for day, _, _, amount in within(facts, span):
        for place in (span.period_of(day), None):
            known[place] += [] if amount is None else [amount]
    cents = Decimal("0.01")
    found = dict(days.sums(by_day(facts), span).iter_rows())
    assert found == {None: None} | {
        place: sum(amounts).quantize(cents, "ROUND_HALF_UP") if amounts else None for place, amounts in known.items()
    }


@given(facts_drawn, spans_drawn)
def test_a_stock_carries_all_that_came_before_the_range(facts, span):
    until = [one for one in within(facts, Span(FIRST - timedelta(days=9), span.last)) if one[3] is not None]
    found = days.changes(by_day(facts), span)["value"].sum()
    assert abs(Decimal(found) - sum(one[3] for one in until)) <= Decimal("0.005") * max(len(until), 1)


@given(facts_drawn, spans_drawn)
def test_the_segments_of_a_sum_add_up_to_it(facts, span):
    parts = days.segments(by_day(facts), span, "sum")
    assert parts["segment"].n_unique() == parts.height
    amounts = [one[3] for one in within(facts, span) if one[3] is not None]
    assert parts["value"].sum() == sum(amounts)
    assert parts["facts"].sum() == len(amounts)


def test_a_generation_is_read_once_whatever_range_is_asked_for(mirror_with):
    mirror = mirror_with(user_profiles=SIGN_UPS)
    asked = {"measured": "people", "timezone": "UTC"}
    frames = [days.by_day(mirror, "profiles", **asked) for _ in range(2)]
    assert frames[0] is frames[1]
    for span, count in ((Span(FIRST, FIRST), 1), (Span(FIRST, date(2026, 1, 31)), 3)):
        with mirror.trace() as trace:
            assert founders.new_users(mirror, span=span)["value"][0] == count
        assert [(one.name, "user_profiles" in one.tables) for one in trace.questions] == [("founders/days", True)]


def test_a_day_is_the_viewers(mirror_with):
    mirror = mirror_with(user_profiles=SIGN_UPS)
    asked = [days.by_day(mirror, "profiles", measured="stock", timezone=zone) for zone in ("UTC", "Europe/Berlin")]
    assert [one.group_by("day").agg(pl.col("facts").sum()).sort("day").rows() for one in asked] == [
        [(date(2026, 1, 1), 1), (date(2026, 1, 2), 2)],
        [(date(2026, 1, 1), 1), (date(2026, 1, 2), 1), (date(2026, 1, 3), 1)],
    ]


def test_without_a_dimension_all_roles_share_and_with_one_each_sees_its_own(mirror_with):
    mirror = mirror_with(user_profiles=SIGN_UPS)
    more = mirror.seeing(EVERYTHING)
    asked = {"measured": "people", "timezone": "UTC"}
    assert days.by_day(mirror, "profiles", **asked) is days.by_day(more, "profiles", **asked)
    states = [set(days.by_day(one, "profiles", by="state", **asked)["segment"]) for one in (mirror, more)]
    assert "Ohio" not in states[0]
    assert states[1] == {"Ohio", None}
