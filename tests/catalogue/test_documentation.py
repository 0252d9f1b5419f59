"""The committed documentation page is the one the catalogue writes."""

from __future__ import annotations

from catalogue import TABLES
from catalogue._documentation import PAGE, page


def test_the_committed_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "Run `python -m catalogue` and commit docs/data-dictionary.md."


def test_the_page_names_every_table_and_column_once() -> None:
    sections = page().split("\n### ")[1:]
    names = {section.split("`")[1]: section for section in sections}
    assert set(names) == set(TABLES)
    for name, table in TABLES.items():
        for column in table.columns:
            assert names[name].count(f"\n| `{column.name}` |") == 1
