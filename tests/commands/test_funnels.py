"""`autorev funnel`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import autorev
from autorev import app

run = CliRunner()
CASES = json.loads(
    (Path(__file__).parents[1] / "queries" / "funnels" / "funnels.json").read_text(encoding="utf-8")
)["cases"]  # fmt: skip
BY_ID = {case["id"]: case for case in CASES}


def rows_of(case):
    return [
        {"actor": actor, "timestamp": event[0], "event": event[1], **(event[2] if len(event) > 2 else {})}
        for actor, events in case["events"].items()
        for event in events
    ]


def asked(tmp_path, config, rows, *arguments, form="json"):
    definition, events = tmp_path / "definition.json", tmp_path / "events.csv"
    definition.write_text(json.dumps(config), encoding="utf-8")
    with events.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
    return run.invoke(
        app, ["funnel", "--definition", str(definition), "--events", str(events), "--format", form, *arguments]
    )


@pytest.mark.parametrize("case", CASES, ids=list(BY_ID))
def test_the_config_of_a_case_runs_as_it_stands(case, tmp_path):
    done = asked(tmp_path, case["config"], rows_of(case))
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    told = case["expected"]
    wanted = told.get("posthog") or told.get("plausible") or told.get("mixpanel_totals")
    if wanted:
        assert [step["count"] for step in answer["steps"]] == wanted
    assert answer["entered"] == answer["steps"][0]["count"]
    assert answer["steps"][0]["from_previous"] == (1.0 if answer["entered"] else None)
    assert answer["steps"][0]["median_seconds"] is None


@pytest.mark.parametrize(("zone", "period"), [("UTC", "2020-05"), ("US/Pacific", "2020-04")])
def test_the_trend_is_told_in_the_zone_asked_for(zone, period, tmp_path):
    answer = json.loads(asked(tmp_path, BY_ID["F35"]["config"] | {"timezone": zone}, rows_of(BY_ID["F35"])).stdout)
    assert answer["trend"] == [{"period": period, "entered": 1, "converted": 1, "complete": False}]
    assert (answer["total_median_seconds"], answer["total_mean_seconds"]) == (7200, 7200)


def test_segments_come_with_all_their_steps(tmp_path):
    rows = [
        {"actor": "u1", "timestamp": "2026-01-01T10:00:00Z", "event": "a", "device": "phone"},
        {"actor": "u1", "timestamp": "2026-01-01T12:00:00+01:00", "event": "b", "device": "desk"},
        {"actor": "u2", "timestamp": "2026-01-01 10:00:00", "event": "a", "device": ""},
    ]
    answer = json.loads(asked(tmp_path, {"steps": ["a", "b"], "breakdown": "device"}, rows).stdout)
    assert [(one["value"], [step["count"] for step in one["steps"]]) for one in answer["breakdown"]] == [
        ("phone", [1, 1]),
        (None, [1, 0]),
    ]
    assert answer["breakdown"][0]["steps"][1]["median_seconds"] == 3600


def test_csv_has_one_row_per_step_and_nothing_where_nothing_is_known(tmp_path):
    done = asked(tmp_path, {"steps": ["a", "b"]}, [{"actor": "u", "timestamp": 0, "event": "x"}], form="csv")
    assert list(csv.DictReader(io.StringIO(done.stdout))) == [
        {"step": "1", "name": "a", "count": "0", "from_start": "", "from_previous": "", "median_seconds": "",
         "mean_seconds": ""},
        {"step": "2", "name": "b", "count": "0", "from_start": "", "from_previous": "", "median_seconds": "",
         "mean_seconds": ""},
    ]  # fmt: skip
    assert "No event is called 'a'." in done.stderr


def test_parquet_and_the_sql_way_give_the_same_answer(tmp_path):
    case = BY_ID["F15"]
    wanted = json.loads(asked(tmp_path, case["config"], rows_of(case)).stdout)
    pl.DataFrame(rows_of(case)).write_parquet(tmp_path / "events.parquet")
    done = run.invoke(app, [
        "funnel", "--definition", str(tmp_path / "definition.json"), "--events", str(tmp_path / "events.parquet"),
        "--format", "json", "--sql",
    ])  # fmt: skip
    assert json.loads(done.stdout) == wanted


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"steps": []}, "at least one step"),
        ({"steps": ["a"], "window": 3}, "no key 'window'"),
        ({"steps": ["a"], "version": 2}, "version 2"),
        ({"steps": [{"event": "a", "where": {"plan": "pro"}}]}, "no property 'plan'"),
    ],
)
def test_a_wrong_definition_is_a_sentence_and_exit_2(config, words, tmp_path, monkeypatch, capsys):
    done = asked(tmp_path, config, [{"actor": "u", "timestamp": 0, "event": "a"}])
    assert words in str(done.exception)
    assert done.exception.exit_code == 2
    monkeypatch.setattr("sys.argv", [
        "autorev", "funnel", "--definition", str(tmp_path / "definition.json"), "--events", str(tmp_path / "events.csv")
    ])  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        autorev.main()
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert (said.out, words in said.err) == ("", True)


def test_a_file_without_the_needed_columns_is_named(tmp_path):
    done = asked(tmp_path, {"steps": ["a"]}, [{"user": "u", "when": 0, "event": "a"}])
    assert "events.csv has no column actor, timestamp" in str(done.exception)
