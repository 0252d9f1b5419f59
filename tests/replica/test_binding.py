"""Binding: documented names on live schemas of any shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from replica.binding import Binding, LiveSchema, LiveTable, bind, confirm, introspect
from replica.connection import connect
from replica.errors import NoDocumentedTable
from replica.settings import Settings
from replica.values import LiveColumn

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.cluster import EmbeddedPair


def live_table(name: str, *columns: str, schema: str = "public", **more: Any) -> LiveTable:
    """Return a live table; a column is `name` (text) or `name base` or `name base data_type`."""
    made = []
    for position, text in enumerate(columns, start=1):
        column, base, data_type, *_ = [*text.split(" ", maxsplit=2), "text", "text"]
        if " " in text and text.count(" ") == 1:
            data_type = base
        made.append(LiveColumn(column, position, base, base, data_type=data_type, array=data_type == "ARRAY"))
    return LiveTable(schema=schema, name=name, kind="table", columns=tuple(made), **more)


def bound(*tables: LiveTable, **bindings: str) -> Binding:
    settings = Settings(bindings={name.replace("__", "."): value for name, value in bindings.items()})
    return bind(LiveSchema(tables), settings)


def test_the_documented_name_binds_first() -> None:
    column = bound(live_table("page_views", "page_url", "path")).tables["page_views"].column("page_url")
    assert (column.state, column.live_name, column.conversion) == ("exact", "page_url", "")
    assert column.expression == 't."page_url"::text'


def test_else_a_known_other_name_binds() -> None:
    column = bound(live_table("page_views", "id uuid", "path")).tables["page_views"].column("page_url")
    assert (column.state, column.live_name) == ("alias", "path")


def test_else_a_conversion_binds_and_cents_become_dollars() -> None:
    lines = bound(live_table("journal_entry_lines", "debit_amount_cents int8", "gl_account_id uuid"))
    debit = lines.tables["journal_entry_lines"].column("debit")
    assert (debit.state, debit.live_name) == ("derived", "debit_amount_cents")
    assert "cents to dollars" in debit.conversion
    assert debit.duckdb_type == "DECIMAL(18,2)"
    assert lines.tables["journal_entry_lines"].column("account_id").state == "alias"


def test_else_another_table_is_looked_up_once_per_key() -> None:
    both = bound(live_table("cars", "id uuid", "slug", "name"), live_table("car_issues", "car_id uuid", "title"))
    column = both.tables["car_issues"].column("car_slug")
    assert column.state == "derived"
    assert column.live_name == "car_id"
    assert len(both.tables["car_issues"].joins) == 1
    assert "distinct on (key)" in both.tables["car_issues"].joins[0]


def test_a_lookup_without_the_other_table_is_unbound() -> None:
    column = bound(live_table("car_issues", "car_id uuid", "title")).tables["car_issues"].column("car_slug")
    assert column.state == "unbound"
    assert column.expression is None


def test_an_unbound_column_says_why_and_which_line_would_bind_it() -> None:
    column = bound(live_table("page_views", "path")).tables["page_views"].column("user_id")
    assert column.state == "unbound"
    assert "public.page_views" in column.conversion
    assert column.setting.startswith('"page_views.user_id" = ')


def test_a_setting_wins_over_every_other_way() -> None:
    found = bound(live_table("page_views", "page_url", "path", "other"), page_views__page_url="other")
    column = found.tables["page_views"].column("page_url")
    assert (column.state, column.live_name) == ("setting", "other")


def test_a_setting_may_be_an_expression_and_only_over_the_table() -> None:
    table = live_table("page_views", "path", "host")
    column = bound(table, page_views__page_url="'https://' || host || path").tables["page_views"].column("page_url")
    assert column.state == "setting"
    assert column.uses == ("host", "path")
    refused = bound(table, page_views__page_url="(select 1)")
    assert refused.tables["page_views"].column("page_url").state == "alias"
    assert any("page_views.page_url" in warning for warning in refused.warnings)


def test_a_setting_may_name_the_table() -> None:
    found = bound(live_table("visits", "path", schema="web"), page_views="web.visits")
    assert found.tables["page_views"].live.key == "web.visits"
    with pytest.raises(NoDocumentedTable):
        bound(live_table("visits", "path"))


def test_a_setting_that_names_nothing_is_warned_about() -> None:
    warnings = bound(live_table("cars", "id uuid"), page_viws__page_url="path").warnings
    assert any("page_viws.page_url" in warning for warning in warnings)


def test_a_homonym_is_not_taken_for_the_documented_column() -> None:
    homonym = bound(live_table("cars", "id uuid", "make", "tier")).tables["cars"]
    assert homonym.column("tier").state == "unbound"
    assert "something else" in homonym.column("tier").conversion
    assert bound(live_table("cars", "id uuid", "brand", "tier")).tables["cars"].column("tier").state == "exact"


def test_a_conversion_that_depends_on_the_live_type_waits_for_it() -> None:
    def state(column: str) -> str:
        return bound(live_table("al_messages", "id uuid", column)).tables["al_messages"].column("tool_calls").state

    assert state("tool_calls text ARRAY") == "derived"
    assert state("tool_calls jsonb") == "exact"


def test_of_two_live_tables_the_one_that_binds_more_answers() -> None:
    venues = live_table("track_venues", "id uuid", "slug", "name", "city", "country", "length_miles float8")
    chosen = bound(live_table("tracks", "id uuid"), venues).tables["tracks"]
    assert chosen.live_name == "track_venues"
    same = live_table("tracks", "id uuid", "slug", "name", "city", "country", "length_miles float8")
    assert bound(venues, same).tables["tracks"].live_name == "tracks"


def test_public_is_looked_at_before_other_schemas() -> None:
    found = bound(live_table("cars", "id uuid"), live_table("cars", "id uuid", schema="archive"))
    assert found.tables["cars"].live_schema == "public"
    assert [table.key for table in found.undocumented] == ["archive.cars"]


def test_what_nobody_documented_is_listed_and_never_ignored() -> None:
    found = bound(live_table("cars", "id uuid", "slug", "surprise"), live_table("stranger", "x"))
    assert [column.name for column in found.unexpected["cars"]] == ["surprise"]
    assert [table.name for table in found.undocumented] == ["stranger"]
    assert "page_views" in found.missing
    assert all(column.state == "unbound" for column in found.missing["page_views"].columns)


def test_a_table_that_may_not_be_read_is_missing_for_that_reason_and_not_empty() -> None:
    found = bound(live_table("cars", "id uuid"), live_table("page_views", "path", readable=False))
    assert "may not select" in found.missing["page_views"].reason
    assert found.missing["page_views"].live is not None
    assert found.undocumented == ()


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ((), "holds no table"),
        ((live_table("stranger", "x"),), "None of the 1 tables"),
        ((live_table("cars", "id uuid", readable=False),), "may read none"),
    ],
)
def test_a_database_without_any_documented_table_is_refused_in_words(tables: tuple[LiveTable, ...], words: str) -> None:
    with pytest.raises(NoDocumentedTable, match=words):
        bound(*tables)


SHOP = """
create type mood as enum ('b', 'a');
create domain cents as bigint check (value >= 0);
create domain fine_cents as cents;
create schema web;
create table cars (id uuid primary key, slug text unique, name text not null default 'x', "Odd ""Name" text);
comment on table cars is 'the cars'; comment on column cars.slug is 'short name';
create table car_issues (
    id uuid primary key, car_id uuid references cars (id), title text, mood mood, moods mood[], price fine_cents,
    amount numeric(12, 4), padded char(3), many text[][]
);
alter table car_issues add constraint loose foreign key (title) references cars (slug) not valid;
create table web.page_views (id uuid, path text, created_at timestamp) partition by range (created_at);
create table web.page_views_1 partition of web.page_views for values from ('2026-01-01') to ('2027-01-01');
create view car_names as select name from cars;
create materialized view car_count as select count(*) as n from cars;
create schema auth; create table auth.users (id uuid, encrypted_password text);
insert into cars values ('00000000-0000-0000-0000-000000000001', 'miata', 'Mazda MX-5', null);
insert into car_issues (id, car_id, title) values
    ('00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-000000000001', null),
    ('00000000-0000-0000-0000-00000000000b', null, null);
