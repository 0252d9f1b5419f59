"""What the page of the stream says."""

from __future__ import annotations

from dashboards import stream
from dashboards.view import Computed
from queries import events

COMPUTED = Computed("as told")


def test_unmapped_names_are_counted_named_and_found(mirror_with):
    mirror = mirror_with(
        user_events="""
            id | user_id | event_type    | created_at
            e1 | u1      | garage_added  | 2026-01-01 10:00:00
            e2 | u1      | Dyno Uploaded | 2026-01-01 10:01:00
        """
    )
    names = events.unmapped(mirror)
    view = stream.summary(events.counted(mirror), names, COMPUTED)
    assert {card.key: card.value for card in view.numbers} == {
        "events": 2, "actors": 1, "users": 1, "sessions": 1, "unmapped": 1,
    }  # fmt: skip
    assert view.notes == ("Nothing was left out.",)
    assert stream.names(names, COMPUTED).notes == ("Not on our lists: Dyno Uploaded.",)
    assert stream.names(names, COMPUTED, "GARAGE").figures[0].table["name"].to_list() == ["garage_added"]
    assert stream.disagreements(events.session_disagreements(mirror), COMPUTED).notes == ()
