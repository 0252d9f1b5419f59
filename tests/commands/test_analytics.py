"""`autorev retention`, `trends` and `paths` of a file."""

from __future__ import annotations

import csv
import io
import json

import polars as pl
import pytest
from typer.testing import CliRunner

import autorev
from autorev import app

run = CliRunner()
ROWS = """
actor,timestamp,event
u1,2026-01-05T10:00:00Z,signup
u1,2026-01-06T10:00:00Z,open
u2,2026-01-05T11:00:00Z,signup
u2,2026-01-07T09:00:00Z,open
u3,2026-01-06T12:00:00Z,signup
u1,2026-01-07T10:00:00Z,open
,2026-01-07T10:00:00Z,open
"""


@pytest.fixture
def asked(tmp_path):
    def ask(*words, rows=ROWS):
        file = tmp_path / "events.csv"
        file.write_text(rows.lstrip(), encoding="utf-8")
        return run.invoke(app, [*words, "--events", str(file)])

    return ask


def test_retention_in_json_has_a_list_per_cohort_with_null_where_it_is_not_known(asked):
    done = asked("retention", "--first", "signup", "--return", "open", "--format", "json")
    assert json.loads(done.stdout) == {
        "unit": "day",
        "cohorts": [
            {"start": "2026-01-05", "size": 2, "retained": [0, 1, None]},
            {"start": "2026-01-06", "size": 1, "retained": [0, None, None]},
        ],
    }
    assert "1 events without an actor were left out." in done.stderr


def test_retention_in_csv_has_a_row_per_cell_and_nothing_where_it_is_not_known(asked):
    done = asked("retention", "--first", "signup", "--return", "open", "--format", "csv", "--mode", "bracketed",
                 "--brackets", "0,1-1,2")  # fmt: skip
    assert [row["retained"] for row in csv.DictReader(io.StringIO(done.stdout))] == ["0", "1", "", "0", "", ""]


def test_an_event_nobody_did_is_said(asked):
    done = asked("retention", "--first", "nothing", "--format", "json")
    assert json.loads(done.stdout) == {"unit": "day", "cohorts": []}
    assert "No event is called 'nothing'." in done.stderr


def test_trends_have_a_row_per_period_and_series(asked):
    done = asked("trends", "--event", "open", "--count", "actors", "--format", "json")
    assert json.loads(done.stdout) == [
        {"period": "2026-01-05", "series": "open", "value": 0, "complete": True},
        {"period": "2026-01-06", "series": "open", "value": 1, "complete": True},
        {"period": "2026-01-07", "series": "open", "value": 2, "complete": False},
    ]


def test_paths_have_a_row_per_step_and_way(asked):
    rows = "actor,timestamp,event\nu1,0,a\nu1,60,b\nu2,0,a\nu2,60,b\nu2,120,c\n"
    done = asked("paths", "--from", "a", "--format", "json", rows=rows)
    assert json.loads(done.stdout) == [
        {"step": 1, "source": "a", "target": "b", "sessions": 2},
        {"step": 2, "source": "b", "target": "c", "sessions": 1},
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("retention", "--brackets", "a-b"), "no brackets"),
        (("retention", "--brackets", "3-1"), "overlap"),
        (("trends", "--event", "a", "--formula", "A/B"), "of two events"),
        (("paths", "--steps", "0"), "0 steps"),
        (("retention", "--timezone", "Mars"), "no time zone"),
    ],
)
def test_a_wrong_word_is_a_sentence_and_exit_2(words, said, tmp_path, monkeypatch, capsys):
    pl.DataFrame({"actor": ["u"], "timestamp": [0], "event": ["a"]}).write_csv(tmp_path / "events.csv")
    monkeypatch.setattr("sys.argv", ["autorev", *words, "--events", str(tmp_path / "events.csv")])
    with pytest.raises(SystemExit) as ended:
        autorev.main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
