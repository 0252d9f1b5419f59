"""The record of changes: volumes, who, which fields; sites of events; every day of the range."""

from __future__ import annotations

from datetime import date

from queries import operations
from queries.operations import records
from queries.span import Span

SPAN = Span(date(2026, 1, 1), date(2026, 1, 10))


def changes(table, day, many, by="u1"):
    return "\n".join(
        f"{table}{day}{place} | {table} | UPDATE | {by} | 2026-01-{day:02} 10:00:00+00" for place in range(many)
    )


def test_a_day_far_above_the_usual_one_is_unusual_and_quiet_days_count(mirror_with):
    even = "\n".join(changes("cars", day, 20) for day in range(1, 11))
    mirror = mirror_with(
        audit_log="id | table_name | action | changed_by | changed_at\n"
        + "\n".join([even, changes("parts", 4, 40, by=""), changes("events", 2, 2)])
    )
    found = records.volumes(mirror, span=SPAN)
    assert found.select("changed_table", "changes", "usual_day", "busiest_count", "busiest_day", "unusual").rows() == [
        ("parts", 40, 0.0, 40, date(2026, 1, 4), True),
        ("cars", 200, 20.0, 20, date(2026, 1, 1), False),
        ("events", 2, 0.0, 2, date(2026, 1, 2), False),
    ]
    assert found["by_the_system"].to_list() == [40, 0, 0]
    assert records.changers(mirror, span=SPAN)["changes"].to_list() == [202, 40]


def test_which_fields_changed_is_told_to_those_who_may_see_the_rows(mirror_with):
    mirror = mirror_with(
        audit_log="""
            id | table_name | action | changed_at | old_values | new_values
            a | cars | UPDATE | 2026-01-02 | {"hp": 1, "$x": [2], "same": null} | {"hp": 2, "$x": [3], "same": null}
            b | cars | INSERT | 2026-01-01 |                                   | {"hp": 2}
            c | cars | UPDATE | 2025-12-31 23:59:59+00 | {"hp": 1} | {"hp": 2}
        """
    )
    assert operations.audit(mirror, span=SPAN)["changed"].to_list() == [None, None]
    assert operations.audit(mirror.seeing(frozenset({"message"})), span=SPAN)["changed"].to_list() == ["$x, hp", None]


def test_sites_of_events_are_hosts_and_the_share_approved_is_of_those_decided(mirror_with):
    found = records.event_sources(
        mirror_with(
            events="""
                id | source_url | status
                1 | https://www.meets.example/a?x=1 | approved
                2 | https://meets.example:443/b     | rejected
                3 | http://meets.example            | pending
                4 |                                 | pending
            """
        )
    )
    assert found.select("source", "events", "approved_share").rows() == [
        ("meets.example", 3, 0.5),
        ("no source", 1, None),
    ]


def test_every_day_of_the_range_is_there_by_the_definitions_of_the_metrics(mirror_with):
    found = records.daily(
        mirror_with(
            user_profiles="id | is_staff | created_at\n u1 | false | 2026-01-02\n boss | true | 2026-01-02",
            user_events="""
                id | user_id | created_at
                1 | u1   | 2026-01-02 10:00:00+00
                2 | boss | 2026-01-02 10:00:00+00
                3 |      | 2026-01-02 10:00:00+00
            """,
        ),
        span=Span(date(2026, 1, 1), date(2026, 1, 3)),
    )
    assert found.drop("complete").rows() == [
        (date(2026, 1, 1), 0, 0, 0, 0), (date(2026, 1, 2), 1, 1, 3, 1), (date(2026, 1, 3), 0, 0, 0, 0),
    ]  # fmt: skip
