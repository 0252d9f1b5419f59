"""The catalogue says what the data dictionary says; `dictionary.json` is the extract it is held against."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import sqlalchemy as sa
import sqlglot

from catalogue import TABLES, VIEWS, column_note, documented_tables, note_of
from catalogue._declare import Alias, Derived, Lookup

HERE = Path(__file__).parent
DICTIONARY: dict[str, Any] = json.loads((HERE / "dictionary.json").read_text(encoding="utf-8"))
SPECIFICATION = HERE.parents[2] / "shared" / "spec" / "data-dictionary.md"

TABLE_ENTRIES = [pytest.param(entry, id=entry["name"]) for entry in DICTIONARY["tables"]]
ALL_TABLES = [pytest.param(table, id=name) for name, table in TABLES.items()]
COUNTERPARTS = [
    pytest.param(counterpart, id=f"{table.name}.{column.name}-{number}")
    for table in TABLES.values()
    for column in table.columns
    for number, counterpart in enumerate(column_note(column).live)
]


def read_specification(text: str) -> dict[str, Any]:
    """Parse the dictionary's own text into the form of the extract."""
    body, _, appendices = text.partition("\n## Appendix A")
    views, _, rest = appendices.partition("\n## Appendix B")
    materialized, _, _ = rest.partition("\n## Appendix C")
    domains: list[str] = []
    tables: list[dict[str, Any]] = []
    header: list[str] = []
    for line in body.splitlines():
        if found := re.match(r"## \d+\. (.*)", line):
            domains.append(found[1])
        elif domains and (found := re.match(r"### `([^`]+)`", line)):
            tables.append({"name": found[1], "domain": domains[-1], "rows": None, "columns": None, "fields": []})
        elif found := re.match(r"\| \*\*(Rows|Columns)\*\*\s*\|\s*(\S+)", line):
            tables[-1][found[1].lower()] = int(found[2].replace(",", "")) if found[1] == "Rows" else found[2]
        elif tables and line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells[0] == "Field":
                header = cells
            elif found := re.fullmatch(r"`([^`]+)`", cells[0]):
                tables[-1]["fields"].append([found[1], dict(zip(header, cells, strict=True)).get("Type")])
    return {
        "domains": domains,
        "views": re.findall(r"^\| `(\w+)`", views, re.MULTILINE),
        "materialized_views": {
            name: int(rows) for name, rows in re.findall(r"^\| `(\w+)`\s*\|\s*(\d+)", materialized, re.MULTILINE)
        },
        "tables": tables,
    }


def test_the_extract_says_what_the_specification_says() -> None:
    if not SPECIFICATION.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{SPECIFICATION.name} is not beside the repository; put shared/spec there.")
        pytest.skip(f"{SPECIFICATION.name} is not beside the repository, so the extract stands unchecked.")
    assert read_specification(SPECIFICATION.read_text(encoding="utf-8")) == DICTIONARY


def test_the_17_domains_are_those_of_the_dictionary() -> None:
    assert len(DICTIONARY["domains"]) == 17
    assert {note_of(table).domain for table in TABLES.values()} == set(DICTIONARY["domains"])


def test_the_88_tables_are_those_of_the_dictionary() -> None:
    assert len(documented_tables()) == 88
    assert {table.name for table in documented_tables()} == {entry["name"] for entry in DICTIONARY["tables"]}


def test_all_documented_rows_add_up_to_146470() -> None:
    assert sum(note_of(table).rows or 0 for table in documented_tables()) == 146_470


@pytest.mark.parametrize("entry", TABLE_ENTRIES)
def test_rows_columns_and_domain_are_recorded_as_documented(entry: dict[str, Any]) -> None:
    note = note_of(TABLES[entry["name"]])
    columns = f"{note.columns}{'+' if note.columns_at_least else ''}"
    assert (note.domain, note.rows, columns) == (entry["domain"], entry["rows"], entry["columns"])


