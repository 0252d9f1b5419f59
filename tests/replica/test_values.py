"""Values: what Postgres holds reaches Polars as it is, or is NULL and counted; nothing raises, nothing turns into 0."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import psycopg
import pytest

import catalogue
from replica.binding import introspect
from replica.connection import connect
from replica.layout import literal
from replica.refresh import _extension
from replica.settings import Settings
from replica.values import DUCKDB_TYPES, UNKNOWN, Carried, LiveColumn, Target, carry, carry_any, target_of, unbound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.cluster import EmbeddedPair

pytestmark = pytest.mark.integration

TABLE = """
create extension if not exists vector;
create type mood as enum ('low', 'high''er');
create domain cents as integer check (value >= 0);
create domain short_text as varchar(20);
create domain price as numeric;
create type pair as (x int, y text);
create table odd (
    id int primary key, free numeric, fine numeric(12,4), whole bigint, small smallint, wide double precision,
    words text, padded char(4), flag boolean, zoned timestamptz, plain timestamp, day date, clock time,
    clock_zoned timetz, feeling mood,
    amount cents, label short_text, cost price, tags text[], ids uuid[], numbers int[], feelings mood[],
    doc jsonb, loose json, address inet, span int4range, gap interval, key uuid, duo pair, raw bytea,
    embedding vector(2), coin money, bits bit(3)
);
insert into odd (id) values (0);
insert into odd values (
    1, 19.99, 1.2345, 42, 7, 1.5, '  12.50 ', 'ab', true, '2026-01-27 12:00+02', '2026-01-27 12:00', '2026-01-27',
    '10:30', '10:30+02', 'high''er', 500, 'label', 5.005, '{a,"b,c",null}', '{00000000-0000-0000-0000-000000000001}',
    '{1,2}', '{low}', '{"a": [1, null]}', '{"b": 2}', '10.0.0.1/8', '[1,5)', '1 day 2 hours',
    '00000000-0000-0000-0000-000000000001', '(1,z)', '\\x0001', '[1,2]', '12.34', '101'
);
insert into odd (id, free, wide, cost, zoned, plain, day, clock, tags, words) values
    (2, 'NaN', 'NaN', 'NaN', 'infinity', 'infinity', 'infinity', '24:00', '{{a,b},{c,d}}', 'yes'),
    (3, 'Infinity', 'Infinity', '-Infinity', '-infinity', '-infinity', '-infinity', '23:59:59.999999', '{}',
        '2024-02-29'),
    (4, 1e40, 1e308, 123456789012345678, '20000-01-01', '20000-01-01', '20000-01-01', '00:00', '[0:1]={x,y}',
        '2023-02-29'),
    (5, 1e-400, -1e-300, 0.004, '0044-03-15 BC', '0044-03-15 BC', '0044-03-15 BC', '12:00', '{{{z}}}',
        '00000000-0000-0000-0000-00000000000A'),
    (6, -9223372036854775809, 0.5, -0.005, '9999-12-31 23:59:59.999999+00', '9999-12-31 23:59:59', '9999-12-31', null,
        null, repeat('ä', 500000));
