"""What to write first, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from queries import content
from queries.content import demand as wanted
from queries.content import worklist
from queries.content.rules import current
from store import Mark

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
RULES = replace(current(), kinds=tuple(kind for kind in current().kinds if kind.key in {"dyno", "recalls"}))
RULES = RULES.with_weight("dyno", 3).with_weight("recalls", 1)


@pytest.fixture
def frames(mirror_with):
    mirror = mirror_with(
        cars="id | slug | name | brand\n c1 | miata | Miata | Mazda\n c2 | supra | Supra | Toyota",
        car_dyno_runs="id | car_slug | created_at\n d1 | miata | 2026-01-01\n d2 | miata | 2026-01-01",
        car_safety_data="car_slug | recall_count\n miata | 3",
        page_views="visitor_id | page_url | created_at\n a | /cars/miata | 2026-01-02\n b | /cars/miata | 2026-01-02",
        youtube_ingestion_queue="target_car_slug | status\n miata | pending",
        scrape_jobs="car_slug | job_type | status | completed_at\n supra | car_enrichment | completed | 2026-01-20",
    )
    return (
        content.cars(mirror),
        content.scores(mirror, rules=RULES),
        wanted.demand(mirror, since=SINCE, until=UNTIL, rules=RULES),
        worklist.signs(mirror),
    )


def test_priority_is_demand_less_coverage(frames):
    found = worklist.priorities(*frames[:3])
    assert found.select("slug", "coverage", "demand", "priority", "people", "reliable").rows() == [
        ("miata", 0.75, 1.0, 0.25, 2, False),
        ("supra", 0.0, 0.0, 0.0, 0, False),
    ]


def test_a_car_stands_in_a_quadrant_by_half_of_the_demand_and_the_median_of_coverage():
    names = ["a", "b", "c", "d", "e"]
    listed = pl.DataFrame({"slug": names, "name": names, "brand": names, "tier": names, "vehicle_type": names})
    scored = pl.DataFrame(
        {"slug": names, "kind": "dyno", "applies": True, "known": [True] * 4 + [False], "have": 1, "weight": 1.0,
         "score": [0.1, 0.9, 0.2, 0.8, None], "none_exists": False}
    )  # fmt: skip
    wants = pl.DataFrame({"slug": names, "demand": [0.5, 1.0, 0.49, 0.0, 1.0], "people": 1, "reliable": True})
    found = dict(worklist.priorities(listed, scored, wants).select("slug", "quadrant").iter_rows())
    assert found == {"a": "Write first", "b": "Keep fresh", "c": "Leave", "d": "Enough", "e": None}


def test_the_first_thing_to_write_is_what_gives_most_to_most_people(frames):
    found = worklist.worklist(*frames, rules=RULES)
    assert found.select("slug", "kind", "gain", "value").rows() == [
        ("miata", "recalls", 0.25, 0.25),
        ("supra", "dyno", 0.75, 0.0),
        ("supra", "recalls", 0.25, 0.0),
    ]
    first = found.row(0, named=True)
    assert first["reason"] == "There is nothing yet. 2 opened its pages. Few people: weigh it lightly."
    assert (first["missing"], first["source"], first["minutes"], first["owner"]) == (
        "1 more", "3 recall campaigns counted by the agency", 15, "data",
    )  # fmt: skip


def test_the_worklist_is_narrowed_and_what_is_done_leaves_it(frames):
    mark = Mark("miata", "recalls", "done", "me", datetime.now(UTC))
    assert worklist.worklist(*frames, rules=RULES, marks=(mark,))["slug"].to_list() == ["supra", "supra"]
    kept = worklist.worklist(*frames, rules=RULES, marks=(mark,), done=True, brand="Mazda")
    assert kept.select("mark", "by").rows() == [("done", "me")]
    assert worklist.worklist(*frames, rules=RULES, owner="community")["kind"].to_list() == ["dyno"]
    assert worklist.worklist(*frames, rules=RULES, kind="recalls", top=1).height == 1


def test_when_a_job_looked_is_when_it_was_checked(frames):
    found = worklist.checked(frames[1], frames[3], RULES)
    row = found.row(by_predicate=(pl.col("slug") == "supra") & (pl.col("kind") == "recalls"), named=True)
    assert row["checked_at"] == datetime(2026, 1, 20, tzinfo=UTC)


def test_what_was_never_whole_is_missing_since_the_car_is_there_and_what_is_old_since_its_newest_piece(mirror_with):
    mirror = mirror_with(
        cars="id | slug | name | created_at\n c1 | miata | Miata | 2024-05-01",
        al_articles="id | car_slugs | status | published_at\n a | [miata] | published | 2020-01-01",
        car_dyno_runs="id | car_slug | created_at\n d1 | miata | 2025-01-01\n d2 | miata | 2025-01-01",
    )
    checked = worklist.checked(content.scores(mirror), worklist.signs(mirror))
    found = dict(worklist.since(checked, content.cars(mirror)).select("kind", "missing_since").iter_rows())
    assert found["articles"] == datetime(2020, 1, 1, tzinfo=UTC)
    assert found["issues"] == datetime(2024, 5, 1, tzinfo=UTC)
    assert found["dyno"] is None


def test_a_worklist_in_markdown_holds_nothing_that_markdown_obeys(frames):
    listed = frames[0].with_columns(name=pl.lit("<b>[x](y)</b>"))
    text = worklist.markdown(worklist.worklist(listed, *frames[1:], rules=RULES))
    assert text.startswith("# What to write next\n\n- [ ] **\\<b\\>\\[x\\](y)\\</b\\>**")
    assert "recall campaigns" in text


def test_the_order_of_rows_does_not_matter(frames):
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=7) for frame in frames]
    assert worklist.worklist(*frames, rules=RULES).equals(worklist.worklist(*shuffled, rules=RULES))
