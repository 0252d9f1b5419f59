from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.ddl import ColumnShape, Shape
from demo.encode import completed, csv_of, fitted
from demo.errors import DemoError

if TYPE_CHECKING:
    from demo.cluster import EmbeddedPair

SHAPE = Shape("t", (ColumnShape("id", "BIGINT"), ColumnShape("said", "TEXT"), ColumnShape("tags", "TEXT[]")))
TEXT = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@pytest.mark.integration
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(TEXT, st.none() | st.lists(TEXT, max_size=4)), min_size=1, max_size=8))
def test_any_text_and_list_arrive_as_they_are(embedded_pair: EmbeddedPair, rows: list[tuple[Any, Any]]) -> None:
    frame = pl.DataFrame(
        [(place, *row) for place, row in enumerate(rows)],
        schema={"id": pl.Int64, "said": pl.String, "tags": pl.List(pl.String)},
        orient="row",
    )
    with psycopg.connect(embedded_pair.primary_url()) as connection:
        connection.execute("create temp table t (id bigint, said text, tags text[])")
        with connection.cursor().copy("copy t from stdin (format csv)") as copy:
            for part in csv_of(frame):
                copy.write(part)
        assert connection.execute("select said, tags from t order by id").fetchall() == rows
        connection.rollback()


def test_a_column_the_table_lacks_is_refused_by_name() -> None:
    with pytest.raises(DemoError, match="rows of t have columns that the table does not: mood"):
        fitted(pl.DataFrame({"id": [1], "mood": ["good"]}), SHAPE)


def test_columns_left_out_are_null_of_a_fitting_type() -> None:
    whole = completed(pl.DataFrame({"said": ["hello"]}), SHAPE)
    assert whole.schema == {"id": pl.Int64, "said": pl.String, "tags": pl.List(pl.String)}
    assert whole.rows() == [(None, "hello", None)]
