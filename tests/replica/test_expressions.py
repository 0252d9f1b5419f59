"""The operator's expressions: one expression over one table's columns, and nothing else."""

from __future__ import annotations

import pytest

from replica.expressions import ExpressionRefused, checked_expression

COLUMNS = ("path", "amount_cents", "properties", "Odd Name", "created_at", "status")


@pytest.mark.parametrize(
    ("text", "sql", "uses"),
    [
        ("amount_cents / 100.0", 't."amount_cents" / 100.0', ("amount_cents",)),
        ("AMOUNT_CENTS + 1", 't."amount_cents" + 1', ("amount_cents",)),
        ('"Odd Name" || path', 't."Odd Name" || t."path"', ("Odd Name", "path")),
        ("coalesce(path, '/')", "COALESCE(t.\"path\", '/')", ("path",)),
        ("status in ('a', 'it''s')", "t.\"status\" IN ('a', 'it''s')", ("status",)),
        ("cast(amount_cents as text)", 'CAST(t."amount_cents" AS TEXT)', ("amount_cents",)),
        ("t.path", 't."path"', ("path",)),
        ("path -- a remark", 't."path"', ("path",)),
    ],
)
def test_an_expression_is_written_anew_over_the_live_table(text: str, sql: str, uses: tuple[str, ...]) -> None:
    assert checked_expression(text, COLUMNS) == (sql, uses)


@pytest.mark.parametrize(
    "text",
    [
        "case when status = 'x' then path else null end",
        "properties ->> 'url'",
        "(properties -> 'page') ->> 'url'",
        "created_at at time zone 'UTC'",
        "split_part(path, '/', 2)",
        "round(amount_cents / 100.0, 2)",
        "extract(epoch from created_at)",
        "jsonb_build_object('path', path)",
        "lower(trim(path))",
        "amount_cents between 1 and 2",
    ],
)
def test_what_an_operator_needs_is_allowed(text: str) -> None:
    assert 't."' in checked_expression(text, COLUMNS)[0]


@pytest.mark.parametrize(
    "text",
    [
        "(select passwd from pg_shadow limit 1)",
        "path, status",
        "path; drop table cars",
        "path from cars",
        "path union select 1",
        "pg_read_file('/etc/passwd')",
        "pg_sleep(100) is null and path is null",
        "lo_import(path)",
        "other.path",
        "missing",
        "*",
        "'constant'",
        "path in (select 1)",
        "path::regclass",
        "exists (select 1)",
        "path = $1",
        "count(*) over (order by path)",
        "sum(amount_cents)",
        "(values (path))",
        "not an expression at all",
        "",
        "path into outfile",
    ],
)
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        checked_expression(text, COLUMNS)
    assert str(refused.value)
    assert not str(refused.value).endswith(".")
