"""Whatever a person types or an address holds, only statements that were written reach DuckDB, its values bound."""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, quote

import pytest
import sqlglot
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as some
from sqlglot import exp

import queries
from dashboards import navigation, shell
from queries import explorer
from queries.explorer import OPERATORS, Filter, NotAllowed
from replica.mirror import Mirror
from store import Store
from tests.hostile.conftest import ATTACKS, NAMES
from tests.pages.test_every_page import CASES

FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ROOT = Path(queries.__file__).parents[1]
CARS = "id | slug | hp | name\n1 | miata | 181 | Mazda\n2 | supra | 382 | Toyota"
COLUMNS = ["slug", "hp", "name", "year", "cars.slug", "main", "rowid", *NAMES]
WORDS = some.one_of(some.text(), some.sampled_from([*ATTACKS[:-1], "miata", "181", "1e400", "", "nan", "-0"]))
WHOLE = some.one_of(some.integers(-3, 1_002), some.sampled_from([2**31, 2**63, -(2**63)]))
FILTERS = some.lists(
    some.builds(Filter, some.sampled_from(COLUMNS), some.sampled_from([*OPERATORS, "or 1=1", ""]), WORDS), max_size=3
)
ORDER = some.fixed_dictionaries(
    {"page": WHOLE, "page_size": WHOLE},
    optional={"sort": some.sampled_from(COLUMNS), "descending": some.booleans()},
)


@pytest.fixture
def statements(monkeypatch):
    """Return the (name, SQL) of everything put to DuckDB, also of what then failed."""
    seen, run = [], Mirror._run

    def recorded(self, opened, name, sql, *rest):
        seen.append((name, sql))
        return run(self, opened, name, sql, *rest)

    monkeypatch.setattr(Mirror, "_run", recorded)
    # An answer that is kept would hide what is put for it.
    monkeypatch.setattr("replica.mirror._SMALL", -1)
    return seen


@pytest.fixture
def mirror(mirror_with):
    return mirror_with(cars=CARS)


@pytest.fixture(scope="module")
def written():
    """Return whether a statement stands in a file, or is made of one that reads the facts of another."""
    rooms = [room for room in ROOT.iterdir() if not room.name.startswith(".")]
    files = {path.read_text(encoding="utf-8").strip().rstrip(";") for room in rooms for path in room.glob("**/*.sql")}

    def is_written(sql):
        remarks, _, rest = sql.partition("with facts as (\n")
        seams = [(rest[: seam.start()], rest[seam.end() :], seam[1]) for seam in re.finditer(r"\n\)(,?)\n\n", rest)]
        return sql in files or any(
            facts in files and remarks + ("with " if comma else "") + question in files
            for facts, question, comma in seams
        )

    return is_written


def parsed(sql):
    """Read a statement as DuckDB would: one select, and nothing beside it."""
    trees = sqlglot.parse(sql, dialect="duckdb")
    assert len(trees) == 1
    assert isinstance(trees[0], exp.Select)
    assert not any(trees[0].find_all(exp.Command, exp.DDL, exp.DML, exp.Attach, exp.Union, exp.Subquery, exp.With))
    return trees[0]


def parts(tree):
    """Return the conditions and the order of a statement with every name as x and every value as $."""
    anonymous = tree.copy()
    for name in list(anonymous.find_all(exp.Identifier)):
        name.replace(exp.to_identifier("x"))
    for value in list(anonymous.find_all(exp.Placeholder, exp.Parameter)):
        value.replace(exp.Placeholder())
    where, order = anonymous.args.get("where"), anonymous.args.get("order")
    conditions = (
        list(where.this.flatten()) if where and isinstance(where.this, exp.And) else [where.this] if where else []
    )
    found = {one.unnest().sql("duckdb") for one in conditions}
    return found, {one.sql("duckdb") for one in order.expressions} if order else set()


def unwritten(tree, known):
    """Say what a composed statement holds that no written one does: names, conditions, values in the text."""
    columns, conditions, orders, literals = known
    names = {column.name for column in tree.find_all(exp.Column)} - columns
    tables = {table.sql("duckdb") for table in tree.find_all(exp.Table)} - {"main.cars"}
    found, order = parts(tree)
    said = {literal.sql("duckdb") for literal in tree.find_all(exp.Literal)} - literals
    return [*names, *tables, *(found - conditions), *(order - orders), *said]