insert into web.page_views values ('00000000-0000-0000-0000-00000000000c', '/x', '2026-01-02 03:04:05');
grant usage on schema web to autorev_reader; grant select on all tables in schema web to autorev_reader;
"""


@pytest.mark.integration
def test_the_live_schema_is_read_as_it_is(embedded_pair: EmbeddedPair, scratch: Callable[..., str]) -> None:
    with connect(Settings().at(embedded_pair.reader_url(scratch(SHOP)))).open() as connection:
        found = {table.key: table for table in introspect(connection).tables}
    assert list(found) == [
        "public.car_count", "public.car_issues", "public.car_names", "public.cars", "web.page_views"
    ]  # fmt: skip
    assert {table.kind for table in found.values()} == {"table", "view", "materialized view", "partitioned table"}
    cars, issues = found["public.cars"], found["public.car_issues"]
    assert cars.comment == "the cars"
    assert cars.primary_key == ("id",)
    assert [column.name for column in cars.columns] == ["id", "slug", "name", 'Odd "Name']
    assert cars.columns[1].comment == "short name"
    assert (cars.columns[2].not_null, cars.columns[2].default) == (True, "'x'::text")
    assert cars.bytes > 0
    assert found["web.page_views"].bytes > 0
    keys = {key.name: key for key in issues.foreign_keys}
    assert keys["car_issues_car_id_fkey"].references_table == "cars"
    assert keys["car_issues_car_id_fkey"].validated
    assert not keys["loose"].validated
    columns = {column.name: column for column in issues.columns}
    assert (columns["mood"].kind, columns["mood"].labels, columns["mood"].data_type) == (
        "e",
        ("b", "a"),
        "USER-DEFINED",
    )
    assert (columns["moods"].array, columns["moods"].base, columns["moods"].data_type) == (True, "mood", "ARRAY")
    assert (columns["price"].base, columns["price"].domain) == ("int8", "fine_cents")
    assert (columns["amount"].precision, columns["amount"].scale) == (12, 4)
    assert (columns["padded"].base, columns["padded"].data_type) == ("bpchar", "character")
    assert columns["many"].dimensions == 2


@pytest.mark.integration
def test_bound_columns_read_under_their_documented_names(
    embedded_pair: EmbeddedPair, scratch: Callable[..., str]
) -> None:
    settings = Settings().at(embedded_pair.reader_url(scratch(SHOP)))
    with connect(settings).open() as connection:
        binding = bind(introspect(connection), settings)
        issues = binding.tables["car_issues"]
        rows = connection.execute(issues.select_sql(["car_slug", "title", "severity"]) + " order by t.id").fetchall()
        assert rows == [("miata", None, None), (None, None, None)]
        views = binding.tables["page_views"]
        text = views.select_sql(["page_url", "created_at"], where="t.path = '/x'")
        row = connection.execute(text).fetchone()
        assert row is not None
        assert row[0] == "/x"
        assert row[1].isoformat() == "2026-01-02T03:04:05+00:00"
        assert "read as UTC" in views.column("created_at").conversion


@pytest.mark.integration
def test_a_parent_that_holds_a_key_twice_multiplies_no_row(
    embedded_pair: EmbeddedPair, scratch: Callable[..., str]
) -> None:
    name = scratch(
        """
        create table cars (id uuid, slug text);
        insert into cars values ('00000000-0000-0000-0000-000000000001', 'b'), (null, 'c'), (null, 'd'),
            ('00000000-0000-0000-0000-000000000001', 'a');
        create table car_issues (car_id uuid);
        insert into car_issues values ('00000000-0000-0000-0000-000000000001'), (null);
        """
    )
    settings = Settings().at(embedded_pair.reader_url(name))
    with connect(settings).open() as connection:
        issues = bind(introspect(connection), settings).tables["car_issues"]
        rows = connection.execute(issues.select_sql(["car_slug"]) + " order by 1").fetchall()
    assert rows == [("a",), (None,)]


@pytest.mark.integration
def test_a_renamed_column_and_a_dropped_table_bind_anew(
    embedded_pair: EmbeddedPair, scratch: Callable[..., str], alter: Callable[[str, str], None]
) -> None:
    name = scratch("create table page_views (page_url text); create table cars (id uuid)")
    settings = Settings().at(embedded_pair.reader_url(name))
    with connect(settings).open() as connection:
        assert bind(introspect(connection), settings).tables["page_views"].column("page_url").state == "exact"
        alter(name, "alter table page_views rename page_url to path; drop table cars")
        after = bind(introspect(connection), settings)
    assert after.tables["page_views"].column("page_url").state == "alias"
    assert "cars" in after.missing


@pytest.mark.integration
def test_a_column_the_role_may_not_select_is_unbound_for_that_reason(
    embedded_pair: EmbeddedPair, scratch: Callable[..., str]
) -> None:
    name = scratch(
        "drop role if exists column_reader; create role column_reader login;"
        "create table cars (id uuid, slug text, name text); grant select (id, slug) on cars to column_reader",
        grant=False,
    )
    settings = Settings().at(f"host={embedded_pair.sockets / 'standby'} dbname={name} user=column_reader")
    with connect(settings).open() as connection:
        cars = bind(introspect(connection), settings).tables["cars"]
        assert cars.column("slug").state == "exact"
        assert cars.column("name").state == "unbound"
        assert "may not select" in cars.column("name").conversion
        assert connection.execute(cars.select_sql(["slug", "name"])).fetchall() == []


@pytest.mark.integration
def test_a_setting_that_postgres_refuses_is_unbound_and_said(
    embedded_pair: EmbeddedPair, scratch: Callable[..., str]
) -> None:
    name = scratch("create table cars (id uuid, slug text, flag boolean)")
    settings = Settings(bindings={"cars.hp": "flag + 1", "cars.name": "upper(slug)"}).at(embedded_pair.reader_url(name))
    with connect(settings).open() as connection:
        confirmed = confirm(connection, bind(introspect(connection), settings))
    assert confirmed.tables["cars"].column("hp").state == "unbound"
    assert confirmed.tables["cars"].column("name").state == "setting"
    assert any("cars.hp" in warning for warning in confirmed.warnings)


@pytest.mark.integration
@pytest.mark.parametrize("names", ["documented", "live"])
def test_every_bound_column_of_the_demo_reads(
    embedded_pair: EmbeddedPair, built: Callable[..., str], names: str
) -> None:
    name = built("demo" if names == "documented" else "demo_live", names=names)
    settings = Settings().at(embedded_pair.reader_url(name))
    with connect(settings).open() as connection:
        binding = bind(introspect(connection), settings)
        for table in binding.tables.values():
            text = table.select_sql([column.column for column in table.columns]) + " limit 5"
            try:
                connection.execute(text)
            except psycopg.Error as refused:
                pytest.fail(f"{table.name}: {refused}")
    if names == "documented":
        assert not binding.missing
        assert not [c.name for t in binding.tables.values() for c in t.columns if c.state in {"unbound", "alias"}]