"""


class Odd:
    """The table of odd values: its live columns, and how they arrive."""

    def __init__(self, url: str) -> None:
        source = connect(Settings().at(url))
        self.postgres = source.open()
        self.columns = {
            column.name: column
            for table in introspect(self.postgres).tables
            if table.name == "odd"
            for column in table.columns
        }
        self.mirror = duckdb.connect(config={"allow_unsigned_extensions": "true"})
        self.mirror.execute(f"load '{_extension()}'")
        self.mirror.execute(f"attach {literal(source.conninfo)} as pg (type postgres, read_only)")
        self.mirror.execute("set timezone = 'UTC'")

    def close(self) -> None:
        self.mirror.close()
        self.postgres.close()

    def arrive(self, carried: Carried) -> dict[int, Any]:
        """Return id → value as Polars shows it, after the way through DuckDB."""
        query = f"select t.id, {carried.select_sql} as value from public.odd t"  # noqa: S608
        frame = self.mirror.execute(
            f"select id, cast(value as {carried.duckdb_type}) as value "  # noqa: S608
            f"from postgres_query('pg', {literal(query)}) order by id"
        ).pl()
        return dict(frame.rows())

    def counted(self, carried: Carried) -> dict[str, int]:
        """Return reason → number of values lost, zeros left out."""
        counts = {}
        for lost in carried.lost:
            query = f"select count(*) from public.odd t where {lost.predicate}"  # noqa: S608
            row = self.postgres.execute(query).fetchone()
            if row and row[0]:
                counts[lost.reason] = row[0]
        return counts

    def carry(self, name: str, target: Target) -> Carried:
        return carry(f't."{name}"', self.columns[name], target)


@pytest.fixture(scope="module")
def odd(embedded_pair: EmbeddedPair) -> Iterator[Odd]:
    with psycopg.connect(embedded_pair.primary_url(), autocommit=True) as owner:
        owner.execute("drop database if exists odd_values")
        owner.execute("create database odd_values")
    with psycopg.connect(embedded_pair.primary_url("odd_values"), autocommit=True) as owner:
        owner.execute(TABLE)
        owner.execute("grant select on all tables in schema public to autorev_reader")
    embedded_pair.wait_for_replay("odd_values")
    opened = Odd(embedded_pair.reader_url("odd_values"))
    yield opened
    opened.close()


def test_money_is_exact_and_what_cannot_be_money_is_null_and_counted(odd: Odd) -> None:
    carried = odd.carry("free", "MONEY")
    assert carried.duckdb_type == "DECIMAL(18,2)"
    arrived = odd.arrive(carried)
    assert arrived[1] == Decimal("19.99")
    assert [arrived[row] for row in (0, 2, 3, 4, 6)] == [None] * 5
    assert arrived[5] == Decimal(0)
    assert odd.counted(carried) == {
        "not a finite number": 2,
        "too large for money": 2,
        "more than two decimals, rounded": 1,
    }


def test_money_of_a_domain_is_rounded_to_the_cent_away_from_zero(odd: Odd) -> None:
    carried = odd.carry("cost", "MONEY")
    arrived = odd.arrive(carried)
    assert arrived[1] == Decimal("5.01")
    assert arrived[5] == Decimal(0)
    assert arrived[6] == Decimal("-0.01")
    assert odd.counted(carried) == {
        "not a finite number": 2,
        "too large for money": 1,
        "more than two decimals, rounded": 3,
    }


def test_whole_numbers_and_postgres_money_become_money(odd: Odd) -> None:
    assert odd.arrive(odd.carry("whole", "MONEY"))[1] == Decimal("42.00")
    assert odd.arrive(odd.carry("amount", "MONEY"))[1] == Decimal("500.00")
    assert odd.arrive(odd.carry("coin", "MONEY"))[1] == Decimal("12.34")


def test_a_decimal_that_no_double_holds_is_null_and_counted_never_zero(odd: Odd) -> None:
    carried = odd.carry("free", "DECIMAL")
    arrived = odd.arrive(carried)
    assert arrived[1] == pytest.approx(19.99)
    assert (arrived[2], arrived[3]) == (None, None)
    assert arrived[4] == pytest.approx(1e40)
    assert odd.counted(carried) == {"not a finite number": 2}
    carried = odd.carry("wide", "DECIMAL")
    assert odd.arrive(carried)[2] is None
    assert odd.arrive(carried)[4] == pytest.approx(1e308)
    assert odd.counted(carried) == {"not a finite number": 2}


def test_a_whole_number_from_decimals_is_rounded_and_counted(odd: Odd) -> None:
    carried = odd.carry("free", "INTEGER")
    arrived = odd.arrive(carried)
    assert arrived[1] == 20
    assert [arrived[row] for row in (2, 3, 4, 6)] == [None] * 4
    assert odd.counted(carried) == {
        "not a finite number": 2,
        "too large for a whole number": 2,
        "has a fraction, rounded": 2,
    }
    assert odd.arrive(odd.carry("flag", "INTEGER"))[1] == 1
    assert odd.arrive(odd.carry("gap", "INTEGER"))[1] == 93_600


def test_times_out_of_reach_are_null_and_counted(odd: Odd) -> None:
    noon = datetime(2026, 1, 27, 12, tzinfo=UTC)
    for name, first in (("zoned", noon.replace(hour=10)), ("plain", noon), ("day", noon.replace(hour=0))):
        carried = odd.carry(name, "TIMESTAMP")
        arrived = odd.arrive(carried)
        assert arrived[1] == first
        assert [arrived[row] for row in (0, 2, 3, 4, 5)] == [None] * 5
        assert arrived[6].year == 9999
        assert odd.counted(carried) == {"an infinite time": 2, "before year 1 or after year 9999": 2}
    assert "read as UTC" in odd.carry("plain", "TIMESTAMP").words
    assert odd.carry("zoned", "TIMESTAMP").words == ""


def test_days_and_times_of_day(odd: Odd) -> None:
    for name in ("day", "plain", "zoned"):
        carried = odd.carry(name, "DATE")
        arrived = odd.arrive(carried)
        assert arrived[1] == date(2026, 1, 27)
        assert arrived[4] is None
        assert odd.counted(carried) == {"an infinite time": 2, "before year 1 or after year 9999": 2}
    clock = odd.carry("clock", "TIME")
    assert odd.arrive(clock)[1] == time(10, 30)
    assert odd.arrive(clock)[2] is None
    assert odd.counted(clock) == {"24:00 is no time of day": 1}
    assert odd.arrive(odd.carry("clock_zoned", "TIME"))[1] == time(8, 30)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("feeling", "high'er"), ("label", "label"), ("address", "10.0.0.1/8"), ("span", "[1,5)"), ("bits", "101"),
        ("key", "00000000-0000-0000-0000-000000000001"), ("doc", '{"a": [1, null]}'), ("duo", "(1,z)"),
        ("padded", "ab"), ("tags", "a, b,c"), ("numbers", "1, 2"), ("whole", "42"), ("gap", "1 day 02:00:00"),
        ("embedding", "[1,2]"),
    ],
)  # fmt: skip
def test_every_type_can_be_text(odd: Odd, name: str, text: str) -> None:
    arrived = odd.arrive(odd.carry(name, "TEXT"))
    assert arrived[1] == text
    assert arrived[0] is None


def test_a_megabyte_of_text_arrives_whole(odd: Odd) -> None:
    assert odd.arrive(odd.carry("words", "TEXT"))[6] == "ä" * 500_000


def test_lists_arrive_flat_and_lists_of_lists_are_counted(odd: Odd) -> None:
    carried = odd.carry("tags", "TEXT[]")
    arrived = odd.arrive(carried)
    assert arrived[0] is None
    assert arrived[1] == ["a", "b,c", None]
    assert arrived[2] == ["a", "b", "c", "d"]
    assert arrived[3] == []
    assert arrived[4] == ["x", "y"]
    assert arrived[5] == ["z"]
    assert odd.counted(carried) == {"a list of lists, flattened": 2}
    assert odd.arrive(odd.carry("ids", "UUID[]"))[1] == ["00000000-0000-0000-0000-000000000001"]
    assert odd.arrive(odd.carry("feelings", "TEXT[]"))[1] == ["low"]
    assert odd.arrive(odd.carry("label", "TEXT[]"))[1] == ["label"]
    assert odd.arrive(carry("(t.doc -> 'a')", odd.columns["doc"], "TEXT[]"))[1] == ["1", None]


def test_documents_arrive_as_json_whatever_they_were(odd: Odd) -> None:
    assert odd.arrive(odd.carry("doc", "JSONB"))[1] == '{"a": [1, null]}'
    assert odd.arrive(odd.carry("loose", "JSONB"))[1] == '{"b": 2}'
    assert odd.arrive(odd.carry("tags", "JSONB"))[1] == '["a", "b,c", null]'
    assert odd.arrive(odd.carry("label", "JSONB"))[1] == '"label"'
    assert odd.arrive(odd.carry("free", "JSONB"))[2] == '"NaN"'


def test_text_becomes_what_it_spells_and_the_rest_is_counted(odd: Odd) -> None:
    expected: tuple[tuple[Target, int, object, int], ...] = (
        ("MONEY", 1, Decimal("12.50"), 5),
        ("INTEGER", 1, 13, 5),
        ("DECIMAL", 1, 12.5, 5),
        ("BOOLEAN", 2, True, 5),
        ("DATE", 3, date(2024, 2, 29), 5),
        ("TIMESTAMP", 3, datetime(2024, 2, 29, tzinfo=UTC), 5),
        ("UUID", 5, "00000000-0000-0000-0000-00000000000a", 5),
        ("TIME", 0, None, 6),
    )
    for target, row, value, failed in expected:
        carried = odd.carry("words", target)
        arrived = odd.arrive(carried)
        assert (str(arrived[row]) if target == "UUID" else arrived[row]) == value
        assert sum(odd.counted(carried).values()) - (target == "INTEGER") == failed, target
        assert sum(found is not None for found in arrived.values()) == 6 - failed


def test_an_expression_of_unknown_type_goes_through_its_text(odd: Odd) -> None:
    unknown = LiveColumn("x", 0, "an expression", UNKNOWN)
    assert odd.arrive(carry("(t.amount / 100.0)", unknown, "MONEY"))[1] == Decimal("5.00")
    assert odd.arrive(carry("(t.zoned)", unknown, "TIMESTAMP"))[1] == datetime(2026, 1, 27, 10, tzinfo=UTC)
    assert odd.arrive(carry("(t.zoned)", unknown, "TIMESTAMP"))[4] is None
    assert odd.arrive(carry("(t.free)", unknown, "MONEY"))[2] is None
    assert odd.arrive(carry("(t.flag)", unknown, "BOOLEAN"))[1] is True
    assert odd.arrive(carry("(t.doc)", unknown, "JSONB"))[1] == '{"a": [1, null]}'
    assert odd.arrive(carry("(t.numbers)", unknown, "TEXT[]"))[1] == ["1", "2"]


def test_no_pair_of_types_raises_and_all_that_arrives_empty_is_counted_or_was_empty(odd: Odd) -> None:
    for name, column in odd.columns.items():
        for target in DUCKDB_TYPES:
            carried = odd.carry(name, target)
            arrived = odd.arrive(carried)
            counted = sum(odd.counted(carried).values())
            row = odd.postgres.execute(f'select count(t."{name}") from odd t').fetchone()  # noqa: S608
            assert row
            lost = row[0] - sum(value is not None for value in arrived.values())
            assert lost <= counted, (name, column.type, target)


def test_columns_that_nobody_documented_arrive_close_to_their_own_type(odd: Odd) -> None:
    kinds = {name: carry_any(column).duckdb_type for name, column in odd.columns.items()}
    assert kinds["free"] == "DECIMAL(38,9)"
    assert kinds["fine"] == "DECIMAL(12,4)"
    assert kinds["whole"] == kinds["amount"] == "BIGINT"
    assert kinds["zoned"] == kinds["plain"] == "TIMESTAMPTZ"
    assert kinds["tags"] == "VARCHAR[]"
    assert kinds["feeling"] == kinds["duo"] == kinds["address"] == "VARCHAR"
    for column in odd.columns.values():
        odd.arrive(carry_any(column))
    assert odd.arrive(carry_any(odd.columns["raw"]))[1] == "2 bytes"
    assert odd.arrive(carry_any(odd.columns["fine"]))[1] == Decimal("1.2345")
    assert odd.arrive(carry_any(odd.columns["free"]))[2] is None


def test_an_unbound_column_is_a_null_of_its_type(odd: Odd) -> None:
    for target, kind in DUCKDB_TYPES.items():
        assert odd.arrive(Carried(unbound(target), kind))[1] is None


def test_every_catalogue_column_has_a_target_and_money_is_told_from_other_decimals() -> None:
    for table in catalogue.TABLES.values():
        for column in table.columns:
            assert target_of(column) in DUCKDB_TYPES
    assert target_of(catalogue.TABLES["journal_entry_lines"].columns["debit"]) == "MONEY"
