"""The commands over the hostile database: tables move no terminal, CSV and JSON stay valid and harmless."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from typer.testing import CliRunner

import autorev
from tests.hostile.conftest import MARK, NAMES

pytestmark = pytest.mark.integration
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
COMMANDS = ["doctor", "tables", "schema"]


@pytest.fixture
def answer(hostile_settings, monkeypatch):
    """Return what a command writes about the hostile database."""
    monkeypatch.setenv("AUTOREV_HOME", str(hostile_settings.home))
    monkeypatch.setenv("AUTOREV_MIRROR_NAME", hostile_settings.mirror_name)
    monkeypatch.setenv("AUTOREV_DATABASE_URL", hostile_settings.database_url.get_secret_value())

    def run(*arguments):
        done = CliRunner().invoke(autorev.app, [*arguments, "--no-refresh"])
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_no_table_for_reading_moves_the_terminal(answer, command):
    shown = answer(command)
    assert shown
    assert not CONTROLS.search(shown)


def test_json_holds_the_names_as_they_are_and_nothing_a_terminal_obeys(answer):
    text = answer("tables", "--format", "json")
    assert not CONTROLS.search(text)
    assert {*NAMES[::3]} <= {row["table"] for row in json.loads(text)}


@pytest.mark.parametrize("command", COMMANDS)
def test_csv_has_its_columns_in_every_row_and_no_cell_that_begins_a_formula(answer, command):
    rows = list(csv.reader(io.StringIO(answer(command, "--format", "csv"), newline="")))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "\t", "\r", "+cmd", "-2+3"))]
    assert command == "doctor" or any(MARK in cell for row in rows for cell in row)