@pytest.fixture
def known(mirror, statements):
    """Return what written statements are made of: every operator with a plain word and a plain number, every sort."""
    columns = explorer.explored(mirror, "cars").columns
    statements.clear()
    for operator in OPERATORS:
        for value in ("word", "1"):
            explorer.rows(mirror, "cars", filters=[Filter("slug", operator, value)], sort="hp")
            explorer.rows(mirror, "cars", sort="slug", descending=True)
    trees = [parsed(sql) for name, sql in statements if name == "composed"]
    explorer.profile(mirror, "cars")
    literals = {literal.sql("duckdb") for tree in trees for literal in tree.find_all(exp.Literal)}
    conditions, orders = (set().union(*found) for found in zip(*map(parts, trees), strict=True))
    statements.clear()
    return set(columns), conditions, orders, literals


@FUZZ
@example([], {"page": 2**62, "page_size": 1_000})
@given(FILTERS, ORDER)
def test_no_filter_sort_or_page_makes_a_statement_that_was_not_written(
    mirror, statements, known, written, filters, asked
):
    statements.clear()
    with suppress(NotAllowed):
        explorer.matching(mirror, "cars", filters=filters)
        explorer.rows(mirror, "cars", filters=filters, **asked)
    for name, sql in statements:
        assert unwritten(parsed(sql), known) == [] if name == "composed" else written(sql)


@FUZZ
@given(some.one_of(some.text(), some.sampled_from([*NAMES, "meta.refresh", "main.cars", "CARS", "sqlite_master"])))
def test_no_name_of_a_table_reaches_a_statement_unless_it_is_on_the_list(mirror, statements, written, name):
    statements.clear()
    for question in (explorer.rows, explorer.profile, explorer.matching):
        with pytest.raises(NotAllowed):
            question(mirror, name)
    assert statements
    assert all(written(sql) for _, sql in statements)


ADDRESS = some.dictionaries(
    some.sampled_from([*shell.FILTER_KEYS, "table", "column", "operator", "value", "sort", "descending", "rows", "page",
                       "search", "domain", "state", "x", "embed", "theme"]),
    some.one_of(WORDS, some.sampled_from(
        ["cars", "hp", "slug", "is", "contains", "is at least", "2", "-1", "1e9", "true", "All time", "Custom", "50",
         "2026-02-30", "2026-02-01", "0001-01-01", "9999-12-31", "Europe/Berlin", "system", "exact"])),
    max_size=8,
)  # fmt: skip


SILENT = {"audit", "quality", "findings"}
"""Pages that put no question of a file: one reads the store, the checks of the other take nothing from an address."""


@pytest.mark.parametrize("key", [page.key for page in navigation.PAGES])
def test_no_address_ends_in_a_traceback_or_in_a_statement_that_was_not_written(
    open_page, mirror, statements, known, written, key
):
    @settings(FUZZ, max_examples=25)
    @given(ADDRESS)
    def opened(address):
        page = open_page(key, mirror, **CASES[key].address | address)
        assert [one.stack_trace for one in page.exception] == []

    opened()
    assert statements or key in SILENT
    for name, sql in statements:
        if name != "composed":
            assert written(sql)
        elif "approx_top_k" not in sql:
            assert unwritten(parsed(sql), known) == []


@FUZZ
@given(some.dictionaries(some.text(max_size=20), WORDS, max_size=4), some.text(max_size=80), some.text(max_size=300))
def test_a_saved_view_links_to_nothing_but_its_page(open_page, mirror, tmp_path, query, name, note):
    raw = "&".join(f"{quote(key)}={value}" for key, value in query.items())
    store = Store(tmp_path)
    for view in store.views():
        store.remove_view(view.id)
    with suppress(ValueError):  # a name without a letter
        store.save_view("schema", name, raw)
    assume(store.views())
    link = next(one.proto.body for one in open_page("schema", mirror).get("html") if "Open" in one.proto.body)
    before, address, after = link.split('"')[0], link.split('"')[1], '"'.join(link.split('"')[2:])
    assert (before, after) == ("<a href=", ' target="_self">Open</a>')
    assert address.startswith("?")
    assert not set(address) & set("<>\"' \n\\`")
    assert parse_qsl(unescape(address[1:])) == parse_qsl(raw)


@pytest.mark.parametrize(
    "sql",
    [
        "select slug from main.cars where slug = 'evil'",
        "select slug from main.cars where slug is null or true",
        "select slug from main.users",
        "select secret from main.cars",
        "select slug from main.cars order by length(slug)",
    ],
)
def test_a_statement_that_was_not_written_is_noticed(known, sql):
    assert unwritten(parsed(sql), known)
