"""`autorev check`: forms, exit codes, and what a wrong name is answered."""

from __future__ import annotations

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from autorev import app
from quality.check import CLASSES

pytestmark = pytest.mark.integration
KEYS = ["id", "table", "column", "class", "rule", "state", "severity", "rows", "share", "sample_keys", "sql",
        "measured_at"]  # fmt: skip


@pytest.fixture
def check(embedded_home, demo_settings, built):
    """Return a runner of `autorev check` on the shared demo."""
    name = built("demo")

    def run(*arguments):
        return CliRunner().invoke(
            app, ["check", "--database", name, *arguments], env={"AUTOREV_HOME": str(embedded_home)}
        )

    return run


def test_a_critical_finding_ends_with_1_and_json_says_all_of_it(check):
    done = check("--engine", "sql", "--format", "json", "--table", "car_track_lap_times")
    assert done.exit_code == 1, done.stderr
    rows = json.loads(done.stdout)
    assert all(list(row) == KEYS for row in rows)
    assert {row["class"] for row in rows} <= set(CLASSES)
    [lost] = [row for row in rows if row["id"] == "car_track_lap_times.track_id.orphan_reference"]
    assert (lost["column"], lost["state"], lost["severity"], lost["rows"]) == ("track_id", "fail", "critical", 1_232)
    assert lost["share"] == pytest.approx(1_232 / 1_235)
    assert len(lost["sample_keys"]) == 20
    assert lost["sql"].startswith("select count(*) from main.")


def test_warnings_only_end_with_2_and_a_sound_table_with_0(check):
    assert check("--engine", "sql", "--table", "tracks").exit_code == 2
    assert check("--engine", "sql", "--table", "xp_levels").exit_code == 0
    assert check("--engine", "sql", "--table", "tracks", "--severity", "critical").exit_code == 0


def test_great_expectations_judges_by_default_and_junit_holds_the_failure(check):
    done = check("--format", "junit", "--table", "al_user_credits")
    assert done.exit_code == 2, done.stderr
    root = ET.fromstring(done.stdout)  # noqa: S314  our own report
    [suite] = root
    failures = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failures == [
        "al_user_credits.subscription_tier.enumeration",
        "al_user_credits.subscription_tier.contradiction.against_user_profiles",
    ]
    assert int(suite.get("tests")) == len(suite)


def test_a_table_that_is_not_there_is_an_error_in_words(check):
    done = check("--table", "cras")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "There is no table cras" in done.stderr


def test_the_rows_behind_a_finding_are_written_whole_and_masked(check):
    done = check("--rows", "car_track_lap_times.track_id.orphan_reference", "--format", "csv")
    assert done.exit_code == 0, done.stderr
    head, *rows = list(csv.reader(io.StringIO(done.stdout)))
    assert len(rows) == 1_232
    assert {"id", "track_id", "lap_time_ms"} <= set(head)
    assert "1,232 rows break car_track_lap_times.track_id.orphan_reference." in done.stderr


def test_rows_of_no_check_are_an_error_in_words(check):
    done = check("--rows", "cars.nothing")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "There is no check 'cars.nothing'" in done.stderr


def test_suites_and_data_docs_are_written_and_hold_no_value(check, tmp_path):
    suites, docs = tmp_path / "suites", tmp_path / "docs"
    tables = ("--table", "user_profiles", "--table", "al_user_credits")
    done = check(*tables, "--suites", str(suites), "--data-docs", str(docs), "--format", "json")
    assert done.exit_code == 2, done.stderr
    assert sorted(path.name for path in suites.iterdir()) == ["al_user_credits.json", "user_profiles.json"]
    suite = json.loads((suites / "user_profiles.json").read_text())
    assert suite["name"] == "user_profiles"
    assert "expect_column_values_to_not_be_null" in {one["type"] for one in suite["expectations"]}
    [page] = (docs / "validations" / "al_user_credits").rglob("*.html")
    [odd] = [row for row in json.loads(done.stdout) if row["state"] == "fail" and row["class"] == "contradiction"]
    assert f"Broken: {odd['id']} ({odd['rows']} row" in page.read_text()
    for written in docs.rglob("*.html"):
        assert re.search(r"[\w.]+@\w+\.(com|org|net)\b", written.read_text()) is None


def test_data_docs_are_of_great_expectations_only(check, tmp_path):
    done = check("--engine", "sql", "--data-docs", str(tmp_path))
    assert (done.exit_code, done.stdout) == (3, "")
    assert "leave --engine sql away" in done.stderr
