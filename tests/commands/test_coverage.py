"""`autorev coverage`, over the shared demo."""

from __future__ import annotations

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from autorev import app
from queries.content.rules import current

run = CliRunner()


@pytest.fixture
def autorev(embedded_home, demo_settings, built, monkeypatch):
    """Return a runner over the mirror of the demo as it is."""
    monkeypatch.setenv("AUTOREV_HOME", str(embedded_home))
    monkeypatch.setenv("AUTOREV_MIRROR_NAME", built("demo"))
    monkeypatch.setenv("AUTOREV_DATABASE_URL", demo_settings.database_url.get_secret_value())

    def asked(*arguments):
        return run.invoke(app, ["coverage", *arguments, "--no-refresh"])

    return asked


def rows(done):
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_the_list_names_every_car_with_shares_of_four_places(autorev):
    found = rows(autorev("--format", "csv"))
    assert len(found) == 309
    assert list(found[0]) == ["slug", "name", "brand", "coverage", "demand", "priority", "people", "missing_kinds"]
    order = [(-float(row["priority"]), row["slug"]) for row in found]
    assert [place for place, _ in order] == sorted(place for place, _ in order)
    assert sum("pricing" in row["missing_kinds"].split(";") for row in found) == 299
    assert all(len(row["coverage"].partition(".")[2]) <= 4 for row in found)


def test_the_list_is_narrowed_by_make_kind_and_number(autorev):
    found = rows(autorev("--brand", "bmw", "--kind", "pricing", "--top", "3", "--format", "csv"))
    assert len(found) == 3
    assert {row["brand"] for row in found} == {"BMW"}


def test_one_car_is_told_kind_by_kind(autorev):
    answer = json.loads(autorev("car", "bmw-m3-g80", "--format", "json").stdout)
    assert list(answer) == ["slug", "coverage", "demand", "kinds"]
    assert [kind["kind"] for kind in answer["kinds"]] == [kind.key for kind in current().kinds]
    assert list(answer["kinds"][0]) == [
        "kind", "applies", "have", "target", "score", "weight", "missing", "checked_at"
    ]  # fmt: skip


@pytest.mark.parametrize("arguments", [("car", "no-such-car"), ("--kind", "wings"), ("--brand", "Wartburg")])
def test_what_does_not_exist_is_refused(autorev, arguments):
    refused = autorev(*arguments)
    assert refused.exit_code != 0
    assert getattr(refused.exception, "exit_code", 2) == 2
    assert "There is no" in str(refused.exception)


def test_cities_come_by_size_with_what_is_ahead(autorev):
    found = rows(autorev("cities", "--format", "csv"))
    assert list(found[0]) == ["city", "state", "population", "upcoming", "next_date", "event_types", "per_100k"]
    assert found[0]["city"] == "New York"
    assert all((row["next_date"] == "") == (row["upcoming"] == "0") for row in found)