@pytest.mark.parametrize("entry", TABLE_ENTRIES)
def test_every_documented_field_is_there_with_its_type_and_no_other_claims_to_be(entry: dict[str, Any]) -> None:
    table = TABLES[entry["name"]]
    declared = {name: column_note(column) for name, column in table.columns.items() if column_note(column).documented}
    typed = {name: declared[name].spelling if type_ else None for name, type_ in entry["fields"] if name in declared}
    assert typed == dict(entry["fields"])
    assert set(declared) == set(typed)


@pytest.mark.parametrize("table", ALL_TABLES)
def test_table_and_columns_are_explained(table: sa.Table) -> None:
    texts = {"(grain)": note_of(table).grain} | {column.name: column.comment or "" for column in table.columns}
    unexplained = [name for name, text in texts.items() if not text.strip() or "TODO" in text]
    assert unexplained == []


@pytest.mark.parametrize("table", ALL_TABLES)
def test_every_reference_resolves_to_a_column_that_identifies_a_row(table: sa.Table) -> None:
    targets = [key.column for key in table.foreign_keys]
    for column in table.columns:
        if element := column_note(column).elements_of:
            parent, _, name = element.partition(".")
            targets.append(TABLES[parent].columns[name])
    assert [str(target) for target in targets if not (target.primary_key or target.unique)] == []


@pytest.mark.parametrize("table", ALL_TABLES)
def test_the_event_time_names_a_time_column_of_the_table(table: sa.Table) -> None:
    event_time = note_of(table).event_time
    if event_time is not None:
        assert isinstance(table.columns[event_time].type, sa.TIMESTAMP | sa.Date)


@pytest.mark.parametrize("table", ALL_TABLES)
def test_every_table_has_a_primary_key(table: sa.Table) -> None:
    assert len(table.primary_key.columns) == 1


@pytest.mark.parametrize("table", ALL_TABLES)
def test_allowed_values_are_distinct_texts_on_text_columns(table: sa.Table) -> None:
    for column in table.columns:
        values = column_note(column).one_of
        assert all(value.strip() for value in values), column.name
        assert len(set(values)) == len(values), column.name


@pytest.mark.parametrize("counterpart", COUNTERPARTS)
def test_a_live_counterpart_uses_exactly_the_columns_it_says_it_needs(
    counterpart: Alias | Derived | Lookup,
) -> None:
    match counterpart:
        case Derived():
            named = {name for _, name, _, _ in Formatter().parse(counterpart.sql) if name is not None}
            assert named == set(counterpart.needs)
            assert sqlglot.parse_one(counterpart.sql.format_map({name: name for name in named}), read="postgres")
            assert counterpart.words
        case Lookup():
            assert counterpart.table in TABLES
            assert {counterpart.on, counterpart.value} <= set(TABLES[counterpart.table].columns.keys())
        case Alias():
            assert counterpart.name.isidentifier()


def test_the_13_views_and_4_materialized_views_are_accounted_for() -> None:
    plain = [view.name for view in VIEWS if not view.materialized]
    materialized = {view.name: view.documented_rows for view in VIEWS if view.materialized}
    assert sorted(plain) == sorted(DICTIONARY["views"])
    assert materialized == DICTIONARY["materialized_views"]
    assert [view.name for view in VIEWS if not (view.purpose and view.answered_by)] == []


def test_the_deprecated_table_is_known_and_names_its_successor() -> None:
    deprecated = [table for table in TABLES.values() if note_of(table).deprecated_for]
    assert [(table.name, note_of(table).deprecated_for) for table in deprecated] == [
        ("vehicle_known_issues", "car_issues")
    ]


def test_every_type_is_one_that_the_dictionary_spells() -> None:
    spellings = {column_note(column).spelling for table in TABLES.values() for column in table.columns}
    documented = {type_ for entry in DICTIONARY["tables"] for _, type_ in entry["fields"] if type_}
    assert spellings <= documented
