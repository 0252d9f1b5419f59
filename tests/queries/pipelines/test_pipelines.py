"""Pipelines of content, each rule on a few rows; and what finishing them would give, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import content, pipelines
from queries.content.rules import current
from queries.span import Span

CARS = "id | slug | name | brand\n c1 | miata | Miata | Mazda\n c2 | supra | Supra | Toyota"


def ago(**time):
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


def standing(mirror, pipeline, *columns):
    return pipelines.standing(mirror).filter(pl.col("pipeline") == pipeline).select(columns).row(0)


def test_a_pipeline_says_what_waits_since_when_what_ended_how_and_at_which_pace(mirror_with):
    mirror = mirror_with(
        youtube_ingestion_queue=f"""
            id | status     | attempts | created_at       | processed_at
            q1 | pending    | 0        | {ago(days=30)}   |
            q2 | pending    | 0        | {ago(days=10)}   |
            q3 | processing | 1        | {ago(hours=2)}   |
            q4 | completed  | 1        | {ago(hours=30)}  | {ago(hours=20)}
            q5 | completed  | 1        | {ago(days=90)}   | {ago(days=60)}
            q6 | failed     | 3        | {ago(days=9)}    | {ago(days=8)}
            q7 | skipped    | 1        | {ago(days=9)}    | {ago(days=8)}
        """
    )
    columns = "work", "waiting", "under_way", "stuck", "done", "failed", "left_out", "failed_share", "ended_28_days"
    assert standing(mirror, "Videos", *columns) == (7, 2, 1, 0, 2, 1, 1, pytest.approx(1 / 3), 3)
    waited, hours, weeks = standing(mirror, "Videos", "days_waited", "hours_to_end", "weeks_to_empty")
    assert (waited, hours, weeks) == (pytest.approx(10, abs=0.01), pytest.approx(365, abs=0.1), pytest.approx(4))
    oldest = standing(mirror, "Videos", "oldest_open")[0]
    assert oldest.date() == (datetime.now(UTC) - timedelta(days=30)).date()


@pytest.mark.parametrize(
    ("job", "stuck"),
    [
        (f"running | 1 | {ago(hours=30)} | {ago(hours=25)} |", 1),
        (f"running | 1 | {ago(hours=30)} | {ago(hours=1)} |", 0),
        (f"running | 1 | {ago(hours=30)} | |", 1),
        (f"pending | 0 | {ago(days=9)} | | {ago(hours=25)}", 1),
        (f"pending | 0 | {ago(days=9)} | | {ago(hours=23)}", 0),
        (f"pending | 3 | {ago(hours=2)} | |", 1),
        (f"failed  | 3 | {ago(days=9)} | {ago(days=8)} |", 0),
    ],
    ids=("long", "moving", "never moved", "overdue", "due since yesterday", "tried thrice", "given up"),
)
def test_work_is_stuck_a_day_after_it_began_or_was_due_or_when_three_tries_were_not_enough(mirror_with, job, stuck):
    mirror = mirror_with(scrape_jobs=f"id | status | attempts | created_at | started_at | scheduled_for\n j | {job}")
    assert standing(mirror, "Jobs", "stuck") == (stuck,)
    assert pipelines.sources(mirror)["stuck"].to_list() == [stuck]


def test_a_document_is_done_when_it_is_cut_and_without_any_pace_nothing_ends(mirror_with):
    mirror = mirror_with(
        source_documents=f"id | source_type | created_at\n d1 | manual | {ago(days=90)}\n d2 | manual | {ago(days=5)}",
        document_chunks=f"id | document_id | created_at\n p | d1 | {ago(days=80)}\n q | d1 | {ago(days=70)}",
    )
    columns = "waiting", "done", "hours_to_end", "ended_28_days", "weeks_to_empty"
    assert standing(mirror, "Documents", *columns) == (1, 1, pytest.approx(240, abs=0.1), 0, None)
    # Nothing says that the cutting of a document began or failed: that is unknown, and not 0.
    assert standing(mirror, "Documents", "stuck", "failed", "failed_share") == (None, None, None)
    assert pipelines.sources(mirror).select("stuck", "failed", "failed_share").row(0) == (None, None, None)


def test_a_pipeline_whose_table_is_missing_cannot_be_known(mirror_with):
    mirror = mirror_with(missing=frozenset({"scrape_jobs"}))
    known = dict(pipelines.standing(mirror).select("pipeline", "known").iter_rows())
    assert known == {"Videos": True, "Jobs": False, "Forum threads": True, "Documents": True}
    assert standing(mirror, "Jobs", "work", "waiting", "stuck", "failed") == (None, None, None, None)
    assert standing(mirror, "Videos", "work", "failed_share") == (0, None)


def test_the_pace_counts_what_came_and_what_ended_in_each_period(mirror_with):
    mirror = mirror_with(
        forum_scraped_threads="""
            id | processing_status | created_at       | processed_at
            t1 | completed         | 2026-01-01T23:30 | 2026-01-03T10:00
            t2 | no_insights       | 2026-01-02T10:00 | 2026-01-03T11:00
            t3 | failed            | 2025-12-01T10:00 | 2026-01-02T10:00
            t4 | pending           | 2026-01-03T10:00 |
        """
    )
    span = Span(date(2026, 1, 1), date(2026, 1, 3))
    found = pipelines.pace(mirror, span=span)
    threads = found.filter(pl.col("pipeline") == "Forum threads").select("came", "done", "failed", "complete")
    assert threads.rows() == [(1, 0, 0, True), (1, 0, 1, True), (1, 2, 0, True)]
    assert found.height == 12
    assert found.filter(pl.col("pipeline") == "Jobs")["came"].sum() == 0


def test_work_is_counted_by_where_it_comes_from(mirror_with):
    mirror = mirror_with(
        youtube_channels="channel_id | channel_name\n k1 | Doug",
        youtube_ingestion_queue="id | channel_id | status\n a | k1 | pending\n b | k1 | failed\n c | k2 | pending",
        scrape_jobs="id | job_type | status\n j1 | lap_times | completed\n j2 | lap_times | failed",
        forum_sources="id | slug\n f1 | rennlist",
        forum_scraped_threads="id | forum_source_id | processing_status\n t1 | f1 | pending",
    )
    found = pipelines.sources(mirror).select("pipeline", "source", "open", "done", "failed", "failed_share")
    assert found.rows() == [
        ("Videos", "Doug", 1, 0, 1, 1.0),
        ("Forum threads", "rennlist", 1, 0, 0, None),
        ("Videos", "k2", 1, 0, 0, None),
        ("Jobs", "lap_times", 0, 1, 1, 0.5),
    ]


@pytest.fixture
def queued(mirror_with, uuid_of):
    """Return a catalogue of two cars with work for one of them in every pipeline."""
    return mirror_with(
        cars=CARS,
        car_slug_aliases="alias | canonical_slug\n mx-5 | miata",
        youtube_videos="video_id | quality_score\n v1 | 0.9",
        youtube_video_car_links="video_id | car_slug\n v1 | miata",
        youtube_ingestion_queue="""
            id | video_id | target_car_slug | status
            q1 | v1       | miata           | pending
            q2 | v2       | mx-5            | processing
            q3 | v2       | miata           | pending
            q4 | v3       | miata           | failed
            q5 | v4       |                 | pending
        """,
        scrape_jobs=f"""
            id | job_type  | car_id           | car_slug | status
            j1 | lap_times | {uuid_of("c1")}  | supra    | running
        """,
        forum_scraped_threads=f"""
            id | processing_status | car_slugs_detected | car_ids_detected   | insights_extracted
            t1 | pending           | [miata]            | [{uuid_of("c1")}]  |
            t2 | completed         | [supra]            |                    | 4
            t3 | completed         | [supra]            |                    | 2
            t4 | no_insights       | [supra]            |                    | 0
        """,
    )


def test_open_work_is_a_cars_by_slug_alias_id_or_array_and_each_piece_counts_once(queued):
    found = pipelines.opened(queued)
    columns = "slug", "open", "videos", "jobs", "threads", "documents", "failed"
    assert found.select(columns).rows() == [("miata", 5, 3, 1, 1, 0, 1)]


def test_finishing_brings_what_the_car_has_not_got_and_what_threads_gave_so_far(queued):
    found = pipelines.brings(queued)
    assert sorted(found.rows(), key=str) == sorted(
        [("miata", "videos", None, 1), ("miata", "insights", None, 3), ("miata", None, "lap_times", None)], key=str
    )


def test_finishing_the_queue_raises_coverage_by_the_same_rules(queued):
    kept = {"videos", "insights", "lap_times", "dyno"}
    rules = replace(current(), kinds=tuple(kind for kind in current().kinds if kind.key in kept))
    for key in kept:
        rules = rules.with_weight(key, 1)
    listed, scored = content.cars(queued), content.scores(queued, rules=rules)
    found = pipelines.cars(listed, scored, pipelines.brings(queued), pipelines.opened(queued), rules)
    # A fifth of the videos, then two of five videos, three of five insights, all lap times and no dyno run.
    assert found.select("slug", "coverage", "coverage_then", "gain").rows() == [
        ("miata", pytest.approx(0.05), pytest.approx(0.5), pytest.approx(0.45))
    ]
    whole = pipelines.whole(listed, scored, pipelines.brings(queued), rules).row(0, named=True)
    assert whole == {
        "cars": 2, "coverage": pytest.approx(0.025), "coverage_then": pytest.approx(0.25),
        "gain": pytest.approx(0.225), "cars_that_gain": 1,
    }  # fmt: skip


def test_an_empty_catalogue_gains_nothing_and_its_coverage_is_unknown(mirror_with):
    mirror = mirror_with()
    listed, scored = content.cars(mirror), content.scores(mirror)
    assert pipelines.whole(listed, scored, pipelines.brings(mirror)).row(0) == (0, None, None, None, 0)
    assert pipelines.cars(listed, scored, pipelines.brings(mirror), pipelines.opened(mirror)).is_empty()


KINDS = ("specs", "issues", "videos", "lap_times", "recalls")
ROWS = st.lists(
    st.tuples(st.sampled_from([None, *KINDS]), st.sampled_from(["lap_times", "car_enrichment"]), st.integers(1, 9)),
    max_size=8,
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(ROWS, st.lists(st.integers(0, 14), min_size=5, max_size=5), st.booleans())
def test_finishing_never_lowers_a_score_nor_raises_it_above_one(rows, have, none):
    known = current().by_key
    targets = [known[key].target or len(known[key].fields) for key in KINDS]
    scored = pl.DataFrame(
        {
            "slug": ["a"] * 5, "kind": KINDS, "applies": [True] * 5, "known": [True, True, True, True, False],
            "have": have, "target": targets, "freshness": [0.5] * 5,
            "score": [1.0 if none else 0.5 * min(1, n / t) for n, t in zip(have, targets, strict=True)],
            "weight": [1.0] * 5, "missing": [[]] * 5, "newest": [None] * 5, "none_exists": [none] * 5,
        },
        schema_overrides={"missing": pl.List(pl.String), "newest": pl.Datetime("us", "UTC")},
    )  # fmt: skip
    brought = pl.DataFrame(
        [("a", kind, None if kind else job, number if kind else None) for kind, job, number in rows],
        schema={"slug": pl.String, "kind": pl.String, "job": pl.String, "pieces": pl.Int64},
        orient="row",
    )
    then = pipelines.finished(scored, brought)
    assert (then["score"] >= scored["score"]).all()
    assert then["score"].max() <= 1
    assert then.row(4) == scored.row(4)
