"""How commands write: nothing moves the terminal, JSON and CSV stay valid and harmless."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commands.common import Format, Place, Request, csv_text, drawn

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
HOSTILE = [
    "\x1b]0;mine\x07",
    "\x1b[2J",
    "\x9b31m",
    "a\u202eb",
    "=1\r=HYPERLINK(1)",
    "x;=1",
    "[bold]x[/bold]",
    "w" * 1_000_000,
]


def written(form, rows, columns, folder):
    file = Path(folder) / "answer"
    Request(Place(), no_refresh=True, form=form, output=file).write(rows, columns)
    return file.read_bytes().decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_table_holds_nothing_that_a_terminal_obeys(text):
    shown = drawn([{"name": text}], ["name"])
    assert not CONTROLS.search(shown)
    assert len(shown) < 5_000


def test_markup_of_the_drawing_library_is_text():
    assert "[bold]x[/bold]" in drawn([{"name": "[bold]x[/bold]"}], ["name"])


@pytest.mark.parametrize("form", [Format.json, Format.table])
def test_no_form_for_reading_holds_a_control_character(form, tmp_path):
    assert not CONTROLS.search(written(form, [{"name": text} for text in HOSTILE], ["name"], tmp_path))


@given(some.lists(some.text()))
def test_json_means_the_same_with_its_invisible_characters_escaped(tmp_path_factory, texts):
    text = written(Format.json, [{"name": one} for one in texts], ["name"], tmp_path_factory.mktemp("json"))
    assert [row["name"] for row in json.loads(text)] == texts


@given(some.lists(some.text(), min_size=1))
def test_csv_has_one_row_per_row_and_no_cell_that_begins_a_formula(texts):
    text = csv_text([{"name": one, "n": 1} for one in texts], ["name", "n"])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [row[1] for row in rows] == ["n", *["1"] * len(texts)]
    assert [row[0].removeprefix("'") for row in rows[1:]] == [one.removeprefix("'") for one in texts]
    assert not any(row[0].startswith(("=", "@", "\t", "\r")) for row in rows)
