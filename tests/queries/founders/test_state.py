"""Conversations, content, open errors and cash."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from queries import founders
from queries.span import Span
from replica.errors import UnboundColumn

SPAN = Span(date(2026, 1, 1), date(2026, 1, 3))


def values(frame):
    """Return the whole first, then each day."""
    return frame.get_column("value").to_list()


def test_conversations_of_staff_are_left_out(mirror_with):
    mirror = mirror_with(
        user_profiles="""
            id    | is_staff
            staff | true
        """,
        al_conversations="""
            id | user_id | created_at
            1  | staff   | 2026-01-02 10:00:00+00
            2  |         | 2026-01-02 10:00:00+00
        """,
    )
    assert values(founders.conversations(mirror, span=SPAN)) == [1, 0, 1, 0]


def test_only_approved_events_are_content(mirror_with):
    mirror = mirror_with(
        cars="""
            id | slug  | created_at
            1  | miata | 2025-06-01 00:00:00+00
        """,
        events="""
            id | status   | created_at
            1  | approved | 2026-01-02 00:00:00+00
            2  | pending  | 2026-01-02 00:00:00+00
        """,
    )
    assert values(founders.content(mirror, span=SPAN)) == [2, 1, 2, 2]
    assert founders.content_kinds(mirror, span=SPAN).rows() == [("Approved events", 1, 1), ("Cars", 1, 0)]


def test_an_error_is_open_from_its_first_sighting_until_its_fix(mirror_with):
    mirror = mirror_with(
        application_errors="""
            id | is_resolved | first_seen_at       | last_seen_at        | resolved_at         | fixed_at
            1  | false       | 2025-12-31 10:00:00+00 | 2026-01-03 00:00:00+00 |                     |
            2  | true        | 2026-01-01 10:00:00+00 | 2026-01-01 11:00:00+00 | 2026-01-02 09:00:00+00 |
            3  | true        | 2026-01-01 10:00:00+00 | 2026-01-03 11:00:00+00 |                     |
        """
    )
    assert values(founders.open_errors(mirror, span=SPAN)) == [1, 3, 2, 1]


def test_cash_is_posted_lines_of_accounts_10_to_the_cent(mirror_with):
    mirror = mirror_with(
        gl_accounts="""
            id    | account_code | account_type
            bank  | 1010         | asset
            other | 1200         | asset
        """,
        journal_entries="""
            id | entry_date | status
            e1 | 2025-12-31 | posted
            e2 | 2026-01-02 | posted
            e3 | 2026-01-02 | draft
        """,
        journal_entry_lines="""
            id | journal_entry_id | account_id | debit  | credit
            1  | e1               | bank       | 100.10 |
            2  | e2               | bank       |        | 0.20
            3  | e3               | bank       | 999.00 |
            4  | e2               | other      | 0.20   |
        """,
    )
    expected = [Decimal("99.90"), Decimal("100.10"), Decimal("99.90"), Decimal("99.90")]
    assert values(founders.cash(mirror, span=SPAN)) == expected


def test_an_empty_ledger_leaves_cash_unknown_not_zero(mirror_with):
    assert values(founders.cash(mirror_with(), span=SPAN)) == [None] * 4


def test_a_needed_column_without_a_counterpart_is_named(mirror_with):
    mirror = mirror_with(unbound={"journal_entry_lines.debit"})
    with pytest.raises(UnboundColumn, match=r"journal_entry_lines\.debit"):
        founders.cash(mirror, span=SPAN)


def test_open_errors_do_without_the_columns_they_can_do_without(mirror_with):
    mirror = mirror_with(
        application_errors="""
            id | is_resolved | created_at
            1  | false       | 2026-01-02 10:00:00+00
        """,
        unbound={"application_errors.fixed_at", "application_errors.resolved_at"},
    )
    assert values(founders.open_errors(mirror, span=SPAN)) == [1, 0, 1, 1]
