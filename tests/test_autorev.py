"""The command line's contract: answers on stdout, words on stderr, exit codes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration
COMMAND = [str(Path(sys.executable).with_name("autorev"))]


@pytest.fixture
def autorev(embedded_home, embedded_pair):
    """Return a runner of the command in the shared home: `autorev("tables", "--format", "csv")`."""

    def run(*arguments, **environment):
        return subprocess.run(
            [*COMMAND, *arguments],
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(embedded_home),
                "AUTOREV_HOME": str(embedded_home),
                **environment,
            },
            cwd=embedded_home,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture
def demo(built, demo_settings):
    """Return the name of the shared demo database."""
    return built("demo")


def test_doctor_says_what_is_connected_and_what_is_missing(autorev, demo):
    done = autorev("doctor", "--database", demo, "--format", "json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["role"] == "standby"
    assert answer["tables"] == {"documented": 88, "found": 88, "missing": [], "undocumented": 83}
    assert answer["unbound"] == []
    assert answer["mirror"]["stale"] is False


def test_tables_lists_all_172_with_documented_and_measured_rows(autorev, demo):
    done = autorev("tables", "--database", demo, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == 172
    clicks = next(row for row in rows if row["table"] == "click_events")
    assert (clicks["rows"], clicks["documented_rows"], clicks["documented_columns"]) == ("29444", "29444", "15")


def test_schema_says_what_every_documented_column_is_bound_to(autorev, demo):
    done = autorev("schema", "--database", demo, "--format", "json", "--no-refresh")
    states = {f"{row['table']}.{row['column']}": row["state"] for row in json.loads(done.stdout)}
    assert states["page_views.page_url"] == "exact"


def test_an_answer_can_go_to_a_file(autorev, demo, tmp_path):
    done = autorev(
        "tables", "--database", demo, "--no-refresh", "--format", "json", "--output", str(tmp_path / "t.json")
    )
    assert done.stdout == ""
    assert len(json.loads((tmp_path / "t.json").read_text())) == 172


def test_an_existing_name_is_not_replaced_unasked(autorev, demo):
    done = autorev("demo", "build", "--into", demo)
    assert done.returncode == 2
    assert "--replace" in done.stderr


def test_an_unknown_database_is_wrong_input(autorev):
    done = autorev("tables", "--database", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert "autorev demo build --into nowhere" in done.stderr


def test_an_unreachable_host_exits_3_in_words_without_the_password(autorev):
    done = autorev("doctor", "--url", "postgresql://reader:s3cret@127.0.0.1:9/autorev")
    assert (done.returncode, done.stdout) == (3, "")
    assert "127.0.0.1" in done.stderr
    assert "s3cret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plain_primary_is_refused_unless_allowed(autorev, embedded_pair, demo):
    url = embedded_pair.primary_reader_url(demo)
    refused = autorev("doctor", "--url", url)
    assert refused.returncode == 2
    assert "AUTOREV_ALLOW_PRIMARY" in refused.stderr
    allowed = autorev("doctor", "--url", url, "--allow-primary", "--format", "json")
    assert json.loads(allowed.stdout)["role"] == "primary"


def test_a_time_that_is_none_is_wrong_input(autorev):
    done = autorev("demo", "build", "--into", "x", "--now", "yesterday")
    assert done.returncode == 2
    assert "2026-01-27T00:00:00Z" in done.stderr
