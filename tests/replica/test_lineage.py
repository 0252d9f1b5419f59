"""Which documented columns a question reads."""

from __future__ import annotations

import pytest

from replica.lineage import reads


@pytest.mark.parametrize(
    ("sql", "tables", "columns"),
    [
        ("select count(*) from cars", {"cars"}, set()),
        ("select c.slug from cars as c where hp > $hp", {"cars"}, {"cars.slug", "cars.hp"}),
        (
            "with cars as (select user_id as slug from page_views) select slug from cars",
            {"page_views"},
            {"page_views.user_id"},
        ),
        (
            "select name from cars where exists (select 1 from page_views as v where v.page_url = cars.slug)",
            {"cars", "page_views"},
            {"cars.name", "cars.slug", "page_views.page_url"},
        ),
        (
            "select unnest(x) from (select user_id as x from page_views union all select session_id from click_events)",
            {"click_events", "page_views"},
            {"click_events.session_id", "page_views.user_id"},
        ),
        (
            "select user_id from page_views qualify rank() over (partition by session_id order by created_at) = 1",
            {"page_views"},
            {"page_views.user_id", "page_views.session_id", "page_views.created_at"},
        ),
        ("select table_name from meta.tables", set(), set()),
        ("select x from other.cars", set(), set()),
    ],
)
def test_a_question_reads_these_columns(sql: str, tables: set[str], columns: set[str]) -> None:
    found = reads(sql)
    assert (set(found.tables), set(found.columns)) == (tables, columns)


def test_a_star_reads_every_mirrored_column() -> None:
    found = reads("select * from (select * from page_views)")
    assert {"page_views.user_id", "page_views.created_at"} <= set(found.columns)


def test_what_is_not_sql_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be read as SQL"):
        reads("select from where (")
