"""Every SQL file is asked by a function and reads only what the catalogue or the mirror's record has."""

from __future__ import annotations

from pathlib import Path

import pytest

import queries
from catalogue import TABLES
from replica.lineage import reads

ROOT = Path(queries.__file__).parent
FILES = sorted(ROOT.rglob("*.sql"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_question_reads_known_tables_and_columns(path):
    found = reads(path.read_text(encoding="utf-8"))
    known = {f"{table.name}.{column.name}" for table in TABLES.values() for column in table.columns}
    assert set(found.tables) <= set(TABLES)
    assert set(found.columns) <= known


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_question_is_asked_by_its_module(path):
    folder = path.parent.parent if path.parent.name == "facts" else path.parent
    module = "".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.py")))
    assert f'"{path.stem}"' in module or f'"{path.name}"' in module
