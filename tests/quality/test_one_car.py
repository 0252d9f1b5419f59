"""The checks that hit one car: only its rows, by slug, alias or id."""

from __future__ import annotations

import pytest

from quality import history
from quality.one_car import of_car
from quality.run import run
from queries import content


@pytest.fixture
def judged(mirror_with, uuid_of):
    """Return a mirror with faults in rows of two cars, and the name of the run that found them."""
    mirror = mirror_with(
        cars=f"id | slug | name | hp\n {uuid_of('c1')} | miata | Miata | -5\n {uuid_of('c2')} | supra | Supra | 300",
        car_slug_aliases="alias | canonical_slug\n mx-5 | miata",
        car_safety_data=f"""
            id | car_slug | car_id         | recall_count
            s1 | mx-5     |                | -1
            s2 |          | {uuid_of("c1")}| -1
            s3 | supra    |                | -2
        """,
    )
    return mirror, history.record(mirror, run(mirror)).name


def findings(judged, word):
    mirror, name = judged
    slug = content.find(mirror, word)
    called = content.called(mirror, slug=slug)
    words = {by: called.filter(by=by)["word"].to_list() for by in ("slug", "id")}
    found = of_car(mirror, run=name, slugs=words["slug"], ids=words["id"])
    return dict(found.select("id", "rows").iter_rows())


def test_a_car_has_the_findings_of_its_rows_by_slug_alias_and_id_and_of_no_other(judged):
    mine, other = findings(judged, "miata"), findings(judged, "supra")
    assert (mine["cars.hp.range"], mine["car_safety_data.recall_count.range"]) == (1, 2)
    assert "cars.hp.range" not in other
    assert other["car_safety_data.recall_count.range"] == 1


def test_without_a_run_or_a_car_nothing_is_said_to_fail(judged):
    assert of_car(judged[0], run=None, slugs=["miata"], ids=[]).is_empty()
    assert of_car(judged[0], run=judged[1], slugs=[], ids=[]).is_empty()
    assert of_car(judged[0], run=judged[1], slugs=["it's; drop"], ids=[]).is_empty()
