"""What the pages of product analytics keep: whom they leave out, and that a choice lists its people."""

from __future__ import annotations

import pytest

RANGE = {"range": "Custom", "from": "2026-01-01", "to": "2026-01-31"}
TABLES = {
    "user_profiles": """
        id | is_staff | created_at
        u1 | false    | 2026-01-01 10:00:00
        u2 | true     | 2026-01-01 10:00:00
    """,
    "page_views": """
        id | user_id | visitor_id | session_id | created_at          | page_url | is_bot
        p1 | u1      | v1         | s1         | 2026-01-02 10:00:00 | /garage  | false
        p2 | u2      | v2         | s2         | 2026-01-02 10:00:00 | /garage  | false
        p3 | null    | v3         | s3         | 2026-01-02 10:00:00 | /garage  | true
    """,
}
LEFT_OUT = "Left out: 2 events of 1 staff, 1 events of bots."


@pytest.mark.parametrize(
    "key", ["stream", "funnels", "retention", "trends", "active", "paths", "engagement", "acquisition", "timeline"]
)
def test_whom_a_page_leaves_out_is_said_on_it(open_page, mirror_with, key):
    page = open_page(key, mirror_with(**TABLES), **RANGE)
    assert not page.exception
    assert LEFT_OUT in [one.value for one in page.text]


def test_the_people_of_a_page_and_of_a_point_are_listed(open_page, mirror_with, uuid_of):
    mirror = mirror_with(**TABLES)
    page = open_page("engagement", mirror, **RANGE, station="/garage")
    assert page.dataframe[-1].value["actor_key"].to_list() == [uuid_of("u1")]
    page = open_page("trends", mirror, **RANGE, period="2026-01-02")
    assert page.dataframe[-1].value["actor_key"].to_list() == [uuid_of("u1")]
